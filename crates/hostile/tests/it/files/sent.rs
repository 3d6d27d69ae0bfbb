//! Uploads: every kind of content, and what goes wrong with it.

use std::{
    io,
    sync::{Arc, Mutex, atomic::Ordering, mpsc},
    thread,
    time::Duration,
};

use codespar_engine::{Content, Progress};
use codespar_proto::{ErrorKind, Verdict, payables::Upload as Bill};
use hostile::{Act, Clients, Driver, LONG, Peer, Settings, clients, head, ok};
use upivia_proto::{knowledge::NewDocument, storage::Upload};

use super::{Counted, TestFile, sha256, some_bytes};
use crate::{
    support::{both, h2::comes_to},
    wire::early,
};

const OBJECT: &str = r#"{"object":{"id":"obj_1"},"document":{"id":"doc_1"},"file_id":"f_1"}"#;

/// A server that takes all it is sent.
fn taker() -> Peer {
    Peer::start(|_| vec![Act::send(ok("application/json", OBJECT))])
}

/// The same content from all that both drivers read.
fn all_kinds(bytes: &[u8], file: &TestFile) -> [(&'static str, Content); 5] {
    let (own, length) = (bytes.to_vec(), bytes.len() as u64);
    [
        ("bytes", Content::from(bytes.to_vec())),
        ("bytes, watched", Content::from(bytes.to_vec()).with_sha256()),
        ("a path", codespar_blocking::files::from_path(&file.0).unwrap()),
        (
            "an opener",
            Content::from_opener(move || Ok(Counted::new(own.clone(), None).0)).length(length),
        ),
        ("a reader", Content::from_reader(Counted::new(bytes.to_vec(), None).0).length(length)),
    ]
}

fn every_kind<D: Driver>() {
    // Beside the lengths at which something ends: slices, pieces that are read, nothing at all.
    for length in [0, 1, 65_535, 65_536, 65_537, 262_144, 700_000] {
        let bytes = some_bytes(length);
        let file = TestFile::new(&bytes);
        for (kind, content) in all_kinds(&bytes, &file) {
            let case = format!("{}, {kind}, {length} bytes", D::NAME);
            let peer = taker();
            let clients = clients::<D>(&peer.url(), LONG);
            let told = Arc::new(Mutex::new(Vec::<Progress>::new()));
            let tells = Arc::clone(&told);
            let content = content
                .with_sha256()
                .on_progress(move |progress| tells.lock().unwrap().push(progress));
            let place = format!("{}/put?X-Amz-Signature=s", peer.url());
            let put = clients.upivia.storage().objects().put(&place, "a/b", content.clone());
            D::finish(put).unwrap_or_else(|error| panic!("{case}: {error:?}"));
            let [request] = &peer.requests()[..] else { panic!("{case}") };
            assert!(request.body == bytes, "{case}");
            assert_eq!(request.header("content-length"), Some(&*length.to_string()), "{case}");
            assert_eq!(request.header("transfer-encoding"), None, "{case}");
            for credential in ["authorization", "cookie", "x-api-key"] {
                assert_eq!(request.header(credential), None, "{case}");
            }
            assert_eq!(content.sha256(), Some(sha256(&bytes)), "{case}");
            let told = told.lock().unwrap();
            assert!(told.is_sorted_by_key(|progress| progress.bytes), "{case}");
            let last = told.last().unwrap();
            assert_eq!((last.bytes, last.of), (length as u64, Some(length as u64)), "{case}");
        }
    }
}

fn forms<D: Driver>() {
    let bytes = some_bytes(300_000);
    let file = TestFile::new(&bytes);
    for (kind, content) in all_kinds(&bytes, &file) {
        let peer = taker();
        let clients = clients::<D>(&peer.url(), LONG);
        let name = format!("{}, {kind}", D::NAME);
        // One that can be sent once is, and the others are sent by each route.
        let routes = if kind == "a reader" { 1 } else { 3 };
        if routes > 1 {
            let bill = Bill::guess("bills.pdf", content.clone());
            D::finish(clients.codespar.payables().files().upload(&bill)).unwrap();
            let upload = Upload::new("tour.mp4", content.clone());
            D::finish(clients.upivia.storage().objects().upload(&upload)).unwrap();
        }
        let document = NewDocument::file(Upload::new("faq.md", content));
        D::finish(clients.upivia.knowledge().documents().create("col_1", &document)).unwrap();
        let requests = peer.requests();
        assert_eq!(requests.len(), routes, "{name}");
        for request in requests {
            let boundary = request.header("content-type").unwrap().split_once("boundary=").unwrap();
            let end = format!("\r\n--{}--\r\n", boundary.1);
            let body = request.body.strip_suffix(end.as_bytes());
            assert!(body.unwrap().ends_with(&bytes), "{name}: {}", request.target());
        }
    }
}

/// The server would take what is too long or too short for the whole, if it came to its end.
fn other_lengths<D: Driver>() {
    for (length, said) in [
        (1, 0),
        (0, 1),
        (99_999, 100_000),
        (100_001, 100_000),
        (65_536, 65_537),
        (65_537, 65_536),
        (262_144, 262_145),
        (262_145, 262_144),
        (3_000_000, 100_000),
    ] {
        let case = format!("{}: {length} bytes, said to be {said}", D::NAME);
        let peer = taker();
        let clients = clients::<D>(&peer.url(), LONG);
        let objects = clients.upivia.storage().objects();
        let place = format!("{}/put", peer.url());
        let bytes = some_bytes(length);
        let content = Content::from_opener(move || Ok(io::Cursor::new(bytes.clone()))).length(said);
        let error = D::finish(objects.put(&place, "a/b", content)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Content, "{case}: {error:?}");
        let expected = if length as u64 > said { "longer" } else { "shorter" };
        assert!(error.message().contains(expected), "{case}: {error}");
        assert_eq!(error.attempts(), 1, "{case}: another try would end in the same way");
        assert_eq!(error.progress().unwrap().of, Some(said), "{case}");
        assert!(comes_to(|| peer.open() == 0), "{case}: the connection is closed");
        assert_eq!(peer.seen(), 0, "{case}: the server has no whole request");
        D::finish(objects.put(&place, "a/b", "next")).unwrap();
    }
}

fn a_file_that_grows<D: Driver>() {
    let file = TestFile::new(&some_bytes(100_000));
    let content = codespar_blocking::files::from_path(&file.0).unwrap();
    std::fs::write(&file.0, some_bytes(100_001)).unwrap();
    let peer = taker();
    let clients = clients::<D>(&peer.url(), LONG);
    let upload = Upload::new("a", content.clone());
    let error = D::finish(clients.upivia.storage().objects().upload(&upload)).unwrap_err();
    assert_eq!((error.kind(), peer.seen()), (ErrorKind::Content, 0), "{}: {error:?}", D::NAME);
    // What cannot be opened is noticed before a connection is made.
    std::fs::remove_file(&file.0).unwrap();
    let connections = peer.connections();
    let upload = Upload::new("a", content);
    let error = D::finish(clients.upivia.storage().objects().upload(&upload)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Content, "{}: {error:?}", D::NAME);
    assert_eq!(error.verdict(), Verdict::NothingSent, "{error:?}");
    assert!(!error.may_have_been_sent());
    assert_eq!((peer.seen(), peer.connections()), (0, connections));
}

fn failing_sources<D: Driver>() {
    for at in [0, 1, 70_000, 299_999] {
        let case = format!("{}, fails at {at}", D::NAME);
        let peer = taker();
        let clients = clients::<D>(&peer.url(), LONG);
        let (reader, _) = Counted::new(some_bytes(300_000), Some(at));
        let bill = Bill::guess("b.pdf", Content::from_reader(reader).length(300_000));
        let error = D::finish(clients.codespar.payables().files().upload(&bill)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Content, "{case}: {error:?}");
        let all = hostile::everything(&error);
        assert!(all.contains("the disk is gone"), "{case}: {all}");
        let progress = error.progress().unwrap();
        assert!(progress.bytes <= at + 10_007 && progress.of == Some(300_000), "{case}: {error:?}");
        let expected =
            if error.may_have_been_sent() { Verdict::Unknown } else { Verdict::NothingSent };
        assert_eq!(error.verdict(), expected, "{case}: {error:?}");
        assert!(at < 70_000 || error.may_have_been_sent(), "{case}: {error:?}");
        assert!(comes_to(|| peer.open() == 0), "{case}: the connection is closed");
        assert_eq!(peer.seen(), 0, "{case}: the server has no whole request");
    }
}

/// Answers 503 first.
fn busy_at_first() -> Peer {
    Peer::start(|request| match request.number {
        0 => vec![Act::send(head("503 Busy", &["content-length: 0"]))],
        _ => vec![Act::send(ok("application/json", OBJECT))],
    })
}

fn repetitions<D: Driver>() {
    let bytes = some_bytes(150_000);
    let file = TestFile::new(&bytes);
    for (kind, content) in all_kinds(&bytes, &file) {
        let case = format!("{}, {kind}", D::NAME);
        let peer = busy_at_first();
        let clients = clients::<D>(&peer.url(), LONG);
        let objects = clients.upivia.storage().objects();
        let content = content.with_sha256();
        let put = D::finish(objects.put(&format!("{}/put", peer.url()), "a/b", content.clone()));
        if kind != "a reader" {
            put.unwrap();
            assert!(peer.seen() == 2 && peer.requests().iter().all(|one| one.body == bytes));
            assert_eq!(content.sha256(), Some(sha256(&bytes)), "{case}");
            continue;
        }
        let error = put.unwrap_err();
        assert_eq!((error.status().unwrap().as_u16(), error.attempts()), (503, 1), "{case}");
        assert_eq!(error.progress().unwrap().bytes, 150_000, "{case}");
        // It is sent once, whoever tries again.
        let again = D::finish(objects.put(&format!("{}/put", peer.url()), "a/b", content));
        let error = again.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("content")), "{case}");
        assert_eq!(peer.seen(), 1, "{case}");
    }
}

