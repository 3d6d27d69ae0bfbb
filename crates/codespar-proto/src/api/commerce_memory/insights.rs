//! What follows from what is remembered (`/v1/commerce-memory/insights`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
