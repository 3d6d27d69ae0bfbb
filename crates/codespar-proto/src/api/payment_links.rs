//! Payment links (`/v1/payment-links`).

pub(crate) mod payments;

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
