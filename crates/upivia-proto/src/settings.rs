//! What a [`Config`](crate::Config) is made of: retries, limits, proxies, certificates,
//! credentials.

pub use codespar_engine::{Identity, Limits, Proxy, RetryPolicy, Roots, TransportSettings};

pub use crate::client::config::Secrets;
