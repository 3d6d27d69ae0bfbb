//! The faults of real networks, and what has to come of each.

use codespar_proto::ErrorKind::{self, Api, Decode, Io, Stream, Timeout};

use crate::{Act, Kind, Step, act::head, chunk, ok};

/// How often the server sees a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Again {
    /// Twice, where it may be repeated.
    Yes,
    /// Once.
    No,
    /// So often, whatever may be repeated otherwise.
    Times(usize),
}

/// What has to come of a fault.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Expect {
    /// Nothing: the call goes well.
    Fine,
    /// Nothing: the call goes well, and takes it for the last answer.
    Ends,
    /// Nothing: the call goes well, and hands the first event out without having read it.
    Unread,
    /// An error of one of these kinds.
    Fails(&'static [ErrorKind], Again),
}

/// A fault that shows after the request has arrived.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Fault {
    /// What happens.
    pub name: &'static str,
    /// What the server does, instead of giving the good answer.
    pub acts: fn(&Step) -> Vec<Act>,
    /// What has to come of it where one answer is awaited.
    pub unary: Expect,
    /// What has to come of it where an event stream is awaited.
    pub stream: Expect,
    /// Whether only a time limit ends it.
    pub silent: bool,
    /// Whether it is an answer that says of a change that nothing was done.
    pub refuses: bool,
}

impl Fault {
    /// What has to come of it.
    pub fn expect(&self, step: &Step) -> Expect {
        let other = step.other.iter().find(|(name, _)| *name == self.name);
        match (other, step.kind) {
            (Some((_, other)), _) => *other,
            (None, Kind::Unary) => self.unary,
            (None, Kind::Stream) => self.stream,
        }
    }

    /// How often the server sees the request.
    pub fn times(&self, step: &Step) -> usize {
        match self.expect(step) {
            Fails(_, Yes) if step.repeats => 2,
            Fails(_, Again::Times(times)) => times,
            _ => 1,
        }
    }
}

use Again::{No, Yes};
use Expect::{Fails, Fine};

macro_rules! faults {
    ($($name:literal, $acts:expr, $unary:expr, $stream:expr $(, $mark:ident)?;)*) => {
        /// All faults.
        pub const FAULTS: &[Fault] = &[$(Fault {
            name: $name,
            acts: $acts,
            unary: $unary,
            stream: $stream,
            silent: false $(|| matches!(Mark::$mark, Mark::Silent))?,
            refuses: false $(|| matches!(Mark::$mark, Mark::Refuses))?,
        }),*];
    };
}

/// What is to be known of a fault besides.
enum Mark {
    Silent,
    Refuses,
}

