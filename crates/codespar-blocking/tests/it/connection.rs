//! Connections: kept, used again, left; and the heads that come over them.

use std::{
    io::Write,
    net::{Shutdown, TcpListener},
    sync::{
        Arc, Barrier,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use codespar_blocking::UreqTransport;
use codespar_engine::driver::{Connect, TransportErrorKind as Kind};

use crate::support::{
    OK, PATIENCE, Server, answer, fetch, first_line, get, post, read_request, script, settings,
    transport,
};

#[test]
fn interim_answers_are_skipped() {
    for interim in
        ["103 Early Hints\r\n\r\n", "100 Continue\r\n\r\n", "100 Continue\r\nvia: 1.1 p\r\n\r\n"]
    {
        let server = Server::new(vec![answer(format!("HTTP/1.1 {interim}{OK}"))]);
        assert_eq!(fetch(&transport(), get(&server.url("/"))).unwrap(), (200, b"ok".to_vec()));
    }
}

#[test]
fn one_connection_carries_many_calls() {
    let server = Server::new(vec![script(|stream, say| {
        while let Some((head, _)) = read_request(stream) {
            stream.write_all(OK.as_bytes()).unwrap();
            say(first_line(&head));
        }
        say("hung up".to_owned());
    })]);
    let transport = transport();
    for path in ["/1", "/2"] {
        fetch(&transport, post(&server.url(path), "x")).unwrap();
    }
    fetch(&transport.clone(), get(&server.url("/3"))).unwrap();
    drop(transport);
    let expected = ["POST /1 HTTP/1.1", "POST /2 HTTP/1.1", "GET /3 HTTP/1.1", "hung up"];
    assert_eq!(server.heard(), expected);
}

#[test]
fn connections_are_not_kept_beyond_the_settings() {
    let (mut age, mut count) = (settings(), settings());
    age.pool_idle_timeout = std::time::Duration::ZERO;
    count.pool_max_idle = Some(0);
    for settings in [age, count] {
        let until_hung_up = || {
            script(|stream, say| {
                while let Some((head, _)) = read_request(stream) {
                    stream.write_all(OK.as_bytes()).unwrap();
                    say(first_line(&head));
                }
                say("hung up".to_owned());
            })
        };
        let server = Server::new(vec![until_hung_up(), until_hung_up()]);
        let base = "http://127.0.0.1".parse().unwrap();
        let transport = UreqTransport::connect(&settings, &base).unwrap();
        for path in ["/1", "/2"] {
            fetch(&transport, get(&server.url(path))).unwrap();
        }
        drop(transport);
        let expected = ["GET /1 HTTP/1.1", "hung up", "GET /2 HTTP/1.1", "hung up"];
        assert_eq!(server.heard(), expected);
    }
}

/// Answers one request after the other on as many connections as come; says which request came on
/// which.
fn counting(connections: usize, answer: &'static str) -> Server {
    let count = |number| {
        script(move |stream, say| {
            while let Some((head, _)) = read_request(stream) {
                say(format!("{number}: {}", first_line(&head)));
                stream.write_all(answer.as_bytes()).unwrap();
            }
        })
    };
    Server::new((0..connections).map(count).collect())
}

#[test]
fn a_server_says_how_long_it_keeps_a_connection() {
    for (timeout, body, reused) in
        [("1", "ok", false), ("0", "", false), ("1", "", false), ("100", "ok", true)]
    {
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 200 OK\r\nkeep-alive: timeout={timeout}\r\n\
             content-length: {length}\r\n\r\n{body}"
        );
        let server = counting(2, answer.leak());
        let transport = transport();
        for path in ["/1", "/2"] {
            fetch(&transport, get(&server.url(path))).unwrap();
        }
        assert_eq!(server.hear(), "0: GET /1 HTTP/1.1");
        let second = if reused { "0: GET /2 HTTP/1.1" } else { "1: GET /2 HTTP/1.1" };
        assert_eq!(server.hear(), second, "timeout={timeout}, {body:?}");
    }
    // It may change its mind.
    let short = "HTTP/1.1 200 OK\r\nkeep-alive: timeout=1\r\ncontent-length: 2\r\n\r\nok";
    let long = "HTTP/1.1 200 OK\r\nkeep-alive: timeout=60\r\ncontent-length: 2\r\n\r\nok";
    let server = Server::new(vec![
        script(move |stream, say| {
            for answer in [long, OK, short] {
                say(first_line(&read_request(stream).unwrap().0));
                stream.write_all(answer.as_bytes()).unwrap();
            }
            assert!(read_request(stream).is_none());
            say("closed".to_owned());
        }),
        answer(OK),
    ]);
    let transport = transport();
    for path in ["/1", "/2", "/3", "/4"] {
        fetch(&transport, get(&server.url(path))).unwrap();
    }
    let request = |number| format!("GET /{number} HTTP/1.1");
    let expected = [request(1), request(2), request(3), "closed".to_owned(), request(4)];
    assert_eq!(server.heard(), expected);
}

#[test]
fn as_many_connections_are_kept_as_were_in_use_at_once() {
    const AT_ONCE: usize = 40;
    let gate = Arc::new(Barrier::new(AT_ONCE));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let accepted = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&accepted);
    thread::spawn(move || {
        for stream in listener.incoming().take(10 * AT_ONCE) {
            count.fetch_add(1, Ordering::SeqCst);
            let (mut stream, gate) = (stream.unwrap(), Arc::clone(&gate));
            thread::spawn(move || {
                while read_request(&mut stream).is_some() {
                    // None is answered before all are here.
                    gate.wait();
                    stream.write_all(OK.as_bytes()).unwrap();
                }
            });
        }
    });
    let transport = transport();
    for _ in 0..5 {
        thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| fetch(&transport, get(&url)).unwrap());
            }
        });
    }
    assert_eq!(accepted.load(Ordering::SeqCst), AT_ONCE);
}

