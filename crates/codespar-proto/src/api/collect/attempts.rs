//! Attempts to pay a collect link (`/v1/collect/attempts`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
