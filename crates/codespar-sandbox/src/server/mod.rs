//! HTTP: how requests come in and answers go out. It does not know the APIs that it serves.

pub(crate) mod body;
pub(crate) mod browser_guard;
pub(crate) mod errors;
pub(crate) mod event_stream;
pub(crate) mod faults;
pub(crate) mod json_object;
pub(crate) mod listen;
pub(crate) mod log;
pub(crate) mod loopback;
pub(crate) mod paging;
pub(crate) mod query;
pub(crate) mod read;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod routing;
pub(crate) mod service;
pub(crate) mod write;
