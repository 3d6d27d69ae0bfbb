//! TLS: whom the transport trusts, what it shows, which protocol comes out of it.

use std::{
    convert::Infallible,
    future::IntoFuture,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use codespar_async::{Client, Config, HyperTransport};
use codespar_engine::{
    ErrorKind, Identity, Proxy, TransportSettings,
    driver::{AsyncBody, AsyncTransport, Connect, TransportErrorKind},
};
use http::{Method, Response, Version};
use http_body_util::{BodyExt, StreamBody, combinators::BoxBody};
use hyper::{body::Frame, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    date_time_ymd,
};
use rustls::{RootCertStore, ServerConfig, crypto::ring, server::WebPkiClientVerifier};
use tokio::{io::AsyncReadExt, net::TcpStream, sync::Notify};
use tokio_rustls::TlsAcceptor;

use crate::support::{
    BOUND, SHORT, Server, bounded, direct, everything, exchange, get, post, receive, send, serve,
    text, transport, until_closed,
};

type Ca = CertifiedIssuer<'static, KeyPair>;

fn ca() -> Ca {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for a name, valid until the end of a year.
fn certificate(ca: &Ca, name: &str, year: i32) -> (rcgen::Certificate, KeyPair) {
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(year, 12, 31);
    params.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    let key = KeyPair::generate().unwrap();
    (params.signed_by(&key, ca).unwrap(), key)
}

fn acceptor(ca: &Ca, name: &str, year: i32, protocols: &[&str], clients: bool) -> TlsAcceptor {
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = if clients {
        let mut roots = RootCertStore::empty();
        roots.add(ca.der().clone()).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        builder.with_client_cert_verifier(verifier.build().unwrap())
    } else {
        builder.with_no_client_auth()
    };
    let (certificate, key) = certificate(ca, name, year);
    let mut config = builder.with_single_cert(vec![certificate.der().clone()], key.into()).unwrap();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}

/// A server of one answer over HTTP/1.1; counts the handshakes that came about.
async fn plain_server(acceptor: TlsAcceptor) -> (Server, Arc<AtomicUsize>) {
    let handshakes = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&handshakes);
    let server = Server::start(move |stream, _| {
        let (acceptor, count) = (acceptor.clone(), Arc::clone(&count));
        async move {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                count.fetch_add(1, Ordering::SeqCst);
                serve(&mut stream, "secret").await;
            }
        }
    })
    .await;
    (server, handshakes)
}

fn trusting(ca: &Ca) -> TransportSettings {
    let mut settings = direct();
    settings.extra_roots = vec![ca.pem().into_bytes().into()];
    settings
}

#[tokio::test]
async fn an_own_root_is_trusted_as_pem_and_as_der() {
    let ca = ca();
    let (server, _) = plain_server(acceptor(&ca, "127.0.0.1", 2999, &[], false)).await;
    bounded(async {
        let mut der = direct();
        der.extra_roots = vec![Bytes::copy_from_slice(ca.der())];
        der.only_extra_roots = true;
        for settings in [trusting(&ca), der] {
            let url = server.https("/");
            let mut response = post(&transport(&settings, &url), &url).await.unwrap();
            assert_eq!(response.version(), Version::HTTP_11);
            assert_eq!(text(response.body_mut()).await.unwrap(), "secret");
        }
    })
    .await;
}

