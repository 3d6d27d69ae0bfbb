//! What the transport does on good connections and bad ones.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpListener},
    sync::mpsc,
};

use bytes::Bytes;
use codespar_blocking::{UreqBody, UreqTransport};
use codespar_engine::{
    BlockingBody, BlockingTransport, Connect, Payload, TransportErrorKind as Kind,
};
use http::Method;

use crate::support::{
    OK, PATIENCE, Server, answer, exchange, fetch, first_line, get, header, post, read_all,
    read_request, script, settings, transport,
};

#[test]
fn transport_is_shared_by_threads() {
    fn shared<T: Send + Sync + Clone + 'static>() {}
    fn moved<T: Send + 'static>() {}
    shared::<UreqTransport>();
    moved::<UreqBody>();
}

#[test]
fn bytes_are_handed_out_as_they_arrive() {
    let (go, wait) = mpsc::channel();
    let server = Server::new(vec![script(move |stream, _| {
        read_request(stream).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").unwrap();
        for piece in ["one", "two", "three"] {
            stream.write_all(format!("{:x}\r\n{piece}\r\n", piece.len()).as_bytes()).unwrap();
            // The next one is not written before this one was read.
            wait.recv_timeout(PATIENCE).unwrap();
        }
        stream.write_all(b"0\r\n\r\n").unwrap();
    })]);
    let mut request = get(&server.url("/"));
    request.streaming = true;
    let mut body = transport().open(request).unwrap().into_body();
    for piece in ["one", "two", "three"] {
        assert_eq!(body.chunk(Some(PATIENCE)).unwrap().unwrap(), piece);
        go.send(()).unwrap();
    }
    assert!(body.chunk(Some(PATIENCE)).unwrap().is_none());
    assert!(body.chunk(Some(PATIENCE)).unwrap().is_none());
}

#[test]
fn statuses_and_redirects_are_answers() {
    for status in [204, 302, 304, 401, 500] {
        let text = format!(
            "HTTP/1.1 {status} X\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"
        );
        let server = Server::new(vec![answer(text)]);
        let (got, body) = fetch(&transport(), post(&server.url("/a"), "x")).unwrap();
        assert_eq!((got, body.len()), (status, 0));
        assert_eq!(server.heard(), ["POST /a HTTP/1.1"]);
    }
}

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
fn requests_are_exactly_what_was_asked_for() {
    let cases = [
        (Method::GET, "", None),
        (Method::DELETE, "", None),
        (Method::DELETE, "{}", Some("2")),
        (Method::POST, "", Some("0")),
        (Method::PATCH, "abc", Some("3")),
    ];
    for (method, text, length) in cases {
        let server = Server::new(vec![script(|stream, say| {
            let (head, body) = read_request(stream).unwrap();
            stream.write_all(OK.as_bytes()).unwrap();
            say(head);
            say(String::from_utf8(body).unwrap());
        })]);
        let request =
            exchange(method.clone(), &server.url("/p?q=1"), Bytes::from_static(text.as_bytes()));
        fetch(&transport(), request).unwrap();
        let heard = server.heard();
        let head = &heard[0];
        assert_eq!(first_line(head), format!("{method} /p?q=1 HTTP/1.1"));
        assert_eq!(header(head, "content-length"), length, "{method} {text}");
        assert_eq!(header(head, "accept-encoding"), Some("identity"));
        for absent in ["transfer-encoding", "user-agent", "accept", "content-type"] {
            assert_eq!(header(head, absent), None, "{head}");
        }
        assert_eq!(heard[1], text);
    }
}

#[test]
fn compressed_answers_stay_as_they_are() {
    let text = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\n\u{1f}ab";
    let server = Server::new(vec![answer(text)]);
    let response = transport().open(get(&server.url("/"))).unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert_eq!(read_all(response).unwrap(), b"\x1fab");
}

#[test]
fn bodies_of_many_pieces_arrive_whole() {
    let pieces: Vec<Bytes> = (0..40_usize)
        .map(|index| Bytes::from(vec![u8::try_from(index).unwrap(); index * 611]))
        .collect();
    let payload = Payload::of(pieces);
    let expected = payload.to_bytes();
    let server = Server::new(vec![script(move |stream, say| {
        let (head, body) = read_request(stream).unwrap();
        stream.write_all(OK.as_bytes()).unwrap();
        assert!(body == expected);
        say(header(&head, "content-length").unwrap().to_owned());
    })]);
    let length = payload.len().to_string();
    fetch(&transport(), exchange(Method::POST, &server.url("/"), payload)).unwrap();
    assert_eq!(server.heard(), [length]);
}

#[test]
fn large_bodies_arrive_whole() {
    let sent: Vec<u8> = (0..3_000_000_u32).map(|index| (index % 251) as u8).collect();
    let mut text =
        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", sent.len()).into_bytes();
    text.extend_from_slice(&sent);
    let server = Server::new(vec![answer(text)]);
    assert!(fetch(&transport(), get(&server.url("/"))).unwrap().1 == sent);
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
    count.pool_max_idle = 0;
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
fn dropping_a_body_hangs_up() {
    let server = Server::new(vec![script(|stream, say| {
        read_request(stream).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf").unwrap();
        say(format!("{:?}", stream.read(&mut [0; 8]).unwrap_or(0)));
    })]);
    let mut body = transport().open(get(&server.url("/"))).unwrap().into_body();
    assert_eq!(body.chunk(Some(PATIENCE)).unwrap().unwrap(), "half");
    drop(body);
    assert_eq!(server.heard(), ["0"]);
}

#[test]
fn nobody_listening_means_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    for url in [format!("http://{address}/"), "http://no-such-host.invalid/".to_owned()] {
        let error = fetch(&transport(), post(&url, "x")).unwrap_err();
        assert_eq!((error.kind(), error.may_have_been_sent()), (Kind::Connect, false), "{error}");
    }
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
fn a_reset_is_no_proper_end() {
    let (go, wait) = mpsc::channel();
    let server = Server::new(vec![script(move |stream, _| {
        // Closing with a byte unread resets the connection.
        let mut most = [0; 60];
        stream.read_exact(&mut most).unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nsome").unwrap();
        wait.recv_timeout(PATIENCE).unwrap();
    })]);
    let mut body = transport().open(post(&server.url("/"), "xyz")).unwrap().into_body();
    assert_eq!(body.chunk(Some(PATIENCE)).unwrap().unwrap(), "some");
    go.send(()).unwrap();
    let error = body.chunk(Some(PATIENCE)).unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_sent()), (Kind::Io, true), "{error}");
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
