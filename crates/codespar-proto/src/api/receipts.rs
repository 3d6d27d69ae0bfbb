//! Keys by which receipts are checked (`/.well-known/codespar-receipt-keys.json`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
