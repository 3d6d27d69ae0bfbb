//! Test money of the account (`/v1/account/test-balance`, `/v1/account/fund`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
