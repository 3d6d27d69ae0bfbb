//! The log of received requests.

use std::collections::VecDeque;

use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;

/// One request as it arrived.
///
/// `Debug` shows neither header values nor the body, since both may hold secrets.
#[derive(Clone)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// The method, in upper case.
    pub method: String,
    /// The path as spelled on the wire, percent escapes included, without the query.
    pub path: String,
    /// The query as spelled on the wire, without the question mark.
    pub query: Option<String>,
    /// All headers of the request.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl ReceivedRequest {
    /// The first value of a header, when it is there and is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as JSON; `None` when it is empty or not JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// About how much memory it takes.
    fn size(&self) -> usize {
        /// Of a header, and of the rest.
        const FIXED: usize = 64;
        let headers = self.headers.iter();
        let headers: usize =
            headers.map(|(name, value)| name.as_str().len() + value.len() + FIXED).sum();
        let query = self.query.as_ref().map_or(0, String::len);
        FIXED + self.method.len() + self.path.len() + query + headers + self.body.len()
    }

    pub(crate) fn media_type(&self) -> Option<String> {
        let value = self.header("content-type")?;
        Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    }
}

/// What has been received, newest last, up to so many bytes.
pub(crate) struct Log {
    kept: VecDeque<ReceivedRequest>,
    bytes: usize,
    most: usize,
    count: usize,
}

impl Log {
    pub(crate) fn new(most: usize) -> Self {
        Self { kept: VecDeque::new(), bytes: 0, most, count: 0 }
    }

    /// Keeps a request. The oldest go when there are too many, and the body of one that is too
    /// large by itself.
    pub(crate) fn push(&mut self, mut request: ReceivedRequest) {
        self.count += 1;
        if request.size() > self.most {
            request.body = Bytes::new();
        }
        self.bytes += request.size();
        self.kept.push_back(request);
        while self.bytes > self.most {
            let Some(oldest) = self.kept.pop_front() else { return };
            self.bytes -= oldest.size();
        }
    }

    pub(crate) fn all(&self) -> Vec<ReceivedRequest> {
        self.kept.iter().cloned().collect()
    }

    /// How many were received, kept or not.
    pub(crate) fn count(&self) -> usize {
        self.count
    }
}

impl std::fmt::Debug for ReceivedRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let headers: Vec<_> = self.headers.keys().map(http::HeaderName::as_str).collect();
        f.debug_struct("ReceivedRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("headers", &headers)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
