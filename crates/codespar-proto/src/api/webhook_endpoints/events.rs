//! Types of events, and simulated ones (`/v1/triggers`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
