//! One error for every call, one word wide.

use std::{any::Any, error::Error as StdError, fmt, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::{Json, TransportError, TransportErrorKind};

/// What kind of failure an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument or a setting cannot work. Nothing was sent.
    Config,
    /// The server answered that it will not.
    Api,
    /// No connection came about. The server has seen nothing of this attempt.
    Connect,
    /// A time limit ran out.
    Timeout,
    /// The connection broke.
    Io,
    /// The answer came, but it is not what the operation answers with.
    Decode,
    /// An event stream broke its rules, reported a failure or ended before its end.
    Stream,
    /// The caller stopped it.
    Canceled,
}

impl ErrorKind {
    /// The kind as one lower-case word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Api => "api",
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Io => "io",
            Self::Decode => "decode",
            Self::Stream => "stream",
            Self::Canceled => "canceled",
        }
    }
}

/// Why a call failed: what, where, and whether the request may have reached the server.
///
/// `Display` is one line without the body of the answer and without secrets; the cause hangs
/// below as [`source`](StdError::source).
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    kind: ErrorKind,
    operation: &'static str,
    message: Box<str>,
    field: Option<Box<str>>,
    code: Option<Box<str>>,
    answer: Option<Answered>,
    request_id: Option<Box<str>>,
    retry_after: Option<Duration>,
    idempotency_key: Option<Box<str>>,
    attempts: u32,
    sent: bool,
    transient: bool,
    source: Option<Box<dyn StdError + Send + Sync>>,
    last: Option<Box<dyn Any + Send + Sync>>,
}

/// How long the words of an error get, and the server's name for the request, in letters.
const MESSAGE: usize = 1000;
pub(crate) const REQUEST_ID: usize = 200;

/// Words fit for a log and a terminal, on one line: some of them may be the server's.
fn readable(words: Box<str>, longest: usize) -> Box<str> {
    if words.len() <= longest && !words.contains(char::is_control) {
        return words;
    }
    let plain = |letter: char| if letter.is_control() { ' ' } else { letter };
    words.chars().take(longest).map(plain).collect::<String>().into()
}

/// The part of an answer that an error keeps.
struct Answered {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Error {
    fn new(kind: ErrorKind, message: impl Into<Box<str>>) -> Self {
        Self {
            inner: Box::new(Inner {
                kind,
                operation: "",
                message: readable(message.into(), MESSAGE),
                field: None,
                code: None,
                answer: None,
                request_id: None,
                retry_after: None,
                idempotency_key: None,
                attempts: 0,
                sent: false,
                transient: false,
                source: None,
                last: None,
            }),
        }
    }

    /// An argument or setting that cannot work: which one, and what was expected.
    pub fn config(field: impl Into<Box<str>>, expected: impl fmt::Display) -> Self {
        let field = field.into();
        let mut error = Self::new(ErrorKind::Config, format!("{field}: {expected}"));
        error.inner.field = Some(field);
        error
    }

    /// An answer that is a refusal; the rest is added by the service's reading of it.
    pub fn api(message: impl Into<Box<str>>) -> Self {
        Self::new(ErrorKind::Api, message)
    }

    /// An answer that is not what was promised.
    pub fn decode(message: impl Into<Box<str>>) -> Self {
        Self::new(ErrorKind::Decode, message)
    }

    /// An event stream that broke its rules or ended before its end.
    pub fn stream(message: impl Into<Box<str>>) -> Self {
        Self::new(ErrorKind::Stream, message)
    }

    /// A time limit of a conversation that ran out between requests.
    pub fn timeout(message: impl Into<Box<str>>) -> Self {
        Self::new(ErrorKind::Timeout, message)
    }

    /// A failure below HTTP.
    pub fn transport(error: TransportError) -> Self {
        let sent = error.may_have_been_sent();
        let (kind, message) = match error.kind() {
            TransportErrorKind::Connect => (ErrorKind::Connect, "no connection to the server"),
            TransportErrorKind::Timeout if sent => (ErrorKind::Timeout, "the time limit ran out"),
            TransportErrorKind::Timeout => {
                (ErrorKind::Timeout, "the time limit ran out before the request was sent")
            }
            TransportErrorKind::Io => (ErrorKind::Io, "the connection broke"),
            TransportErrorKind::Canceled => (ErrorKind::Canceled, "canceled by the caller"),
        };
        let mut built = Self::new(kind, message);
        built.inner.sent = sent;
        built.inner.transient = !matches!(kind, ErrorKind::Canceled);
        built.inner.source = error.into_source();
        built
    }

    /// Names the operation it happened in, unless an inner one is named already.
    #[must_use]
    pub fn at(mut self, operation: &'static str) -> Self {
        if self.inner.operation.is_empty() {
            self.inner.operation = operation;
        }
        self
    }

    /// Says which machine-readable code the server gave.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<Box<str>>) -> Self {
        self.inner.code = Some(code.into());
        self
    }

    /// Says how the server names the request.
    #[must_use]
    pub fn with_request_id(mut self, id: impl Into<Box<str>>) -> Self {
        self.inner.request_id = Some(readable(id.into(), REQUEST_ID));
        self
    }

    /// Hangs a cause below.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    /// Keeps the last complete state that was seen before the failure.
    #[must_use]
    pub fn with_last<S: Any + Send + Sync>(mut self, last: S) -> Self {
        self.inner.last = Some(Box::new(last));
        self
    }

    /// Keeps the answer that the failure came with.
    #[must_use]
    pub fn with_answer(mut self, status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        self.inner.sent = true;
        if self.inner.request_id.is_none() {
            let id = headers.get("x-request-id").and_then(|id| id.to_str().ok());
            self.inner.request_id = id.map(|id| readable(id.into(), REQUEST_ID));
        }
        self.inner.answer = Some(Answered { status, headers, body });
        self
    }

