//! The transport: hyper's connections out of a pool, seen through the engine's two traits.

use std::{error::Error as StdError, fmt, mem, pin::pin, sync::Arc, time::Duration};

use codespar_engine::{
    Error, Payload, TransportSettings,
    driver::{
        AsyncTransport, Clock, Connect, Exchange, ProxyRules, Tick, Transport, TransportError,
    },
};
use http::{
    HeaderMap, Method, Request, Response, Uri, Version,
    header::{ACCEPT_ENCODING, CONTENT_LENGTH, HeaderValue, PROXY_AUTHORIZATION},
    uri::Scheme,
};
use hyper::rt::{Read, Write};
use hyper_util::client::legacy::connect::Connection;
use tokio::{
    runtime::Handle,
    time::{Instant, timeout_at},
};
use tower_service::Service;

use crate::{
    body::HyperBody,
    clock::{self, NO_RUNTIME, SystemClock},
    connector::{Connector, CustomConnector, Dialer, NO_TLS},
    error::{timed_out, translate},
    pool::{Errand, Lease, Pool, Purpose},
    request_body::{RequestBody, SendState},
};

/// Carries requests out over hyper, HTTP/1.1 or HTTP/2, on the tokio runtime it is used in.
///
/// Clones share their connections. Connections live on the runtime that opened them: use one
/// transport per runtime, and one whose timers and sockets are enabled (`enable_all`).
///
/// It follows no redirect, repeats no request and decompresses nothing.
#[derive(Clone)]
pub struct HyperTransport {
    inner: Arc<Inner>,
}

struct Inner {
    pool: Pool,
    proxies: Arc<ProxyRules>,
    clock: SystemClock,
    max_header_bytes: usize,
    max_header_lines: usize,
}

impl HyperTransport {
    /// A transport over a connector of your own: another TLS library, Unix sockets, a test.
    ///
    /// Of the settings it takes the limits, the pool's and the connect limit among them; proxies,
    /// certificates and the choice of HTTP/2 are the connector's own business.
    pub fn from_connector<C>(connector: C, settings: &TransportSettings) -> Self
    where
        C: Service<Uri> + Clone + Send + Sync + 'static,
        C::Response: Read + Write + Connection + Unpin + Send + 'static,
        C::Error: Into<Box<dyn StdError + Send + Sync>>,
        C::Future: Send,
    {
        let connector = Connector::custom(CustomConnector(connector));
        Self::with_connector(connector, settings, Arc::new(ProxyRules::default()))
    }

    fn with_connector(
        connector: Connector,
        settings: &TransportSettings,
        proxies: Arc<ProxyRules>,
    ) -> Self {
        let inner = Inner {
            pool: Pool::new(connector, settings),
            proxies,
            clock: SystemClock::new(),
            max_header_bytes: settings.max_header_bytes,
            max_header_lines: settings.max_header_lines,
        };
        Self { inner: Arc::new(inner) }
    }

    /// Waits for the head of the answer.
    // Not an `async fn`: what that is given is moved into the future, and there once more.
    #[allow(clippy::manual_async_fn)]
    pub(crate) fn answer(
        &self,
        mut errand: Errand,
        timeout: Option<Duration>,
        state: SendState,
    ) -> impl Future<Output = Result<Response<HyperBody>, TransportError>> + Send {
        async move {
            if Handle::try_current().is_err() {
                return Err(TransportError::connect(NO_RUNTIME));
            }
            let now = Instant::now();
            let deadline = timeout.and_then(|limit| now.checked_add(limit));
            if state.is_read() {
                // Apart, so that other requests need no room for it.
                Box::pin(open(&state, deadline)).await?;
            }
            let mut over = None;
            let answering = self.inner.pool.send(&mut errand, timeout, now, &mut over);
            let lease = match deadline {
                None => Some(answering.await),
                Some(deadline) => timeout_at(deadline, pin!(answering)).await.ok(),
            };
            match lease {
                Some(Ok(lease)) => self.answered(errand, lease),
                Some(Err(failure)) => Err(state.failure().unwrap_or_else(|| translate(failure))),
                None => {
                    if let Some(connection) = over {
                        connection.retire();
                    }
                    // What was not begun by now will not be.
                    drop(errand);
                    Err(timed_out(state))
                }
            }
        }
    }