/// As long as nobody was there to send it to, it was not begun.
fn not_begun<D: Driver>() {
    let absent = Peer::absent();
    let peer = taker();
    let clients = clients::<D>(&peer.url(), LONG);
    let objects = clients.upivia.storage().objects();
    let (reader, given) = Counted::new(some_bytes(1000), None);
    let content = Content::from_reader(reader).length(1000);
    let nowhere = format!("http://{}/put", absent.address());
    let error = D::finish(objects.put(&nowhere, "a/b", content.clone())).unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 2), "{error:?}");
    assert_eq!(given.load(Ordering::SeqCst), 0);
    D::finish(objects.put(&format!("{}/put", peer.url()), "a/b", content)).unwrap();
    assert_eq!(peer.requests()[0].body, some_bytes(1000));
}

fn unknown_lengths<D: Driver>() {
    let peer = taker();
    let clients = clients::<D>(&peer.url(), LONG);
    let objects = clients.upivia.storage().objects();
    let content = || Content::from_reader(io::empty());
    let upload = Upload::new("a", content());
    let document = NewDocument::file(Upload::new("a", content()));
    for error in [
        D::finish(objects.put(&peer.url(), "a/b", content())).unwrap_err(),
        D::finish(objects.upload(&upload)).unwrap_err(),
        D::finish(objects.upload_large(&upload)).unwrap_err(),
        D::finish(clients.upivia.knowledge().documents().create("c", &document)).unwrap_err(),
        D::finish(clients.codespar.payables().files().upload(&Bill::bytes(content()))).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Config, "{error:?}");
        assert_eq!(error.field(), Some("content"), "{error:?}");
        assert_eq!(error.attempts(), 0);
    }
    assert_eq!(peer.connections(), 0);
}

