//! Refunds of collect links (`/v1/collect/links/{link_id}/refunds`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
