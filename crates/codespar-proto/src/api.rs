//! The operations of a client by subject: `charges.create` is in `api/charges.rs`.
//!
//! Each file has the arguments, the answers, the endpoint rows and the handle of its subject. A
//! handle (`client.charges()`) owns a client, so it can be kept and sent to other threads; cloning
//! it is cheap. The names of handles are seldom written out:
//! `client.connections().create(&args).send()?`.

pub(crate) mod account;
pub mod account_applications;
pub mod agents;
pub(crate) mod answer;
pub mod api_keys;
pub mod approvals;
pub mod audit_events;
pub mod bank_consents;
pub mod cards;
pub mod cart;
pub mod charges;
pub mod collect;
pub mod commerce_memory;
pub mod connections;
pub mod consent_records;
pub mod consents;
pub mod consumers;
pub mod contact_verifications;
pub mod counterparties;
pub mod dda;
pub mod devolutions;
pub mod events;
pub mod facilitator;
pub mod fees;
pub mod funding_sources;
pub mod gate;
pub mod mandates;
pub mod mcp_servers;
pub mod meters;
pub mod oauth;
pub mod organizations;
pub mod payables;
pub mod payment_links;
pub mod paywalls;
pub mod pix;
pub mod policies;
pub mod projects;
pub mod providers;
pub mod receipts;
pub mod sellers;
pub mod sessions;
pub mod test_money;
pub mod tool_calls;
pub mod tools;
pub mod wallet;
pub mod wallets;
pub mod webhook_endpoints;
