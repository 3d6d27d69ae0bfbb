//! What becomes of the connection when the reader of an event stream is done before its answer is.

use std::{
    io::{Read, Write},
    net::Shutdown,
    sync::mpsc,
};

use codespar_blocking::{
    Buyer, ChargeArgs, ChatEvent, Client, Config, CreateSession, Preset, Reconnect, UreqTransport,
};
use codespar_engine::driver::{BlockingBody, BlockingTransport};
use codespar_sandbox::Sandbox;

use crate::support::{
    OK, PATIENCE, Script, Server, answer, fetch, get, read_request, script, settings, transport,
};

const HEAD: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
const DONE: &str = "event: done\ndata: {\"result\":{\"message\":\"x\",\"iterations\":1}}\n\n";
const END: &str = "0\r\n\r\n";

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

/// Answers the requests of one connection: with an event stream, or what follows on it. Says how
/// many there were.
fn converse(stream: &mut (impl Read + Write), mut stream_out: impl FnMut(&mut dyn Write)) -> usize {
    let mut count = 0;
    while let Some((head, _)) = read_request(stream) {
        count += 1;
        if head.contains("event-stream") {
            stream_out(stream);
        } else {
            stream.write_all(OK.as_bytes()).unwrap();
        }
    }
    count
}

/// A chat turn and another call in turn, five exchanges.
fn five_exchanges(client: &Client) {
    let session = client.session("ses_1").unwrap();
    for number in 0..5 {
        if number % 2 == 0 {
            let events: Vec<_> = session.send_stream("Hello").map(Result::unwrap).collect();
            assert!(matches!(&events[..], [ChatEvent::Done(_)]), "{events:?}");
        } else {
            // Not the JSON it should be, and read to its end.
            session.payment_status("tc_1").send().unwrap_err();
        }
    }
}

fn client(url: String, transport: UreqTransport) -> Client {
    Client::with_transport(Config::new("csk_test_x").base_url(url), transport).unwrap()
}

#[test]
fn event_streams_and_calls_go_over_one_connection() {
    let server = Server::new(vec![script(|stream, say| {
        let whole = [HEAD, &chunk(DONE), END].concat();
        let count = converse(stream, |out| out.write_all(whole.as_bytes()).unwrap());
        say(count.to_string());
    })]);
    let client = client(server.url(""), transport());
    five_exchanges(&client);
    drop(client);
    assert_eq!(server.heard(), ["5"]);
}

#[test]
fn the_quickstart_takes_one_connection() {
    let sandbox = Sandbox::start().unwrap();
    let config = Config::new(sandbox.api_key()).base_url(sandbox.base_url());
    let client = Client::with_config(config.transport(settings())).unwrap();
    let open = CreateSession::new("buyer-77").preset(Preset::Brazilian);
    let session = client.create(&open).send().unwrap();
    assert!(session.send_stream("Say hello to Maria.").all(|event| event.is_ok()));
    let buyer = Buyer::new("Maria Silva").email("maria@example.com");
    let args = ChargeArgs::pix("150.00".parse().unwrap(), "Order 42", buyer);
    let charge = session.charge(&args).send().unwrap();
    let id = charge.call_id().unwrap();
    assert!(session.payment_status_stream(id, Reconnect::UntilOver).all(|status| status.is_ok()));
    session.close().send().unwrap();
    assert_eq!(sandbox.requests().len(), 5);
    assert_eq!(sandbox.connections(), 1);
}

/// Over TLS the end may be in a record of its own.
#[cfg(feature = "tls")]
#[test]
fn event_streams_and_calls_go_over_one_connection_within_tls() {
    use testing_support::certificates::{Authority, server_config};

    use crate::tls::{accept, connect, trusting, url};

    let authority = Authority::generate();
    let config = server_config(&authority.issue("localhost", 3000), None, &[]);
    let server = Server::new(vec![script(move |stream, say| {
        let mut stream = accept(config, stream);
        let mut apart = false;
        let mut count = 0;
        while let Some((head, _)) = read_request(&mut stream) {
            count += 1;
            if head.contains("event-stream") {
                let mut records = stream.conn.writer();
                records.write_all([HEAD, &chunk(DONE)].concat().as_bytes()).unwrap();
                if apart {
                    records.flush().unwrap();
                }
                records.write_all(END.as_bytes()).unwrap();
                apart = !apart;
                stream.flush().unwrap();
            } else {
                stream.write_all(OK.as_bytes()).unwrap();
            }
        }
        say(count.to_string());
    })]);
    let base = url(&server);
    let client = client(base.clone(), connect(&trusting(&authority), &base).unwrap());
    five_exchanges(&client);
    drop(client);
    assert_eq!(server.heard(), ["5"]);
}

