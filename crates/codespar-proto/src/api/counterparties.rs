//! Counterparties: who is bought from and sold to (`/v1/counterparties`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
