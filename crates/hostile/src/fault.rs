//! The faults of real networks, and what has to come of each.

mod acts;

use codespar_proto::ErrorKind::{Api, Decode, Stream};

use self::acts::*;
use crate::{
    Act,
    Expect::{self, Fails, Fine},
    Kind,
    Repeat::{self, No, Yes},
    Step, chunk,
    expect::{BREAKS, LATE, SILENT},
    head, ok,
};

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
    /// A fault: what happens, what the server does, what has to come of it where one answer is
    /// awaited and where an event stream is.
    const fn new(
        name: &'static str,
        acts: fn(&Step) -> Vec<Act>,
        unary: Expect,
        stream: Expect,
    ) -> Self {
        Self { name, acts, unary, stream, silent: false, refuses: false }
    }

    /// Of which both come to the same.
    const fn both(name: &'static str, acts: fn(&Step) -> Vec<Act>, expect: Expect) -> Self {
        Self::new(name, acts, expect, expect)
    }

    /// Only a time limit ends it.
    const fn silent(mut self) -> Self {
        self.silent = true;
        self
    }

    /// It says of a change that nothing was done.
    const fn refuses(mut self) -> Self {
        self.refuses = true;
        self
    }

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
            Fails(_, Repeat::Times(times)) => times,
            _ => 1,
        }
    }
}

/// An answer that cannot be read.
const UNREADABLE: Expect = Fails(&[Decode], No);
/// An event that cannot be read.
const BAD_EVENT: Expect = Fails(&[Stream], No);
/// A stream that ends before its time: one that may is opened again.
const UNFINISHED: Expect = Fails(&[Stream], Yes);
/// A refusal that may be none another time.
const REFUSED_FOR_NOW: Expect = Fails(&[Api], Yes);
/// A refusal for good.
const REFUSED: Expect = Fails(&[Api], No);

