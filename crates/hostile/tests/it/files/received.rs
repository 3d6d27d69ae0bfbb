//! Downloads: whole, in pieces, to writers and paths, and what goes wrong with them.

use std::{
    fs, io,
    sync::{Arc, Mutex},
};

use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_engine::FilePiece;
use codespar_proto::{Error, ErrorKind, Items, Verdict};
use hostile::{Act, Driver, LONG, Peer, clients, head, ok, runtime};

use super::{TestFile, sha256, some_bytes};
use crate::support::both;

const PLACE: &str = "/bucket/obj_1?X-Amz-Signature=s";

/// A server that knows a file and says where it is: with itself, by these acts.
fn store(about: String, acts: impl Fn(usize) -> Vec<Act> + Send + Sync + 'static) -> Peer {
    let url = Arc::new(Mutex::new(String::new()));
    let own = Arc::clone(&url);
    let asked = Mutex::new(0);
    let peer = Peer::start(move |request| match request.target() {
        "/api/v1/storage/objects/obj_1" => vec![Act::send(ok("application/json", &about))],
        "/api/v1/storage/objects/obj_1/download" => {
            let place = format!(r#"{{"url":"{}{PLACE}"}}"#, own.lock().unwrap());
            vec![Act::send(ok("application/json", place))]
        }
        _ => {
            let mut asked = asked.lock().unwrap();
            *asked += 1;
            acts(*asked - 1)
        }
    });
    *url.lock().unwrap() = peer.url();
    peer
}

fn about(length: usize, sha256: &str) -> String {
    format!(r#"{{"object":{{"id":"obj_1","size_bytes":{length},"sha256":"{sha256}"}}}}"#)
}

/// A server that gives this file.
fn giver(bytes: &[u8]) -> Peer {
    let answer = ok("application/octet-stream", bytes);
    store(about(bytes.len(), &sha256(bytes)), move |_| vec![Act::send(&answer)])
}

fn whole_and_in_pieces<D: Driver>() {
    for length in [0, 1, 60_000] {
        let bytes = some_bytes(length);
        let peer = giver(&bytes);
        let objects = clients::<D>(&peer.url(), LONG).upivia.storage().objects();
        let call = objects.read("obj_1").header("x-own", "1").header("cookie", "session=own");
        let file = D::finish(call).unwrap();
        assert!(file.bytes == bytes, "{}", D::NAME);
        assert_eq!(file.sha256, Some(sha256(&bytes)));

        let (pieces, error) = D::collect(objects.read_pieces("obj_1"));
        assert!(error.is_none(), "{}: {error:?}", D::NAME);
        let joined: Vec<u8> = pieces.iter().flat_map(|piece| piece.bytes.to_vec()).collect();
        assert!(joined == bytes, "{}", D::NAME);
        let (last, others) = pieces.split_last().unwrap();
        assert!(last.is_last && last.sha256 == Some(sha256(&bytes)));
        assert_eq!((last.progress.bytes, last.progress.of), (length as u64, Some(length as u64)));
        assert!(others.iter().all(|piece| !piece.is_last && piece.sha256.is_none()));
        // The file is fetched as anybody would who has the URL.
        for request in peer.requests().iter().filter(|request| request.target() == PLACE) {
            for header in ["authorization", "cookie", "x-api-key", "x-own"] {
                assert_eq!(request.header(header), None, "{}", request.head);
            }
        }
        assert_eq!(peer.requests()[0].header("x-own"), Some("1"));
        assert_eq!(peer.seen(), 6);
    }
}

fn larger_than_memory_may_be<D: Driver>() {
    // The limit of these clients is 64 KiB.
    let bytes = some_bytes(3_000_000);
    let peer = giver(&bytes);
    let objects = clients::<D>(&peer.url(), LONG).upivia.storage().objects();
    let error = D::finish(objects.read("obj_1")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Content, "{error:?}");
    let (pieces, error) = D::collect(objects.read_pieces("obj_1"));
    assert!(error.is_none() && pieces.len() > 10, "{}: {error:?}", D::NAME);
}

fn not_the_same<D: Driver>() {
    let bytes = some_bytes(50_000);
    let right = sha256(&bytes);
    let plain = |length: usize| head("200 OK", &[&format!("content-length: {length}")]);
    let cut = [&plain(50_000)[..], &bytes[..49_999]].concat();
    let chunked = [
        &head("200 OK", &["transfer-encoding: chunked"])[..],
        &hostile::chunk(&bytes[..49_999]),
        &hostile::chunk(""),
    ]
    .concat();
    let longer = [
        &head("200 OK", &["transfer-encoding: chunked"])[..],
        &hostile::chunk(&bytes),
        &hostile::chunk("x"),
        &hostile::chunk(""),
    ]
    .concat();
    let zipped =
        [&head("200 OK", &["content-encoding: gzip", "content-length: 50000"])[..], &bytes];
    let cases: [(&str, String, Vec<u8>, ErrorKind); 7] = [
        ("cut", about(50_000, &right), cut, ErrorKind::Io),
        ("shorter", about(50_000, &right), chunked, ErrorKind::Content),
        ("longer", about(50_000, &right), longer, ErrorKind::Content),
        ("another length", about(50_001, &right), ok("a/b", &bytes), ErrorKind::Content),
        ("another digest", about(50_000, &"0".repeat(64)), ok("a/b", &bytes), ErrorKind::Content),
        ("zipped", about(50_000, &right), zipped.concat(), ErrorKind::Content),
        (
            "redirected",
            about(50_000, &right),
            head("302 There", &["location: http://127.0.0.1:1/", "content-length: 0"]),
            ErrorKind::Api,
        ),
    ];
    for (name, about, answer, kind) in cases {
        let case = format!("{}, {name}", D::NAME);
        let peer = store(about, move |_| vec![Act::send(&answer), Act::Close]);
        let objects = clients::<D>(&peer.url(), LONG).upivia.storage().objects();
        let (pieces, error) = D::collect(objects.read_pieces("obj_1"));
        let error = error.unwrap_or_else(|| panic!("{case}"));
        assert_eq!(error.kind(), kind, "{case}: {error:?}");
        assert!(pieces.iter().all(|piece| !piece.is_last), "{case}: nobody has the whole of it");
        let came: usize = pieces.iter().map(|piece| piece.bytes.len()).sum();
        assert!(came < 50_000, "{case}");
        assert_eq!(error.operation(), "storage.objects.read", "{case}");
        let verdict = if kind == ErrorKind::Api { Verdict::Refused } else { Verdict::NothingSent };
        assert_eq!(error.verdict(), verdict, "{case}: a read");
        if name == "cut" {
            assert_eq!(error.progress().unwrap().of, Some(50_000), "{case}: {error:?}");
        }
        assert_eq!(peer.seen(), 3, "{case}: {error:?}");
        let error = D::finish(objects.read("obj_1")).unwrap_err();
        assert_eq!(error.kind(), kind, "{case}: {error:?}");
    }
}

fn begun_again<D: Driver>() {
    let bytes = some_bytes(1000);
    let (answer, busy) = (ok("a/b", &bytes), head("503 Busy", &["content-length: 0"]));
    let peer = store(about(1000, &sha256(&bytes)), move |asked| {
        vec![Act::send(if asked == 0 { &busy } else { &answer })]
    });
    let objects = clients::<D>(&peer.url(), LONG).upivia.storage().objects();
    assert!(D::finish(objects.read("obj_1")).unwrap().bytes == bytes);
    assert_eq!(peer.seen(), 4);
}

/// Both drivers' ways to writers and paths.
trait Saves: Driver {
    fn write(pieces: Items<Self, FilePiece>) -> (Vec<u8>, Result<u64, Error>);
    fn write_to_full(pieces: Items<Self, FilePiece>) -> Error;
    fn save(pieces: Items<Self, FilePiece>, path: &std::path::Path) -> Result<u64, Error>;
}

/// A disk that is full.
struct Full;

impl io::Write for Full {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Saves for UreqTransport {
    fn write(pieces: Items<Self, FilePiece>) -> (Vec<u8>, Result<u64, Error>) {
        let mut written = Vec::new();
        let received = codespar_blocking::files::write_to(pieces, &mut written);
        (written, received.map(|received| received.bytes))
    }

    fn write_to_full(pieces: Items<Self, FilePiece>) -> Error {
        codespar_blocking::files::write_to(pieces, Full).unwrap_err()
    }

    fn save(pieces: Items<Self, FilePiece>, path: &std::path::Path) -> Result<u64, Error> {
        codespar_blocking::files::save(pieces, path).map(|received| received.bytes)
    }
}

impl Saves for HyperTransport {
    fn write(pieces: Items<Self, FilePiece>) -> (Vec<u8>, Result<u64, Error>) {
        let mut written = Vec::new();
        let received = runtime().block_on(codespar_async::files::write_to(pieces, &mut written));
        (written, received.map(|received| received.bytes))
    }

    fn write_to_full(pieces: Items<Self, FilePiece>) -> Error {
        // The other end of this pipe is gone.
        let (writer, _) = tokio::io::duplex(10);
        runtime().block_on(codespar_async::files::write_to(pieces, writer)).unwrap_err()
    }

    fn save(pieces: Items<Self, FilePiece>, path: &std::path::Path) -> Result<u64, Error> {
        let saved = runtime().block_on(codespar_async::files::save(pieces, path));
        saved.map(|received| received.bytes)
    }
}

fn to_writers_and_paths<D: Saves>() {
    let bytes = some_bytes(900_000);
    let peer = giver(&bytes);
    let objects = clients::<D>(&peer.url(), LONG).upivia.storage().objects();
    let (written, received) = D::write(objects.read_pieces("obj_1"));
    assert!(written == bytes && received.unwrap() == 900_000, "{}", D::NAME);
    let error = D::write_to_full(objects.read_pieces("obj_1"));
    assert_eq!(error.kind(), ErrorKind::Content, "{error:?}");
    assert_eq!(error.progress().unwrap().of, Some(900_000), "{error:?}");

    let file = TestFile::new(b"what was there");
    let part = format!("{}.part", file.0.display());
    assert_eq!(D::save(objects.read_pieces("obj_1"), &file.0).unwrap(), 900_000);
    assert!(fs::read(&file.0).unwrap() == bytes && !fs::exists(&part).unwrap(), "{}", D::NAME);

    // What another is about to save there is his.
    fs::write(&part, "another's").unwrap();
    fs::write(&file.0, "what was there").unwrap();
    assert_eq!(D::save(objects.read_pieces("obj_1"), &file.0).unwrap(), 900_000);
    assert!(fs::read(&file.0).unwrap() == bytes, "{}", D::NAME);
    assert_eq!(fs::read(&part).unwrap(), b"another's", "{}", D::NAME);
    fs::remove_file(&part).unwrap();
    assert!(!fs::exists(format!("{part}1")).unwrap(), "{}", D::NAME);

    // What cannot be put in its place is not left beside it.
    let place = file.0.with_extension("folder");
    fs::create_dir_all(place.join("full")).unwrap();
    let error = D::save(objects.read_pieces("obj_1"), &place).unwrap_err();
    let left = fs::exists(format!("{}.part", place.display())).unwrap();
    fs::remove_dir_all(&place).unwrap();
    assert!(error.kind() == ErrorKind::Content && !left, "{} {error:?}", D::NAME);

    // Half a file is not left in its place.
    let answer = [&head("200 OK", &["content-length: 900000"])[..], &bytes[..800_000]].concat();
    let peer =
        store(about(900_000, &sha256(&bytes)), move |_| vec![Act::send(&answer), Act::Close]);
    let objects = clients::<D>(&peer.url(), LONG).upivia.storage().objects();
    fs::write(&file.0, "what was there").unwrap();
    let error = D::save(objects.read_pieces("obj_1"), &file.0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "{error:?}");
    assert_eq!(fs::read(&file.0).unwrap(), b"what was there");
    assert!(!fs::exists(&part).unwrap(), "{}", D::NAME);
}

both! {
    files_are_received_whole_and_in_pieces: whole_and_in_pieces;
    files_larger_than_the_limit_are_received_in_pieces_only: larger_than_memory_may_be;
    files_that_are_not_what_was_said_have_no_last_piece: not_the_same;
    files_are_asked_for_again_until_they_begin: begun_again;
    files_are_written_and_saved: to_writers_and_paths;
}
