//! Boletos that banks present to a document (`/v1/consumers/{consumer_id}/dda`).

pub(crate) mod subscriptions;

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
