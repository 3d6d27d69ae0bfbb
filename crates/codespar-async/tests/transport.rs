//! The transport against scripted servers, over plain HTTP/1.1.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
    time::Duration,
};

use codespar_async::{HyperBody, HyperTransport};
use codespar_engine::{
    AsyncBody, AsyncTransport, Connect, ErrorKind, Transport, TransportErrorKind,
};
use http::{HeaderValue, Method, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Notify, mpsc},
};

use common::{
    BOUND, Received, SHORT, Server, bounded, direct, everything, exchange, get, ok, post, receive,
    send, serve, text, transport, until_closed,
};

/// A server that answers everything with `200 ok` and tells of every request.
async fn recording() -> (Server, mpsc::UnboundedReceiver<(usize, Received)>) {
    let (tell, told) = mpsc::unbounded_channel();
    let server = Server::start(move |mut stream, number| {
        let tell = tell.clone();
        async move {
            while let Some(received) = receive(&mut stream).await {
                send(&mut stream, &ok("ok")).await;
                let _ = tell.send((number, received));
            }
        }
    })
    .await;
    (server, told)
}

#[tokio::test]
async fn bytes_are_handed_out_as_soon_as_they_arrive() {
    let seen = Arc::new(Notify::new());
    let go_on = Arc::clone(&seen);
    let server = Server::start(move |mut stream, _| {
        let go_on = Arc::clone(&go_on);
        async move {
            receive(&mut stream).await;
            send(&mut stream, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
            send(&mut stream, "3\r\none\r\n").await;
            go_on.notified().await;
            send(&mut stream, "3\r\ntwo\r\n0\r\n\r\n").await;
            until_closed(&mut stream).await;
        }
    })
    .await;
    bounded(async {
        let transport = transport(&direct(), &server.url("/"));
        let mut body = get(&transport, &server.url("/")).await.unwrap().into_body();
        assert_eq!(body.chunk(Some(BOUND)).await.unwrap().unwrap(), "one");
        seen.notify_one();
        assert_eq!(body.chunk(None).await.unwrap().unwrap(), "two");
        assert_eq!(body.chunk(Some(BOUND)).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn silence_within_the_body_ends_at_the_idle_limit() {
    let server = Server::start(|mut stream, _| async move {
        receive(&mut stream).await;
        send(&mut stream, "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\none").await;
        until_closed(&mut stream).await;
    })
    .await;
    bounded(async {
        let transport = transport(&direct(), &server.url("/"));
        let mut body = get(&transport, &server.url("/")).await.unwrap().into_body();
        assert_eq!(body.chunk(Some(SHORT)).await.unwrap().unwrap(), "one");
        for _ in 0..2 {
            let error = body.chunk(Some(SHORT)).await.unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Timeout);
            assert!(error.may_have_been_sent());
        }
    })
    .await;
}

#[tokio::test]
async fn a_head_that_does_not_come_ends_at_the_limit_and_closes_the_connection() {
    let closed = Arc::new(Notify::new());
    let tell = Arc::clone(&closed);
    let server = Server::start(move |mut stream, _| {
        let tell = Arc::clone(&tell);
        async move {
            receive(&mut stream).await;
            until_closed(&mut stream).await;
            tell.notify_one();
        }
    })
    .await;
    bounded(async {
        let transport = transport(&direct(), &server.url("/"));
        let mut exchange = exchange(Method::POST, &server.url("/"), &["{}"]);
        exchange.timeout = Some(SHORT);
        let error = transport.open(exchange).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Timeout);
        assert!(error.may_have_been_sent());
        closed.notified().await;
    })
    .await;
}

#[tokio::test]
async fn a_refused_connection_sent_nothing() {
    let addr = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let url = format!("http://{addr}/");
    let error = bounded(post(&transport(&direct(), &url), &url)).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    assert!(!error.may_have_been_sent());
}

#[tokio::test]
async fn an_unknown_name_sent_nothing() {
    let url = "http://no-such-host.invalid/";
    let error = bounded(post(&transport(&direct(), url), url)).await.unwrap_err();
    assert!(!error.may_have_been_sent());
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    let server = Server::start(move |mut stream, _| {
        let count = Arc::clone(&count);
        async move {
            while receive(&mut stream).await.is_some() {
                count.fetch_add(1, Ordering::SeqCst);
                let head = "HTTP/1.1 307 Temporary Redirect\r\nlocation: /elsewhere\r\n";
                send(&mut stream, &format!("{head}content-length: 0\r\n\r\n")).await;
            }
        }
    })
    .await;
    bounded(async {
        let transport = transport(&direct(), &server.url("/"));
        let mut response = post(&transport, &server.url("/")).await.unwrap();
        assert_eq!(response.status(), StatusCode::TEMPORARY_REDIRECT);
        assert_eq!(response.headers()["location"], "/elsewhere");
        assert_eq!(text(response.body_mut()).await.unwrap(), "");
        assert_eq!(requests.load(Ordering::SeqCst), 1);
    })
    .await;
}

#[tokio::test]
async fn a_request_that_gets_no_answer_is_not_repeated() {
    for method in [Method::POST, Method::GET] {
        let requests = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&requests);
        let server = Server::start(move |mut stream, _| {
            let count = Arc::clone(&count);
            async move {
                if receive(&mut stream).await.is_some() {
                    count.fetch_add(1, Ordering::SeqCst);
                }
            }
        })
        .await;
        bounded(async {
            let transport = transport(&direct(), &server.url("/"));
            let mut exchange = exchange(method, &server.url("/"), &[]);
            let key = HeaderValue::from_static("Bearer csk_live_topsecret");
            exchange.request.headers_mut().insert("authorization", key);
            let error = transport.open(exchange).await.unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Io);
            assert!(error.may_have_been_sent());
            assert!(!everything(&error).contains("topsecret"));
            assert_eq!(requests.load(Ordering::SeqCst), 1);
        })
        .await;
    }
}

#[tokio::test]
async fn what_is_not_http_is_a_broken_connection() {
    let answers = [
        "SSH-2.0-OpenSSH_9.6\r\n\r\n".to_owned(),
        "HTTP/1.1 2000 OK\r\n\r\n".to_owned(),
        format!("HTTP/1.1 200 OK\r\nx-large: {}\r\n\r\n", "x".repeat(80 * 1024)),
        "HTTP/1.1 200 OK\r\ncontent-length: nine\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\ncontent-le".to_owned(),
    ];
    for answer in answers {
        let server = Server::start(move |mut stream, _| {
            let answer = answer.clone();
            async move {
                receive(&mut stream).await;
                send(&mut stream, &answer).await;
            }
        })
        .await;
        bounded(async {
            let transport = transport(&direct(), &server.url("/"));
            let error = post(&transport, &server.url("/")).await.unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Io, "{error:?}");
            assert!(error.may_have_been_sent());
        })
        .await;
    }
}

