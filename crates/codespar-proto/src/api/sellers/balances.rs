//! What sellers own and are owed (`/v1/sellers/{seller_id}/custody`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
