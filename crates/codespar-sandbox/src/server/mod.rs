//! HTTP: how requests come in and answers go out.

pub(crate) mod body;
pub(crate) mod browser_guard;
pub(crate) mod errors;
pub(crate) mod faults;
pub(crate) mod json_object;
pub(crate) mod listen;
pub(crate) mod log;
pub(crate) mod request;
pub(crate) mod response;
