//! What the service tells agents about itself (`/v1/discovery/manifest`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
