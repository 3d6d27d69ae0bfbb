//! Services of `tower` as transports, and the transport as a service: layers around it, over real
//! sockets.

mod never_twice;

use std::{
    future::{Ready, ready},
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use codespar_async::{
    Buyer, ChargeArgs, Config, HyperTransport, Verdict,
    proto::Client,
    testing::check_transport,
    tower::{Attempt, RequestBody, ServiceTransport},
};
use codespar_engine::{
    Content, Effect, Payload,
    driver::{AsyncTransport, Connect, TransportError, TransportErrorKind},
};
use codespar_sandbox::{Sandbox, transport_peer::TransportPeer};
use http::{Method, Request, Response, StatusCode, Uri};
use http_body_util::BodyExt as _;
use hyper_util::{
    client::legacy::{Client as LegacyClient, Error as LegacyError, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
};
use tokio::net::TcpStream;
use tower::{BoxError, ServiceBuilder, service_fn, util::BoxCloneService};
use tower_layer::layer_fn;
use tower_service::Service;

use crate::support::{
    BOUND, SHORT, Server, bounded, direct, exchange, receive, recording, send, text, transport,
    until_closed,
};

/// A service that counts, and notes what it is told of each request.
#[derive(Clone)]
struct Counting<S> {
    inner: S,
    count: Arc<AtomicUsize>,
}

impl<S: Service<Request<RequestBody>>> Service<Request<RequestBody>> for Counting<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<RequestBody>) -> S::Future {
        let attempt = request.extensions().get::<Attempt>().unwrap();
        let reads = request.method() == Method::GET;
        assert_eq!(attempt.is_repeatable(), reads);
        assert_eq!(attempt.effect() == Effect::Reads, reads);
        self.count.fetch_add(1, Ordering::SeqCst);
        self.inner.call(request)
    }
}

