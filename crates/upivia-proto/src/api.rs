//! The subjects of the API, a file each: arguments, answers, endpoint rows and handle together.
//!
//! The file of an operation is its name without the last word: `storage.objects.get` stands in
//! `storage/objects.rs`, `triggers.list` in `triggers.rs`. A folder beside a file holds what
//! belongs to the same operations.

pub mod agent_requests;
pub mod agents;
pub mod approvals;
pub mod audit_logs;
pub mod balance;
pub mod budget_check;
pub mod budget_requests;
pub mod delegate;
pub mod devices;
pub mod human_input;
pub mod knowledge;
pub mod memory;
pub mod ops;
pub mod platform;
pub mod rooms;
pub mod scheduled_tasks;
pub mod service_requests;
pub mod services;
pub mod simulations;
pub mod spawn;
pub mod storage;
pub mod swarms;
pub mod teams;
pub mod triggers;
pub mod usage;
pub mod workflows;
pub mod workspaces;
pub(crate) mod wrapped;
