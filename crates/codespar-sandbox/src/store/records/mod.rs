//! What the store keeps as a type of its own, where other things are rows of JSON.

pub(crate) mod audit;
pub(crate) mod batch;
pub(crate) mod checkout;
pub(crate) mod delivery;
pub(crate) mod idempotency;
pub(crate) mod mocks;
pub(crate) mod organization;
pub(crate) mod payment;
pub(crate) mod session;
pub(crate) mod tool_call;
pub(crate) mod tracking;
pub(crate) mod unanswered;
