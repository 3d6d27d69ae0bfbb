//! Collect links: drafts and what is published of them (`/v1/collect/links`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
