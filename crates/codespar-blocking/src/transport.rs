//! The transport over ureq.

use std::{
    collections::hash_map::RandomState,
    fmt, mem,
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant, SystemTime},
};

use codespar_engine::{
    CancelHandle, Error, Payload, TransportSettings,
    driver::{
        BlockingTransport, Clock, Connect, Exchange, ProxyRules, Tick, Ticker, Transport,
        TransportError, keep_alive_timeout,
    },
};
use http::{HeaderValue, Method, Request, Response, Uri, header, uri::PathAndQuery};
use ureq::{Agent, SendBody, config::Config};

use crate::{
    attempt::Attempt,
    body::UreqBody,
    connection::{HeadLimits, header_line},
    dial::Dialer,
    dns::{DeferredResolver, DnsCache},
    error::{Sent, translate},
    idle::ConnectionCounts,
    request_body::{OutgoingReader, PayloadReader},
};

/// Carries requests by ureq, on the calling thread.
///
/// HTTP/1.1 only. Connections are kept and shared by all clones and threads; one that the server
/// closed meanwhile is noticed before it is used. Statuses are all answers, redirects too.
///
/// Time limits are exact: an attempt's limit ends it wherever it is, also within a name lookup,
/// a TLS handshake or a request body that the server does not take. A [`CancelHandle`] ends what
/// waits for the server at once; only a name lookup or a TCP connection under way is first
/// finished or timed out.
///
/// Paths, queries, headers and bodies of requests are kept from ureq, because it logs what it sees
/// at the level `trace` of the `log` crate. Answers it does log there: keep that level off for the
/// target `ureq_proto` where they matter.
///
/// A process that is forked uses none of the connections that its parent opened, as both would read
/// each other's answers. Fork while no other thread is within a call.
#[derive(Clone)]
pub struct UreqTransport {
    agent: Agent,
    /// What only our own agent has; `None` over a foreign one.
    own: Option<OwnAgent>,
    begun: Instant,
    ticker: Ticker<RandomState>,
}

#[derive(Clone)]
struct OwnAgent {
    connect_timeout: Duration,
    rules: Arc<ProxyRules>,
}

impl UreqTransport {
    /// A transport over an agent of your own: its connector, resolver, TLS, proxy, pool and
    /// middleware.
    ///
    /// Per request, these settings of the agent are overridden: every status is an answer, no
    /// redirect is followed, no header is added, and the time limits are those of the call.
    /// Some things are coarser than over [`connect`](Connect::connect): each phase of an attempt
    /// (connecting, sending, waiting) has the attempt's whole time; a [`CancelHandle`] is noticed
    /// when the next bytes arrive or a limit runs out; a failure that may have come before
    /// sending counts as sent unless it is certain; an answer that comes before the request's body
    /// was taken may be lost; a process that is forked shares the agent's connections with its
    /// parent, so give each its own agent. At the level `trace` ureq logs whole requests, the API
    /// key too: keep that level off for the targets `ureq` and `ureq_proto`.
    pub fn from_agent(agent: Agent) -> Self {
        Self { agent, own: None, begun: Instant::now(), ticker: new_ticker() }
    }

    fn open_own(
        &self,
        own: &OwnAgent,
        exchange: Exchange,
    ) -> Result<Response<UreqBody>, TransportError> {
        let Exchange { mut request, timeout, idle: _, streaming: _, cancel, .. } = exchange;
        if let Err(error) = own.rules.for_uri(request.uri()) {
            return Err(TransportError::refused(error.message(), None));
        }
        let now = Instant::now();
        let mut connect_timeout = own.connect_timeout;
        if let Some(timeout) = timeout {
            connect_timeout = connect_timeout.min(timeout);
        }
        let (target, header_lines) = hide_from_log(&mut request);
        let attempt = Attempt {
            connected_by: now.checked_add(connect_timeout),
            answered_by: timeout.and_then(|timeout| now.checked_add(timeout)),
            cancel: cancel.clone(),
            target,
            header_lines,
            body_len: request.body().len(),
            ..Attempt::default()
        };
        let outgoing = OutgoingReader::open(request.body())?;
        let work = || send(&self.agent, request, outgoing, |request| request);
        let Some((result, attempt)) = attempt.run(work) else {
            return Err(TransportError::connect("the thread is at its end"));
        };
        match result {
            Ok(response) => {
                if let Some(guard) = &attempt.guard {
                    guard.answered(keep_alive_timeout(response.headers()));
                }
                Ok(response.map(|body| UreqBody::new(body, attempt.guard, cancel)))
            }
            Err(error) => Err(translate(error, Sent::Known(attempt.sent), cancel.as_ref())),
        }
    }

