//! The account side of a client: what each operation sends, and what it makes of an answer.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "account/bad_input.rs"]
mod bad_input;
#[path = "account/catalog.rs"]
mod catalog;
#[path = "account/connections.rs"]
mod connections;
#[path = "account/keys_and_projects.rs"]
mod keys_and_projects;
#[path = "account/names.rs"]
mod names;
#[path = "account/requests.rs"]
mod requests;
#[path = "account/round_trips.rs"]
mod round_trips;
#[path = "account/sessions_and_calls.rs"]
mod sessions_and_calls;
#[path = "account/support.rs"]
mod support;
#[path = "account/webhook_endpoints.rs"]
mod webhook_endpoints;
