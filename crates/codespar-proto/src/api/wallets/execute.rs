//! Payments from a wallet by any method (`/v1/wallets/{wallet_id}/execute`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