    /// What came, unless it is more than is taken.
    fn answered(
        &self,
        errand: Errand,
        lease: Lease,
    ) -> Result<Response<HyperBody>, TransportError> {
        let Some(answer) = errand.into_answer() else {
            return Err(TransportError::io("there is no answer"));
        };
        if head_bytes(answer.headers()) > self.inner.max_header_bytes {
            return Err(TransportError::io(TransportError::LARGE_HEAD));
        }
        if answer.headers().len() > self.inner.max_header_lines {
            return Err(TransportError::io(TransportError::LONG_HEAD));
        }
        let must_end = answer.version() == Version::HTTP_2 && answer.status().is_success();
        Ok(answer.map(|body| HyperBody::new(body, lease, must_end)))
    }

    /// Makes the request what hyper is given, with what only the transport can know.
    fn prepare(&self, request: &mut Request<Payload>) -> SendState {
        let payload = mem::take(request.body_mut());
        self.complete(request, payload.is_empty());
        SendState::new(payload)
    }

    /// Adds the headers that only the transport can know.
    pub(crate) fn complete<B>(&self, request: &mut Request<B>, is_empty: bool) {
        let authorization = self.proxy_authorization(request.uri());
        add_headers(request, is_empty);
        if let Some(authorization) = authorization {
            request.headers_mut().insert(PROXY_AUTHORIZATION, authorization);
        }
    }

    /// What a proxy wants to see on the request itself; with TLS it saw it when the tunnel was dug.
    fn proxy_authorization(&self, to: &Uri) -> Option<HeaderValue> {
        if self.inner.proxies.is_direct() || to.scheme() == Some(&Scheme::HTTPS) {
            return None;
        }
        // One that cannot be used is refused where the connection is made.
        self.inner.proxies.for_uri(to).ok()??.authorization()
    }
}

impl fmt::Debug for HyperTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperTransport").finish_non_exhaustive()
    }
}

impl Transport for HyperTransport {
    type Body = HyperBody;
}

impl Clock for HyperTransport {
    fn tick(&self) -> Tick<'_> {
        self.inner.clock.tick()
    }
}

impl Connect for HyperTransport {
    fn connect(settings: &TransportSettings, base: &Uri) -> Result<Self, Error> {
        match base.scheme_str() {
            Some("http") => {}
            Some("https") if cfg!(feature = "tls") => {}
            Some("https") => return Err(Error::config("base_url", NO_TLS)),
            _ => return Err(Error::config("base_url", "expected an http or https URL")),
        }
        let proxies = Arc::new(ProxyRules::new(&settings.proxy, Self::variable)?);
        proxies.for_uri(base)?;
        let dialer = Dialer::new(settings, Arc::clone(&proxies))?;
        let connector = Connector::new(dialer, settings.http2);
        Ok(Self::with_connector(connector, settings, proxies))
    }

    fn variable(name: &str) -> Option<String> {
        std::env::var(name).ok()
    }
}

impl AsyncTransport for HyperTransport {
    fn open(
        &self,
        exchange: Exchange,
    ) -> impl Future<Output = Result<Response<HyperBody>, TransportError>> + Send {
        // Nothing happens before the first poll. But what is done here takes no room in the
        // future, which would otherwise hold the request in several states of being prepared.
        // Boxed, so that it and the call's own future both fit the allocator's fast lists.
        let Exchange { mut request, timeout, streaming, .. } = exchange;
        let state = self.prepare(&mut request);
        let request = request.map(|_| RequestBody::new(state.clone()));
        let purpose = if streaming { Purpose::Stream } else { Purpose::Call };
        Box::pin(self.answer(Errand::new(request, purpose), timeout, state))
    }

    async fn sleep(&self, duration: Duration) {
        clock::sleep(duration).await;
    }
}

/// Adds the headers that go with the way a body is sent and received here.
pub(crate) fn add_headers<B>(request: &mut Request<B>, is_empty: bool) {
    let may_have_body = matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH);
    let headers = request.headers_mut();
    // Servers may insist on a length where a body could be; hyper leaves it out.
    if is_empty && may_have_body {
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    // Nothing is decompressed here.
    headers.entry(ACCEPT_ENCODING).or_insert_with(|| HeaderValue::from_static("identity"));
}

/// Opens the files that are to be sent, within the limit of the attempt.
pub(crate) async fn open(
    state: &SendState,
    deadline: Option<Instant>,
) -> Result<(), TransportError> {
    match deadline {
        None => state.open().await,
        Some(deadline) => match timeout_at(deadline, state.open()).await {
            Ok(opened) => opened,
            Err(_) => Err(TransportError::connect_timeout("a file took too long to open")),
        },
    }
}

/// The size of a head as HTTP/1.1 writes it, its first line aside. hyper's own limits bound
/// memory, but are rough: a head that is read in one go passes.
fn head_bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum()
}
