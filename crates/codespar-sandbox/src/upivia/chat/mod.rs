//! The chat: its sessions, its turns and what they wait for.

pub(crate) mod approvals;
pub(crate) mod sessions;
pub(crate) mod turn;
