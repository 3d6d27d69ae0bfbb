//! Content that the asynchronous driver alone reads, and the two protocols it sends it by.

use std::{io, time::Duration};

use bytes::Bytes;
use codespar_async::{HyperTransport, files};
use codespar_blocking::UreqTransport;
use codespar_engine::Content;
use codespar_proto::{Client, ErrorKind, Verdict, payables::Upload as Bill};
use futures_util::stream;
use hostile::{
    Act, Driver, LONG, Peer, Settings, clients,
    h2::{
        H2Peer, Habits,
        frame::{END_HEADERS, END_STREAM, data, headers},
    },
    ok, runtime,
};

use super::{TestFile, some_bytes};
use crate::support::h2::{client, comes_to};

const STORED: &str = r#"{"file_id":"f_1"}"#;

fn stream_of(bytes: Vec<u8>, piece: usize) -> Content {
    let length = bytes.len() as u64;
    let pieces: Vec<_> =
        bytes.chunks(piece).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    // Empty pieces mean nothing.
    let pieces = pieces.into_iter().flat_map(|piece| [Ok(Bytes::new()), piece]);
    Content::from_stream(stream::iter(pieces)).length(length)
}

fn all_streams(bytes: &[u8], file: &TestFile) -> Vec<(&'static str, Content)> {
    let path = file.0.clone();
    let read = io::Cursor::new(bytes.to_vec());
    let content = runtime().block_on(files::from_path(path)).unwrap();
    vec![
        ("small pieces", stream_of(bytes.to_vec(), 1000)),
        ("one piece", stream_of(bytes.to_vec(), usize::MAX)),
        ("a path", content),
        ("an AsyncRead", files::from_async_read(read).length(bytes.len() as u64)),
    ]
}

#[test]
fn files_from_streams_arrive_as_they_are() {
    let peer = Peer::start(|_| vec![Act::send(ok("application/json", STORED))]);
    let clients = clients::<HyperTransport>(&peer.url(), LONG);
    for length in [0, 1, 65_536, 200_001] {
        let bytes = some_bytes(length);
        let file = TestFile::new(&bytes);
        for (kind, content) in all_streams(&bytes, &file) {
            let place = format!("{}/put", peer.url());
            let put = clients.upivia.storage().objects().put(&place, "a/b", content);
            HyperTransport::finish(put).unwrap();
            assert!(peer.requests().last().unwrap().body == bytes, "{kind}, {length}");
        }
    }
}

/// The blocking driver says so before it connects.
#[test]
fn files_from_streams_are_refused_where_nothing_is_polled() {
    let peer = Peer::start(|_| vec![Act::send(ok("application/json", STORED))]);
    let clients = clients::<UreqTransport>(&peer.url(), LONG);
    let bill = Bill::guess("b.pdf", stream_of(some_bytes(10), 5));
    let error = UreqTransport::finish(clients.codespar.payables().files().upload(&bill));
    let error = error.unwrap_err();
    assert_eq!((error.kind(), error.verdict()), (ErrorKind::Content, Verdict::NothingSent));
    assert!(error.message().contains("asynchronous"), "{error}");
    assert_eq!(peer.connections(), 0);
}

/// A stream that never goes on, and one that fails.
fn stuck(bytes: usize) -> Content {
    let first = stream::iter([Ok(some_bytes(bytes).into())]);
    let rest = stream::pending::<io::Result<Bytes>>();
    Content::from_stream(futures_util::StreamExt::chain(first, rest)).length(1_000_000)
}

fn failing(bytes: usize) -> Content {
    let pieces = [Ok(some_bytes(bytes).into()), Err(io::Error::other("the disk is gone"))];
    Content::from_stream(stream::iter(pieces)).length(1_000_000)
}

#[test]
fn files_from_streams_that_stop_end_with_the_limit() {
    let peer = Peer::start(|_| vec![Act::send(ok("application/json", STORED))]);
    let settings = Settings::new(&peer.url(), Duration::from_millis(300));
    let client = Client::<HyperTransport>::with_config(settings.codespar()).unwrap();
    let bill = Bill::guess("b.pdf", stuck(70_000));
    let error = HyperTransport::finish(client.payables().files().upload(&bill)).unwrap_err();
    assert_eq!((error.kind(), error.verdict()), (ErrorKind::Timeout, Verdict::Unknown));
    assert_eq!(error.progress().unwrap().bytes, 70_000, "{error:?}");
    assert!(error.to_string().contains("70000 of 1000000 bytes"), "{error}");
    assert!(comes_to(|| peer.open() == 0), "the connection is closed");
    assert_eq!(peer.seen(), 0);
}

/// Over HTTP/2 the stream is ended by name, and the connection goes on.
#[test]
fn files_that_break_off_over_http2_end_their_stream_alone() {
    let peer = H2Peer::start(Habits::default(), |_, stream| {
        let kind = [(":status", "200"), ("content-type", "application/json")];
        let answer = [headers(stream, END_HEADERS, &kind), data(stream, END_STREAM, STORED)];
        vec![Act::send(answer.concat())]
    });
    let client = client(&peer, LONG);
    let send = |content: Content| {
        let bill = Bill::guess("b.pdf", content);
        HyperTransport::finish(client.payables().files().upload(&bill))
    };
    let bytes = some_bytes(3_000_000);
    send(Content::from_opener(move || Ok(io::Cursor::new(bytes.clone()))).length(3_000_000))
        .unwrap();
    for content in [failing(70_000), failing(0)] {
        let error = send(content).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Content, "{error:?}");
        assert!(hostile::everything(&error).contains("the disk is gone"), "{error:?}");
    }
    send(stream_of(some_bytes(200_000), 30_000)).unwrap();
    assert!(comes_to(|| peer.resets().len() == 2), "{:?}", peer.resets());
    assert_eq!((peer.connections(), peer.requests().len()), (1, 2), "the others were not whole");
}

/// Whoever drops the call takes the file away with it.
#[test]
fn files_of_a_call_that_was_dropped_never_arrive_whole() {
    let peer = Peer::start(|_| vec![Act::send(ok("application/json", STORED))]);
    let clients = clients::<HyperTransport>(&peer.url(), LONG);
    let (told, tells) = std::sync::mpsc::channel();
    let content = stuck(70_000).on_progress(move |progress| {
        let _ = told.send(progress);
    });
    let bill = Bill::guess("b.pdf", content);
    runtime().block_on(async {
        let call = tokio::spawn(clients.codespar.payables().files().upload(&bill).into_future());
        while tells.try_recv().is_err() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        call.abort();
        assert!(call.await.unwrap_err().is_cancelled());
    });
    assert!(comes_to(|| peer.open() == 0), "the connection is closed");
    assert_eq!(peer.seen(), 0);
}
