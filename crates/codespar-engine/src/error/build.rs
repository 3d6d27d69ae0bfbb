//! How errors are made, and what is said of them on their way out. What only API crates add is
//! hidden from the documentation: it is a part of their kit.

use std::{any::Any, error::Error as StdError, fmt, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::error::{Answered, Error, ErrorKind, Inner, PendingApproval};
use crate::{
    http::content::Progress,
    transport::{TransportError, TransportErrorKind},
    verdict::{Judgement, KeyRule},
};

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
                named: false,
                attempts: 0,
                sent: false,
                request: None,
                whole: None,
                approval: None,
                transient: false,
                waited: false,
                source: None,
                last: None,
                progress: None,
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

    /// A wait that was in vain: no request of it failed, but what was waited for did not come in
    /// time.
    #[doc(hidden)]
    pub fn waited(message: impl Into<Box<str>>) -> Self {
        let mut error = Self::new(ErrorKind::Timeout, message);
        (error.inner.waited, error.inner.transient) = (true, true);
        error
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
            TransportErrorKind::Content => (ErrorKind::Content, "the content could not be read"),
        };
        let mut built = Self::new(kind, error.refusal().unwrap_or(message));
        built.inner.sent = sent;
        built.inner.transient = kind != ErrorKind::Canceled && error.refusal().is_none();
        built.inner.source = error.into_source();
        built
    }

    /// Names the operation it happened in, unless an inner one is named already.
    #[must_use]
    #[doc(hidden)]
    pub fn at(mut self, operation: &'static str) -> Self {
        if self.inner.operation.is_empty() {
            self.inner.operation = operation;
        }
        self
    }

    /// Names the operation that was called, in place of the inner one that failed.
    pub(crate) fn named(mut self, operation: &'static str) -> Self {
        self.inner.operation = operation;
        self
    }

    /// Says how the request named its effect, where no option of the call did.
    pub(crate) fn with_rule(mut self, rule: KeyRule) -> Self {
        self.inner.named |= matches!(rule, KeyRule::Argument(_));
        self
    }

    /// Whether the request named its effect, by a key or by an argument.
    pub(crate) fn names_effect(&self) -> bool {
        self.inner.named || self.inner.idempotency_key.is_some()
    }

    /// Says which machine-readable code the server gave.
    #[must_use]
    #[doc(hidden)]
    pub fn with_code(mut self, code: impl Into<Box<str>>) -> Self {
        self.inner.code = Some(code.into());
        self
    }

    /// Says how the server names the request.
    #[must_use]
    #[doc(hidden)]
    pub fn with_request_id(mut self, id: impl Into<Box<str>>) -> Self {
        self.inner.request_id = Some(readable(id.into(), REQUEST_ID));
        self
    }

    /// Hangs a cause below.
    #[must_use]
    #[doc(hidden)]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.inner.source = Some(source.into());
        self
    }

    /// The content of a file that was not as long as was said, or is another, or cannot be kept.
    #[doc(hidden)]
    pub fn content(message: impl Into<Box<str>>) -> Self {
        Self::new(ErrorKind::Content, message)
    }

    /// Says how much of a file was sent or received.
    #[must_use]
    pub(crate) fn with_progress(mut self, progress: Option<Progress>) -> Self {
        self.inner.progress = progress.or(self.inner.progress);
        self
    }

    /// Keeps the last complete state that was seen before the failure.
    #[must_use]
    #[doc(hidden)]
    pub fn with_last<S: Any + Send + Sync>(mut self, last: S) -> Self {
        self.inner.last = Some(Box::new(last));
        self
    }

    /// Keeps the answer that the failure came with.
    #[must_use]
    #[doc(hidden)]
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
    #[doc(hidden)]
    pub fn transient(mut self, transient: bool) -> Self {
        self.inner.transient = transient;
        self
    }

    /// How long the server asked to wait.
    #[must_use]
    #[doc(hidden)]
    pub fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.inner.retry_after = wait;
        self
    }

    /// Says that an earlier step of the same conversation may have reached the server.
    #[must_use]
    #[doc(hidden)]
    pub fn maybe_sent(mut self, sent: bool) -> Self {
        self.inner.sent |= sent;
        self
    }

    /// Says what the last request came to, as its answer has it.
    #[must_use]
    #[doc(hidden)]
    pub fn judged(mut self, judgement: Judgement) -> Self {
        self.inner.request = Some(judgement);
        self
    }

    /// Keeps the approval that the server named.
    #[must_use]
    #[doc(hidden)]
    pub fn with_approval(mut self, approval: Option<PendingApproval>) -> Self {
        self.inner.approval = approval.map(Box::new);
        self
    }

    /// Says what the last request and the whole conversation came to.
    pub(crate) fn concluded(mut self, request: Judgement, whole: Judgement) -> Self {
        self.inner.request = Some(request);
        self.inner.whole = Some(whole);
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32, key: Option<&str>) -> Self {
        self.inner.attempts = attempts;
        if self.inner.idempotency_key.is_none() {
            self.inner.idempotency_key = key.map(Into::into);
        }
        self
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
