//! Payments of the account and of its agents (`/v1/account/payments`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
