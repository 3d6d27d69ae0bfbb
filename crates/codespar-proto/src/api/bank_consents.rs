//! Consents of bank customers, by open banking (`/v1/bank-consents`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
