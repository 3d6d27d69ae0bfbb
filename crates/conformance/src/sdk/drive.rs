//! Both drivers behind one small trait, with pauses that take no time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_proto::{
    Call, CancelHandle, Error, Items, Json,
    config::TransportSettings,
    driver::{
        AsyncTransport, BlockingTransport, Clock, Connect, Exchange, Tick, TickSource, Transport,
        TransportError,
    },
};
use http::{Response, Uri};
use tokio::runtime::{Builder, Runtime};

use crate::operations::Failure;
use crate::recording::Call as Recorded;

/// Finishes calls.
pub(super) trait Drive {
    /// What carries the requests.
    type Transport: Connect;

    /// A driver for one conversation.
    fn new() -> Self;

    /// Makes a call.
    fn send<O: Send + 'static>(&self, call: Call<Self::Transport, O>) -> Result<O, Error>;

    /// Reads items to their end.
    fn collect(&self, items: Items<Self::Transport, Json>) -> (Vec<Json>, Option<Error>);
}

/// `codespar-blocking`.
pub(super) struct Blocking;

impl Drive for Blocking {
    type Transport = Hurried<UreqTransport>;

    fn new() -> Self {
        Self
    }

    fn send<O: Send + 'static>(&self, call: Call<Self::Transport, O>) -> Result<O, Error> {
        call.send()
    }

    fn collect(&self, items: Items<Self::Transport, Json>) -> (Vec<Json>, Option<Error>) {
        let mut error = None;
        let items = items.map_while(|item| item.map_err(|failed| error = Some(failed)).ok());
        (items.collect(), error)
    }
}

/// `codespar-async`, on a runtime of one thread.
pub(super) struct Async(Runtime);

impl Drive for Async {
    type Transport = Hurried<HyperTransport>;

    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build();
        Self(runtime.unwrap_or_else(|error| panic!("no runtime: {error}")))
    }

    fn send<O: Send + 'static>(&self, call: Call<Self::Transport, O>) -> Result<O, Error> {
        self.0.block_on(async { call.await })
    }

    fn collect(&self, mut items: Items<Self::Transport, Json>) -> (Vec<Json>, Option<Error>) {
        self.0.block_on(async {
            let mut taken = Vec::new();
            while let Some(item) = items.next().await {
                match item {
                    Ok(item) => taken.push(item),
                    Err(error) => return (taken, Some(error)),
                }
            }
            (taken, None)
        })
    }
}

/// A transport whose pauses only move its clock.
#[derive(Clone)]
pub(super) struct Hurried<T> {
    inner: T,
    skipped: Arc<Mutex<Duration>>,
}

impl<T> Hurried<T> {
    fn skipped(&self) -> Duration {
        *self.skipped.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn skip(&self, pause: Duration) {
        *self.skipped.lock().unwrap_or_else(PoisonError::into_inner) += pause;
    }
}

impl<T: Transport> Transport for Hurried<T> {
    type Body = T::Body;
}

impl<T: Transport + Clock + Sync> Clock for Hurried<T> {
    fn tick(&self) -> Tick<'_> {
        Tick::new(self.inner.tick().now + self.skipped(), self)
    }
}

impl<T: Transport + Clock + Sync> TickSource for Hurried<T> {
    fn wall(&self) -> SystemTime {
        self.inner.tick().wall() + self.skipped()
    }

    fn noise(&self) -> u128 {
        self.inner.tick().noise()
    }
}

impl<T: Connect> Connect for Hurried<T> {
    fn connect(settings: &TransportSettings, base: &Uri) -> Result<Self, Error> {
        Ok(Self { inner: T::connect(settings, base)?, skipped: Arc::default() })
    }

    /// A recording names its environment itself.
    fn variable(_: &str) -> Option<String> {
        None
    }
}

impl<T: BlockingTransport + Sync> BlockingTransport for Hurried<T> {
    fn open(&self, exchange: Exchange) -> Result<Response<Self::Body>, TransportError> {
        self.inner.open(exchange)
    }

    fn sleep(&self, duration: Duration, _: Option<&CancelHandle>) {
        self.skip(duration);
    }
}

impl<T: AsyncTransport> AsyncTransport for Hurried<T> {
    fn open(
        &self,
        exchange: Exchange,
    ) -> impl Future<Output = Result<Response<Self::Body>, TransportError>> + Send {
        self.inner.open(exchange)
    }

    async fn sleep(&self, duration: Duration) {
        self.skip(duration);
    }
}

/// An error of the engine as far as it is compared; `last` and `details` are for the caller.
pub(super) fn failure(error: &Error) -> Failure {
    Failure {
        kind: format!("{:?}", error.kind()),
        status: error.status().map(|status| status.as_u16()),
        code: error.code().map(str::to_owned),
        message: error.to_string(),
        request_id: error.request_id().map(str::to_owned),
        retry_after: error.retry_after().map(|wait| wait.as_secs_f64()),
        ..Failure::default()
    }
}

/// The call's own time limit.
pub(super) fn limit(call: &Recorded) -> Result<Option<Duration>, Error> {
    if call.timeout_s.is_none() {
        return Ok(None);
    }
    let limit = call.timeout_seconds().map(Duration::try_from_secs_f64);
    match limit {
        Some(Ok(limit)) => Ok(Some(limit)),
        _ => Err(Error::config("timeout", "expected a number of seconds, more than zero")),
    }
}
