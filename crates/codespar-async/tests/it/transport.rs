//! The transport against scripted servers, over plain HTTP/1.1.

use std::{
    error::Error as StdError,
    iter::successors,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use codespar_engine::driver::{AsyncBody, AsyncTransport, TransportErrorKind};
use http::{HeaderValue, Method, StatusCode};
use tokio::{net::TcpListener, sync::Notify};

use crate::support::{
    BOUND, SHORT, Server, bounded, direct, everything, exchange, get, post, receive, recording,
    send, text, transport, until_closed,
};

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
    // The causes go down to what the operating system says.
    let refused = std::io::ErrorKind::ConnectionRefused;
    let is_refused = |cause: &(dyn StdError + 'static)| {
        cause.downcast_ref().is_some_and(|io: &std::io::Error| io.kind() == refused)
    };
    assert!(successors(error.source(), |cause| (*cause).source()).any(is_refused), "{error:?}");
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
