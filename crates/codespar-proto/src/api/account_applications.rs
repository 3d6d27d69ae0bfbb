//! Applications for accounts of customers (`/v1/account-applications`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
