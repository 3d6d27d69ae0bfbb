//! Whether a wallet's books agree with its provider's (`/v1/wallets/{wallet_id}/custody`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
