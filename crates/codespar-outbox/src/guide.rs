//! Guides by task, with programs that are compiled and run as tests of this crate.
//!
//! - [`outbox`]: a nightly run that is killed and started again, a fleet, what needs a person

// There is no code in here.

#[doc(alias = "nightly")]
#[doc(alias = "crash")]
#[doc(alias = "needs person")]
#[doc = include_str!("guide/outbox.md")]
pub mod outbox {}
