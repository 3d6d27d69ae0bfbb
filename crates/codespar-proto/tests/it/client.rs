//! The client: making one, whose it is, opening sessions, requests to any route, verdicts.

mod account;
mod open_session;
mod request;
mod selling_verdicts;
pub(crate) mod verdicts;
