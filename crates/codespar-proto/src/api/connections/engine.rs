//! How the making of a connection goes on (`/v1/connections/engine`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
