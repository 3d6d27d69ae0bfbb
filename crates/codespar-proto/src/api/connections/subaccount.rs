//! Connections of subaccounts (`/v1/connections/subaccount`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
