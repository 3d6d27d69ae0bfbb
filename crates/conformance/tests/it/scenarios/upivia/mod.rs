//! Scenarios of the Upivia API, by subject.

mod agents;
mod chat;
mod coverage;
mod knowledge;
mod money;
mod requests;
mod rooms;
mod storage;
mod tasks;
mod toolkit;
mod triggers;
mod workflows;
mod workspace;
