//! The error of every call, one word wide.

mod build;
mod display;
mod status_to_answer;

use std::{any::Any, error::Error as StdError, fmt, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

#[cfg(any(feature = "metrics", feature = "tracing"))]
pub(crate) use self::build::REQUEST_ID;
use crate::{
    http::content::Progress,
    time::Timestamp,
    verdict::{Judgement, KeyUse, Verdict},
};

/// The kind of failure that an [`Error`] is about.
///
/// It says where the call failed. What happened on the server is [`Error::verdict`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument or a setting is wrong. Nothing was sent.
    Config,
    /// The server answered with a refusal or a failure.
    Api,
    /// No connection could be made. The server has seen nothing of this attempt.
    Connect,
    /// A time limit ran out.
    Timeout,
    /// The connection broke within a request or its response.
    Io,
    /// The response arrived, and is not what the operation answers with.
    Decode,
    /// An event stream broke its rules, reported a failure or ended before its end.
    Stream,
    /// The caller canceled the call.
    Canceled,
    /// A file that was sent or received: it could not be read or written, or it was not as long as
    /// was said, or not the same. [`Error::progress`] says how far it came.
    Content,
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
            Self::Content => "content",
        }
    }
}

/// The error of a call: what failed, in which operation, and what happened to the money.
///
/// - what happened: [`verdict`](Self::verdict), [`key_use`](Self::key_use),
///   [`approval`](Self::approval)
/// - what went wrong: [`kind`](Self::kind), [`code`](Self::code), [`status`](Self::status),
///   [`message`](Self::message), [`field`](Self::field)
/// - where: [`operation`](Self::operation), [`request_id`](Self::request_id),
///   [`attempts`](Self::attempts)
/// - what was seen before: [`last`](Self::last)
///
/// `Display` is one line without the body of the response and without secrets; the cause is the
/// [`source`](StdError::source).
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
    /// How much of a file was sent or received.
    progress: Option<Progress>,
}

/// What a person has to decide on before a held effect happens.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PendingApproval {
    /// The id by which the approval is asked for.
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
    pub(crate) fn has_last(&self) -> bool {
        self.inner.last.is_some()
    }

    pub(crate) fn judgement(&self) -> Option<Judgement> {
        self.inner.request
    }

    /// The kind of failure.
    pub fn kind(&self) -> ErrorKind {
        self.inner.kind
    }

    /// The name of the operation that failed, such as `session.charge`.
    pub fn operation(&self) -> &'static str {
        self.inner.operation
    }

    /// The message: the server's own words, where it gave any.
    pub fn message(&self) -> &str {
        &self.inner.message
    }

    /// The name of the argument or setting that a `Config` error is about.
    pub fn field(&self) -> Option<&str> {
        self.inner.field.as_deref()
    }

    /// The error code that the server gave, such as `session_not_active`.
    pub fn code(&self) -> Option<&str> {
        self.inner.code.as_deref()
    }

    /// The HTTP status, if the server answered.
    pub fn status(&self) -> Option<StatusCode> {
        self.inner.answer.as_ref().map(|answer| answer.status)
    }

    /// The HTTP headers of the response, if the server answered.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.inner.answer.as_ref().map(|answer| &answer.headers)
    }

    /// The raw body of the response, if the server answered. It may hold personal data.
    pub fn body(&self) -> Option<&Bytes> {
        self.inner.answer.as_ref().map(|answer| &answer.body)
    }

    /// The id that the server gave the request.
    pub fn request_id(&self) -> Option<&str> {
        self.inner.request_id.as_deref()
    }

    /// How long the server asked to wait before a retry.
    #[doc(alias = "Retry-After")]
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.retry_after
    }

    /// The idempotency key that the request carried. [`key_use`](Self::key_use) says whether a
    /// repetition needs the same one.
    pub fn idempotency_key(&self) -> Option<&str> {
        self.inner.idempotency_key.as_deref()
    }

    /// How many requests were sent or tried for this call; 0 if it failed before the first.
    pub fn attempts(&self) -> u32 {
        self.inner.attempts
    }

    /// The last complete state that was seen before the failure, if it is an `S`: a
    /// `PaymentStatus`, a `Batch`. The documentation of an operation says which it keeps.
    pub fn last<S: Any>(&self) -> Option<&S> {
        self.inner.last.as_deref()?.downcast_ref()
    }

    /// How much of a file was sent in the last attempt, or received: for content that is read while
    /// it is sent, and for downloads.
    #[doc(alias = "upload")]
    #[doc(alias = "download")]
    pub fn progress(&self) -> Option<Progress> {
        self.inner.progress
    }

    /// Whether a time limit ran out.
    pub fn is_timeout(&self) -> bool {
        self.inner.kind == ErrorKind::Timeout
    }

    /// Whether a wait ended in vain: no request failed, and what was waited for did not happen in
    /// time.
    pub fn is_wait(&self) -> bool {
        self.inner.waited
    }

    /// Whether a retry could succeed: the failure is one that passes. It does not say that a retry
    /// is safe: see [`verdict`](Self::verdict).
    #[doc(alias = "transient")]
    #[doc(alias = "temporary")]
    pub fn is_retryable(&self) -> bool {
        self.inner.transient
    }

    /// What happened on the server, money above all: nothing sent, refused, held, unknown or done.
    /// It covers the whole call, retries and earlier requests of a chain included.
    pub fn verdict(&self) -> Verdict {
        self.judged_whole().verdict
    }

    /// What becomes of the idempotency key or attempt id: whether a repetition needs the same one.
    pub fn key_use(&self) -> KeyUse {
        self.judged_whole().key
    }

    /// The verdict about the last request alone, whatever went before it.
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

    /// Whether the server may have seen any request of the call, one that only reads included. If
    /// `false`, nothing can have happened there, and repeating the call is safe.
    ///
    /// It is about the one call that failed: if waiting for a payment fails with `false`, the
    /// charge before it was made all the same. It is `true` whenever the server answered, refusals
    /// included; [`verdict`](Self::verdict) tells those apart.
    pub fn may_have_been_sent(&self) -> bool {
        self.inner.sent
    }

    /// Whether the server refused the call and nothing of it can have been done: kind `Api` and
    /// [`Verdict::Refused`].
    pub fn is_refusal(&self) -> bool {
        self.inner.kind == ErrorKind::Api && self.verdict() == Verdict::Refused
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

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_ref().map(|source| &**source as _)
    }
}
