//! Interactions with counterparties (`/v1/commerce-memory/interactions`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
