//! One conversation that ends with one answer.

use std::{
    convert::Infallible,
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http::{
    HeaderMap, HeaderName, HeaderValue, StatusCode,
    header::{CONNECTION, CONTENT_LENGTH, HOST, TRAILER, TRANSFER_ENCODING, UPGRADE},
};

use crate::{
    AsyncTransport, BlockingTransport, BoxFlow, CancelHandle, Error, Event, Flow, IDEMPOTENCY_KEY,
    Key, Transport,
    compose::{Map, WithResponse},
    drive::{Typed, drive, drive_async},
    history::Conversation,
    retry::made_up_key,
    secret::is_credential,
};

/// Headers that belong to the connection: a wrong one would cut messages at the wrong place.
const FRAMING: [HeaderName; 6] =
    [CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING, TRAILER, UPGRADE];

/// What the caller of one call chose; whatever is not set is the client's default.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// How long the call may take, retries included.
    pub timeout: Option<Duration>,
    /// How long an event stream may be silent.
    pub idle_timeout: Option<Duration>,
    /// How many times it is repeated at most, where repeating is safe.
    pub retries: Option<u32>,
    /// The idempotency key; made up when not given, where the operation takes one. Where it takes
    /// none, a key is a `Config` error.
    pub idempotency_key: Option<Box<str>>,
    /// Headers besides the client's own.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// What stops it from elsewhere.
    pub cancel: Option<CancelHandle>,
    /// The field that could not be taken, and what was expected of it.
    problem: Option<(&'static str, &'static str)>,
}

impl CallOptions {
    /// Adds a header; one that cannot be sent makes the call fail before it begins. The header
    /// `Idempotency-Key` sets [`idempotency_key`](Self::idempotency_key).
    pub fn header(&mut self, name: &str, value: &str) {
        match sendable(name, value) {
            // The option by another name; as a header, the key that is made up would replace it.
            Ok((name, _)) if name == IDEMPOTENCY_KEY => self.idempotency_key = Some(value.into()),
            Ok(header) => self.headers.push(header),
            Err(expected) => self.problem = Some(("header", expected)),
        }
    }

    /// Refuses a key: many requests under one key would be one effect, or the server honours none.
    ///
    /// # Errors
    /// `Config` naming `idempotency_key`, where one is given.
    pub fn check_no_key(&self) -> Result<(), Error> {
        match &self.idempotency_key {
            Some(_) => Err(Error::config(
                "idempotency_key",
                "expected none, the server honours no key for this",
            )),
            None => Ok(()),
        }
    }

    /// Says which option cannot work, before anything is sent.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if let Some((field, expected)) = self.problem {
            return Err(Error::config(field, format_args!("expected {expected}")));
        }
        for (field, limit) in [("timeout", self.timeout), ("idle_timeout", self.idle_timeout)] {
            if let Some(limit) = limit {
                check_limit(field, limit)?;
            }
        }
        match self.idempotency_key.as_deref() {
            Some(key) if key.is_empty() || !key.bytes().all(|b| b.is_ascii_graphic()) => {
                Err(Error::config("idempotency_key", "expected visible ASCII without spaces"))
            }
            Some(key) if key.len() > 255 => {
                Err(Error::config("idempotency_key", "expected at most 255 characters"))
            }
            _ => Ok(()),
        }
    }
}

/// Headers by name only: a value may be a credential.
impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("CallOptions")
            .field("timeout", &self.timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("retries", &self.retries)
            .field("idempotency_key", &self.idempotency_key)
            .field("headers", &names)
            .field("cancel", &self.cancel)
            .finish_non_exhaustive()
    }
}

/// A header as it can be sent, its value marked where it is a credential.
///
/// # Errors
/// What was expected instead: a name, a value, a header that is not about framing.
pub(crate) fn sendable(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), &'static str> {
    let name: HeaderName = name.parse().map_err(|_| "a header name")?;
    let mut value = HeaderValue::from_str(value).map_err(|_| "a value of visible ASCII")?;
    if FRAMING.contains(&name) {
        return Err("a header that is not about framing");
    }
    value.set_sensitive(is_credential(&name));
    Ok((name, value))
}