fn block_on(future: check_transport::Checking<'_>, runtime: &tokio::runtime::Runtime) {
    runtime.block_on(future);
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

#[test]
fn layers_around_the_transport_keep_what_flows_rely_on() {
    let peer = TransportPeer::start().unwrap();
    let hyper = transport(&direct(), &peer.base_url());
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let service = ServiceBuilder::new()
        .layer(layer_fn(move |inner| Counting { inner, count: Arc::clone(&counted) }))
        .concurrency_limit(4)
        .timeout(BOUND)
        .service(hyper);
    let (transport, runtime) = (ServiceTransport::new(service), runtime());
    let faults = check_transport::asynchronous(&transport, &peer.base_url(), |future| {
        block_on(future, &runtime);
    });
    assert_eq!(faults, [""; 0]);
    assert!(count.load(Ordering::SeqCst) > 20);
}

fn another_client() -> LegacyClient<HttpConnector, RequestBody> {
    LegacyClient::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build_http()
}

fn told(error: LegacyError) -> TransportError {
    match error.is_connect() {
        true => TransportError::connect(error),
        false => TransportError::io(error),
    }
}

#[test]
fn another_client_is_a_transport_once_it_says_what_was_not_sent() {
    let (peer, runtime) = (TransportPeer::start().unwrap(), runtime());
    let silent = ServiceTransport::new(another_client());
    let faults = check_transport::asynchronous(&silent, &peer.base_url(), |future| {
        block_on(future, &runtime);
    });
    // It is never said too little: only the two of a connection that did not come about.
    assert_eq!(faults.len(), 2, "{faults:#?}");
    assert!(faults.iter().all(|fault| fault.contains("where there is no connection")));

    let peer = TransportPeer::start().unwrap();
    let service = ServiceBuilder::new().map_err(told).service(another_client());
    let transport = ServiceTransport::new(service);
    let faults = check_transport::asynchronous(&transport, &peer.base_url(), |future| {
        block_on(future, &runtime);
    });
    assert_eq!(faults, [""; 0]);
}

#[tokio::test]
async fn the_transport_is_a_service_of_plain_requests() {
    let (server, mut told) = recording().await;
    bounded(async {
        let mut hyper = transport(&direct(), &server.url("/"));
        let request = Request::post(server.url("/a?b=c")).header("x-own", "1");
        let request = request.body(Bytes::from_static(b"hello")).unwrap();
        let answer = hyper.call(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "ok");
        let (_, received) = told.recv().await.unwrap();
        assert_eq!(received.line(), "POST /a?b=c HTTP/1.1");
        assert_eq!(received.header("x-own"), Some("1"));
        assert_eq!(received.body, b"hello");

        let pieces = Payload::of(["one, ", "two"].map(Bytes::from));
        let request = Request::put(server.url("/")).body(pieces).unwrap();
        drop(hyper.call(request).await.unwrap());
        assert_eq!(told.recv().await.unwrap().1.body, b"one, two");
    })
    .await;
}

#[tokio::test]
async fn a_limit_of_a_layer_is_shared_by_all_calls() {
    let (open, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = (Arc::clone(&open), Arc::clone(&most));
    let server = Server::start(move |mut stream, _| {
        let (open, most) = seen.clone();
        async move {
            while receive(&mut stream).await.is_some() {
                most.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(5)).await;
                open.fetch_sub(1, Ordering::SeqCst);
                send(&mut stream, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
            }
        }
    })
    .await;
    bounded(async {
        let hyper = transport(&direct(), &server.url("/"));
        let service = ServiceBuilder::new().concurrency_limit(2).service(hyper);
        let transport = ServiceTransport::new(service);
        let calls = (0..12).map(|_| async {
            let exchange = exchange(Method::GET, &server.url("/"), &[]);
            text(transport.open(exchange).await.unwrap().body_mut()).await.unwrap()
        });
        assert_eq!(futures_util::future::join_all(calls).await, ["ok"; 12]);
        assert_eq!(most.load(Ordering::SeqCst), 2);
    })
    .await;
}

#[tokio::test]
async fn a_timeout_of_a_layer_counts_as_sent() {
    let server = Server::start(|mut stream, _| async move {
        receive(&mut stream).await;
        until_closed(&mut stream).await;
    })
    .await;
    bounded(async {
        let hyper = transport(&direct(), &server.url("/"));
        let service = ServiceBuilder::new().timeout(SHORT).service(hyper);
        let config = Config::new("csk_test_0123").base_url(server.url("/"));
        let client = Client::with_transport(config, ServiceTransport::new(service)).unwrap();
        let session = client.session("ses_1").unwrap();
        let order = ChargeArgs::pix("150.00".parse().unwrap(), "Order", Buyer::new("Maria"));
        let error = session.charge(&order).await.unwrap_err();
        assert!(error.may_have_been_sent());
        assert_eq!(error.verdict(), Verdict::Unknown);
    })
    .await;
}

#[tokio::test]
async fn calls_streams_and_waits_go_through_layers() {
    let sandbox = Sandbox::start().unwrap();
    let hyper =
        HyperTransport::connect(&direct(), &sandbox.base_url().parse::<Uri>().unwrap()).unwrap();
    // One that cannot be shared between threads, and runs in a task of its own.
    let service = ServiceBuilder::new().buffer(8).timeout(BOUND).service(hyper);
    let service: BoxCloneService<_, _, BoxError> = BoxCloneService::new(service);
    let config = Config::new(sandbox.api_key()).base_url(sandbox.base_url());
    let client = Client::with_transport(config, ServiceTransport::new(service)).unwrap();
    bounded(async {
        let session = client.create(&codespar_async::CreateSession::new("buyer-77")).await.unwrap();
        let order = ChargeArgs::pix("150.00".parse().unwrap(), "Order", Buyer::new("Maria"));
        let charge = session.charge(&order).await.unwrap();
        session.settled(charge.call_id().unwrap()).await.unwrap();
        let mut events = session.send_stream("Say hello.");
        let mut count = 0;
        while let Some(event) = events.next().await {
            event.unwrap();
            count += 1;
        }
        assert!(count > 1);
    })
    .await;
}

/// A service that is never ready, or says that it never will be.
#[derive(Clone)]
struct Unready(bool);

impl Service<Request<RequestBody>> for Unready {
    type Response = Response<String>;
    type Error = io::Error;
    type Future = Ready<io::Result<Response<String>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.0 { Poll::Ready(Err(io::Error::other("shut down"))) } else { Poll::Pending }
    }

    fn call(&mut self, _: Request<RequestBody>) -> Self::Future {
        ready(Err(io::Error::other("called though it is not ready")))
    }
}

#[tokio::test]
async fn what_is_not_ready_has_sent_nothing() {
    bounded(async {
        for (fails, kind) in
            [(true, TransportErrorKind::Connect), (false, TransportErrorKind::Timeout)]
        {
            let mut exchange = exchange(Method::POST, "http://localhost/", &["{}"]);
            exchange.timeout = Some(SHORT);
            let error = ServiceTransport::new(Unready(fails)).open(exchange).await.unwrap_err();
            assert_eq!((error.kind(), error.may_have_been_sent()), (kind, false), "{error}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_limit_that_runs_out_while_connecting_has_sent_nothing() {
    let connector = service_fn(|_: Uri| async {
        std::future::pending::<()>().await;
        Ok::<TokioIo<TcpStream>, io::Error>(TokioIo::new(TcpStream::connect("127.0.0.1:1").await?))
    });
    let hyper = HyperTransport::from_connector(connector, &direct());
    bounded(async {
        let transport = ServiceTransport::new(hyper);
        let mut exchange = exchange(Method::POST, "http://127.0.0.1:1/", &["{}"]);
        exchange.timeout = Some(SHORT);
        let error = transport.open(exchange).await.unwrap_err();
        let expected = (TransportErrorKind::Timeout, false);
        assert_eq!((error.kind(), error.may_have_been_sent()), expected, "{error}");
    })
    .await;
}

#[tokio::test]
async fn the_limits_of_a_call_hold_for_services_that_have_none() {
    bounded(async {
        let endless = service_fn(|_: Request<RequestBody>| {
            std::future::pending::<Result<Response<String>, io::Error>>()
        });
        let mut exchange = exchange(Method::POST, "http://localhost/", &["{}"]);
        exchange.timeout = Some(SHORT);
        let error = ServiceTransport::new(endless).open(exchange).await.unwrap_err();
        let expected = (TransportErrorKind::Timeout, true);
        assert_eq!((error.kind(), error.may_have_been_sent()), expected);
    })
    .await;
}

#[tokio::test]
async fn content_that_cannot_be_read_is_named_whatever_the_service_says() {
    let (server, _told) = recording().await;
    let short = || {
        let content = Content::from_reader(io::Cursor::new(b"short")).length(9);
        let mut exchange = exchange(Method::PUT, &server.url("/"), &[]);
        *exchange.request.body_mut() = Payload::of_content(content).unwrap();
        exchange
    };
    bounded(async {
        let hyper = transport(&direct(), &server.url("/"));
        let error = ServiceTransport::new(hyper).open(short()).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Content, "{error}");
        let other = ServiceTransport::new(another_client());
        let error = other.open(short()).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Content, "{error}");

        let content = Content::from_opener(|| Err::<io::Empty, _>(io::Error::other("locked")));
        let mut exchange = exchange(Method::PUT, &server.url("/"), &[]);
        let content = content.length(9);
        *exchange.request.body_mut() = Payload::of_content(content).unwrap();
        let error = other.open(exchange).await.unwrap_err();
        assert!(!error.may_have_been_sent(), "{error}");
    })
    .await;
}
