//! Sessions of the account (`/v1/account/sessions`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
