//! Checkouts of the shop.

use std::time::Instant;

/// A checkout that becomes ready for payment by itself after a while.
pub(crate) struct Checkout {
    pub(crate) id: String,
    pub(crate) project: String,
    pub(crate) total_minor: i64,
    /// Never, when nothing settles.
    pub(crate) ready: Option<Instant>,
    pub(crate) sold_out: bool,
}
