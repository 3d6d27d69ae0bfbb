//! Whom the transport trusts, and what it shows.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::{Arc, mpsc},
    time::Duration,
};

use codespar_blocking::{Client, Config, ErrorKind, UreqTransport};
use codespar_engine::{
    Identity, TransportSettings,
    driver::{Connect, TransportErrorKind as Kind},
};
use http::Uri;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use testing_support::certificates::{Authority, server_config};

use crate::support::{
    OK, PATIENCE, Script, Server, answer, exchange, fetch, get, read_request, script, settings,
};

pub(crate) fn connect(
    settings: &TransportSettings,
    base: &str,
) -> Result<UreqTransport, codespar_engine::Error> {
    let base: Uri = base.parse().unwrap();
    UreqTransport::connect(settings, &base)
}

pub(crate) fn accept(
    config: Arc<ServerConfig>,
    stream: &TcpStream,
) -> StreamOwned<ServerConnection, TcpStream> {
    StreamOwned::new(ServerConnection::new(config).unwrap(), stream.try_clone().unwrap())
}

/// Answers every request of one connection; says how many there were.
fn serve(config: Arc<ServerConfig>) -> Script {
    script(move |stream, say| {
        let mut stream = accept(config, stream);
        let mut count = 0;
        while read_request(&mut stream).is_some() {
            stream.write_all(OK.as_bytes()).unwrap();
            count += 1;
        }
        say(count.to_string());
    })
}

pub(crate) fn trusting(authority: &Authority) -> TransportSettings {
    let mut settings = settings();
    settings.extra_roots = vec![authority.pem().into_bytes().into()];
    settings.only_extra_roots = true;
    settings
}

pub(crate) fn url(server: &Server) -> String {
    format!("https://localhost:{}/", server.address.port())
}

/// Two calls over a server with this certificate.
fn call_twice(
    settings: &TransportSettings,
    config: Arc<ServerConfig>,
) -> (Result<(), codespar_engine::driver::TransportError>, Vec<String>) {
    let server = Server::new(vec![serve(config)]);
    let url = url(&server);
    let transport = connect(settings, &url).unwrap();
    let call = || fetch(&transport, exchange(http::Method::POST, &url, bytes::Bytes::from("x")));
    let result = call().and_then(|_| call()).map(|(status, body)| {
        assert_eq!((status, body), (200, b"ok".to_vec()));
    });
    drop(transport);
    (result, server.heard())
}

#[test]
fn own_authorities_are_trusted_in_either_form() {
    let authority = Authority::generate();
    let leaf = authority.issue("localhost", 3000);
    let mut settings = trusting(&authority);
    for roots in [authority.pem().into_bytes(), authority.der().to_vec()] {
        for only in [true, false] {
            settings.extra_roots = vec![roots.clone().into()];
            settings.only_extra_roots = only;
            let (result, heard) = call_twice(&settings, server_config(&leaf, None, &[]));
            result.unwrap();
            assert_eq!(heard, ["2"], "one connection for both");
        }
    }
}

#[test]
fn bad_certificates_mean_that_nothing_was_sent() {
    let good = Authority::generate();
    let other = Authority::generate();
    let cases = [
        ("unknown issuer", other.issue("localhost", 3000)),
        ("wrong name", good.issue("elsewhere.example", 3000)),
        ("expired", good.issue("localhost", 2021)),
    ];
    for (what, leaf) in cases {
        let (result, heard) = call_twice(&trusting(&good), server_config(&leaf, None, &[]));
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.may_have_been_sent()), (Kind::Connect, false), "{what}");
        assert_eq!(heard, ["0"], "{what}: {error}");
    }
    let leaf = good.issue("localhost", 3000);
    let (result, _) = call_twice(&settings(), server_config(&leaf, None, &[]));
    assert_eq!(result.unwrap_err().kind(), Kind::Connect, "not among the built-in roots");
}

