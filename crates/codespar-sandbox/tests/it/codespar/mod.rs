//! The CodeSpar API.

mod account;
mod approvals;
mod charges;
mod connections;
mod idempotency;
mod mandates;
mod meta_tools;
mod mocks;
mod payables;
mod receipts;
mod self_hosted;
mod session;
mod sessions;
mod wallets;
mod webhook_endpoints;
