//! One conversation that ends with one answer.

pub(crate) mod cancel;
pub(crate) mod exchange;
pub(crate) mod items;
pub(crate) mod local;
pub(crate) mod observer;
pub(crate) mod options;
pub(crate) mod reply;
pub(crate) mod request;

use std::{
    convert::Infallible,
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use crate::{
    call::{
        cancel::CancelHandle,
        options::{CallOptions, option_methods},
        reply::Reply,
    },
    drive::{
        ErasedFlow, FlowSlot,
        asynchronous::{drive_async, reach},
        blocking::drive,
        turn::Turn,
    },
    error::Error,
    flow::{
        BoxFlow, Event, Flow, Key,
        history::Conversation,
        map::{Map, WithResponse},
    },
    http::retry::made_up_key,
    transport::{AsyncBody, AsyncTransport, BlockingTransport, Clock},
};

/// A call of one API operation, ready to be made: `.send()?` with a blocking transport, `.await?`
/// with an asynchronous one.
///
/// Making the value sends nothing. A call owns everything it needs: it can be stored, moved to
/// another thread, or spawned. Options come before the end:
/// `session.charge(&order).timeout(limit).retries(0).send()?`.
///
/// A call is not a future by itself. Functions that take futures (`tokio::spawn`, `join_all`,
/// `buffer_unordered`) take its [`future()`](Self::future):
///
/// ```
/// # use codespar_engine::{Call, CallFuture, driver::AsyncTransport};
/// fn at_once<T: AsyncTransport>(calls: Vec<Call<T, u32>>) -> Vec<CallFuture<u32>> {
///     calls.into_iter().map(Call::future).collect()
/// }
/// ```
///
/// # Wrong endings
/// They do not compile, and the compiler's words name the right one:
///
/// | written | with | write |
/// |---|---|---|
/// | `call.await` | a blocking client | `call.send()?` |
/// | `call.send()` | an asynchronous client | `call.await?` |
/// | `tokio::spawn(call)`, `join_all(calls)` | an asynchronous client | `call.future()` |
/// | `for item in items` | an asynchronous client | `while let Some(item) = items.next().await` |
/// | `call.id`, `call?` | either | the ending first: `call.send()?.id`, `call.await?.id` |
///
/// A call has none of the fields of its output: it has not been made. A blocking call cannot be
/// awaited:
///
/// ```compile_fail,E0277
/// # use codespar_engine::{Call, Error, driver::BlockingTransport};
/// async fn wrong<T: BlockingTransport>(call: Call<T, u32>) -> Result<u32, Error> {
///     call.await
/// }
/// ```
///
/// an asynchronous one cannot be sent:
///
/// ```compile_fail,E0277
/// # use codespar_engine::{Call, Error, driver::AsyncTransport};
/// fn wrong<T: AsyncTransport>(call: Call<T, u32>) -> Result<u32, Error> {
///     call.send()
/// }
/// ```
///
/// and none can be used as its output:
///
/// ```compile_fail,E0609
/// # use codespar_engine::{Call, Page, driver::BlockingTransport};
/// fn wrong<T: BlockingTransport>(call: Call<T, Page<u32>>) -> Vec<u32> {
///     call.items
/// }
/// ```
///
/// The right ones do:
///
/// ```
/// # use codespar_engine::{Call, Error, driver::{AsyncTransport, BlockingTransport}};
/// fn blocking<T: BlockingTransport>(call: Call<T, u32>) -> Result<u32, Error> {
///     call.send()
/// }
///
/// async fn asynchronous<T: AsyncTransport>(call: Call<T, u32>) -> Result<u32, Error> {
///     call.await
/// }
/// ```
#[doc(alias = "request")]
#[doc(alias = "future")]
#[must_use = "a call does nothing until it is sent or awaited"]
pub struct Call<T, O> {
    transport: T,
    flow: BoxFlow<O>,
    options: CallOptions,
}

impl<T, O> Call<T, O> {
    /// A call that carries out a flow.
    pub fn new(transport: T, flow: impl Flow<Item = Infallible, Output = O> + 'static) -> Self {
        Self::boxed(transport, Box::new(flow))
    }

    /// The same of a flow that is boxed already. Where a flow of several parts is boxed, there it
    /// is compiled: in a function that is not generic that is once, and not in each user's crate.
    pub(crate) fn boxed(transport: T, flow: BoxFlow<O>) -> Self {
        Self { transport, flow, options: CallOptions::default() }
    }

    option_methods!();

    /// Sets the idempotency key: under the same key the server does the work once, however often
    /// the call is made.
    ///
    /// Most operations honour no key. For those a key is a `Config` error before anything is sent,
    /// because it would promise what the server does not keep; the documentation of each operation
    /// says what it takes. Operations that honour a key make one up when none is set:
    /// [`key`](Self::key) tells it before the call, [`Reply`] and [`Error::idempotency_key`] after
    /// it.
    #[doc(alias = "Idempotency-Key")]
    pub fn idempotency_key(mut self, key: impl Into<Box<str>>) -> Self {
        self.options.idempotency_key = Some(key.into());
        self
    }

    /// Gives the HTTP status, headers, request id and number of attempts beside the output, as a
    /// [`Reply`].
    #[doc(alias = "headers")]
    #[doc(alias = "status")]
    pub fn with_response(self) -> Call<T, Reply<O>>
    where
        O: 'static,
    {
        let Self { transport, flow, options } = self;
        Call { transport, flow: Box::new(WithResponse::new(flow)), options }
    }

    /// Maps the output with a function.
    pub fn map<P: 'static>(self, map: impl FnOnce(O) -> P + Send + 'static) -> Call<T, P>
    where
        O: 'static,
    {
        self.and_then(|output| Ok(map(output)))
    }

    /// Maps the output with a function that may fail; its error is the error of the call.
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

    pub(crate) fn into_parts(self) -> (T, BoxFlow<O>, CallOptions) {
        (self.transport, self.flow, self.options)
    }

    /// Maps what the call comes to, an error too. What an error says of effects is about all that
    /// the call has sent up to there.
    ///
    /// ```
    /// # use codespar_engine::{Call, driver::Transport};
    /// fn in_words<T: Transport>(call: Call<T, u32>) -> Call<T, String> {
    ///     call.then(|outcome| {
    ///         Ok(match outcome {
    ///             Ok(number) => number.to_string(),
    ///             Err(error) => format!("what happened: {}", error.verdict()),
    ///         })
    ///     })
    /// }
    /// ```
    pub fn then<P: 'static>(
        self,
        map: impl FnOnce(Result<O, Error>) -> Result<P, Error> + Send + 'static,
    ) -> Call<T, P>
    where
        O: 'static,
    {
        let Self { transport, flow, options } = self;
        let flow = Map::outcome(Conversation::new(flow), map);
        Call { transport, flow: Box::new(flow), options }
    }

    /// Takes the flow and the options out, to drive the call by hand, without this transport:
    /// resume the flow first with `Event::Start(options)`.
    pub fn into_flow(self) -> (BoxFlow<O>, CallOptions)
    where
        O: 'static,
    {
        (Box::new(Conversation::new(self.flow)), self.options)
    }

    /// The idempotency key that the call will carry: the one that was set, or one that is made up
    /// now and kept. `None` where the operation takes no key.
    ///
    /// Write it down before the call is made. A program that was killed, or a future that was
    /// dropped, can then repeat the call under the same key, and the work is done once.
    pub fn key(&mut self) -> Option<&str>
    where
        T: Clock,
    {
        let options = &mut self.options.idempotency_key;
        match self.flow.key() {
            Key::None => return None,
            Key::Named(key) => options.get_or_insert_with(|| key.into()),
            Key::MadeBy(make) => options.get_or_insert_with(|| make().into()),
            Key::Open => options.get_or_insert_with(|| made_up_key(self.transport.tick().noise())),
        };
        options.as_deref()
    }
}