    // Not within the other way, which is most calls': code that lies apart is slow to come by when
    // the processor has done something else in between.
    #[inline(never)]
    fn open_foreign(&self, exchange: Exchange) -> Result<Response<UreqBody>, TransportError> {
        let Exchange { mut request, timeout, idle, cancel, .. } = exchange;
        let headers = request.headers_mut();
        // Bodies are at hand and go out with their heads: there is nothing to wait for.
        headers.remove(header::EXPECT);
        // Nothing is decompressed here.
        headers
            .entry(header::ACCEPT_ENCODING)
            .or_insert_with(|| HeaderValue::from_static("identity"));
        let agent = &self.agent;
        let outgoing = OutgoingReader::open(request.body())?;
        let result = send(agent, request, outgoing, |request| {
            // Where it says another `User-Agent` than the agent, ureq takes no connection of the
            // pool's and puts none there.
            let named = request.headers().contains_key(header::USER_AGENT);
            let request = agent.configure_request(request);
            if named { request } else { request.user_agent("") }
                .http_status_as_error(false)
                .max_redirects(0)
                .max_redirects_will_error(false)
                .accept("")
                .accept_encoding("")
                .timeout_global(None)
                .timeout_per_call(None)
                .timeout_resolve(None)
                .timeout_connect(timeout)
                .timeout_send_request(timeout)
                .timeout_send_body(timeout)
                .timeout_recv_response(timeout)
                .timeout_recv_body(None)
                .timeout_per_read(idle)
                .build()
        });
        match result {
            Ok(response) => Ok(response.map(|body| UreqBody::new(body, None, cancel))),
            Err(error) => Err(translate(error, Sent::Unknown, cancel.as_ref())),
        }
    }
}

fn new_ticker() -> Ticker<RandomState> {
    Ticker::new(RandomState::new(), SystemTime::now)
}

impl Transport for UreqTransport {
    type Body = UreqBody;
}

impl Clock for UreqTransport {
    fn tick(&self) -> Tick<'_> {
        self.ticker.tick(self.begun.elapsed())
    }
}

impl Connect for UreqTransport {
    fn connect(settings: &TransportSettings, base: &Uri) -> Result<Self, Error> {
        if cfg!(not(feature = "tls")) && base.scheme_str() == Some("https") {
            let expected = "https needs the feature `tls` of codespar-blocking";
            return Err(Error::config("base_url", expected));
        }
        let rules = Arc::new(ProxyRules::new(&settings.proxy, Self::variable)?);
        rules.for_uri(base)?;
        // Where there is no limit of a number, connections are counted.
        let counted = settings.pool_max_idle.is_none().then_some(settings.pool_idle_timeout);
        let max_idle = settings.pool_max_idle.unwrap_or(usize::MAX);
        let dial = Dialer {
            rules: Arc::clone(&rules),
            dns: DnsCache::default(),
            limits: HeadLimits {
                header_bytes: settings.max_header_bytes,
                header_lines: settings.max_header_lines,
            },
            counts: ConnectionCounts::new(counted),
            #[cfg(feature = "tls")]
            tls: Arc::new(codespar_tls::client_config(settings)?),
        };
        let config = Config::builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            // Dial knows about proxies.
            .proxy(None)
            .user_agent("")
            .accept("")
            .accept_encoding("")
            .max_response_header_size(settings.max_header_bytes)
            .max_idle_connections_per_host(max_idle)
            .max_idle_connections(max_idle.saturating_mul(4))
            .max_idle_age(settings.pool_idle_timeout)
            .build();
        Ok(Self {
            agent: Agent::with_parts(config, dial, DeferredResolver),
            own: Some(OwnAgent { connect_timeout: settings.connect_timeout, rules }),
            begun: Instant::now(),
            ticker: new_ticker(),
        })
    }