    /// Whether a fresh try could go better.
    #[must_use]
    pub fn transient(mut self, transient: bool) -> Self {
        self.inner.transient = transient;
        self
    }

    /// How long the server asked to wait.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.inner.retry_after = wait;
        self
    }

    /// Says that an earlier step of the same conversation may have reached the server.
    #[must_use]
    pub fn maybe_sent(mut self, sent: bool) -> Self {
        self.inner.sent |= sent;
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32, key: Option<&str>) -> Self {
        self.inner.attempts = attempts;
        if self.inner.idempotency_key.is_none() {
            self.inner.idempotency_key = key.map(Into::into);
        }
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// The operation that failed, such as `session.charge`.
    pub fn operation(&self) -> &'static str {
        self.inner.operation
    }

    /// What went wrong, in words: the server's own where it gave any.
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// The argument or setting that a `Config` error is about.
    pub fn field(&self) -> Option<&str> {
        self.inner.field.as_deref()
    }

    /// The machine-readable code the server gave, such as `session_not_active`.
    pub fn code(&self) -> Option<&str> {
        self.inner.code.as_deref()
    }

    /// The HTTP status, where there was an answer.
    pub fn status(&self) -> Option<StatusCode> {
        self.inner.answer.as_ref().map(|answer| answer.status)
    }

    /// The headers, where there was an answer.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.inner.answer.as_ref().map(|answer| &answer.headers)
    }

    /// The raw body, where there was an answer. It may hold personal data.
    pub fn body(&self) -> Option<&Bytes> {
        self.inner.answer.as_ref().map(|answer| &answer.body)
    }

    /// The body as JSON, where it is JSON.
    pub fn json(&self) -> Option<Json> {
        Json::from_slice(self.body()?).ok()
    }

    /// The server's name for the request.
    pub fn request_id(&self) -> Option<&str> {
        self.inner.request_id.as_deref()
    }

    /// How long the server asked to wait before another try.
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.retry_after
    }

    /// The idempotency key the request carried: repeat with the same one.
    pub fn idempotency_key(&self) -> Option<&str> {
        self.inner.idempotency_key.as_deref()
    }

    /// How many requests were sent or tried for this call; 0 when it failed before.
    pub fn attempts(&self) -> u32 {
        self.inner.attempts
    }

    /// The last complete state seen before the failure, if it is an `S`: a payment status, a
    /// batch.
    pub fn last<S: Any>(&self) -> Option<&S> {
        self.inner.last.as_deref()?.downcast_ref()
    }

    /// Whether a time limit ran out.
    pub fn is_timeout(&self) -> bool {
        self.inner.kind == ErrorKind::Timeout
    }

    /// Whether a fresh try could go better. Not whether it is safe: see
    /// [`may_have_been_sent`](Self::may_have_been_sent).
    pub fn is_retryable(&self) -> bool {
        self.inner.transient
    }

    /// Whether the server may have seen the request. While this is `false`, nothing can have
    /// happened there and repeating the call is safe.
    ///
    /// It speaks of the one call that failed: when waiting for a payment fails with `false`, the
    /// charge before it was made all the same. It is `true` of every answer, refusals included.
    pub fn may_have_been_sent(&self) -> bool {
        self.inner.sent
    }

    /// Whether the server said that it did not do it: the first and only request was answered with
    /// a 4xx status, other than 408 and 409, which leave open what came of an earlier one.
    pub fn is_refusal(&self) -> bool {
        let refuses = |status: StatusCode| {
            status.is_client_error()
                && !matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT)
        };
        self.inner.kind == ErrorKind::Api
            && self.inner.attempts == 1
            && self.status().is_some_and(refuses)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.inner;
        if !inner.operation.is_empty() {
            write!(f, "{}: ", inner.operation)?;
        }
        f.write_str(&inner.message)?;
        let status = self.status().map(|status| status.as_u16().to_string());
        let attempts = (inner.attempts > 1).then(|| format!("after {} attempts", inner.attempts));
        let request = inner.request_id.as_ref().map(|id| format!("request {id}"));
        let unknown =
            matches!(inner.kind, ErrorKind::Timeout | ErrorKind::Io | ErrorKind::Canceled)
                && inner.sent;
        let notes = [
            status.as_deref().map(|status| format!("status {status}")),
            inner.code.as_ref().map(|code| format!("code {code}")),
            request,
            attempts,
            unknown.then(|| "the request may have reached the server".to_owned()),
        ];
        let notes: Vec<_> = notes.into_iter().flatten().collect();
        if notes.is_empty() { Ok(()) } else { write!(f, " ({})", notes.join(", ")) }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.inner;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("operation", &inner.operation)
            .field("message", &inner.message)
            .field("field", &inner.field)
            .field("status", &self.status())
            .field("code", &inner.code)
            .field("request_id", &inner.request_id)
            .field("body_bytes", &self.body().map(Bytes::len))
            .field("attempts", &inner.attempts)
            .field("may_have_been_sent", &inner.sent)
            .field("source", &inner.source)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_ref().map(|source| &**source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_server_stay_on_one_line_of_a_readable_length() {
        let error =
            Error::stream("event \u{1b}[2J\nme\0: not JSON").with_request_id("r".repeat(9999));
        assert_eq!(error.message(), "event  [2J me : not JSON");
        assert_eq!(error.request_id().map(str::len), Some(REQUEST_ID));
        assert_eq!(Error::decode("é".repeat(9999)).message().chars().count(), MESSAGE);
    }
}
