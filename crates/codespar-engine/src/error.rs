//! One error for every call, one word wide.

use std::{any::Any, error::Error as StdError, fmt, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::{Serialize, Serializer, ser::SerializeStruct};

use crate::{
    Json, KeyRule, KeyUse, Timestamp, TransportError, TransportErrorKind, Verdict,
    verdict::Judgement,
};

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
    /// Whether an argument of the caller's names the effect.
    named: bool,
    attempts: u32,
    sent: bool,
    /// What the last request came to, where its answer says it.
    request: Option<Judgement>,
    /// What the whole conversation came to.
    whole: Option<Judgement>,
    approval: Option<Box<PendingApproval>>,
    transient: bool,
    /// Whether it is a wait that was in vain.
    waited: bool,
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

/// What a person has to decide on before a held effect happens.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PendingApproval {
    /// The approval.
    pub id: String,
    /// Until when it can be given, where the server says so.
    pub expires_at: Option<Timestamp>,
}

impl PendingApproval {
    /// An approval, and until when it can be given.
    pub fn new(id: impl Into<String>, expires_at: Option<Timestamp>) -> Self {
        Self { id: id.into(), expires_at }
    }
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
        };
        let mut built = Self::new(kind, error.refusal().unwrap_or(message));
        built.inner.sent = sent;
        built.inner.transient = kind != ErrorKind::Canceled && error.refusal().is_none();
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

    pub(crate) fn has_last(&self) -> bool {
        self.inner.last.is_some()
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

    /// Says what the last request came to, as its answer has it.
    #[must_use]
    pub fn judged(mut self, judgement: Judgement) -> Self {
        self.inner.request = Some(judgement);
        self
    }

    /// Keeps the approval that the server named.
    #[must_use]
    pub fn with_approval(mut self, approval: Option<PendingApproval>) -> Self {
        self.inner.approval = approval.map(Box::new);
        self
    }

    pub(crate) fn judgement(&self) -> Option<Judgement> {
        self.inner.request
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

    /// The idempotency key the request carried; [`key_use`](Self::key_use) says whether a repetition
    /// needs the same.
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

    /// Whether it is a wait that was in vain: no request failed, but what was waited for did not
    /// come in time.
    pub fn is_wait(&self) -> bool {
        self.inner.waited
    }

    /// Whether a fresh try could go better. Not whether it is safe: see
    /// [`may_have_been_sent`](Self::may_have_been_sent).
    pub fn is_retryable(&self) -> bool {
        self.inner.transient
    }

    /// What happened, as far as the server's effects go: money above all. It is about the whole
    /// conversation, repetitions and earlier requests of a chain included.
    pub fn verdict(&self) -> Verdict {
        self.judged_whole().verdict
    }

    /// What becomes of the idempotency key or attempt id: whether a repetition needs the same.
    pub fn key_use(&self) -> KeyUse {
        self.judged_whole().key
    }

    /// What the last request alone came to, whatever went before.
    pub fn request_verdict(&self) -> Verdict {
        self.inner.request.unwrap_or_else(|| self.judged_whole()).verdict
    }

    fn judged_whole(&self) -> Judgement {
        let unjudged = || match self.inner.sent {
            true => Judgement::UNKNOWN,
            false => Judgement { verdict: Verdict::NothingSent, key: KeyUse::None },
        };
        self.inner.whole.or(self.inner.request).unwrap_or_else(unjudged)
    }

    /// The approval that a held effect waits for, where the server named one.
    pub fn approval(&self) -> Option<&PendingApproval> {
        self.inner.approval.as_deref()
    }

    /// Whether the server may have seen any request of the conversation, one that only reads
    /// included. While this is `false`, nothing can have happened there and repeating the call is
    /// safe.
    ///
    /// It speaks of the one call that failed: when waiting for a payment fails with `false`, the
    /// charge before it was made all the same. It is `true` of every answer, refusals included;
    /// [`verdict`](Self::verdict) tells those apart.
    pub fn may_have_been_sent(&self) -> bool {
        self.inner.sent
    }

    /// Whether the server said that it did not do it, and nothing else of the conversation can
    /// have been done: [`Verdict::Refused`].
    pub fn is_refusal(&self) -> bool {
        self.inner.kind == ErrorKind::Api && self.verdict() == Verdict::Refused
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
        let attempts = (inner.attempts > 1).then(|| format!("after {} requests", inner.attempts));
        let request = inner.request_id.as_ref().map(|id| format!("request {id}"));
        let is_lost =
            matches!(inner.kind, ErrorKind::Timeout | ErrorKind::Io | ErrorKind::Canceled);
        let fate = match self.verdict() {
            _ if is_lost && inner.sent => Some("the request may have reached the server"),
            Verdict::Unknown if inner.whole.is_some() => Some("it may have happened"),
            Verdict::Held => Some("held until a person approves"),
            _ => None,
        };
        let notes = [
            status.as_deref().map(|status| format!("status {status}")),
            inner.code.as_ref().map(|code| format!("code {code}")),
            request,
            attempts,
            self.approval().map(|approval| format!("approval {}", approval.id)),
            fate.map(str::to_owned),
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
            .field("verdict", &self.verdict())
            .field("source", &inner.source)
            .finish_non_exhaustive()
    }
}

/// What happened, for logs and for programs that read JSON: neither the body nor the headers of the
/// answer, which may hold personal data.
impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut error = serializer.serialize_struct("Error", 12)?;
        error.serialize_field("kind", self.kind().as_str())?;
        error.serialize_field("operation", self.operation())?;
        error.serialize_field("message", self.message())?;
        error.serialize_field("verdict", &self.verdict())?;
        error.serialize_field("key_use", &self.key_use())?;
        error.serialize_field("may_have_been_sent", &self.may_have_been_sent())?;
        error.serialize_field("attempts", &self.attempts())?;
        error.serialize_field("field", &self.field())?;
        error.serialize_field("status", &self.status().map(|status| status.as_u16()))?;
        error.serialize_field("code", &self.code())?;
        error.serialize_field("request_id", &self.request_id())?;
        error.serialize_field("approval_id", &self.approval().map(|approval| &approval.id))?;
        error.end()
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