/// All faults.
pub const FAULTS: &[Fault] = &[
    Fault::both("closes without an answer", |_| vec![Act::Close], BREAKS),
    Fault::both("resets without an answer", |_| vec![Act::Reset], BREAKS),
    Fault::both("never answers", |_| vec![Act::Stall], LATE).silent(),
    Fault::both(
        "stalls in the head",
        |_| text_then("HTTP/1.1 200 OK\r\ncontent-ty", Act::Stall),
        LATE,
    )
    .silent(),
    Fault::new("stalls in the body", |op| part_then(op, Act::Stall), LATE, SILENT).silent(),
    Fault::new("stalls between frames", |op| vec![Act::send(frames(op)), Act::Stall], LATE, SILENT)
        .silent(),
    Fault::new("trickles for ever", trickles, LATE, SILENT).silent(),
    Fault::both(
        "sends interim answers for ever",
        |_| vec![Act::Trickle("HTTP/1.1 100 Continue\r\n\r\n".repeat(200).into())],
        LATE,
    )
    .silent(),
    Fault::both("one byte at a time", |op| vec![Act::Drip(op.answer().into())], Fine),
    Fault::both(
        "cut in the head",
        |_| text_then("HTTP/1.1 200 OK\r\ncontent-ty", Act::Close),
        BREAKS,
    ),
    Fault::both("cut in the body", |op| part_then(op, Act::Close), BREAKS),
    Fault::both("reset in the body", reset_in_body, BREAKS),
    Fault::new("a length that is too long", |op| of_length(op, true, Act::Close), BREAKS, Fine),
    Fault::new(
        "a length that is too short",
        |op| of_length(op, false, Act::Close),
        UNREADABLE,
        UNFINISHED,
    ),
    Fault::new(
        "a length that is too short, then silence",
        |op| of_length(op, false, Act::Stall),
        UNREADABLE,
        UNFINISHED,
    ),
    Fault::both("a length below zero", |op| answer(op, &["content-length: -1"]), BREAKS),
    Fault::both(
        "two lengths that differ",
        |op| answer(op, &["content-length: 5", "content-length: 7"]),
        BREAKS,
    ),
    Fault::new("no length, cut", |op| unbounded(op, Act::Close), UNREADABLE, UNFINISHED),
    Fault::both("no length, reset", |op| unbounded(op, Act::Reset), BREAKS),
    Fault::both("a chunk size that is none", |op| chunked(op, "zz\r\n{}\r\n"), BREAKS),
    Fault::both(
        "a chunk size that overflows",
        |op| chunked(op, "ffffffffffffffffff\r\n{}"),
        BREAKS,
    ),
    Fault::both("chunks without an end", |op| chunked(op, "2\r\n{}\r\n"), BREAKS),
    Fault::both(
        "a status that is none",
        |_| text_then("HTTP/1.1 abc OK\r\n\r\n", Act::Close),
        BREAKS,
    ),
    Fault::both("another protocol", |_| text_then("SSH-2.0-OpenSSH_9.9\r\n", Act::Close), BREAKS),
    Fault::both(
        "a version that is none",
        |_| text_then("HTTP/9.9 200 OK\r\ncontent-length: 2\r\n\r\n{}", Act::Close),
        BREAKS,
    ),
    Fault::both("NUL bytes for a head", |_| text_then("\0\0\0\0\0\0\r\n\r\n", Act::Close), BREAKS),
    Fault::both("a NUL byte in a header", |op| answer(op, &["x-note: a\0b"]), BREAKS),
    Fault::both(
        "a huge header",
        |op| answer(op, &[&format!("x-note: {}", "a".repeat(40 << 10))]),
        BREAKS,
    ),
    Fault::both(
        "headers without end",
        |_| vec![Act::send("HTTP/1.1 200 OK\r\n"), Act::flood("x-note: more\r\n")],
        BREAKS,
    ),
    Fault::both(
        "a status line without end",
        |_| vec![Act::send("HTTP/1.1 200 "), Act::flood("O")],
        BREAKS,
    ),
    Fault::both("an interim answer first", |op| after(op, "HTTP/1.1 100 Continue\r\n\r\n"), Fine),
    Fault::both(
        "early hints first",
        |op| after(op, "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"),
        Fine,
    ),
    Fault::new("a body without end", endless, UNREADABLE, BAD_EVENT),
    Fault::both(
        "a refusal without end",
        |_| vec![Act::send(head("500 No", &[JSON, CHUNKED])), Act::flood(chunk("aaaaaaaa"))],
        UNREADABLE,
    ),
    Fault::both(
        "a refusal that is cut",
        |_| vec![Act::send(head("503 No", &[JSON, "content-length: 90"])), Act::Close],
        BREAKS,
    ),
    Fault::both(
        "a refusal for now",
        |_| vec![Act::send(head("503 No", &["content-length: 0"]))],
        REFUSED_FOR_NOW,
    ),
    Fault::both(
        "a refusal for good",
        |_| vec![Act::send(head("500 No", &["content-length: 0"]))],
        REFUSED,
    ),
    // Nobody says that a gateway has not passed it on: only the statuses marked so refuse.
    Fault::both(
        "a gateway's refusal",
        |_| vec![Act::send(head("502 No", &["content-length: 0"]))],
        REFUSED_FOR_NOW,
    ),
    Fault::both(
        "a refusal of no words",
        |_| vec![Act::send(head("400 No", &["content-length: 0"]))],
        REFUSED,
    )
    .refuses(),
    Fault::both(
        "a refusal in words",
        |_| {
            vec![Act::send(
                [head("422 No", &[JSON, "content-length: 16"]), br#"{"error":"none"}"#.to_vec()]
                    .concat(),
            )]
        },
        REFUSED,
    )
    .refuses(),
    Fault::both(
        "too many requests",
        |_| vec![Act::send(head("429 No", &["content-length: 0"]))],
        REFUSED_FOR_NOW,
    )
    .refuses(),
    Fault::both(
        "a redirect to another host",
        |_| {
            vec![Act::send(head(
                "307 There",
                &["location: http://127.0.0.2:9/", "content-length: 0"],
            ))]
        },
        REFUSED,
    ),
    Fault::new(
        "an empty answer",
        |_| vec![Act::send(head("200 OK", &["content-length: 0"]))],
        UNREADABLE,
        BAD_EVENT,
    ),
    Fault::new(
        "another media type",
        |_| vec![Act::send(ok("text/html", "<html>"))],
        UNREADABLE,
        BAD_EVENT,
    ),
    Fault::new("a compressed body nobody asked for", compressed, UNREADABLE, BAD_EVENT),
    Fault::new("NUL bytes in the body", |op| with_member(op, b"\0"), UNREADABLE, BAD_EVENT),
    // Within a text they stand for U+FFFD, as do halves of surrogate pairs; anywhere else they make
    // what can be read by nobody.
    Fault::both("bytes that are no UTF-8", |op| with_member(op, b"\"x\":\"\xff\xfe\","), Fine),
    Fault::new(
        "bytes that are no UTF-8 outside of a text",
        |op| with_member(op, b"\xff\xfe"),
        UNREADABLE,
        BAD_EVENT,
    ),
    Fault::both(
        "a byte order mark",
        |op| vec![Act::send(ok(op.media_type(), ["\u{feff}", &op.body].concat()))],
        Fine,
    ),
    Fault::both("half a surrogate pair", |op| with_member(op, b"\"x\":\"\\ud800\","), Fine),
    Fault::new("deep JSON", |op| with_member(op, &deep(10_000)), UNREADABLE, BAD_EVENT),
    Fault::both("a member twice", twice, Fine),
    Fault::both("a number beyond all range", |op| with_member(op, b"\"x\":-1e999999,"), Fine),
];
