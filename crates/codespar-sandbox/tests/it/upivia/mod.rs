//! The Upivia API.

mod chat;
mod resources;
mod service_requests;
mod storage;
