//! The Upivia API.

mod agents;
mod chat;
mod devices;
mod rooms;
mod scheduled_tasks;
mod service_requests;
mod storage;
mod teams;
mod triggers;
mod workflows;
