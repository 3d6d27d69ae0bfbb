//! Meters of usage that is billed (`/v1/meters`).

pub(crate) mod cycle;
pub(crate) mod events;

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
