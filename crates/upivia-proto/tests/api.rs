//! What each operation sends, what it makes of the answer, and what it refuses.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "api/agents.rs"]
mod agents;
#[path = "api/answers.rs"]
mod answers;
#[path = "api/bad_input.rs"]
mod bad_input;
#[path = "api/begun.rs"]
mod begun;
#[path = "api/credentials.rs"]
mod credentials;
#[path = "api/errors.rs"]
mod errors;
#[path = "api/memories.rs"]
mod memories;
#[path = "api/support.rs"]
mod support;
#[path = "api/waits.rs"]
mod waits;
#[path = "api/work.rs"]
mod work;
#[path = "api/workflows.rs"]
mod workflows;
#[path = "api/workspace.rs"]
mod workspace;
