//! The client: making one, whose it is, opening sessions, requests to any route, verdicts.

mod account;
mod open_session;
mod request;
pub(crate) mod verdicts;
