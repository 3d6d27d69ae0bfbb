//! Entries of the account's ledger (`/v1/account/ledger`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
