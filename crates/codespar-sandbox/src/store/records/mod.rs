//! What the store keeps of each kind, where it is not a row of a table.

pub(crate) mod batch;
pub(crate) mod checkout;
pub(crate) mod delivery;
pub(crate) mod idempotency;
pub(crate) mod mocks;
pub(crate) mod payment;
pub(crate) mod session;
pub(crate) mod tool_call;
pub(crate) mod tracking;
