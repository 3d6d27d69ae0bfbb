//! Deliveries through extractor and layer, answers for calls that failed, and the order service.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod call_failed;
mod deliveries;
mod order_service;
