//! An organization: its pause, its people's data (`/v1/orgs`).

pub(crate) mod mandates;

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
