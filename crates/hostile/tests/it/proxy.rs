//! What proxies answer to `CONNECT`, and what they and the servers behind them get to see.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, mpsc},
    thread,
};

use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_proto::{Error, ErrorKind, config::Proxy};
use hostile::{Certificate, Clients, Driver, LONG, Operation, Settings, TlsPeer, guarded};
/// `user:pass word` as a proxy wants to see it.
const LOGIN: &str = "proxy-authorization: Basic dXNlcjpwYXNzIHdvcmQ=";

/// A proxy that gives each connection this answer and then passes everything on; the heads it was
/// asked with.
fn proxy(answer: &'static str, to: SocketAddr) -> (SocketAddr, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming().take(8).flatten() {
            let tell = tell.clone();
            // A client that goes away ends it.
            thread::spawn(move || drop(pass_on(stream, answer, to, &tell)));
        }
    });
    (address, told)
}

fn pass_on(
    mut client: TcpStream,
    answer: &str,
    to: SocketAddr,
    tell: &mpsc::Sender<String>,
) -> io::Result<()> {
    client.set_nodelay(true)?;
    client.set_read_timeout(Some(LONG))?;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        head.extend(byte);
    }
    let _ = tell.send(String::from_utf8_lossy(&head).into_owned());
    client.write_all(answer.as_bytes())?;
    let mut server = TcpStream::connect(to)?;
    server.set_nodelay(true)?;
    let (mut back, mut there) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || io::copy(&mut client, &mut there));
    io::copy(&mut server, &mut back)?;
    Ok(())
}

/// A call through a proxy that answers so; what the proxy was asked and what the server.
fn call<D: Driver>(answer: &'static str) -> (Option<Error>, Vec<String>, Vec<String>) {
    let heads: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = Arc::clone(&heads);
    let peer = TlsPeer::start(Certificate::Good, move |request| {
        seen.lock().unwrap().push(request.head.clone());
        Operation::Get.answer()
    });
    let (proxy, told) = proxy(answer, peer.address());
    let mut settings = Settings::new(&peer.url(), LONG);
    settings.transport.extra_roots = vec![peer.root()];
    settings.transport.proxy = Proxy::Url(format!("http://user:pass%20word@{proxy}"));
    let outcome = Operation::Get.run(&Clients::<D>::new(&settings).unwrap());
    let asked = told.try_iter().collect();
    let heads = heads.lock().unwrap().clone();
    (outcome.error, asked, heads)
}

fn tunnels<D: Driver>() {
    for answer in [
        "HTTP/1.1 200 Connection established\r\nvia: p\r\n\r\n",
        "HTTP/1.1 201 Created\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.0 200\r\n\r\n",
        "HTTP/1.1 200 OK\n\n",
        "HTTP/1.1 200 OK\nvia: p\n\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 103 Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 102 Wait\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    ] {
        let (error, asked, heads) = call::<D>(answer);
        assert!(error.is_none(), "{}, {answer:?}: {error:?}", D::NAME);
        assert_eq!((asked.len(), heads.len()), (1, 1), "{}, {answer:?}", D::NAME);
        assert!(asked[0].contains(LOGIN), "{asked:?}");
        // The login is the proxy's; the server behind it does not get to see it.
        let head = heads[0].to_ascii_lowercase();
        assert!(!head.contains("proxy-authorization"), "{}: {head}", D::NAME);
    }
}

fn refusals<D: Driver>() {
    for (answer, words) in [
        ("HTTP/1.1 407 Who are you\r\ncontent-length: 3\r\n\r\nno!", "the proxy answered 407"),
        ("HTTP/1.1 502 Bad Gateway\r\n\r\n", "the proxy answered 502"),
        ("HTTP/1.1 302 There\nlocation: /\n", "the proxy answered 302"),
        ("HTTP/1.1 101 Switching Protocols\r\n\r\n", "the proxy answered 101"),
        ("HTTP/1.1 2000 OK\r\n\r\n", "the proxy does not speak HTTP"),
        ("HTTP/1.1 20 OK\r\n\r\n", "the proxy does not speak HTTP"),
        ("SSH-2.0-OpenSSH_9.9\r\n", "the proxy does not speak HTTP"),
    ] {
        let (error, asked, heads) = call::<D>(answer);
        let error = error.unwrap();
        assert_eq!(error.kind(), ErrorKind::Connect, "{}, {answer:?}: {error:?}", D::NAME);
        assert!(!error.may_have_been_sent() && heads.is_empty());
        assert_eq!(asked.len(), 2, "one repetition");
        let causes = std::iter::successors(std::error::Error::source(&error), |one| one.source());
        let said = causes.fold(format!("{error} {error:?}"), |said, one| format!("{said} {one}"));
        assert!(said.contains(words), "{}, {answer:?}: {said}", D::NAME);
        assert!(!said.contains("pass word") && !said.contains("dXNlc"), "{said}");
    }
}

