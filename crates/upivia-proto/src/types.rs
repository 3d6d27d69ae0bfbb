//! Values that several subjects share: money, objects, outcomes, waits.

pub(crate) mod error_kind;
pub(crate) mod money;
pub(crate) mod nothing;
pub(crate) mod object;
pub mod outcome;
pub(crate) mod wait;
