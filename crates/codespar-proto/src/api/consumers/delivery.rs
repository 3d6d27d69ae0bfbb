//! Whether what was paid for was delivered (`/v1/consumers/receipts/{receipt_id}/delivery`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