#[test]
fn hostile_proxies_open_a_tunnel_by_any_success_and_alone_see_the_login() {
    guarded("blocking", tunnels::<UreqTransport>);
    guarded("async", tunnels::<HyperTransport>);
}

#[test]
fn hostile_proxies_that_refuse_are_named_with_their_status() {
    guarded("blocking", refusals::<UreqTransport>);
    guarded("async", refusals::<HyperTransport>);
}

/// Variables, the base URL, and whether a client can be made.
type Row = (&'static [(&'static str, &'static str)], &'static str, bool);

const SOCKS: &str = "socks5://127.0.0.1:1080";
const PLAIN: &str = "http://127.0.0.1:8787";
const SECURE: &str = "https://api.example.com";
/// Desktops set such variables for every program.
const ROWS: [Row; 7] = [
    (&[("ALL_PROXY", SOCKS), ("HTTPS_PROXY", "http://127.0.0.1:2")], SECURE, true),
    (&[("ALL_PROXY", SOCKS), ("NO_PROXY", "*")], SECURE, true),
    (&[("all_proxy", "socks://p:1"), ("no_proxy", "localhost,127.0.0.1")], PLAIN, true),
    (&[("http_proxy", "socks5h://p:1")], SECURE, true),
    (&[("ALL_PROXY", SOCKS)], SECURE, false),
    (&[("https_proxy", "https://p:1")], SECURE, false),
    (&[("http_proxy", "http://p:no")], PLAIN, false),
];
const ROW: &str = "TEST_PROXY_ROW";

fn made<D: Driver>((variables, url, good): Row) {
    let mut settings = Settings::new(url, LONG);
    settings.transport.proxy = Proxy::Environment;
    let codespar = codespar_proto::Client::<D>::with_config(settings.codespar()).map(drop);
    let upivia = upivia_proto::Client::<D>::with_config(settings.upivia()).map(drop);
    for made in [codespar, upivia] {
        match made {
            Ok(()) => assert!(good, "{}, {variables:?}", D::NAME),
            Err(error) => {
                assert!(!good, "{}, {variables:?}: {error}", D::NAME);
                assert_eq!(error.field(), Some("proxy"));
            }
        }
    }
}

/// What would take a proxy that cannot be used is refused there, once, in its words.
fn elsewhere<D: Driver>() {
    let mut settings = Settings::new(PLAIN, LONG);
    settings.transport.proxy = Proxy::Environment;
    let clients = Clients::<D>::new(&settings).unwrap();
    let objects = clients.upivia.storage().objects();
    let error = D::finish(objects.put("https://files.example.test/x", "text/plain", "x"));
    let error = error.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 1), "{error:?}");
    assert!(error.message().contains("spoken to over plain http"), "{error}");
    assert!(!error.may_have_been_sent() && !error.is_retryable());
}

/// Runs itself again with other variables: a process must not change its own.
#[test]
fn hostile_variables_matter_only_where_they_are_used() {
    const TEST: &str = "proxy::hostile_variables_matter_only_where_they_are_used";
    if let Ok(row) = std::env::var(ROW) {
        match row.parse().ok().and_then(|row: usize| ROWS.get(row)) {
            Some(row) => {
                made::<UreqTransport>(*row);
                made::<HyperTransport>(*row);
            }
            None => {
                elsewhere::<UreqTransport>();
                elsewhere::<HyperTransport>();
            }
        }
        return;
    }
    let elsewhere: Row = (&[("HTTPS_PROXY", SOCKS)], PLAIN, true);
    for (number, (variables, ..)) in ROWS.into_iter().chain([elsewhere]).enumerate() {
        let output = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", TEST, "--nocapture"])
            .env_clear()
            .envs(variables.iter().copied())
            .env(ROW, number.to_string())
            .output()
            .unwrap();
        assert!(output.status.success(), "{variables:?}: {output:?}");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("1 passed"), "{TEST} is not there: {said}");
    }
}