/// What was decrypted along with an answer, and is none of it.
#[test]
fn decrypted_bytes_nobody_asked_for_end_a_connection() {
    let authority = Authority::generate();
    let config = server_config(&authority.issue("localhost", 3000), None, &[]);
    // An answer of exactly what is read at a time, so that the rest stays within TLS.
    let twice = || {
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 8000\r\nx: ";
        let fill = "y".repeat(8192 - 8000 - head.len() - 4);
        format!("{head}{fill}\r\n\r\n{}{OK}", "z".repeat(8000))
    };
    assert_eq!(twice().len(), 8192 + OK.len());
    let answering = |config: Arc<ServerConfig>, text: String| {
        script(move |stream, say| {
            let session = ServerConnection::new(config).unwrap();
            let mut stream = StreamOwned::new(session, stream.try_clone().unwrap());
            while let Some((head, _)) = read_request(&mut stream) {
                say(head.lines().next().unwrap().to_owned());
                let _ = stream.write_all(text.as_bytes());
            }
        })
    };
    let ok = OK.replace("ok", "no");
    let server = Server::new(vec![answering(Arc::clone(&config), twice()), answering(config, ok)]);
    let url = url(&server);
    let transport = connect(&trusting(&authority), &url).unwrap();
    let call = |path: &str| fetch(&transport, get(&format!("{url}{path}")));
    assert_eq!(call("1").unwrap().1.len(), 8000);
    assert_eq!(call("2").unwrap().1, b"no", "the answer of the second connection");
    drop(transport);
    assert_eq!(server.heard(), ["GET /1 HTTP/1.1", "GET /2 HTTP/1.1"]);
}

#[test]
fn a_certificate_that_proves_nothing_is_not_tried_again_and_the_error_says_why() {
    let good = Authority::generate();
    let cases = [
        (Authority::generate().issue("localhost", 3000), "BadSignature"),
        (good.issue("elsewhere.example", 3000), "not valid for name"),
        (good.issue("localhost", 2021), "expired"),
    ];
    for (leaf, why) in cases {
        let config = server_config(&leaf, None, &[]);
        let server = Server::new((0..3).map(|_| serve(Arc::clone(&config))).collect());
        let url = format!("https://localhost:{}", server.address.port());
        let settings = Config::new("csk_test_x").base_url(url).transport(trusting(&good));
        let client = Client::with_config(settings).unwrap();
        let error = client.session("s").unwrap().payment_status("tc_1").send().unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 1), "{error}");
        assert!(!error.is_retryable() && !error.may_have_been_sent());
        let words = "the server's certificate is not accepted";
        assert!(error.message().contains(words), "{error}");
        assert!(error.message().contains(why), "{error}");
    }
    let server = Server::new(vec![serve(server_config(&good.issue("localhost", 3000), None, &[]))]);
    let url = format!("https://localhost:{}", server.address.port());
    let settings = Config::new("csk_test_x").base_url(url).transport(settings());
    let client = Client::with_config(settings).unwrap();
    let error = client.session("s").unwrap().payment_status("tc_1").send().unwrap_err();
    assert!(error.message().contains("no trusted authority signed it"), "{error}");
}

/// A server that answers by the head of a request and takes no more than a piece of its body.
#[test]
fn an_answer_within_an_upload_is_read_over_tls_too() {
    let authority = Authority::generate();
    let config = server_config(&authority.issue("localhost", 3000), None, &[]);
    for closes in [true, false] {
        let (done, wait) = mpsc::channel::<()>();
        let config = Arc::clone(&config);
        let server = Server::new(vec![script(move |stream, _| {
            // Otherwise the answer may still be held back when the connection is reset.
            stream.set_nodelay(true).unwrap();
            let session = ServerConnection::new(config).unwrap();
            let mut stream = StreamOwned::new(session, stream.try_clone().unwrap());
            let mut head = [0; 100];
            stream.read_exact(&mut head).unwrap();
            let answer = b"HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nbig";
            stream.write_all(answer).unwrap();
            if !closes {
                let _ = wait.recv_timeout(PATIENCE);
            }
        })]);
        let url = url(&server);
        let transport = connect(&trusting(&authority), &url).unwrap();
        let body = bytes::Bytes::from(vec![7; 16 << 20]);
        let answer = fetch(&transport, exchange(http::Method::PUT, &url, body));
        assert_eq!(answer.unwrap(), (413, b"big".to_vec()), "closes: {closes}");
        drop(done);
    }
}

#[test]
fn client_certificates_are_shown() {
    let authority = Authority::generate();
    let own = authority.issue("localhost", 3000);
    let client = authority.issue("client.example", 3000);
    let mut settings = trusting(&authority);
    let config = server_config(&own, Some(&authority), &[]);
    let (result, heard) = call_twice(&settings, Arc::clone(&config));
    let error = result.unwrap_err();
    assert!([Kind::Connect, Kind::Io].contains(&error.kind()), "{error}");
    assert_eq!(heard, ["0"]);

    settings.identity = Some(Identity::from_pem(client.pem.clone(), client.key_pem()));
    let (result, heard) = call_twice(&settings, config);
    result.unwrap();
    assert_eq!(heard, ["2"]);
}

