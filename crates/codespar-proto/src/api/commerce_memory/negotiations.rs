//! Negotiations with counterparties (`/v1/commerce-memory/negotiations`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
