//! Plain requests through a proxy, and the environment's word on it.

use std::{env, io::Write};

use codespar_blocking::UreqTransport;
use codespar_engine::{
    Proxy, TransportSettings,
    driver::{Connect, TransportErrorKind as Kind},
};
use testing_support::process::{again, passed};

use crate::support::{
    OK, Server, answer, fetch, first_line, get, header, post, read_request, script, settings,
};

fn connect(settings: &TransportSettings) -> UreqTransport {
    UreqTransport::connect(settings, &"http://127.0.0.1".parse().unwrap()).unwrap()
}

#[test]
fn plain_requests_name_their_server() {
    let server = Server::new(vec![script(|stream, say| {
        while let Some((head, body)) = read_request(stream) {
            stream.write_all(OK.as_bytes()).unwrap();
            say(head);
            say(String::from_utf8(body).unwrap());
        }
    })]);
    let mut settings = settings();
    settings.proxy = Proxy::Url(format!("http://al%40ice:s%3Acret@{}", server.address));
    let transport = connect(&settings);
    let shown = format!("{transport:?} {settings:?}");
    fetch(&transport, get("http://only.behind.example:81/a?b=c")).unwrap();
    fetch(&transport, post("http://only.behind.example:81/d", "text")).unwrap();
    drop(transport);
    let heard = server.heard();
    assert_eq!(first_line(&heard[0]), "GET http://only.behind.example:81/a?b=c HTTP/1.1");
    assert_eq!(first_line(&heard[2]), "POST http://only.behind.example:81/d HTTP/1.1");
    assert_eq!(heard[3], "text");
    for head in [&heard[0], &heard[2]] {
        assert_eq!(header(head, "host"), Some("only.behind.example:81"));
        assert_eq!(header(head, "proxy-authorization"), Some("Basic YWxAaWNlOnM6Y3JldA=="));
    }
    assert!(!shown.contains("cret"), "{shown}");
}

#[test]
fn a_dead_proxy_is_no_connection() {
    let mut settings = settings();
    settings.proxy = Proxy::Url("http://u:sesame@127.0.0.1:1".to_owned());
    let error = fetch(&connect(&settings), get("http://api.example/")).unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_sent()), (Kind::Connect, false));
    assert!(!format!("{error} {error:?}").contains("sesame"));
}

#[test]
fn proxies_that_cannot_be_used_are_refused() {
    let mut settings = settings();
    settings.proxy = Proxy::Url("socks5://127.0.0.1:1080".to_owned());
    let error = UreqTransport::connect(&settings, &"http://a".parse().unwrap()).unwrap_err();
    assert_eq!(error.field(), Some("proxy"));
}

/// Runs itself again with other variables: a process must not change its own.
#[test]
fn the_environment_names_proxy_and_exceptions() {
    const DIRECT: &str = "TEST_DIRECT_SERVER";
    if let Ok(direct) = env::var(DIRECT) {
        let transport = connect(&TransportSettings::default());
        fetch(&transport, get("http://only.behind.example/proxied")).unwrap();
        fetch(&transport, get(&format!("http://{direct}/direct"))).unwrap();
        return;
    }
    let (proxy, direct) = (Server::new(vec![answer(OK)]), Server::new(vec![answer(OK)]));
    let output = again(module_path!(), "the_environment_names_proxy_and_exceptions")
        .env_clear()
        .env(DIRECT, direct.address.to_string())
        .env("http_proxy", proxy.address.to_string())
        .env("NO_PROXY", "other.example,127.0.0.0/8")
        .output()
        .unwrap();
    passed(&output);
    assert_eq!(proxy.heard(), ["GET http://only.behind.example/proxied HTTP/1.1"]);
    assert_eq!(direct.heard(), ["GET /direct HTTP/1.1"]);
}