#[test]
fn a_server_without_tls_is_no_connection() {
    let server = Server::new(vec![script(|stream, _| {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
    })]);
    let url = url(&server);
    let error = fetch(&connect(&settings(), &url).unwrap(), get(&url)).unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_sent()), (Kind::Connect, false), "{error}");
}

#[test]
fn a_handshake_that_does_not_end_runs_out() {
    let server = Server::new(vec![script(|stream, _| {
        // Its answer never comes.
        while stream.read(&mut [0; 512]).is_ok_and(|amount| amount > 0) {}
    })]);
    let mut settings = settings();
    settings.connect_timeout = Duration::from_millis(250);
    let url = url(&server);
    let error = fetch(&connect(&settings, &url).unwrap(), get(&url)).unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_sent()), (Kind::Timeout, false), "{error}");
}

#[test]
fn certificates_that_cannot_be_read_are_refused() {
    let identity = |certificates: &str, key: &str| {
        Some(Identity::from_pem(certificates.to_owned(), key.to_owned()))
    };
    let authority = Authority::generate();
    let (one, two) = (authority.issue("a.example", 3000), authority.issue("b.example", 3000));
    let mut cases = Vec::new();
    for roots in ["", "-----BEGIN nothing", "not a certificate"] {
        let mut settings = settings();
        settings.extra_roots = vec![roots.into()];
        cases.push(("extra_roots", settings));
    }
    let mut nothing = settings();
    nothing.only_extra_roots = true;
    cases.push(("extra_roots", nothing));
    for (certificates, key) in [("", &*one.key_pem()), (&*one.pem, "sesame")] {
        let mut settings = settings();
        settings.identity = identity(certificates, key);
        cases.push(("identity", settings));
    }
    let mut mixed = settings();
    mixed.identity = identity(&one.pem, &two.key_pem());
    cases.push(("identity", mixed));
    for (field, settings) in cases {
        let error = connect(&settings, "https://api.example").unwrap_err();
        assert_eq!(error.field(), Some(field), "{error}");
        assert!(!format!("{error} {error:?}").contains("sesame"));
    }
}

#[test]
fn tls_works_through_a_proxy() {
    let authority = Authority::generate();
    let config = server_config(&authority.issue("only.behind.example", 3000), None, &[]);
    let server = Server::new(vec![script(move |stream, say| {
        let (head, _) = read_request(stream).unwrap();
        say(head);
        stream.write_all(b"HTTP/1.1 200 Connected\r\nx: y\r\n\r\n").unwrap();
        serve(config)(stream, say);
    })]);
    let mut settings = trusting(&authority);
    let proxy = format!("http://al%40ice:s%3Acret@{}", server.address);
    settings.proxy = codespar_engine::Proxy::Url(proxy);
    let url = "https://only.behind.example/x";
    let transport = connect(&settings, url).unwrap();
    for _ in 0..2 {
        assert_eq!(fetch(&transport, get(url)).unwrap().0, 200);
    }
    drop(transport);
    let heard = server.heard();
    assert_eq!(
        heard[0],
        "CONNECT only.behind.example:443 HTTP/1.1\r\nhost: only.behind.example:443\r\n\
         proxy-authorization: Basic YWxAaWNlOnM6Y3JldA==\r\n\r\n"
    );
    assert_eq!(heard[1], "2");
}

#[test]
fn a_proxy_that_refuses_is_no_connection() {
    for text in ["HTTP/1.1 407 No\r\n\r\n", "SSH-2.0\r\n\r\n", "HTTP/1.1 200"] {
        let server = Server::new(vec![answer(text)]);
        let mut settings = settings();
        settings.proxy = codespar_engine::Proxy::Url(format!("http://u:sesame@{}", server.address));
        let url = "https://only.behind.example/";
        let error = fetch(&connect(&settings, url).unwrap(), get(url)).unwrap_err();
        assert_eq!((error.kind(), error.may_have_been_sent()), (Kind::Connect, false), "{error}");
        assert!(!format!("{error} {error:?}").contains("sesame"), "{error}");
    }
}
