//! The fuzz targets: one function each, which may be given any bytes and must not panic.
//!
//! `fuzz/` runs them under a fuzzer; its seeds in `corpus` come from the recordings
//! (`cargo run -p hostile --example seeds`), and what was found is kept in `regressions`. The tests
//! of the crate `hostile` run both through the targets, so that no nightly compiler is needed for
//! that.

pub mod answers;
pub mod conversations;
mod errors;
mod flows;
pub mod input;
mod mandates;
mod outgoing;
mod places;
mod refusals;
mod requests;
mod script;
mod sse;
mod talk;
mod texts;
mod webhooks;
mod witness;

pub use self::{
    answers::answers, flows::flows, mandates::mandates, outgoing::outgoing, refusals::refusals,
    sse::sse, webhooks::webhooks,
};

/// A target: its name, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const ALL: [Target; 7] = [
    ("sse", sse),
    ("refusals", refusals),
    ("answers", answers),
    ("mandates", mandates),
    ("webhooks", webhooks),
    ("flows", flows),
    ("outgoing", outgoing),
];

/// The names of the places where texts of callers go.
pub fn places() -> impl Iterator<Item = &'static str> {
    places::PLACES.iter().map(|(name, _)| *name)
}
