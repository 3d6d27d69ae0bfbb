//! The Upivia API, under a path prefix of the same server.

mod account;
mod agent_requests;
mod agents;
mod approvals;
mod auth;
mod catalog;
mod chat;
mod delegate;
mod devices;
mod knowledge;
mod memory;
mod resource;
pub(crate) mod routes;
mod scheduled_tasks;
pub(crate) mod service_requests;
mod spawn;
mod storage;
mod teams;
pub(crate) mod timers;
mod triggers;
mod workflows;

pub(crate) use self::routes::answer;

/// What every path of this API begins with.
pub(crate) const PREFIX: &str = "/upivia";

/// The path of a request without the prefix, if it has it.
fn inside(path: &str) -> Option<&str> {
    path.strip_prefix(PREFIX).filter(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a path belongs to this API.
pub(crate) fn is_its(path: &str) -> bool {
    inside(path).is_some()
}

/// Whether a path takes files, which are large.
pub(crate) fn takes_files(path: &str) -> bool {
    inside(path)
        .is_some_and(|rest| rest.starts_with("/bucket/") || rest == "/api/v1/storage/objects")
}