#[test]
fn connections_closed_meanwhile_are_replaced_without_repeating() {
    let (closed, wait) = mpsc::channel();
    let server = Server::new(vec![
        script(move |stream, say| {
            let (head, _) = read_request(stream).unwrap();
            stream.write_all(OK.as_bytes()).unwrap();
            say(first_line(&head));
            stream.shutdown(Shutdown::Both).unwrap();
            closed.send(()).unwrap();
        }),
        answer(OK),
    ]);
    let transport = transport();
    fetch(&transport, post(&server.url("/1"), "x")).unwrap();
    wait.recv_timeout(PATIENCE).unwrap();
    fetch(&transport, post(&server.url("/2"), "x")).unwrap();
    assert_eq!(server.heard(), ["POST /1 HTTP/1.1", "POST /2 HTTP/1.1"]);
}

#[test]
fn bytes_nobody_asked_for_end_a_connection() {
    let twice = format!("{OK}{OK}");
    let server = Server::new(vec![answer(twice), answer(OK)]);
    let transport = transport();
    fetch(&transport, get(&server.url("/1"))).unwrap();
    fetch(&transport, get(&server.url("/2"))).unwrap();
    assert_eq!(server.heard(), ["GET /1 HTTP/1.1", "GET /2 HTTP/1.1"]);
}

#[test]
fn a_post_without_answer_is_not_repeated() {
    let hang_up = || {
        script(|stream: &mut std::net::TcpStream, say: &dyn Fn(String)| {
            if let Some((head, _)) = read_request(stream) {
                say(first_line(&head));
            }
        })
    };
    let server = Server::new(vec![hang_up()]);
    let error = fetch(&transport(), post(&server.url("/"), "x")).unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_sent()), (Kind::Io, true), "{error}");
    assert_eq!(server.heard(), ["POST / HTTP/1.1"]);
}

#[test]
fn answers_that_are_not_http_are_errors() {
    let cases: [&[u8]; 6] = [
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-len",
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\nab",
        b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
    ];
    for bytes in cases {
        let server = Server::new(vec![answer(bytes)]);
        let error = fetch(&transport(), get(&server.url("/"))).unwrap_err();
        assert_eq!((error.kind(), error.may_have_been_sent()), (Kind::Io, true), "{error}");
    }
}

#[test]
fn heads_have_a_limit() {
    let mut settings = settings();
    settings.max_header_bytes = 1000;
    let transport =
        UreqTransport::connect(&settings, &"http://127.0.0.1".parse().unwrap()).unwrap();
    for (size, good) in [(900, true), (1100, false), (200_000, false)] {
        let filler = "y".repeat(size);
        let text = format!("HTTP/1.1 200 OK\r\nx: {filler}\r\ncontent-length: 2\r\n\r\nok");
        let server = Server::new(vec![script(move |stream, _| {
            read_request(stream);
            // The client may hang up before it has read all of it.
            let _ = stream.write_all(text.as_bytes());
        })]);
        let result = fetch(&transport, get(&server.url("/")));
        assert_eq!(result.is_ok(), good, "{size}: {result:?}");
    }
    // The default allows for large heads.
    let filler = "y".repeat(60_000);
    let text = format!("HTTP/1.1 200 OK\r\nx: {filler}\r\ncontent-length: 2\r\n\r\nok");
    let server = Server::new(vec![answer(text)]);
    assert_eq!(fetch(&crate::support::transport(), get(&server.url("/"))).unwrap().0, 200);
}
