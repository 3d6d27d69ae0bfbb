//! What is remembered of buying and selling (`/v1/commerce-memory`).

pub(crate) mod insights;
pub(crate) mod interactions;
pub(crate) mod negotiations;
pub(crate) mod preferences;

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
