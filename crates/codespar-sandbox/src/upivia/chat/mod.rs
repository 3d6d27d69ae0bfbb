//! The chat of Upivia.

pub(crate) mod approvals;
pub(crate) mod sessions;
pub(crate) mod turn;