#[tokio::test]
async fn the_limit_on_heads_is_the_one_that_was_set() {
    let server = Server::start(|mut stream, _| async move {
        receive(&mut stream).await;
        let large = "x".repeat(48 * 1024);
        let head = format!("HTTP/1.1 200 OK\r\nx-large: {large}\r\ncontent-length: 0\r\n\r\n");
        send(&mut stream, &head).await;
        until_closed(&mut stream).await;
    })
    .await;
    bounded(async {
        let mut settings = direct();
        let url = server.url("/");
        let response = get(&transport(&settings, &url), &url).await.unwrap();
        assert_eq!(response.headers()["x-large"].len(), 48 * 1024);
        settings.max_header_bytes = 1024;
        let error = get(&transport(&settings, &url), &url).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Io);
    })
    .await;
}

#[tokio::test]
async fn connections_are_used_again() {
    let (server, mut told) = recording().await;
    bounded(async {
        let transport = transport(&direct(), &server.url("/"));
        for _ in 0..5 {
            let mut response = post(&transport.clone(), &server.url("/")).await.unwrap();
            assert_eq!(text(response.body_mut()).await.unwrap(), "ok");
            assert_eq!(told.recv().await.unwrap().0, 0);
        }
    })
    .await;
}

#[tokio::test]
async fn connections_may_be_kept_for_ever() {
    let overflows = Arc::new(AtomicUsize::new(0));
    let (count, usual) = (Arc::clone(&overflows), std::panic::take_hook());
    std::panic::set_hook(Box::new(move |panic| {
        let overflow = panic.to_string().contains("overflow");
        count.fetch_add(usize::from(overflow), Ordering::SeqCst);
        usual(panic);
    }));
    let (server, _told) = recording().await;
    bounded(async {
        let mut settings = direct();
        settings.pool_idle_timeout = Duration::MAX;
        let transport = transport(&settings, &server.url("/"));
        for _ in 0..2 {
            let mut body = get(&transport, &server.url("/")).await.unwrap().into_body();
            assert_eq!(text(&mut body).await.unwrap(), "ok");
        }
        // The pool's own task has had its turn.
        transport.sleep(SHORT).await;
        assert_eq!(overflows.load(Ordering::SeqCst), 0);
    })
    .await;
}

