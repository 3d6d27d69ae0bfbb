//! The audit trail of the organization (`/v1/audit-events`).

pub(crate) mod anchors;
pub(crate) mod export;
pub(crate) mod health;
pub(crate) mod verify;

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
