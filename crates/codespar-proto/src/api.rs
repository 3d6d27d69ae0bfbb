//! The operations of a client by subject: `charges.create` is in `api/charges.rs`.
//!
//! Each file has the arguments, the answers, the endpoint rows and the handle of its subject. A
//! handle (`client.charges()`) owns a client, so it can be kept and sent to other threads; cloning
//! it is cheap. The names of handles are seldom written out:
//! `client.connections().create(&args).send()?`.

pub mod agents;
pub(crate) mod answer;
pub mod api_keys;
pub mod approvals;
pub mod charges;
pub mod connections;
pub mod consent_records;
pub mod consents;
pub mod consumers;
pub mod devolutions;
pub mod events;
pub mod funding_sources;
pub mod mandates;
pub mod payables;
pub mod projects;
pub mod providers;
pub mod sessions;
pub mod test_money;
pub mod tool_calls;
pub mod tools;
pub mod wallet;
pub mod wallets;
pub mod webhook_endpoints;