/// A server that closes after each answer, whenever it likes: the next request may or may not
/// find out in time. Whatever it says about itself must be true.
#[tokio::test]
async fn a_connection_closed_while_idle_never_doubles_a_request() {
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    let server = Server::start(move |mut stream, _| {
        let count = Arc::clone(&count);
        async move {
            if receive(&mut stream).await.is_some() {
                count.fetch_add(1, Ordering::SeqCst);
                send(&mut stream, &ok("ok")).await;
            }
        }
    })
    .await;
    bounded(async {
        let transport = transport(&direct(), &server.url("/"));
        for round in 0..200 {
            let before = requests.load(Ordering::SeqCst);
            for _ in 0..round % 7 {
                tokio::task::yield_now().await;
            }
            match post(&transport, &server.url("/")).await {
                Ok(mut response) => {
                    assert_eq!(text(response.body_mut()).await.unwrap(), "ok");
                    assert_eq!(requests.load(Ordering::SeqCst), before + 1);
                }
                Err(error) => {
                    let kind = error.kind();
                    assert_eq!(kind == TransportErrorKind::Io, error.may_have_been_sent());
                    assert!(matches!(kind, TransportErrorKind::Io | TransportErrorKind::Connect));
                    assert_eq!(requests.load(Ordering::SeqCst), before);
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn dropping_the_answer_to_be_hangs_up() {
    let events = Arc::new(Notify::new());
    let tell = Arc::clone(&events);
    let server = Server::start(move |mut stream, _| {
        let tell = Arc::clone(&tell);
        async move {
            receive(&mut stream).await;
            tell.notify_one();
            until_closed(&mut stream).await;
            tell.notify_one();
        }
    })
    .await;
    bounded(async {
        let transport = transport(&direct(), &server.url("/"));
        let url = server.url("/");
        let mut opening = Box::pin(get(&transport, &url));
        tokio::select! {
            _ = &mut opening => panic!("the server does not answer"),
            () = events.notified() => drop(opening),
        }
        events.notified().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dropping_a_body_hangs_up_even_while_it_is_read() {
    let closed = Arc::new(Notify::new());
    let tell = Arc::clone(&closed);
    let server = Server::start(move |mut stream, _| {
        let tell = Arc::clone(&tell);
        async move {
            receive(&mut stream).await;
            send(&mut stream, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await;
            send(&mut stream, "3\r\none\r\n").await;
            until_closed(&mut stream).await;
            tell.notify_one();
        }
    })
    .await;
    bounded(async {
        let transport = transport(&direct(), &server.url("/"));
        let mut body = get(&transport, &server.url("/")).await.unwrap().into_body();
        assert_eq!(body.chunk(Some(BOUND)).await.unwrap().unwrap(), "one");
        drop(body);
        closed.notified().await;

        let mut body = get(&transport, &server.url("/")).await.unwrap().into_body();
        assert_eq!(body.chunk(Some(BOUND)).await.unwrap().unwrap(), "one");
        let reading = tokio::spawn(async move { body.chunk(Some(BOUND)).await });
        tokio::task::yield_now().await;
        reading.abort();
        closed.notified().await;
    })
    .await;
}

#[tokio::test]
async fn bodies_of_many_pieces_arrive_whole() {
    let (server, mut told) = recording().await;
    bounded(async {
        let transport = transport(&direct(), &server.url("/"));
        let exchange =
            exchange(Method::POST, &server.url("/upload"), &["--a\r\n", "", "bytes", "!"]);
        assert_eq!(transport.open(exchange).await.unwrap().status(), StatusCode::OK);
        let (_, received) = told.recv().await.unwrap();
        assert_eq!(received.line(), "POST /upload HTTP/1.1");
        assert_eq!(received.header("content-length"), Some("11"));
        assert_eq!(received.header("transfer-encoding"), None);
        assert_eq!(received.body, b"--a\r\nbytes!");
    })
    .await;
}

#[tokio::test]
async fn no_header_is_added_where_none_belongs_but_that_against_compression() {
    let (server, mut told) = recording().await;
    bounded(async {
        let transport = transport(&direct(), &server.url("/"));
        for (method, length) in
            [(Method::GET, None), (Method::DELETE, None), (Method::POST, Some("0"))]
        {
            let mut response =
                transport.open(exchange(method, &server.url("/"), &[])).await.unwrap();
            assert_eq!(text(response.body_mut()).await.unwrap(), "ok");
            let (_, received) = told.recv().await.unwrap();
            assert_eq!(received.header("content-length"), length);
            assert_eq!(received.header("content-type"), None);
            assert_eq!(received.header("transfer-encoding"), None);
        }
    })
    .await;
}

#[tokio::test]
async fn a_body_shorter_than_promised_is_a_broken_connection() {
    let answers =
        ["content-length: 20\r\n\r\none", "transfer-encoding: chunked\r\n\r\n3\r\none\r\n"];
    for answer in answers {
        let server = Server::start(move |mut stream, _| async move {
            receive(&mut stream).await;
            send(&mut stream, &format!("HTTP/1.1 200 OK\r\n{answer}")).await;
        })
        .await;
        bounded(async {
            let transport = transport(&direct(), &server.url("/"));
            let mut body = get(&transport, &server.url("/")).await.unwrap().into_body();
            assert_eq!(body.chunk(Some(BOUND)).await.unwrap().unwrap(), "one");
            let error = body.chunk(Some(BOUND)).await.unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Io);
            assert!(error.may_have_been_sent());
        })
        .await;
    }
}

#[tokio::test]
async fn what_comes_after_the_body_spoils_the_connection() {
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    let server = Server::start(move |mut stream, number| {
        count.store(number + 1, Ordering::SeqCst);
        async move {
            receive(&mut stream).await;
            send(&mut stream, &format!("{}{}", ok("ok"), ok("not asked for"))).await;
            until_closed(&mut stream).await;
        }
    })
    .await;
    bounded(async {
        let transport = transport(&direct(), &server.url("/"));
        for round in 1..=3 {
            let mut response = get(&transport, &server.url("/")).await.unwrap();
            assert_eq!(text(response.body_mut()).await.unwrap(), "ok");
            assert_eq!(connections.load(Ordering::SeqCst), round);
        }
    })
    .await;
}

#[test]
fn outside_a_runtime_it_is_an_error() {
    let url = "http://127.0.0.1:9/";
    let transport = transport(&direct(), url);
    let opening = pin!(transport.open(exchange(Method::GET, url, &[])));
    let Poll::Ready(Err(error)) = opening.poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("there is no runtime that could have done anything");
    };
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    assert!(error.to_string().contains("tokio"));
}

#[test]
fn outside_a_runtime_waits_and_reads_do_not_panic() {
    let mut context = Context::from_waker(Waker::noop());
    let idle = transport(&direct(), "http://127.0.0.1:9/");
    assert!(pin!(idle.sleep(BOUND)).poll(&mut context).is_ready());

    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (_server, mut body) = runtime.block_on(bounded(async {
        let server = Server::start(|mut stream, _| async move {
            receive(&mut stream).await;
            send(&mut stream, "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n").await;
            until_closed(&mut stream).await;
        })
        .await;
        let transport = transport(&direct(), &server.url("/"));
        let body = get(&transport, &server.url("/")).await.unwrap().into_body();
        (server, body)
    }));
    let Poll::Ready(Err(error)) = pin!(body.chunk(Some(BOUND))).poll(&mut context) else {
        panic!("there is no clock that could have run out");
    };
    assert_eq!(error.kind(), TransportErrorKind::Io);
    assert!(error.to_string().contains("tokio"));
}

#[test]
fn urls_that_cannot_work_are_refused() {
    for url in ["ftp://127.0.0.1/", "/v1"] {
        let error = HyperTransport::connect(&direct(), &url.parse().unwrap()).unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("base_url")));
    }
}

#[cfg(not(feature = "tls"))]
#[test]
fn without_tls_https_is_refused() {
    let base = "https://api.example.com".parse().unwrap();
    let error = HyperTransport::connect(&direct(), &base).unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("base_url")));
    assert!(error.to_string().contains("TLS"));
}

/// A connector that knows one address only.
#[derive(Clone)]
struct Always(std::net::SocketAddr);

impl tower_service::Service<http::Uri> for Always {
    type Response = TokioIo<TcpStream>;
    type Error = std::io::Error;
    type Future =
        std::pin::Pin<Box<dyn Future<Output = std::io::Result<TokioIo<TcpStream>>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Uri) -> Self::Future {
        let addr = self.0;
        Box::pin(async move { TcpStream::connect(addr).await.map(TokioIo::new) })
    }
}

#[tokio::test]
async fn a_connector_of_ones_own_is_used() {
    let server =
        Server::start(|mut stream, _| async move { serve(&mut stream, "mine").await }).await;
    bounded(async {
        let transport = HyperTransport::from_connector(Always(server.addr), &direct());
        let mut response = get(&transport, "http://api.example.com/v1").await.unwrap();
        assert_eq!(text(response.body_mut()).await.unwrap(), "mine");
    })
    .await;
}

#[tokio::test]
async fn ticks_differ_and_sleep_returns() {
    let transport = transport(&direct(), "http://127.0.0.1:9/");
    let (first, second) = (transport.tick(), transport.clone().tick());
    assert_ne!(first.noise, second.noise);
    bounded(transport.sleep(SHORT)).await;
    assert!(transport.tick().now >= second.now);
}

#[test]
fn transport_and_futures_can_be_sent() {
    fn sent<T: Send>(_: T) {}
    fn shared<T: Send + Sync + Clone>(_: &T) {}
    let url = "http://127.0.0.1:9/";
    let transport = transport(&direct(), url);
    shared(&transport);
    sent(transport.open(exchange(Method::GET, url, &[])));
    sent(transport.sleep(SHORT));
    fn read(body: &mut HyperBody) {
        sent(body.chunk(None));
    }
    let _: fn(&mut HyperBody) = read;
    assert!(size_of::<HyperTransport>() == size_of::<usize>());
    assert!(size_of::<HyperBody>() <= 64, "{}", size_of::<HyperBody>());
}
