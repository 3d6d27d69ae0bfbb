//! Preferences of buyers (`/v1/commerce-memory/preferences`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