/// The server has answered: what is left of the file is not worth reading.
fn early_answers<D: Driver>() {
    const LENGTH: u64 = 256 << 20;
    let refusal = head("413 Too Large", &["content-length: 0"]);
    let (hold, held) = mpsc::channel();
    let (url, _) = early(refusal, Duration::ZERO, Some(held));
    let clients = clients::<D>(&url, LONG);
    let given = Arc::new(std::sync::atomic::AtomicU64::new(0));
    let counts = Arc::clone(&given);
    let zeros = io::Read::take(io::repeat(0), LENGTH);
    struct Counting<R>(R, Arc<std::sync::atomic::AtomicU64>);
    impl<R: io::Read> io::Read for Counting<R> {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            let amount = self.0.read(buf)?;
            self.1.fetch_add(amount as u64, Ordering::SeqCst);
            Ok(amount)
        }
    }
    let content = Content::from_reader(Counting(zeros, counts)).length(LENGTH);
    let put = clients.upivia.storage().objects().put(&format!("{url}/put"), "a/b", content);
    let error = D::finish(put).unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 413, "{}: {error:?}", D::NAME);
    let read = given.load(Ordering::SeqCst);
    assert!(read < LENGTH / 4, "{}: {read} bytes were read for nobody", D::NAME);
    drop(hold);
}

/// A reader that is slower than the call may take: it has given so much so far.
struct Slow(usize);

impl io::Read for Slow {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let amount = if self.0 < 2000 { 1000 } else { 0 };
        if self.0 == 1000 {
            thread::sleep(Duration::from_millis(600));
        }
        self.0 += amount;
        Ok(buf[..amount].len())
    }
}

fn slow_sources<D: Driver>() {
    let peer = taker();
    let clients = Clients::<D>::new(&Settings::new(&peer.url(), Duration::from_millis(300)));
    let content = Content::from_reader(Slow(0)).length(2000);
    let bill = Bill::guess("b.pdf", content);
    let clients = clients.unwrap();
    let error = D::finish(clients.codespar.payables().files().upload(&bill)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{}: {error:?}", D::NAME);
    assert!(error.progress().is_some() && error.may_have_been_sent(), "{error:?}");
    assert!(comes_to(|| peer.open() == 0), "the connection is closed");
    assert_eq!(peer.seen(), 0, "the server has no whole request");
}

/// Cancels the call in the middle of its own file.
struct Canceling(codespar_engine::CancelHandle, u32);

impl io::Read for Canceling {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.1 += 1;
        if self.1 == 20 {
            self.0.cancel();
        }
        let amount = buf.len().min(10_000);
        buf[..amount].fill(1);
        Ok(amount)
    }
}