    fn variable(name: &str) -> Option<String> {
        std::env::var(name).ok()
    }
}

impl BlockingTransport for UreqTransport {
    fn open(&self, exchange: Exchange) -> Result<Response<UreqBody>, TransportError> {
        if exchange.cancel.as_ref().is_some_and(CancelHandle::is_canceled) {
            return Err(TransportError::canceled_unsent());
        }
        match &self.own {
            Some(own) => self.open_own(own, exchange),
            None => self.open_foreign(exchange),
        }
    }

    fn sleep(&self, duration: Duration, cancel: Option<&CancelHandle>) {
        let Some(cancel) = cancel else { return thread::sleep(duration) };
        let (wake, woken) = mpsc::sync_channel(1);
        cancel.on_cancel(move || {
            // Nobody waits any more when this fails.
            let _ = wake.try_send(());
        });
        // Woken or not: the caller looks at the handle.
        let _ = woken.recv_timeout(duration);
        cancel.clear();
    }
}

impl fmt::Debug for UreqTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UreqTransport").field("own", &self.own.is_some()).finish_non_exhaustive()
    }
}

/// Whether ureq has to see this header, as it follows from it how bodies and connections end.
fn is_visible(name: &str) -> bool {
    matches!(name, "connection" | "content-length" | "host" | "transfer-encoding")
}

/// Takes out of a request what must not show in logs: path and query, and headers as lines. These
/// are what goes out, with what the transport knows of it.
fn hide_from_log(request: &mut Request<Payload>) -> (Option<PathAndQuery>, Vec<u8>) {
    let mut lines = Vec::with_capacity(512);
    let mut visible = Vec::new();
    let mut takes = false;
    let headers = request.headers_mut();
    for (name, value) in headers.iter() {
        if is_visible(name.as_str()) {
            visible.push((name.clone(), value.clone()));
        // Bodies are at hand and go out with their heads: there is nothing to wait for.
        } else if name != header::EXPECT {
            takes |= name == header::ACCEPT_ENCODING;
            header_line(&mut lines, name.as_str(), value);
        }
    }
    if !takes {
        // Nothing is decompressed here.
        lines.extend_from_slice(b"accept-encoding: identity\r\n");
    }
    headers.clear();
    for (name, value) in visible {
        headers.append(name, value);
    }
    let mut parts = mem::take(request.uri_mut()).into_parts();
    let target = parts.path_and_query.replace(PathAndQuery::from_static("/"));
    // It was one before; a URL without a host is refused by ureq.
    *request.uri_mut() = Uri::from_parts(parts).unwrap_or_default();
    (target, lines)
}

/// Hands a request to ureq; `prepare` adds settings to it. `outgoing` is its body, where that is
/// read while it is sent.
fn send(
    agent: &Agent,
    request: Request<Payload>,
    outgoing: Option<Box<OutgoingReader>>,
    prepare: impl FnOnce(Request<SendBody<'_>>) -> Request<SendBody<'_>>,
) -> Result<Response<ureq::Body>, ureq::Error> {
    let (mut parts, payload) = request.into_parts();
    let needs_body = [Method::POST, Method::PUT, Method::PATCH].contains(&parts.method);
    if let Some(mut outgoing) = outgoing {
        parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(payload.len()));
        let body = SendBody::from_reader(&mut *outgoing);
        agent.run(prepare(Request::from_parts(parts, body)))
    } else if !payload.is_empty() || needs_body {
        parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(payload.len()));
        let mut pieces = PayloadReader::new(payload.pieces().unwrap_or_default());
        let body = SendBody::from_reader(&mut pieces);
        agent.run(prepare(Request::from_parts(parts, body)))
    } else {
        agent.run(prepare(Request::from_parts(parts, SendBody::none())))
    }
}
