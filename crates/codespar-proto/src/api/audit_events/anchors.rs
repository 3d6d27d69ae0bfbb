//! Anchors of the audit trail, by which others can check it (`/v1/audit-events/anchors`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
