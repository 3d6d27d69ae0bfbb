//! Entries of a wallet's ledger (`/v1/wallets/{wallet_id}/ledger`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
