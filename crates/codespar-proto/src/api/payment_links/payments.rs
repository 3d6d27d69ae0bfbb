//! Payments of payment links (`/v1/payment-links/{id}/payments`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
