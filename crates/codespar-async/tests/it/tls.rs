//! TLS: whom the transport trusts, and what it shows.

use std::{future::IntoFuture, sync::atomic::Ordering};

use bytes::Bytes;
use codespar_async::{Client, Config, HyperTransport};
use codespar_engine::{
    ErrorKind, Identity, TransportSettings,
    driver::{AsyncTransport, Connect, TransportErrorKind},
};
use http::{Method, Version};
use testing_support::certificates::Authority;

use crate::support::{
    SHORT, Server, bounded, direct, everything, exchange, post, send, text,
    tls::{acceptor, plain_server, trusting},
    transport, until_closed,
};

#[tokio::test]
async fn an_own_root_is_trusted_as_pem_and_as_der() {
    let ca = Authority::generate();
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
    let (own, other) = (Authority::generate(), Authority::generate());
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
    let (own, other) = (Authority::generate(), Authority::generate());
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
    let ca = Authority::generate();
    let (server, handshakes) = plain_server(acceptor(&ca, "127.0.0.1", 2999, &[], true)).await;
    bounded(async {
        let url = server.https("/");
        assert!(post(&transport(&trusting(&ca), &url), &url).await.is_err());
        assert_eq!(handshakes.load(Ordering::SeqCst), 0);

        let client = ca.issue("client.example", 2999);
        let mut settings = trusting(&ca);
        settings.identity = Some(Identity::from_pem(client.pem.clone(), client.key_pem()));
        let mut response = post(&transport(&settings, &url), &url).await.unwrap();
        assert_eq!(text(response.body_mut()).await.unwrap(), "secret");
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

    let ca = Authority::generate();
    let certificate = ca.issue("client.example", 2999).pem;
    let foreign = ca.issue("other.example", 2999).key_pem();
    for key in ["", "no key", foreign.as_str()] {
        let mut settings = direct();
        settings.identity = Some(Identity::from_pem(certificate.clone(), key.to_owned()));
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