faults! {
    "closes without an answer", |_| vec![Act::Close], Fails(&[Io], Yes), Fails(&[Io], Yes);
    "resets without an answer", |_| vec![Act::Reset], Fails(&[Io], Yes), Fails(&[Io], Yes);
    "never answers", |_| vec![Act::Stall], Fails(&[Timeout], No), Fails(&[Timeout], No), Silent;
    "stalls in the head", |_| text_then("HTTP/1.1 200 OK\r\ncontent-ty", Act::Stall), Fails(&[Timeout], No), Fails(&[Timeout], No), Silent;
    "stalls in the body", |op| part_then(op, Act::Stall), Fails(&[Timeout], No), Fails(&[Timeout], Yes), Silent;
    "stalls between frames", |op| vec![Act::send(frames(op)), Act::Stall], Fails(&[Timeout], No), Fails(&[Timeout], Yes), Silent;
    "trickles for ever", trickles, Fails(&[Timeout], No), Fails(&[Timeout], Yes), Silent;
    "sends interim answers for ever", |_| vec![Act::Trickle("HTTP/1.1 100 Continue\r\n\r\n".repeat(200).into())], Fails(&[Timeout], No), Fails(&[Timeout], No), Silent;
    "one byte at a time", |op| vec![Act::Drip(op.answer().into())], Fine, Fine;
    "cut in the head", |_| text_then("HTTP/1.1 200 OK\r\ncontent-ty", Act::Close), Fails(&[Io], Yes), Fails(&[Io], Yes);
    "cut in the body", |op| part_then(op, Act::Close), Fails(&[Io], Yes), Fails(&[Io], Yes);
    "reset in the body", reset_in_body, Fails(&[Io], Yes), Fails(&[Io], Yes);
    "a length that is too long", |op| of_length(op, true, Act::Close), Fails(&[Io], Yes), Fine;
    "a length that is too short", |op| of_length(op, false, Act::Close), Fails(&[Decode], No), Fails(&[Stream], Yes);
    "a length that is too short, then silence", |op| of_length(op, false, Act::Stall), Fails(&[Decode], No), Fails(&[Stream], Yes);
    "a length below zero", |op| answer(op, &["content-length: -1"]), Fails(&[Io], Yes), Fails(&[Io], Yes);
    "two lengths that differ", |op| answer(op, &["content-length: 5", "content-length: 7"]), Fails(&[Io], Yes), Fails(&[Io], Yes);
    "no length, cut", |op| unbounded(op, Act::Close), Fails(&[Decode], No), Fails(&[Stream], Yes);
    "no length, reset", |op| unbounded(op, Act::Reset), Fails(&[Io], Yes), Fails(&[Io], Yes);
    "a chunk size that is none", |op| chunked(op, "zz\r\n{}\r\n"), Fails(&[Io], Yes), Fails(&[Io], Yes);
    "a chunk size that overflows", |op| chunked(op, "ffffffffffffffffff\r\n{}"), Fails(&[Io], Yes), Fails(&[Io], Yes);
    "chunks without an end", |op| chunked(op, "2\r\n{}\r\n"), Fails(&[Io], Yes), Fails(&[Io], Yes);
    "a status that is none", |_| text_then("HTTP/1.1 abc OK\r\n\r\n", Act::Close), Fails(&[Io], Yes), Fails(&[Io], Yes);
    "another protocol", |_| text_then("SSH-2.0-OpenSSH_9.9\r\n", Act::Close), Fails(&[Io], Yes), Fails(&[Io], Yes);
    "a version that is none", |_| text_then("HTTP/9.9 200 OK\r\ncontent-length: 2\r\n\r\n{}", Act::Close), Fails(&[Io], Yes), Fails(&[Io], Yes);
    "NUL bytes for a head", |_| text_then("\0\0\0\0\0\0\r\n\r\n", Act::Close), Fails(&[Io], Yes), Fails(&[Io], Yes);
    "a NUL byte in a header", |op| answer(op, &["x-note: a\0b"]), Fails(&[Io], Yes), Fails(&[Io], Yes);
    "a huge header", |op| answer(op, &[&format!("x-note: {}", "a".repeat(40 << 10))]), Fails(&[Io], Yes), Fails(&[Io], Yes);
    "headers without end", |_| vec![Act::send("HTTP/1.1 200 OK\r\n"), Act::flood("x-note: more\r\n")], Fails(&[Io], Yes), Fails(&[Io], Yes);
    "a status line without end", |_| vec![Act::send("HTTP/1.1 200 "), Act::flood("O")], Fails(&[Io], Yes), Fails(&[Io], Yes);
    "an interim answer first", |op| after(op, "HTTP/1.1 100 Continue\r\n\r\n"), Fine, Fine;
    "early hints first", |op| after(op, "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"), Fine, Fine;
    "a body without end", endless, Fails(&[Decode], No), Fails(&[Stream], No);
    "a refusal without end", |_| vec![Act::send(head("500 No", &[JSON, CHUNKED])), Act::flood(chunk("aaaaaaaa"))], Fails(&[Decode], No), Fails(&[Decode], No);
    "a refusal that is cut", |_| vec![Act::send(head("503 No", &[JSON, "content-length: 90"])), Act::Close], Fails(&[Io], Yes), Fails(&[Io], Yes);
    "a refusal for now", |_| vec![Act::send(head("503 No", &["content-length: 0"]))], Fails(&[Api], Yes), Fails(&[Api], Yes);
    "a refusal for good", |_| vec![Act::send(head("500 No", &["content-length: 0"]))], Fails(&[Api], No), Fails(&[Api], No);
    // Nobody says that a gateway has not passed it on: only the statuses marked so refuse.
    "a gateway's refusal", |_| vec![Act::send(head("502 No", &["content-length: 0"]))], Fails(&[Api], Yes), Fails(&[Api], Yes);
    "a refusal of no words", |_| vec![Act::send(head("400 No", &["content-length: 0"]))], Fails(&[Api], No), Fails(&[Api], No), Refuses;
    "a refusal in words", |_| vec![Act::send([head("422 No", &[JSON, "content-length: 16"]), br#"{"error":"none"}"#.to_vec()].concat())], Fails(&[Api], No), Fails(&[Api], No), Refuses;
    "too many requests", |_| vec![Act::send(head("429 No", &["content-length: 0"]))], Fails(&[Api], Yes), Fails(&[Api], Yes), Refuses;
    "a redirect to another host", |_| vec![Act::send(head("307 There", &["location: http://127.0.0.2:9/", "content-length: 0"]))], Fails(&[Api], No), Fails(&[Api], No);
    "an empty answer", |_| vec![Act::send(head("200 OK", &["content-length: 0"]))], Fails(&[Decode], No), Fails(&[Stream], No);
    "another media type", |_| vec![Act::send(ok("text/html", "<html>"))], Fails(&[Decode], No), Fails(&[Stream], No);
    "a compressed body nobody asked for", compressed, Fails(&[Decode], No), Fails(&[Stream], No);
    "NUL bytes in the body", |op| with_member(op, b"\0"), Fails(&[Decode], No), Fails(&[Stream], No);
    // Within a text they stand for U+FFFD, as do halves of surrogate pairs; anywhere else they make
    // what can be read by nobody.
    "bytes that are no UTF-8", |op| with_member(op, b"\"x\":\"\xff\xfe\","), Fine, Fine;
    "bytes that are no UTF-8 outside of a text", |op| with_member(op, b"\xff\xfe"), Fails(&[Decode], No), Fails(&[Stream], No);
    "a byte order mark", |op| vec![Act::send(ok(op.media_type(), ["\u{feff}", &op.body].concat()))], Fine, Fine;
    "half a surrogate pair", |op| with_member(op, b"\"x\":\"\\ud800\","), Fine, Fine;
    "deep JSON", |op| with_member(op, &deep(10_000)), Fails(&[Decode], No), Fails(&[Stream], No);
    "a member twice", twice, Fine, Fine;
    "a number beyond all range", |op| with_member(op, b"\"x\":-1e999999,"), Fine, Fine;
}

const JSON: &str = "content-type: application/json";
const CHUNKED: &str = "transfer-encoding: chunked";

fn kind_line(op: &Step) -> String {
    format!("content-type: {}", op.media_type())
}

fn text_then(text: &str, end: Act) -> Vec<Act> {
    vec![Act::send(text), end]
}

/// The head and a part of the body.
fn part_then(op: &Step, end: Act) -> Vec<Act> {
    let answer = op.answer();
    // Within the last frame but one, or within the JSON.
    let body = answer.windows(4).position(|end| end == b"\r\n\r\n").unwrap_or(0) + 4;
    let part = body + (answer.len() - body) / 3;
    vec![Act::send(answer.get(..part).unwrap_or_default()), end]
}

fn reset_in_body(op: &Step) -> Vec<Act> {
    let mut acts = part_then(op, Act::Pause);
    acts.push(Act::Reset);
    acts
}

/// The first frame, whole; or the head of an answer in chunks.
fn frames(op: &Step) -> Vec<u8> {
    let first = op.body.split_inclusive("\n\n").next().unwrap_or_default();
    let body = if op.kind == Kind::Stream { chunk(first) } else { Vec::new() };
    [head("200 OK", &[&kind_line(op), CHUNKED]), body].concat()
}

fn trickles(op: &Step) -> Vec<Act> {
    let begin = if op.kind == Kind::Stream { chunk("data: ") } else { Vec::new() };
    let piece = if op.kind == Kind::Stream { chunk("x") } else { chunk(" ") };
    let head = head("200 OK", &[&kind_line(op), CHUNKED]);
    vec![Act::send([head, begin].concat()), Act::Trickle(piece.into())]
}

/// The good body under headers of one's own.
fn answer(op: &Step, lines: &[&str]) -> Vec<Act> {
    let kind = kind_line(op);
    let mut all = vec![&*kind];
    all.extend(lines);
    let length = format!("content-length: {}", op.body.len());
    if !lines.iter().any(|line| line.starts_with("content-length")) {
        all.push(&length);
    }
    vec![Act::send([&head("200 OK", &all), op.body.as_bytes()].concat()), Act::Close]
}

/// A length that promises more than the body, which is sent whole, or less.
fn of_length(op: &Step, more: bool, end: Act) -> Vec<Act> {
    let length = if more { op.body.len() + 10 } else { op.body.len() / 3 };
    let head = head("200 OK", &[&kind_line(op), &format!("content-length: {length}")]);
    vec![Act::send([&head, op.body.as_bytes()].concat()), end]
}

/// A body that ends with its connection, and not where it should.
fn unbounded(op: &Step, end: Act) -> Vec<Act> {
    let body = op.body.as_bytes();
    let part = body.get(..body.len() / 3).unwrap_or_default();
    vec![Act::send([&head("200 OK", &[&kind_line(op)]), part].concat()), Act::Pause, end]
}

fn chunked(op: &Step, body: &str) -> Vec<Act> {
    vec![Act::send(head("200 OK", &[&kind_line(op), CHUNKED])), Act::send(body), Act::Close]
}

fn after(op: &Step, interim: &str) -> Vec<Act> {
    vec![Act::send(interim), Act::Pause, Act::send(op.answer())]
}

fn endless(op: &Step) -> Vec<Act> {
    let begin = if op.kind == Kind::Stream { chunk("data: ") } else { chunk("\"") };
    let head = head("200 OK", &[&kind_line(op), CHUNKED]);
    vec![Act::send([head, begin].concat()), Act::flood(chunk("aaaaaaaa"))]
}

/// The bytes of a gzip header, and what might follow.
fn compressed(op: &Step) -> Vec<Act> {
    let body = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab, 0x56, 0x4a, 0xad, 0x28, 0x01, 0x00];
    let length = format!("content-length: {}", body.len());
    let head = head("200 OK", &[&kind_line(op), "content-encoding: gzip", &length]);
    vec![Act::send([&head[..], &body].concat())]
}

/// The good answer with something more at the beginning of its first object.
fn with_member(op: &Step, member: &[u8]) -> Vec<Act> {
    let body = op.body.as_bytes();
    let at = body.iter().position(|byte| *byte == b'{').unwrap_or(0) + 1;
    let (before, rest) = body.split_at(at);
    vec![Act::send(ok(op.media_type(), [before, member, rest].concat()))]
}

fn deep(levels: usize) -> Vec<u8> {
    [b"\"x\":", &[b'['; 1].repeat(levels)[..], &b"]".repeat(levels), b","].concat()
}

/// All members of the first object twice.
fn twice(op: &Step) -> Vec<Act> {
    let body = &*op.body;
    let from = body.find('{').unwrap_or(0) + 1;
    let rest = body.get(from..).unwrap_or_default();
    let to = rest.find("}\n").unwrap_or(rest.len() - 1);
    let members = format!("{},", rest.get(..to).unwrap_or_default());
    with_member(op, members.as_bytes())
}
