//! The CodeSpar API.

mod account;
mod approvals;
mod charges;
mod collect;
mod connections;
mod deliveries;
mod documents;
mod idempotency;
mod mandates;
mod memory;
mod meta_tools;
mod mocks;
mod payables;
mod self_hosted;
mod session;
mod sessions;
mod wallets;
mod webhook_endpoints;
