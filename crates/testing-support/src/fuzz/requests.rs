//! What has to hold of every request, and reading one as a server does.

use codespar_engine::Payload;
use http::{
    Request,
    header::{AUTHORIZATION, CONTENT_LENGTH, COOKIE, HOST, TRAILER, TRANSFER_ENCODING, UPGRADE},
};

/// Where the servers are: below a path.
pub(super) const CODESPAR: &str = "https://api.fuzz.test/below/it";
/// See [`CODESPAR`].
pub(super) const UPIVIA: &str = "https://api.fuzz.test/below/it/";

/// The segments of the path below the servers' own, decoded.
pub(super) fn segments(request: &Request<Payload>) -> Vec<Vec<u8>> {
    let path = request.uri().path();
    let below = path.strip_prefix("/below/it/");
    let below = below.unwrap_or_else(|| panic!("{path} is not below the base URL"));
    below.split('/').map(decoded).collect()
}

/// The pairs of the query, decoded.
pub(super) fn pairs(request: &Request<Payload>) -> Vec<(Vec<u8>, Vec<u8>)> {
    let query = request.uri().query().unwrap_or_default();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        })
        .collect()
}

/// Text without its percent-encoding.
fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.filter(|_| *first == b'%');
        match byte.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}

/// A request that any server reads as it was meant, to the server it was meant for.
pub(super) fn check_request(request: &Request<Payload>) {
    let uri = request.uri();
    assert_eq!(uri.scheme_str(), Some("https"), "{uri}");
    assert_eq!(uri.authority().map(|authority| authority.as_str()), Some("api.fuzz.test"), "{uri}");
    let steps: [&[u8]; 2] = [b".", b".."];
    assert!(!segments(request).iter().any(|segment| steps.contains(&segment.as_slice())), "{uri}");
    check_parts(request);
}

/// A request to a server that is none of the API's, and gets nothing of what the API knows.
pub(super) fn check_elsewhere(request: &Request<Payload>) {
    let headers = request.headers();
    assert!(!headers.contains_key(AUTHORIZATION) && !headers.contains_key(COOKIE));
    check_parts(request);
}

fn check_parts(request: &Request<Payload>) {
    let uri = request.uri();
    let target = uri.path_and_query().map(|target| target.as_str()).unwrap_or_default();
    assert!(target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#'), "{target:?}");
    for name in [CONTENT_LENGTH, HOST, TRAILER, TRANSFER_ENCODING, UPGRADE] {
        assert!(!request.headers().contains_key(&name), "{name}");
    }
    for (name, value) in request.headers() {
        let fine = |byte: &u8| *byte >= b' ' && *byte != 0x7f || *byte == b'\t';
        assert!(value.as_bytes().iter().all(fine), "{name}: {value:?}");
    }
}

/// A part of a form: the lines of its head, and its content.
pub(super) struct Part {
    pub(super) head: Vec<String>,
    pub(super) content: Vec<u8>,
}

/// The parts of a form, as a server reads them that knows no escapes.
pub(super) fn parts(request: &Request<Payload>) -> Vec<Part> {
    let kind = request.headers().get("content-type").and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default();
    let (_, boundary) = kind.split_once("boundary=").expect("a boundary");
    // The first boundary has no line before it.
    let body = [b"\r\n", &*request.body().to_bytes().unwrap()].concat();
    let mark = format!("\r\n--{boundary}");
    let mut pieces = split(&body, mark.as_bytes());
    assert_eq!(pieces.first().map(Vec::len), Some(0), "something stands before the first part");
    assert_eq!(pieces.pop().as_deref(), Some(&b"--\r\n"[..]), "the form does not end");
    pieces.drain(1..).map(|piece| part(&piece)).collect()
}

fn part(piece: &[u8]) -> Part {
    let piece = piece.strip_prefix(b"\r\n").expect("a line of its own");
    let at = piece.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let (head, content) = piece.split_at(at);
    let head = std::str::from_utf8(head).expect("text");
    assert!(!head.replace("\r\n", "").contains(['\r', '\n']), "{head:?}");
    let head = head.split("\r\n").map(str::to_owned).collect();
    Part { head, content: content.get(4..).unwrap_or_default().to_vec() }
}

fn split(mut rest: &[u8], mark: &[u8]) -> Vec<Vec<u8>> {
    let mut pieces = Vec::new();
    while let Some(at) = rest.windows(mark.len()).position(|window| window == mark) {
        let (piece, after) = rest.split_at(at);
        pieces.push(piece.to_vec());
        rest = after.get(mark.len()..).unwrap_or_default();
    }
    pieces.push(rest.to_vec());
    pieces
}
