//! Operations of a client by subject: what each sends, and what it makes of an answer.

mod agents;
mod api_keys;
mod charges;
mod connections;
mod consents;
mod consumers;
mod devolutions;
mod mandates;
mod payables;
mod projects;
mod providers;
mod sessions;
mod tool_calls;
mod tools;
mod wallet;
mod wallets;
mod webhook_endpoints;
