//! Clients: credentials, and requests to any endpoint.

mod credentials;
mod request;
