//! Policies of spending, and how they have decided (`/v1/policies`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
