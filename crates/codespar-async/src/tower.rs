//! Layers and services of [`tower`](https://docs.rs/tower) around the HTTP client: limits, metrics,
//! traces, or another client altogether.
//!
//! [`ServiceTransport`] makes a service the transport of a client, and
//! [`HyperTransport`](crate::HyperTransport) is such a service, so that layers can be put around
//! it:
//!
//! ```
//! use std::time::Duration;
//!
//! use codespar_async::{
//!     Config, CreateSession, HyperTransport, TransportSettings,
//!     driver::Connect,
//!     proto::Client,
//!     tower::ServiceTransport,
//! };
//! use tower::ServiceBuilder;
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = codespar_sandbox::Sandbox::start()?;
//! # let (key, base) = (sandbox.api_key(), sandbox.base_url());
//! let hyper = HyperTransport::connect(&TransportSettings::default(), &base.parse()?)?;
//! let service = ServiceBuilder::new()
//!     .concurrency_limit(8)
//!     .timeout(Duration::from_secs(20))
//!     .service(hyper);
//! let config = Config::new(key).base_url(base);
//! let client = Client::with_transport(config, ServiceTransport::new(service))?;
//! let session = client.create(&CreateSession::new("buyer-77")).await?;
//! # let _ = session;
//! # Ok(())
//! # }
//! ```
//!
//! Any `Service<http::Request<RequestBody>>` will do whose answer is an `http::Response` with an
//! `http_body::Body`. Where a client wants another body, `map_request` turns a [`RequestBody`] into
//! it.
//!
//! # What a layer may not do
//! * **Repeat what must not be repeated.** A charge without a key, sent twice, is two charges.
//!   Every request carries an [`Attempt`], which says whether it may be sent again. The client has
//!   retries of its own, which go by that; a layer is better without.
//!   [`HyperTransport`](crate::HyperTransport) sends no such request twice for the same attempt, as
//!   long as the layers keep the request's extensions. Other services know nothing of it.
//! * **Follow redirects, or make errors of statuses**: what an answer means, the client says.
//! * **Decompress** without removing `Content-Encoding`.
//! * **Store requests or print them**: they carry credentials and personal data.
//!
//! # May it have been sent?
//! This decides what an error says about the money. Nothing was sent where the service does not
//! become ready (`poll_ready`), and where it gives a
//! [`TransportError`] that says so: a layer of one's own gives
//! `TransportError::connect` only for a request that it has not handed on. Every other error counts
//! as sent, as that of a timeout or of load that is shed:
//! [`Error::verdict`](crate::Error::verdict) is then `Unknown` for what changes something.
//!
//! # Time
//! Time limits of a call and idle limits hold whatever the service does; the time in which the
//! service becomes ready counts. Dropping a call drops the future of the service. Like everything
//! here it needs a tokio runtime.

mod attempt;
mod bodies;
mod failure;
mod hyper;

use std::{
    fmt,
    future::poll_fn,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ::hyper::body::Body;
use codespar_engine::driver::{AsyncTransport, Clock, Exchange, Tick, Transport, TransportError};
use http::{Request, Response};
use tokio::{
    runtime::Handle,
    time::{Instant, timeout_at},
};
use tower_service::Service;

use self::failure::{failed, not_ready};
pub use self::{
    attempt::Attempt,
    bodies::{RequestBody, ResponseBody, ServiceBody},
};
use crate::{
    clock::{self, NO_RUNTIME, SystemClock},
    connector::BoxError,
    transport::{add_headers, open},
};

/// How much later than told the limit is enforced: a service that keeps it itself knows better what
/// was sent.
const GRACE: Duration = Duration::from_millis(20);

/// The transport over a `tower` service: see the [module](self).
///
/// Each request goes to a clone of the service, which is what layers share their limits by.
pub struct ServiceTransport<S> {
    inner: Arc<Inner<S>>,
}

struct Inner<S> {
    /// Only to be cloned, so that it need not be `Sync`.
    service: Mutex<S>,
    clock: SystemClock,
}

impl<S> ServiceTransport<S> {
    /// Makes a service the transport of a client.
    pub fn new(service: S) -> Self {
        let (service, clock) = (Mutex::new(service), SystemClock::new());
        Self { inner: Arc::new(Inner { service, clock }) }
    }
}

impl<S: Clone> ServiceTransport<S> {
    fn service(&self) -> S {
        self.inner.service.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<S> Clone for ServiceTransport<S> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<S> fmt::Debug for ServiceTransport<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceTransport").finish_non_exhaustive()
    }
}

impl<S, B> Transport for ServiceTransport<S>
where
    S: Service<Request<RequestBody>, Response = Response<B>> + Send + 'static,
{
    type Body = ServiceBody<B>;
}

impl<S> Clock for ServiceTransport<S> {
    fn tick(&self) -> Tick<'_> {
        self.inner.clock.tick()
    }
}

impl<S, B> AsyncTransport for ServiceTransport<S>
where
    S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Body + Send + 'static,
    B::Error: Into<BoxError>,
{
    async fn open(&self, exchange: Exchange) -> Result<Response<ServiceBody<B>>, TransportError> {
        if Handle::try_current().is_err() {
            return Err(TransportError::connect(NO_RUNTIME));
        }
        let deadline = exchange.timeout.and_then(|limit| Instant::now().checked_add(limit));
        let attempt = Attempt::new(&exchange, deadline);
        let mut request = exchange.request.map(RequestBody::from);
        let state = request.body().0.state();
        if state.is_read() {
            Box::pin(open(&state, deadline)).await?;
        }
        let reading = state.reading();
        add_headers(&mut request, state.is_empty());
        // The service alone holds it: that tells it whether the request was begun.
        drop(state);
        request.extensions_mut().insert(attempt.clone());

        let mut service = self.service();
        let ready = poll_fn(|cx| service.poll_ready(cx).map_err(|error| not_ready(error.into())));
        match by(deadline, ready).await {
            Some(ready) => ready?,
            None => return Err(TransportError::connect_timeout("the service was not ready")),
        }
        let late = deadline.and_then(|deadline| deadline.checked_add(GRACE));
        let answered = match by(late, service.call(request)).await {
            Some(answered) => answered.map_err(|error| failed(error.into(), &attempt)),
            None => Err(TransportError::timeout("no answer within the limit of the attempt")),
        };
        match (answered, reading.and_then(|reading| reading.failure())) {
            (Ok(answer), _) => Ok(answer.map(ServiceBody::new)),
            (Err(_), Some(failure)) => Err(failure),
            (Err(error), None) => Err(error),
        }
    }

    async fn sleep(&self, duration: Duration) {
        clock::sleep(duration).await;
    }
}

/// What comes of a future until then.
async fn by<F: Future>(deadline: Option<Instant>, future: F) -> Option<F::Output> {
    match deadline {
        Some(deadline) => timeout_at(deadline, future).await.ok(),
        None => Some(future.await),
    }
}
