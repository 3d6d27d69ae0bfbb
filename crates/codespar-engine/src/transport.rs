//! The small traits through which the engine reaches a server.

pub(crate) mod idle;
pub(crate) mod proxy;
pub(crate) mod settings;
pub(crate) mod ticker;

use std::{error::Error as StdError, fmt, time::Duration};

use bytes::Bytes;
use http::Uri;

use crate::{
    call::cancel::CancelHandle,
    error::Error,
    flow::tick::Tick,
    http::{content::failure::ContentError, payload::Payload},
    transport::settings::TransportSettings,
    verdict::{Effect, KeyRule},
};

/// A request on its way out, with the limits of this one attempt.
#[derive(Clone)]
#[non_exhaustive]
pub struct Exchange {
    /// The request, whole.
    pub request: http::Request<Payload>,
    /// How long the attempt may take up to the response's head.
    pub timeout: Option<Duration>,
    /// How long the server may be silent within the body.
    pub idle: Option<Duration>,
    /// Whether the body is an event stream: hours long, many small pieces.
    pub streaming: bool,
    /// What stops the exchange from another thread or task. Flows do not look at it: the driver
    /// does, in reads and waits too, and answers the step with
    /// [`Event::Failed`](crate::flow::Event::Failed) of [`TransportError::canceled`].
    pub cancel: Option<CancelHandle>,
    /// What the request does to the world; by its method, unless the operation says more.
    pub effect: Effect,
    /// Whether the request names its effect by a key.
    pub keyed: bool,
    /// The name of the operation; empty where there is none.
    pub operation: &'static str,
    /// How the operation names its effect, as it was called.
    pub key_rule: KeyRule,
    /// Whether it may be sent again where the server may have seen it: it reads, means the same
    /// twice, or has a key that the server honours. Flows repeat requests; a transport does not.
    pub repeatable: bool,
}

impl Exchange {
    /// An exchange without limits.
    pub fn new(request: http::Request<Payload>) -> Self {
        let effect = Effect::of_method(request.method());
        Self {
            request,
            timeout: None,
            idle: None,
            streaming: false,
            cancel: None,
            effect,
            keyed: false,
            operation: "",
            key_rule: KeyRule::None,
            repeatable: !effect.is_change(),
        }
    }
}

/// Without headers, query and body: they carry credentials and personal data.
impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("method", self.request.method())
            .field("path", &self.request.uri().path())
            .field("body", self.request.body())
            .field("timeout", &self.timeout)
            .field("idle", &self.idle)
            .field("streaming", &self.streaming)
            .finish_non_exhaustive()
    }
}

/// Reaches the server, in whichever way: see [`BlockingTransport`] and [`AsyncTransport`].
///
/// Cloning a transport must be cheap; clones share their connections.
pub trait Transport: Clone + Send + 'static {
    /// A response body that is still being received. Dropping it before its end closes the
    /// connection, or keeps it where nothing but the end was left and has already arrived; the end
    /// is never waited for.
    type Body;
}

/// Knows the time, and has noise: what flows are resumed with. Every transport that carries calls
/// out is one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no clock and no noise",
    note = "a client without a transport makes up no key: set one with `idempotency_key`"
)]
pub trait Clock {
    /// This moment, for [`Flow::resume`](crate::flow::Flow::resume).
    fn tick(&self) -> Tick<'_>;
}

/// The transport of a client that has none. Its calls are made into requests by
/// [`Call::into_exchange`](crate::Call::into_exchange) and
/// [`Items::into_exchange`](crate::Items::into_exchange), or driven by hand.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::exhaustive_structs, reason = "there is nothing in it")]
pub struct NoTransport;

impl Transport for NoTransport {
    type Body = std::convert::Infallible;
}

/// A transport that can be made from settings: what lets a client be built in one line.
pub trait Connect: Transport {
    /// Makes the transport for a server. Opens no connection yet.
    ///
    /// # Errors
    /// `Config`, when the settings cannot work: `https` without TLS, an unreadable certificate,
    /// a bad proxy URL.
    fn connect(settings: &TransportSettings, base: &Uri) -> Result<Self, Error>;

    /// A variable of the process environment.
    fn variable(name: &str) -> Option<String>;
}

/// Carries requests out on the calling thread.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not block",
    label = "not a blocking transport",
    note = "finish the call with `.await`, or use the client of `codespar-blocking`",
    note = "the next item of an asynchronous list or stream is `items.next().await`"
)]
pub trait BlockingTransport: Transport<Body: BlockingBody> + Clock {
    /// Sends the request, returns once the response's head is there.
    ///
    /// Every status is a success here; what it means is for the caller to say.
    ///
    /// # Errors
    /// When no answer came; the error says whether the server may have seen the request.
    fn open(&self, exchange: Exchange) -> Result<http::Response<Self::Body>, TransportError>;

    /// Lets time pass, less of it when canceled.
    fn sleep(&self, duration: Duration, cancel: Option<&CancelHandle>);
}

/// A response body, read on the calling thread.
pub trait BlockingBody {
    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// When the connection broke, was silent for longer than `idle`, or was canceled.
    fn chunk(&mut self, idle: Option<Duration>) -> Result<Option<Bytes>, TransportError>;

    /// Whether it is known, without reading on, that nothing more will come and that the
    /// connection needs nothing more of this body.
    fn is_over(&self) -> bool {
        false
    }
}

