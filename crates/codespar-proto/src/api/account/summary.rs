//! Balances and totals of the account (`/v1/account/summary`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
