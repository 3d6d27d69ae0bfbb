//! Mandates of an organization (`/v1/orgs/{org_id}/mandates`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
