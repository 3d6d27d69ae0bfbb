//! Payments of collect links (`/v1/collect/payments`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
