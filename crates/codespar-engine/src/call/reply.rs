//! An output, with what is known of the response it came in.

use std::fmt;

use http::{HeaderMap, StatusCode};

/// The output of a call with the HTTP response it came in, from
/// [`Call::with_response`](crate::Call::with_response).
#[doc(alias = "response")]
#[derive(Clone)]
#[non_exhaustive]
pub struct Reply<O> {
    /// The output of the operation.
    pub output: O,
    /// The HTTP status of the last response.
    pub status: StatusCode,
    /// The HTTP headers of the last response.
    pub headers: HeaderMap,
    /// How many requests the call took, retries included.
    pub attempts: u32,
    /// The idempotency key that was sent, if the operation takes one.
    pub idempotency_key: Option<Box<str>>,
}

impl<O> Reply<O> {
    /// The id that the server gave the last request, from the `x-request-id` header.
    pub fn request_id(&self) -> Option<&str> {
        self.headers.get("x-request-id")?.to_str().ok()
    }

    /// An output in an answer of status 200 without headers, for fakes in tests. Other fields are
    /// set afterwards.
    ///
    /// ```
    /// use codespar_engine::Reply;
    ///
    /// let mut reply = Reply::new("an output");
    /// reply.status = http::StatusCode::CREATED;
    /// assert_eq!((reply.output, reply.attempts), ("an output", 1));
    /// ```
    #[doc(alias = "mock")]
    pub fn new(output: O) -> Self {
        Self::of(output, None, 1, None)
    }

    pub(crate) fn of(
        output: O,
        head: Option<(StatusCode, HeaderMap)>,
        attempts: u32,
        idempotency_key: Option<Box<str>>,
    ) -> Self {
        let (status, headers) = head.unwrap_or_default();
        Self { output, status, headers, attempts, idempotency_key }
    }
}

/// Without the headers, which may set cookies.
impl<O: fmt::Debug> fmt::Debug for Reply<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("output", &self.output)
            .field("status", &self.status)
            .field("request_id", &self.request_id())
            .field("attempts", &self.attempts)
            .field("idempotency_key", &self.idempotency_key)
            .finish_non_exhaustive()
    }
}