/// Reads an event, drops the body once the server has gone on, and asks something else; says by
/// what number of requests each connection was used.
fn connections_after(first: &str, later: &str, then: Option<Shutdown>) -> Vec<String> {
    let (go, wait) = mpsc::channel();
    let (went_on, may_drop) = mpsc::channel();
    let (first, later) = (format!("{HEAD}{first}"), later.to_owned());
    let others: Script = script(|stream, say| say(converse(stream, |_| {}).to_string()));
    let server = Server::new(vec![
        script(move |stream, say| {
            read_request(stream).unwrap();
            stream.write_all(first.as_bytes()).unwrap();
            wait.recv_timeout(PATIENCE).unwrap();
            stream.write_all(later.as_bytes()).unwrap();
            if let Some(how) = then {
                stream.shutdown(how).unwrap();
            }
            went_on.send(()).unwrap();
            // Whoever drops a body waits for nothing.
            wait.recv_timeout(PATIENCE).unwrap();
            say((1 + converse(stream, |_| {})).to_string());
        }),
        others,
    ]);
    let transport = transport();
    let mut body = transport.open(get(&server.url("/events"))).unwrap().into_body();
    assert!(body.chunk(Some(PATIENCE)).unwrap().unwrap().starts_with(b"data: 1\n\n"));
    go.send(()).unwrap();
    may_drop.recv_timeout(PATIENCE).unwrap();
    drop(body);
    go.send(()).unwrap();
    assert_eq!(fetch(&transport, get(&server.url("/next"))).unwrap().0, 200);
    drop(transport);
    let mut heard = vec![server.hear()];
    if heard == ["1"] {
        heard.push(server.hear());
    }
    heard
}

#[test]
fn an_end_that_has_arrived_is_taken() {
    let event = chunk("data: 1\n\n");
    let (comment, large) = (chunk(": bye\n\n"), chunk(&"x".repeat(4000)));
    for (first, later) in [
        (format!("{event}{END}"), String::new()),
        (event.clone(), END.to_owned()),
        (format!("{event}0\r\n"), "\r\n".to_owned()),
        (event.clone(), "0\r\nx-checksum: 1\r\n\r\n".to_owned()),
        (event.clone(), format!("{comment}{comment}{END}")),
        (format!("{event}{large}"), END.to_owned()),
    ] {
        assert_eq!(connections_after(&first, &later, None), ["2"], "{first:?} {later:?}");
    }
}

#[test]
fn an_end_that_has_not_arrived_or_is_not_the_end_closes_the_connection() {
    let event = chunk("data: 1\n\n");
    for (first, later) in [
        // Not waited for: the server says nothing until the connection is closed.
        (event.clone(), String::new()),
        (format!("{event}0\r\n"), String::new()),
        (format!("{event}5\r\nda"), String::new()),
        (event.clone(), chunk("data: 2\n\n")),
        (event.clone(), "nonsense\r\n\r\n".to_owned()),
        // Bytes that nobody asked for.
        (format!("{event}{END}{OK}"), String::new()),
        (event.clone(), format!("{END}{OK}")),
        (format!("{event}{END}"), "x".to_owned()),
        // More than is worth reading.
        (event.clone(), format!("{}{END}", chunk(&"x".repeat(20_000)))),
    ] {
        assert_eq!(connections_after(&first, &later, None), ["1", "1"], "{first:?} {later:?}");
    }
    let closed = connections_after(&event, END, Some(Shutdown::Write));
    assert_eq!(closed, ["1", "1"], "the server closed after the end");
}

/// A foreign agent's connections are waited for, so an end of unknown place is not looked for.
#[test]
fn over_a_foreign_agent_answers_with_a_length_are_taken_to_their_end() {
    let whole = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\ndata: 1\n\n";
    let chunked = [HEAD, &chunk("data: 1\n\n"), END].concat();
    for (text, expected) in [(whole, "2"), (&chunked, "1")] {
        let text = text.to_owned();
        let server = Server::new(vec![
            script(move |stream, say| {
                read_request(stream).unwrap();
                stream.write_all(text.as_bytes()).unwrap();
                say((1 + converse(stream, |_| {})).to_string());
            }),
            answer(OK),
        ]);
        let agent = ureq::Agent::config_builder().proxy(None).build().new_agent();
        let transport = UreqTransport::from_agent(agent);
        let named = |path| {
            let mut exchange = get(&server.url(path));
            let headers = exchange.request.headers_mut();
            headers.insert("user-agent", http::HeaderValue::from_static("test"));
            exchange
        };
        let mut body = transport.open(named("/1")).unwrap().into_body();
        assert_eq!(body.chunk(None).unwrap().unwrap(), "data: 1\n\n");
        drop(body);
        fetch(&transport, named("/2")).unwrap();
        drop(transport);
        assert_eq!(server.hear(), expected, "{expected}");
    }
}
