//! Whether the audit trail is whole (`/v1/audit-events/health`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