#[tokio::test]
async fn certificates_that_prove_nothing_end_before_anything_is_sent() {
    let (own, other) = (ca(), ca());
    let cases = [
        ("unknown root", acceptor(&other, "127.0.0.1", 2999, &[], false)),
        ("wrong name", acceptor(&own, "api.example.com", 2999, &[], false)),
        ("expired", acceptor(&own, "127.0.0.1", 2021, &[], false)),
    ];
    for (case, acceptor) in cases {
        let (server, _) = plain_server(acceptor).await;
        bounded(async {
            let url = server.https("/");
            let error = post(&transport(&trusting(&own), &url), &url).await.unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Connect, "{case}: {error:?}");
            assert!(!error.may_have_been_sent(), "{case}");
            assert!(everything(&error).contains("certificate"), "{case}: {error}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_certificate_that_proves_nothing_is_not_tried_again_and_the_error_says_why() {
    let (own, other) = (ca(), ca());
    let cases = [
        (acceptor(&other, "127.0.0.1", 2999, &[], false), "BadSignature"),
        (acceptor(&own, "api.example.com", 2999, &[], false), "not valid for name"),
        (acceptor(&own, "127.0.0.1", 2021, &[], false), "expired"),
    ];
    for (acceptor, why) in cases {
        let (server, _) = plain_server(acceptor).await;
        let mut settings = trusting(&own);
        settings.only_extra_roots = true;
        let config = Config::new("csk_test_x").base_url(server.https("")).transport(settings);
        let session = Client::with_config(config).unwrap().session("s").unwrap();
        let error = bounded(session.payment_status("tc_1").into_future()).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 1), "{error}");
        assert!(!error.is_retryable() && !error.may_have_been_sent());
        assert!(error.message().contains("the server's certificate is not accepted"), "{error}");
        assert!(error.message().contains(why), "{error}");
    }
}

#[tokio::test]
async fn a_server_without_tls_is_no_server() {
    let server = Server::start(|mut stream, _| async move {
        send(&mut stream, "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
        until_closed(&mut stream).await;
    })
    .await;
    let url = server.https("/");
    let error = bounded(post(&transport(&direct(), &url), &url)).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    assert!(!error.may_have_been_sent());
}

#[tokio::test]
async fn the_client_shows_its_certificate_where_asked() {
    let ca = ca();
    let (server, handshakes) = plain_server(acceptor(&ca, "127.0.0.1", 2999, &[], true)).await;
    bounded(async {
        let url = server.https("/");
        assert!(post(&transport(&trusting(&ca), &url), &url).await.is_err());
        assert_eq!(handshakes.load(Ordering::SeqCst), 0);

        let (certificate, key) = certificate(&ca, "client.example", 2999);
        let mut settings = trusting(&ca);
        settings.identity = Some(Identity::from_pem(certificate.pem(), key.serialize_pem()));
        let mut response = post(&transport(&settings, &url), &url).await.unwrap();
        assert_eq!(text(response.body_mut()).await.unwrap(), "secret");
    })
    .await;
}

#[tokio::test]
async fn a_tunnel_through_a_proxy_is_as_good_as_a_connection() {
    let ca = ca();
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

#[test]
fn unreadable_certificates_are_refused_by_name() {
    let base = "https://api.example.com".parse().unwrap();
    let refused = |settings: &TransportSettings| {
        let error = HyperTransport::connect(settings, &base).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        error.field().unwrap().to_owned()
    };
    for root in ["nothing", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let mut settings = direct();
        settings.extra_roots = vec![root.into()];
        assert_eq!(refused(&settings), "extra_roots");
    }
    let mut settings = direct();
    settings.only_extra_roots = true;
    assert_eq!(refused(&settings), "extra_roots");

    let ca = ca();
    let (certificate, _) = certificate(&ca, "client.example", 2999);
    let foreign = KeyPair::generate().unwrap().serialize_pem();
    for key in ["", "no key", foreign.as_str()] {
        let mut settings = direct();
        settings.identity = Some(Identity::from_pem(certificate.pem(), key.to_owned()));
        assert_eq!(refused(&settings), "identity");
    }
}

#[tokio::test]
async fn the_connect_limit_covers_the_handshake() {
    let server =
        Server::start(|mut stream, _| async move { until_closed(&mut stream).await }).await;
    bounded(async {
        let url = server.https("/");
        let mut settings = direct();
        settings.connect_timeout = SHORT;
        let error = post(&transport(&settings, &url), &url).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Timeout);
        assert!(!error.may_have_been_sent());
    })
    .await;
}

#[tokio::test]
async fn an_attempt_that_ends_while_connecting_sent_nothing() {
    let server =
        Server::start(|mut stream, _| async move { until_closed(&mut stream).await }).await;
    bounded(async {
        let url = server.https("/");
        let mut exchange = exchange(Method::POST, &url, &["{}"]);
        exchange.timeout = Some(SHORT);
        let error = transport(&direct(), &url).open(exchange).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Timeout);
        assert!(!error.may_have_been_sent());
    })
    .await;
}

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
    let ca = ca();
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
    let ca = ca();
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
    let ca = ca();
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
    let ca = ca();
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
