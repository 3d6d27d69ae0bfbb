//! The CodeSpar API.

mod account;
mod account_money;
mod approvals;
mod charges;
mod collect;
mod connections;
mod consumers;
mod deliveries;
mod document_lists;
mod documents;
mod governance;
mod idempotency;
mod large_amounts;
mod mandates;
mod memory;
mod meta_tools;
mod mocks;
mod payables;
mod receipts;
mod self_hosted;
mod sellers;
mod session;
mod sessions;
mod test_money;
mod wallets;
mod webhook_endpoints;
