//! The billing cycle of meters (`/v1/meters/cycle`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