fn canceled<D: Driver>() {
    let peer = taker();
    let clients = clients::<D>(&peer.url(), LONG);
    let handle = Arc::new(Mutex::new(None));
    let later = Arc::clone(&handle);
    let content = Content::from_opener(move || {
        let handle = later.lock().unwrap().clone();
        handle.map(|handle| Canceling(handle, 0)).ok_or_else(|| io::ErrorKind::NotFound.into())
    });
    let bill = Bill::guess("b.pdf", content.length(1_000_000));
    let mut call = clients.codespar.payables().files().upload(&bill);
    *handle.lock().unwrap() = Some(call.cancel_handle());
    let error = D::finish(call).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Canceled, "{}: {error:?}", D::NAME);
    assert_eq!(error.verdict(), Verdict::Unknown, "{error:?}");
    assert!(comes_to(|| peer.open() == 0), "the connection is closed");
    assert_eq!(peer.seen(), 0, "the server has no whole request");
}

/// What the server says it has is compared with what was sent.
fn another_digest<D: Driver>() {
    let bytes = some_bytes(100_000);
    let right = sha256(&bytes);
    for (stated, is_right) in [(right.to_uppercase(), true), ("0".repeat(64), false)] {
        let object = format!(
            r#"{{"object":{{"id":"o","sha256":"{stated}"}},"file_id":"f","sha256":"{stated}"}}"#
        );
        let peer = Peer::start(move |_| vec![Act::send(ok("application/json", &object))]);
        let clients = clients::<D>(&peer.url(), LONG);
        let file = TestFile::new(&bytes);
        let content = codespar_blocking::files::from_path(&file.0).unwrap();
        let bill = Bill::guess("b.pdf", content.clone().with_sha256());
        let upload = Upload::new("a", content);
        let results = [
            D::finish(clients.codespar.payables().files().upload(&bill)).map(drop),
            D::finish(clients.upivia.storage().objects().upload(&upload)).map(drop),
        ];
        for result in results {
            if is_right {
                result.unwrap();
                continue;
            }
            let error = result.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Content, "{error:?}");
            assert!(error.message().contains(&right), "{error}");
            assert_eq!(error.verdict(), Verdict::Unknown, "something was stored: {error:?}");
        }
    }
}

/// Three requests, of which the last one tells the digest of what the second one sent.
fn in_steps<D: Driver>() {
    let peer = Arc::new(Mutex::new(String::new()));
    let url = Arc::clone(&peer);
    let server = Peer::start(move |request| {
        let place =
            format!(r#"{{"object":{{"id":"obj_1"}},"upload_url":"{}/put"}}"#, url.lock().unwrap());
        let body = if request.number == 0 { &*place } else { OBJECT };
        vec![Act::send(ok("application/json", body))]
    });
    *peer.lock().unwrap() = server.url();
    let bytes = some_bytes(400_000);
    let clients = clients::<D>(&server.url(), LONG);
    let (reader, _) = Counted::new(bytes.clone(), None);
    let file = Upload::new("tour.mp4", Content::from_reader(reader).length(400_000));
    D::finish(clients.upivia.storage().objects().upload_large(&file)).unwrap();
    let [place, put, confirm] = &server.requests()[..] else { panic!("{}", D::NAME) };
    assert!(String::from_utf8_lossy(&place.body).contains("400000"));
    assert!(put.body == bytes && put.header("cookie").is_none());
    assert!(String::from_utf8_lossy(&confirm.body).contains(&sha256(&bytes)), "{}", D::NAME);
}

both! {
    files_of_every_kind_arrive_as_they_are: every_kind;
    files_in_forms_arrive_as_they_are: forms;
    files_longer_or_shorter_than_was_said_never_arrive_whole: other_lengths;
    files_that_change_while_they_wait_are_noticed: a_file_that_grows;
    files_that_cannot_be_read_on_say_how_far_they_came: failing_sources;
    files_are_repeated_if_they_can_be_opened_again: repetitions;
    files_that_nobody_was_there_to_take_were_not_begun: not_begun;
    files_without_a_length_are_refused_before_anything_is_sent: unknown_lengths;
    files_are_not_read_on_for_a_server_that_has_answered: early_answers;
    files_that_come_too_slowly_end_with_the_limit: slow_sources;
    files_can_be_canceled_within: canceled;
    files_that_the_server_has_another_of_are_an_error: another_digest;
    files_in_three_steps_are_confirmed_by_what_was_sent: in_steps;
}
