//! Payments by x402 that are executed for others (`/v1/facilitator/x402`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
