//! The card of a mandate (`/v1/mandates/{mandate_id}/card`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
