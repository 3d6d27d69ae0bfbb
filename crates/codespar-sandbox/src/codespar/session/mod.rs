//! What is done with one session.

pub(crate) mod execute;
pub(crate) mod proxy_execute;
pub(crate) mod script;
pub(crate) mod send;
pub(crate) mod status;
pub(crate) mod status_stream;
pub(crate) mod tool_call;
pub(crate) mod tracking;
