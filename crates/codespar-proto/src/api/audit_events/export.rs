//! The audit trail as a file (`/v1/audit-events/export`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
