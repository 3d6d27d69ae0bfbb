//! HTTP/2: how it comes about, and what it means for those who share a connection.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use codespar_engine::{
    Proxy,
    driver::{AsyncBody, AsyncTransport, TransportErrorKind},
};
use http::{Method, Response, Version};
use http_body_util::{BodyExt, StreamBody, combinators::BoxBody};
use hyper::{body::Frame, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use testing_support::certificates::Authority;
use tokio::{io::AsyncReadExt, net::TcpStream, sync::Notify};
use tokio_rustls::TlsAcceptor;

use crate::support::{
    BOUND, SHORT, Server, bounded, exchange, get, ok, post, receive, send, text,
    tls::{acceptor, plain_server, trusting},
    transport,
};

type Answer = Response<BoxBody<Bytes, Infallible>>;

/// A server of HTTP/2. `/stream` begins a body that never ends and tells when it is given up;
/// `/silent` never answers; everything else echoes the body.
async fn h2_server(acceptor: TlsAcceptor, given_up: Arc<Notify>) -> (Server, Arc<AtomicUsize>) {
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    let server = Server::start(move |stream: TcpStream, _| {
        let (acceptor, count, given_up) =
            (acceptor.clone(), Arc::clone(&count), Arc::clone(&given_up));
        async move {
            let Ok(stream) = acceptor.accept(stream).await else { return };
            count.fetch_add(1, Ordering::SeqCst);
            let service = service_fn(move |request: http::Request<hyper::body::Incoming>| {
                let given_up = Arc::clone(&given_up);
                async move {
                    match request.uri().path() {
                        "/stream" => Ok::<Answer, Infallible>(endless(given_up)),
                        "/silent" => {
                            let _tell = Tell(given_up);
                            std::future::pending().await
                        }
                        _ => {
                            let whole = request.into_body().collect().await.unwrap().to_bytes();
                            Ok(Response::new(http_body_util::Full::new(whole).boxed()))
                        }
                    }
                }
            });
            let _ = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(stream), service)
                .await;
        }
    })
    .await;
    (server, connections)
}

/// Tells when it is dropped.
struct Tell(Arc<Notify>);

impl Drop for Tell {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

fn endless(given_up: Arc<Notify>) -> Answer {
    let mut first = Some(Tell(given_up));
    let mut begun = false;
    let frames = futures_util::stream::poll_fn(move |_| {
        let _held = &mut first;
        if begun {
            return std::task::Poll::Pending;
        }
        begun = true;
        std::task::Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"first")))))
    });
    Response::new(BodyExt::boxed(StreamBody::new(frames)))
}

