//! Pix charges and receivements of a consumer (`/v1/consumers/{consumer_id}/pix`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
