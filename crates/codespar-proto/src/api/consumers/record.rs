//! Records of consumers (`/v1/consumers`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