/// A time limit that can work: more than nothing, at most a day.
///
/// # Errors
/// `Config` naming the field.
pub fn check_limit(field: &'static str, limit: Duration) -> Result<(), Error> {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    if limit.is_zero() || limit > DAY {
        return Err(Error::config(field, "expected more than zero and at most 24 hours"));
    }
    Ok(())
}

/// The options that calls and streams have in common.
macro_rules! option_methods {
    () => {
        /// Limits one answer by time, retries included; for a stream, the wait for its head.
        pub fn timeout(mut self, timeout: Duration) -> Self {
            self.options.timeout = Some(timeout);
            self
        }

        /// Sets how many times it is repeated at most, where repeating is safe; 0 for never.
        pub fn retries(mut self, retries: u32) -> Self {
            self.options.retries = Some(retries);
            self
        }

        /// Adds a header to what is sent.
        ///
        /// One that cannot be sent makes the call fail with a `Config` error.
        pub fn header(mut self, name: &str, value: &str) -> Self {
            self.options.header(name, value);
            self
        }

        /// A handle that stops it from another thread or task.
        pub fn cancel_handle(&mut self) -> CancelHandle {
            self.options.cancel.get_or_insert_with(CancelHandle::new).clone()
        }
    };
}
pub(crate) use option_methods;

/// One call, ready to be made: `.send()?` where the transport blocks, `.await?` where it does
/// not.
///
/// Nothing happens before that. A call owns everything it needs: it can be stored, sent to
/// another thread, spawned.
///
/// It is not a future yet. What wants one (`tokio::spawn`, `join_all`, `buffer_unordered`) takes
/// its `into_future()`:
///
/// ```
/// # use codespar_engine::{AsyncTransport, Call, CallFuture};
/// fn at_once<T: AsyncTransport>(calls: Vec<Call<T, u32>>) -> Vec<CallFuture<u32>> {
///     calls.into_iter().map(IntoFuture::into_future).collect()
/// }
/// ```
///
/// The wrong ending does not compile. A blocking call cannot be awaited:
///
/// ```compile_fail,E0277
/// # use codespar_engine::{BlockingTransport, Call, Error};
/// async fn wrong<T: BlockingTransport>(call: Call<T, u32>) -> Result<u32, Error> {
///     call.await
/// }
/// ```
///
/// and an asynchronous one cannot be sent:
///
/// ```compile_fail,E0277
/// # use codespar_engine::{AsyncTransport, Call, Error};
/// fn wrong<T: AsyncTransport>(call: Call<T, u32>) -> Result<u32, Error> {
///     call.send()
/// }
/// ```
///
/// The right ones do:
///
/// ```
/// # use codespar_engine::{AsyncTransport, BlockingTransport, Call, Error};
/// fn blocking<T: BlockingTransport>(call: Call<T, u32>) -> Result<u32, Error> {
///     call.send()
/// }
///
/// async fn asynchronous<T: AsyncTransport>(call: Call<T, u32>) -> Result<u32, Error> {
///     call.await
/// }
/// ```
#[must_use = "a call does nothing until it is sent or awaited"]
pub struct Call<T, O> {
    transport: T,
    flow: BoxFlow<O>,
    options: CallOptions,
}

impl<T, O> Call<T, O> {
    /// A call that carries out a flow.
    pub fn new(transport: T, flow: impl Flow<Item = Infallible, Output = O> + 'static) -> Self {
        Self { transport, flow: Box::new(flow), options: CallOptions::default() }
    }

    option_methods!();

    /// Names the effect, where the server honours that: the same key is the same effect, however
    /// often the call is made.
    ///
    /// Most operations honour none, and then a key is a `Config` error before anything is sent: it
    /// would promise what the server does not keep. The documentation of each operation says what
    /// it takes. Those that honour a key make one up when none is given; [`key`](Self::key) tells
    /// it beforehand, [`Reply`] and [`Error::idempotency_key`] afterwards.
    pub fn idempotency_key(mut self, key: impl Into<Box<str>>) -> Self {
        self.options.idempotency_key = Some(key.into());
        self
    }

    /// Hands out status, headers and request id beside the output.
    pub fn with_response(self) -> Call<T, Reply<O>>
    where
        O: 'static,
    {
        let Self { transport, flow, options } = self;
        Call { transport, flow: Box::new(WithResponse::new(flow)), options }
    }

