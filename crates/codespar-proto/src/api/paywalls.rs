//! Paywalls in front of resources (`/v1/paywalls`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
