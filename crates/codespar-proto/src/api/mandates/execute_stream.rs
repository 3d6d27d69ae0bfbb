//! A consumer's payment, followed as it goes on (`/v1/consumer-payments/execute-stream`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
