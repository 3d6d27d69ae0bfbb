//! Requests and responses: what is asked of a service, how it answers, and when to ask again.

pub(crate) mod base_url;
pub(crate) mod content;
pub(crate) mod credentials;
pub(crate) mod dialect;
pub(crate) mod multipart;
pub(crate) mod path;
pub(crate) mod payload;
pub(crate) mod plain_http;
pub(crate) mod refusal;
pub(crate) mod request;
pub(crate) mod request_template;
pub(crate) mod response;
pub(crate) mod response_reader;
pub(crate) mod retry;
pub(crate) mod route;
pub(crate) mod service;
pub(crate) mod target;

/// The header that names an effect.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// The media type of most requests and responses.
pub(crate) const JSON: &str = "application/json";
