//! Codes that verify how a consumer is reached
//! (`/v1/consumers/{consumer_id}/contact-verifications`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
