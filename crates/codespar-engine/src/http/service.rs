//! Where requests go and what they all have in common.

use std::{fmt, sync::Arc, time::Duration};

use codespar_derive::Setters;

use crate::{
    call::options::check_limit,
    error::Error,
    flow::pages::LIST_TIME,
    http::{
        JSON, base_url::BaseUrl, credentials::Credentials, dialect::Dialect, retry::RetryPolicy,
    },
};
use http::{
    HeaderMap, HeaderValue,
    header::{ACCEPT, CONTENT_TYPE},
};

/// Room for so many headers without another table of them: those of the service, of a call, and
/// what a transport adds. Every request has a copy of the map, and to grow one takes as long as to
/// copy it three times.
const HEADERS: usize = 12;

/// One server, as a client knows it: address, common headers, limits, and how it words errors.
#[derive(Clone)]
#[non_exhaustive]
pub struct Service {
    /// The address that all paths are below.
    pub base: BaseUrl,
    /// Headers of every request: credentials, project, user agent, and the media types of JSON,
    /// for which operations put others where they have others.
    pub headers: HeaderMap,
    /// What says who the client is, where that depends on the endpoint.
    pub credentials: Option<Arc<dyn Credentials>>,
    /// How long a call may take, retries included. Default 60 s.
    pub timeout: Duration,
    /// How long an event stream may be silent. Default 60 s.
    pub idle_timeout: Duration,
    /// How often calls are repeated where that is safe.
    pub retry: RetryPolicy,
    /// How much is taken from the server.
    pub limits: Limits,
    /// How it words errors.
    pub dialect: &'static Dialect,
}

impl Service {
    /// A server with default limits.
    pub fn new(base: BaseUrl, dialect: &'static Dialect) -> Self {
        let json = HeaderValue::from_static(JSON);
        let mut headers = HeaderMap::with_capacity(HEADERS);
        headers.extend([ACCEPT, CONTENT_TYPE].map(|name| (name, json.clone())));
        Self {
            base,
            headers,
            credentials: None,
            timeout: Duration::from_secs(60),
            idle_timeout: Duration::from_secs(60),
            retry: RetryPolicy::default(),
            limits: Limits::default(),
            dialect,
        }
    }

    /// Says which limit cannot work, before anything is sent.
    pub(crate) fn check(&self) -> Result<(), Error> {
        check_limit("timeout", self.timeout)?;
        check_limit("idle_timeout", self.idle_timeout)
    }
}

/// Headers by name only: they carry credentials.
impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.keys().collect();
        f.debug_struct("Service")
            .field("base", &self.base)
            .field("headers", &names)
            .field("timeout", &self.timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("retry", &self.retry)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// How much is taken from the server at most: beyond a limit a call fails.
///
/// ```
/// use codespar_engine::Limits;
///
/// let limits = Limits::default().body_bytes(1 << 20).pages(100);
/// assert_eq!((limits.body_bytes, limits.pages), (1 << 20, 100));
/// ```
#[doc(alias = "max_body_size")]
#[derive(Clone, Debug, Setters)]
#[non_exhaustive]
pub struct Limits {
    /// The size of a response body, in bytes. Default 64 MiB.
    pub body_bytes: u64,
    /// The size of one frame of an event stream, in bytes. Default 16 MiB.
    pub frame_bytes: usize,
    /// How deeply the JSON of an answer or an event may be nested. Default 127, which is also the
    /// most that typed values are read from; free-form JSON is kept beyond that.
    pub json_depth: usize,
    /// The number of pages of a list. Default 10 000.
    pub pages: u32,
    /// How long the pages of a list may take together, the time in which the caller has their
    /// items left aside. It is looked at between pages. Default one hour.
    pub list_time: Duration,
    /// How many times in a row an event stream is opened again that did not last. Default 5.
    pub reconnects: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 64 << 20,
            frame_bytes: 16 << 20,
            json_depth: 127,
            pages: 10_000,
            list_time: LIST_TIME,
            reconnects: 5,
        }
    }
}
