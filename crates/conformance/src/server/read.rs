//! Reads HTTP/1.1 requests whole.

use std::io::{self, BufRead, Read};

use percent_encoding::percent_decode_str;

const HEAD_LIMIT: u64 = 256 * 1024;
const BODY_LIMIT: u64 = 64 * 1024 * 1024;

/// A request as it came.
#[derive(Debug, Clone, Default)]
pub struct Received {
    /// The method.
    pub method: String,
    /// Path and query as on the wire.
    pub target: String,
    /// Headers with lower-case names, in order, repeated ones included.
    pub headers: Vec<(String, String)>,
    /// The body without transfer coding.
    pub body: Vec<u8>,
}

impl Received {
    /// The path as on the wire.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(&*self.target, |(path, _)| path)
    }

    /// The query's pairs, decoded, in order.
    #[must_use]
    pub fn query(&self) -> Vec<(String, String)> {
        let raw = self.target.split_once('?').map_or("", |(_, query)| query);
        let pairs = raw.split('&').filter(|pair| !pair.is_empty());
        pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(decoded).collect()
    }

    /// The values of a header, by its lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(key, _)| key == name).map(|(_, value)| &**value).collect()
    }

    pub(super) fn wants_close(&self) -> bool {
        self.header("connection").iter().any(|value| value.eq_ignore_ascii_case("close"))
    }
}

/// Reads one request; nothing where the client has closed the connection.
pub(super) fn request(from: &mut impl BufRead) -> io::Result<Option<Received>> {
    let mut head = from.take(HEAD_LIMIT);
    let start = line(&mut head)?;
    if start.is_empty() {
        return Ok(None);
    }
    let mut words = start.split(' ');
    let mut received = Received {
        method: words.next().unwrap_or_default().to_owned(),
        target: words.next().unwrap_or_default().to_owned(),
        ..Received::default()
    };
    loop {
        let line = line(&mut head)?;
        if line.is_empty() {
            break;
        }
        let (name, value) =
            line.split_once(':').ok_or_else(|| malformed("a header has no colon"))?;
        received.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    received.body = body(&received, from)?;
    Ok(Some(received))
}

fn body(head: &Received, from: &mut impl BufRead) -> io::Result<Vec<u8>> {
    if head.header("transfer-encoding").iter().any(|value| value.eq_ignore_ascii_case("chunked")) {
        return chunked(from);
    }
    let length = head.header("content-length").first().map_or(Ok(0), |value| value.parse::<u64>());
    exactly(from, length.map_err(|_| malformed("the length is not a number"))?)
}

fn chunked(from: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = line(&mut from.take(HEAD_LIMIT))?;
        let size = size.split(';').next().unwrap_or_default().trim();
        let size = u64::from_str_radix(size, 16).map_err(|_| malformed("a chunk has no size"))?;
        body.extend(exactly(from, size)?);
        // The end of the chunk, or after the last one the end of the (empty) trailer.
        line(&mut from.take(HEAD_LIMIT))?;
        if size == 0 {
            return Ok(body);
        }
        if body.len() as u64 > BODY_LIMIT {
            return Err(malformed("the body is too long"));
        }
    }
}

fn exactly(from: &mut impl BufRead, length: u64) -> io::Result<Vec<u8>> {
    if length > BODY_LIMIT {
        return Err(malformed("the body is too long"));
    }
    let mut body = Vec::new();
    from.take(length).read_to_end(&mut body)?;
    if body.len() as u64 == length { Ok(body) } else { Err(malformed("the body ends early")) }
}

/// A line without its end. Headers are Latin-1 or UTF-8; what is neither is replaced.
fn line(from: &mut impl BufRead) -> io::Result<String> {
    let mut bytes = Vec::new();
    from.read_until(b'\n', &mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned())
}

fn decoded((name, value): (&str, &str)) -> (String, String) {
    let plain =
        |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    (plain(name), plain(value))
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