#[tokio::test]
async fn http2_is_negotiated_and_can_be_switched_off() {
    let ca = Authority::generate();
    let both = acceptor(&ca, "127.0.0.1", 2999, &["h2", "http/1.1"], false);
    let (server, _) = h2_server(both.clone(), Arc::default()).await;
    let (old, _) = plain_server(both).await;
    bounded(async {
        let mut settings = trusting(&ca);
        let url = server.https("/");
        let mut response = post(&transport(&settings, &url), &url).await.unwrap();
        assert_eq!(response.version(), Version::HTTP_2);
        assert_eq!(text(response.body_mut()).await.unwrap(), "{}");

        settings.http2 = false;
        let url = old.https("/");
        let response = post(&transport(&settings, &url), &url).await.unwrap();
        assert_eq!(response.version(), Version::HTTP_11);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_made_at_once_on_a_cold_client_all_get_through() {
    let ca = Authority::generate();
    let both = acceptor(&ca, "127.0.0.1", 2999, &["h2", "http/1.1"], false);
    let (server, _) = h2_server(both, Arc::default()).await;
    bounded(async {
        let url = server.https("/");
        let transport = transport(&trusting(&ca), &url);
        let calls: Vec<_> = (0..50)
            .map(|_| {
                let (transport, url) = (transport.clone(), url.clone());
                tokio::spawn(async move {
                    let mut response = post(&transport, &url).await.unwrap();
                    text(response.body_mut()).await.unwrap()
                })
            })
            .collect();
        for call in calls {
            assert_eq!(call.await.unwrap(), "{}");
        }
    })
    .await;
}

#[tokio::test]
async fn over_http2_giving_up_ends_the_stream_and_silence_gives_up_the_connection() {
    let ca = Authority::generate();
    let given_up = Arc::new(Notify::new());
    let acceptor = acceptor(&ca, "127.0.0.1", 2999, &["h2"], false);
    let (server, connections) = h2_server(acceptor, Arc::clone(&given_up)).await;
    bounded(async {
        let transport = transport(&trusting(&ca), &server.https("/"));
        let url = server.https("/stream");
        let mut body = get(&transport, &url).await.unwrap().into_body();
        assert_eq!(body.chunk(Some(BOUND)).await.unwrap().unwrap(), "first");
        drop(body);
        given_up.notified().await;

        let mut body = get(&transport, &url).await.unwrap().into_body();
        assert_eq!(connections.load(Ordering::SeqCst), 1);
        assert_eq!(body.chunk(Some(BOUND)).await.unwrap().unwrap(), "first");
        let error = body.chunk(Some(SHORT)).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Timeout);
        drop(body);
        given_up.notified().await;

        // A connection that was silent for too long may be dead: it gets no other request.
        let mut silent = exchange(Method::POST, &server.https("/silent"), &["{}"]);
        silent.timeout = Some(SHORT);
        let error = transport.open(silent).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Timeout);
        assert!(error.may_have_been_sent());
        given_up.notified().await;
        assert_eq!(connections.load(Ordering::SeqCst), 2);

        let mut pieces = exchange(Method::POST, &server.https("/"), &["several ", "pieces"]);
        pieces.idle = Some(BOUND);
        let mut response = transport.open(pieces).await.unwrap();
        assert_eq!(text(response.body_mut()).await.unwrap(), "several pieces");
        assert_eq!(connections.load(Ordering::SeqCst), 3);
    })
    .await;
}

#[tokio::test]
async fn a_connection_that_breaks_in_http2_is_an_error_of_its_stream() {
    let ca = Authority::generate();
    let acceptor = acceptor(&ca, "127.0.0.1", 2999, &["h2"], false);
    let server = Server::start(move |stream, _| {
        let acceptor = acceptor.clone();
        async move {
            let mut stream = acceptor.accept(stream).await.unwrap();
            // The preface alone, then nothing that HTTP/2 knows.
            let mut preface = [0; 24];
            stream.read_exact(&mut preface).await.unwrap();
            send(&mut stream, "HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    })
    .await;
    bounded(async {
        let url = server.https("/");
        let error = post(&transport(&trusting(&ca), &url), &url).await.unwrap_err();
        let kinds = [TransportErrorKind::Io, TransportErrorKind::Connect];
        assert!(kinds.contains(&error.kind()), "{error:?}");
    })
    .await;
}

#[tokio::test]
async fn a_tunnel_through_a_proxy_is_as_good_as_a_connection() {
    let ca = Authority::generate();
    let both = acceptor(&ca, "127.0.0.1", 2999, &["h2", "http/1.1"], false);
    let (server, _) = h2_server(both, Arc::default()).await;
    let to = server.addr;
    let proxy = Server::start(move |mut stream, _| async move {
        let asked = receive(&mut stream).await.unwrap();
        assert_eq!(asked.line(), format!("CONNECT {to} HTTP/1.1"));
        send(&mut stream, "HTTP/1.1 200 Connection established\r\n\r\n").await;
        let mut server = TcpStream::connect(to).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut stream, &mut server).await;
    })
    .await;
    bounded(async {
        let url = server.https("/v1");
        let mut settings = trusting(&ca);
        settings.proxy = Proxy::Url(format!("http://user:password@{}", proxy.addr));
        let mut response = post(&transport(&settings, &url), &url).await.unwrap();
        assert_eq!(response.version(), Version::HTTP_2);
        assert_eq!(text(response.body_mut()).await.unwrap(), "{}");
    })
    .await;
}

/// A server that spoke HTTP/1.1 and came back with HTTP/2: what comes back from the connection that
/// was closed is a request of HTTP/2 like any other, not one of HTTP/1.1.
#[tokio::test]
async fn a_request_that_comes_back_over_http1_goes_out_over_http2_whole() {
    let ca = Authority::generate();
    let old = acceptor(&ca, "127.0.0.1", 2999, &["http/1.1"], false);
    let new = acceptor(&ca, "127.0.0.1", 2999, &["h2"], false);
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let (close, closed) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (closing, closes) = (Arc::clone(&close), Arc::clone(&closed));
    let server = Server::start(move |stream: TcpStream, number| {
        let (old, new, tell) = (old.clone(), new.clone(), tell.clone());
        let (close, closed) = (Arc::clone(&closing), Arc::clone(&closes));
        async move {
            if number == 0 {
                let mut stream = old.accept(stream).await.unwrap();
                receive(&mut stream).await.unwrap();
                send(&mut stream, &ok("old")).await;
                close.notified().await;
                drop(stream);
                closed.notify_one();
                return;
            }
            let stream = new.accept(stream).await.unwrap();
            let service = service_fn(move |request: http::Request<hyper::body::Incoming>| {
                tell.send(request.into_parts().0).unwrap();
                async {
                    Ok::<_, Infallible>(Response::new(BoxBody::<Bytes, Infallible>::default()))
                }
            });
            let _ = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
                .serve_connection(TokioIo::new(stream), service)
                .await;
        }
    })
    .await;
    bounded(async {
        let url = server.https("/a?b");
        let transport = transport(&trusting(&ca), &url);
        let mut first = post(&transport, &url).await.unwrap();
        assert_eq!(text(first.body_mut()).await.unwrap(), "old");
        drop(first);
        close.notify_one();
        closed.notified().await;
        tokio::time::sleep(SHORT).await;
        let second = post(&transport, &url).await.unwrap();
        assert_eq!(second.version(), Version::HTTP_2);
        let seen = told.recv().await.unwrap();
        assert_eq!(seen.uri.to_string(), url);
        assert_eq!(seen.headers.get("host"), None);
    })
    .await;
}
