//! Sellers of a marketplace (`/v1/sellers`).

pub(crate) mod balances;

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
