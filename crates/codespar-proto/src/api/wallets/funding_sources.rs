//! Where a wallet's money comes from (`/v1/wallets/{wallet_id}/funding-sources`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