    /// Turns the output into something else.
    pub fn map<P: 'static>(self, map: impl FnOnce(O) -> P + Send + 'static) -> Call<T, P>
    where
        O: 'static,
    {
        self.and_then(|output| Ok(map(output)))
    }

    /// Turns the output into something else, or into an error.
    pub fn and_then<P: 'static>(
        self,
        map: impl FnOnce(O) -> Result<P, Error> + Send + 'static,
    ) -> Call<T, P>
    where
        O: 'static,
    {
        let Self { transport, flow, options } = self;
        Call { transport, flow: Box::new(Map::new(flow, map)), options }
    }

    /// Takes the conversation out, to be driven by hand: begin with `Event::Start(options)`.
    pub fn into_flow(self) -> (BoxFlow<O>, CallOptions)
    where
        O: 'static,
    {
        (Box::new(Conversation::new(self.flow)), self.options)
    }

    /// The key the call will carry: the one that was given, or one that is made up now and kept.
    /// `None` where the operation takes no key.
    ///
    /// Write it down before the call is made: a program that is killed, or a future that is
    /// dropped, can then repeat the call under the same key, and it happens once.
    pub fn key(&mut self) -> Option<&str>
    where
        T: Transport,
    {
        let options = &mut self.options.idempotency_key;
        match self.flow.key() {
            Key::None => return None,
            Key::Named(key) => options.get_or_insert_with(|| key.into()),
            Key::MadeBy(make) => options.get_or_insert_with(|| make().into()),
            Key::Open => options.get_or_insert_with(|| made_up_key(self.transport.tick().noise)),
        };
        options.as_deref()
    }
}

impl<T: BlockingTransport, O> Call<T, O> {
    /// Makes the call on this thread and gives its output.
    ///
    /// # Errors
    /// As the operation says; see [`Error`].
    pub fn send(self) -> Result<O, Error> {
        let Self { transport, flow, options } = self;
        let cancel = options.cancel.clone();
        let mut machine = Typed::new(Conversation::new(flow));
        drive(&transport, &mut machine, &mut None, Event::Start(options), cancel.as_ref());
        machine.output()
    }
}

impl<T: AsyncTransport, O: Send + 'static> IntoFuture for Call<T, O> {
    type Output = Result<O, Error>;
    type IntoFuture = CallFuture<O>;

    fn into_future(self) -> CallFuture<O> {
        let Self { transport, flow, options } = self;
        let cancel = options.cancel.clone();
        // Made here and lent: a future keeps what is moved through it once per layer.
        let mut event = Event::Start(options);
        CallFuture {
            inner: Box::pin(async move {
                let mut machine = Typed::new(Conversation::new(flow));
                drive_async(&transport, &mut machine, &mut event, cancel.as_ref()).await;
                machine.output()
            }),
        }
    }
}

impl<T, O> fmt::Debug for Call<T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").finish_non_exhaustive()
    }
}

/// The future of a [`Call`]: `Send`, `'static`, and without the transport in its name.
#[must_use = "futures do nothing unless polled"]
pub struct CallFuture<O> {
    inner: Pin<Box<dyn Future<Output = Result<O, Error>> + Send>>,
}

impl<O> Future for CallFuture<O> {
    type Output = Result<O, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.inner.as_mut().poll(cx)
    }
}

impl<O> fmt::Debug for CallFuture<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallFuture").finish_non_exhaustive()
    }
}

/// An output with the answer it came in.
#[derive(Clone)]
#[non_exhaustive]
pub struct Reply<O> {
    /// What the operation answers with.
    pub output: O,
    /// The status of the last answer.
    pub status: StatusCode,
    /// The headers of the last answer.
    pub headers: HeaderMap,
    /// How many requests it took.
    pub attempts: u32,
    /// The idempotency key that was sent.
    pub idempotency_key: Option<Box<str>>,
}

impl<O> Reply<O> {
    /// The server's name for the request, from its `x-request-id` header.
    pub fn request_id(&self) -> Option<&str> {
        self.headers.get("x-request-id")?.to_str().ok()
    }

    pub(crate) fn new(
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
