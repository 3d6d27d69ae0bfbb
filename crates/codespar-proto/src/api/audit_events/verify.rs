//! Checks of the audit trail by the server (`/v1/audit-events/verify`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