/// Carries requests out as futures.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not asynchronous",
    label = "not an asynchronous transport",
    note = "finish the call with `.send()`, or use the client of `codespar-async`"
)]
pub trait AsyncTransport: Transport<Body: AsyncBody> + Clock + Sync {
    /// Sends the request, resolves once the response's head is there.
    ///
    /// Every status is a success here; what it means is for the caller to say.
    fn open(
        &self,
        exchange: Exchange,
    ) -> impl Future<Output = Result<http::Response<Self::Body>, TransportError>> + Send;

    /// Lets time pass.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send;
}

/// A response body, read as futures.
pub trait AsyncBody: Send + 'static {
    /// The next bytes; `None` at the end.
    fn chunk(
        &mut self,
        idle: Option<Duration>,
    ) -> impl Future<Output = Result<Option<Bytes>, TransportError>> + Send;

    /// Whether it is known, without reading on, that nothing more will come and that the
    /// connection needs nothing more of this body.
    fn is_over(&self) -> bool {
        false
    }
}

/// Carries requests out as futures that stay on their thread: over a browser's `fetch`, or on a
/// runtime of one thread. Calls end with [`Call::local`](crate::Call::local), lists and streams
/// with [`Items::local`](crate::Items::local).
///
/// The transport itself is a handle that clients of all threads may hold, as any other. What
/// belongs to one thread (`Rc`, sockets of its runtime) lies in a `thread_local!`, and in the
/// futures and bodies.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not carry calls out on one thread",
    label = "not a local transport",
    note = "finish the call with `.send()` or `.await`"
)]
pub trait LocalTransport: Transport<Body: LocalBody> + Clock {
    /// Sends the request, resolves once the response's head is there.
    ///
    /// Every status is a success here; what it means is for the caller to say.
    fn open(
        &self,
        exchange: Exchange,
    ) -> impl Future<Output = Result<http::Response<Self::Body>, TransportError>>;

    /// Lets time pass.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;
}

/// A response body, read as futures that stay on their thread.
pub trait LocalBody: 'static {
    /// The next bytes; `None` at the end.
    fn chunk(
        &mut self,
        idle: Option<Duration>,
    ) -> impl Future<Output = Result<Option<Bytes>, TransportError>>;

    /// Whether it is known, without reading on, that nothing more will come and that the
    /// connection needs nothing more of this body.
    fn is_over(&self) -> bool {
        false
    }
}

/// What went wrong below HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection came about: name, route, refusal, TLS handshake, proxy.
    Connect,
    /// A time limit ran out.
    Timeout,
    /// The connection broke, or what came over it was not HTTP.
    Io,
    /// A [`CancelHandle`] was used.
    Canceled,
    /// The content of a file that was to be sent could not be read, or was not as long as was said.
    Content,
}

/// An exchange that got no answer, or not a whole one.
///
/// It answers the one question a retry depends on: may the server have seen the request?
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    sent: bool,
    /// What to say where no other try can go better.
    refused: Option<Box<str>>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// What drivers say of a head with more bytes than the limit.
    pub const LARGE_HEAD: &str = "the head of the answer is larger than the limit";
    /// What drivers say of a head with more lines than the limit.
    pub const LONG_HEAD: &str = "the head of the answer has more lines than the limit";

    const fn new(
        kind: TransportErrorKind,
        sent: bool,
        source: Option<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self { kind, sent, refused: None, source }
    }

    /// The connection could not be made: the server has seen nothing.
    pub fn connect(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Connect, false, Some(source.into()))
    }

    /// No connection may be made, whoever tries again: a certificate that proves nothing, a proxy
    /// that cannot be used. The server has seen nothing; the words say what is wrong.
    pub fn refused(
        words: impl Into<Box<str>>,
        source: Option<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        let refused = Some(words.into());
        Self { refused, ..Self::new(TransportErrorKind::Connect, false, source) }
    }

    /// A limit ran out while the server may already have had the request.
    pub fn timeout(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Timeout, true, Some(source.into()))
    }

    /// A limit ran out before the request was on its way.
    pub fn connect_timeout(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Timeout, false, Some(source.into()))
    }

    /// The connection broke while the server may already have had the request.
    pub fn io(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(TransportErrorKind::Io, true, Some(source.into()))
    }

    /// A [`CancelHandle`] was used; the server may already have had the request.
    pub const fn canceled() -> Self {
        Self::new(TransportErrorKind::Canceled, true, None)
    }

    /// A [`CancelHandle`] was used before the request was on its way.
    pub const fn canceled_unsent() -> Self {
        Self::new(TransportErrorKind::Canceled, false, None)
    }

    /// The body of the request could not be read to its end. `sent` says whether the server may
    /// have seen the request.
    pub fn content(error: ContentError, sent: bool) -> Self {
        let refused = Some(error.to_string().into());
        let source = Some(error.into());
        Self { refused, ..Self::new(TransportErrorKind::Content, sent, source) }
    }

    /// What went wrong.
    pub const fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Whether the server may have seen the request.
    pub const fn may_have_been_sent(&self) -> bool {
        self.sent
    }

    /// What is wrong, where another try would end in the same way.
    pub fn refusal(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    /// Takes the cause out, for the error that is shown to the caller.
    pub(crate) fn into_source(self) -> Option<Box<dyn StdError + Send + Sync>> {
        self.source
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.refused {
            Some(words) if self.kind == TransportErrorKind::Content => return f.write_str(words),
            Some(words) => return write!(f, "no connection: {words}"),
            None => {}
        }
        f.write_str(match self.kind {
            TransportErrorKind::Content => "the content could not be read",
            TransportErrorKind::Connect => "no connection",
            TransportErrorKind::Timeout => "time limit ran out",
            TransportErrorKind::Io => "connection broke",
            TransportErrorKind::Canceled => "canceled",
        })?;
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|source| &**source as _)
    }
}
