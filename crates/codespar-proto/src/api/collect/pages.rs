//! The public page of a collect link, which needs no key (`/v1/collect/{link_id}`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
