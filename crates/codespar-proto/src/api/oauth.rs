//! OAuth of agents: metadata, clients, tokens (`/oauth`).

use codespar_engine::endpoints;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;
}