// The bounds stand at the methods, so that the compiler says what is written instead.
impl<T, O> Call<T, O> {
    /// Makes the call and waits for its output, on this thread.
    ///
    /// # Errors
    /// As the documentation of the operation says. [`Error::verdict`] tells what happened.
    #[doc(alias = "execute")]
    #[doc(alias = "blocking")]
    pub fn send(self) -> Result<O, Error>
    where
        T: BlockingTransport,
    {
        let Self { transport, flow, options } = self;
        let cancel = options.cancel.clone();
        let mut flow = FlowSlot::new(Conversation::new(flow));
        drive(&transport, &mut flow, &mut None, Event::Start(options), cancel.as_ref());
        flow.output()
    }

    /// The call as a future, for what takes futures: `tokio::spawn(call.future())`,
    /// `join_all(calls.map(Call::future))`. It is made when it is polled. `.await` needs no such
    /// word.
    #[doc(alias = "spawn")]
    #[doc(alias = "join_all")]
    #[doc(alias = "into_future")]
    pub fn future(self) -> CallFuture<O>
    where
        T: AsyncTransport,
        O: Send + 'static,
    {
        let Self { transport, flow, options } = self;
        let cancel = options.cancel.clone();
        // Made here and lent: a future keeps what is moved through it once per layer.
        let mut event = Event::Start(options);
        CallFuture {
            inner: Box::pin(async move {
                let mut flow = FlowSlot::new(Conversation::new(flow));
                let flow_to_drive: &mut (dyn ErasedFlow + Send) = &mut flow;
                let (reach, cancel) = (reach!(T, &transport), cancel.as_ref());
                let turn = &mut Turn::default();
                drive_async(&transport, &reach, flow_to_drive, &mut None, &mut event, cancel, turn)
                    .await;
                flow.output()
            }),
        }
    }
}

// Whoever awaits a blocking call is shown the first line by the compiler, its comment with it.
#[rustfmt::skip]
impl<T: AsyncTransport, O: Send + 'static> IntoFuture for Call<T, O> { // blocking: `.send()`
    type Output = Result<O, Error>;
    type IntoFuture = CallFuture<O>;

    fn into_future(self) -> CallFuture<O> {
        self.future()
    }
}

impl<T, O> fmt::Debug for Call<T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").finish_non_exhaustive()
    }
}

/// The future of a [`Call`], from [`Call::future`] or `.await`: `Send` and `'static`, whatever the
/// transport. Dropping it cancels the call; what the server has begun goes on there.
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
