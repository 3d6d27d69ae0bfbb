//! Documents whose boletos are looked up (`/v1/consumers/{consumer_id}/dda/subscriptions`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
