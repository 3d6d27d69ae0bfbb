//! What each operation sends, what it makes of the answer, and what it refuses.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod agent_tools;
mod api;
mod chat;
mod client;
mod embedding;
mod methods;
mod promises;
mod registry;
mod support;
mod toolkit;
mod types;
