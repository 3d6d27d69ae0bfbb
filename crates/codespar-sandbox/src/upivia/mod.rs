//! The Upivia API, under a path prefix of the same server.

pub(crate) mod account;
pub(crate) mod agent_requests;
pub(crate) mod agents;
pub(crate) mod approvals;
pub(crate) mod auth;
pub(crate) mod catalog;
pub(crate) mod chat;
pub(crate) mod delegate;
pub(crate) mod devices;
pub(crate) mod knowledge;
pub(crate) mod memory;
pub(crate) mod path;
pub(crate) mod resource;
pub(crate) mod routes;
pub(crate) mod scheduled_tasks;
pub(crate) mod service_requests;
pub(crate) mod spawn;
pub(crate) mod steps;
pub(crate) mod storage;
pub(crate) mod teams;
pub(crate) mod timers;
pub(crate) mod triggers;
pub(crate) mod workflows;
