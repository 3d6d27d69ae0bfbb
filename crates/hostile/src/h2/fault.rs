//! The faults that HTTP/2 has of its own, and what has to come of each.

use codespar_proto::ErrorKind::{Api, Decode, Io, Stream, Timeout};

use super::frame::{
    END, END_HEADERS, END_STREAM, LAST, block, code, data, frame, frame_of_length, go_away,
    headers, kind, ping, reset, setting, settings, window_update,
};
use crate::{Act, Again, Expect, Kind, Step};

/// What has to become of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Line {
    /// It serves the next call.
    Kept,
    /// The next call gets another one.
    Gone,
    /// It is in order: another one does as well.
    Any,
}

/// How a fault goes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Manner {
    /// It shows.
    Loud,
    /// Only a time limit ends it.
    Silent,
    /// It shows, and comes before anything that should begin a connection.
    Mute,
    /// It shows, and is an answer that says of a change that nothing was done.
    Refuses,
}

/// A fault that shows after a request has arrived.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct H2Fault {
    /// What happens.
    pub name: &'static str,
    /// What the server does on a stream, instead of giving the good answer.
    pub acts: fn(&Step, u32) -> Vec<Act>,
    /// What has to come of it where one answer is awaited.
    pub unary: Expect,
    /// What has to come of it where an event stream is awaited.
    pub stream: Expect,
    /// What has to become of the connection.
    pub line: Line,
    /// How it goes about.
    pub manner: Manner,
}

impl H2Fault {
    /// What has to come of it.
    pub const fn expect(&self, kind: Kind) -> Expect {
        match kind {
            Kind::Unary => self.unary,
            Kind::Stream => self.stream,
        }
    }
}

use Again::{No, Yes};
use Expect::{Fails, Fine};
use Line::{Any, Gone, Kept};
use Manner::{Loud, Mute, Refuses, Silent};

/// A request that got no whole answer: reads and writes under a key are repeated.
const BREAKS: Expect = Fails(&[Io], Yes);
/// A limit on the whole call: there is no time left to repeat it.
const LATE: Expect = Fails(&[Timeout], No);
/// A limit on silence: a stream that may is opened again.
const SILENT: Expect = Fails(&[Timeout], Yes);

macro_rules! faults {
    ($($name:literal, $acts:expr, $unary:expr, $stream:expr, $line:ident, $manner:ident;)*) => {
        /// All faults.
        pub const H2_FAULTS: &[H2Fault] = &[$(H2Fault {
            name: $name,
            acts: $acts,
            unary: $unary,
            stream: $stream,
            line: $line,
            manner: $manner,
        }),*];
    };
}

faults! {
    // The stream is refused, or ends before its time.
    "refused", |_, id| resets(id, code::REFUSED_STREAM), BREAKS, BREAKS, Kept, Loud;
    "reset: internal error", |_, id| resets(id, code::INTERNAL_ERROR), BREAKS, BREAKS, Kept, Loud;
    "reset: cancel", |_, id| resets(id, code::CANCEL), BREAKS, BREAKS, Kept, Loud;
    "reset: no error", |_, id| resets(id, code::NO_ERROR), BREAKS, BREAKS, Kept, Loud;
    "reset: a code that is none", |_, id| resets(id, 0xdead_beef), BREAKS, BREAKS, Kept, Loud;
    "refused in the body", |step, id| part_then_reset(step, id, code::REFUSED_STREAM), BREAKS, BREAKS, Kept, Loud;
    "reset in the body: internal error", |step, id| part_then_reset(step, id, code::INTERNAL_ERROR), BREAKS, BREAKS, Kept, Loud;
    "reset in the body: cancel", |step, id| part_then_reset(step, id, code::CANCEL), BREAKS, BREAKS, Kept, Loud;
    "reset in the body: no error", |step, id| part_then_reset(step, id, code::NO_ERROR), BREAKS, BREAKS, Kept, Loud;
    "reset after the body: no error", whole_then_reset, BREAKS, Fine, Kept, Loud;
    "reset after the end: no error", |step, id| vec![Act::send([good(step, id), reset(id, code::NO_ERROR)].concat())], Fine, Fine, Kept, Loud;
    // The connection says goodbye.
    "goodbye: not looked at", |_, id| goodbye(id - 1, code::NO_ERROR, Act::Pause), BREAKS, BREAKS, Gone, Loud;
    "goodbye: not looked at, then closed", |_, id| goodbye(id - 1, code::NO_ERROR, Act::Close), BREAKS, BREAKS, Gone, Loud;
    "goodbye: not looked at, with an error", |_, id| goodbye(id - 1, code::INTERNAL_ERROR, Act::Close), BREAKS, BREAKS, Gone, Loud;
    "goodbye: looked at, then closed", |_, id| goodbye(id, code::NO_ERROR, Act::Close), BREAKS, BREAKS, Gone, Loud;
    "goodbye: looked at, then reset", |_, id| goodbye(id, code::NO_ERROR, Act::Reset), BREAKS, BREAKS, Gone, Loud;
    "goodbye: looked at, with an error", |_, id| goodbye(id, code::ENHANCE_YOUR_CALM, Act::Close), BREAKS, BREAKS, Gone, Loud;
    "goodbye: in the body, then closed", |step, id| [part(step, id), goodbye(id, code::NO_ERROR, Act::Close)].concat(), BREAKS, BREAKS, Gone, Loud;
    "goodbye: but the answer comes", |step, id| vec![Act::send(go_away(id, code::NO_ERROR, "")), Act::Pause, Act::send(good(step, id))], Fine, Fine, Gone, Loud;
    "goodbye: soon, and the answer comes", |step, id| vec![Act::send(go_away(LAST, code::NO_ERROR, "soon")), Act::Pause, Act::send([good(step, id), go_away(id, code::NO_ERROR, "")].concat())], Fine, Fine, Gone, Loud;
    "goodbye: twice, the second for more", |_, id| vec![Act::send([go_away(id, code::NO_ERROR, ""), go_away(id + 8, code::NO_ERROR, "")].concat()), Act::Close], BREAKS, BREAKS, Gone, Loud;
    // The connection goes without one.
    "closed before the head", |_, _| vec![Act::Close], BREAKS, BREAKS, Gone, Loud;
    "cut before the head", |_, _| vec![Act::Reset], BREAKS, BREAKS, Gone, Loud;
    "closed within a frame's head", |step, id| begins(good(step, id), 4, Act::Close), BREAKS, BREAKS, Gone, Loud;
    "closed in the header block", |step, id| begins(good(step, id), 12, Act::Close), BREAKS, BREAKS, Gone, Loud;
    "closed before the rest of the header block", |_, id| vec![Act::send(headers(id, 0, OK)), Act::Close], BREAKS, BREAKS, Gone, Loud;
    "closed after the head", |step, id| vec![Act::send(head(step, id)), Act::Close], BREAKS, BREAKS, Gone, Loud;
    "closed in the body", |step, id| [part(step, id), vec![Act::Close]].concat(), BREAKS, BREAKS, Gone, Loud;
    "cut in the body", |step, id| [part(step, id), vec![Act::Pause, Act::Reset]].concat(), BREAKS, BREAKS, Gone, Loud;
    "closed within a frame of the body", within_a_frame, BREAKS, BREAKS, Gone, Loud;
    "closed before the end of the stream", |step, id| vec![Act::send([head(step, id), data(id, 0, &step.body)].concat()), Act::Close], BREAKS, Fine, Gone, Loud;
    // Silence.
    "never answers", |_, _| vec![], LATE, LATE, Gone, Silent;
    "stops altogether", |_, _| vec![Act::Stall], LATE, LATE, Gone, Silent;
    "stalls in the header block", |_, id| vec![Act::send(headers(id, 0, OK))], LATE, LATE, Gone, Silent;
    "stalls in the body", part, LATE, SILENT, Gone, Silent;
    "stops altogether in the body", |step, id| [part(step, id), vec![Act::Stall]].concat(), LATE, SILENT, Gone, Silent;
    "stalls within a frame", |step, id| begins(good(step, id), 60, Act::Pause), LATE, SILENT, Gone, Silent;
    "stalls before the end of the stream", |step, id| vec![Act::send([head(step, id), data(id, 0, first(step))].concat())], LATE, SILENT, Gone, Silent;
    "trickles for ever", trickles, LATE, SILENT, Any, Silent;
    "trickles empty frames for ever", |step, id| vec![Act::send(head(step, id)), Act::Trickle(data(id, 0, "").into())], LATE, SILENT, Any, Silent;
    "interim answers for ever", |_, id| vec![Act::Trickle(interim(id).into())], LATE, LATE, Gone, Silent;
    "pings for ever", |_, _| vec![Act::Trickle(ping().repeat(50).into())], LATE, LATE, Gone, Silent;
    "settings for ever", |_, _| vec![Act::Trickle(settings(&[]).repeat(50).into())], LATE, LATE, Gone, Silent;
    "frames of no kind for ever", |_, _| vec![Act::Trickle(frame(0xbe, 0, 0, [0; 1000]).repeat(10).into())], LATE, LATE, Gone, Silent;
    // Too much.
    "a header block without end", |_, id| vec![Act::send(headers(id, 0, OK)), Act::flood(frame(kind::CONTINUATION, 0, id, block(&[("x-note", "more")])))], BREAKS, BREAKS, Gone, Loud;
    "a header block without end, of nothing", |_, id| vec![Act::send(headers(id, 0, OK)), Act::flood(frame(kind::CONTINUATION, 0, id, ""))], BREAKS, BREAKS, Gone, Loud;
    "a huge header", |step, id| vec![Act::send(huge(step, id))], BREAKS, BREAKS, Kept, Loud;
    "headers that are huge together", |step, id| vec![Act::send(many(step, id))], BREAKS, BREAKS, Kept, Loud;
    "a body without end", endless, Fails(&[Decode], No), Fails(&[Stream], No), Kept, Loud;
    "a refusal without end", |_, id| vec![Act::send(headers(id, END_HEADERS, &[(":status", "500"), JSON])), Act::flood(data(id, 0, [b'a'; 4096]))], Fails(&[Decode], No), Fails(&[Decode], No), Kept, Loud;
    "empty frames without end", |step, id| vec![Act::send(head(step, id)), Act::flood(data(id, 0, ""))], BREAKS, BREAKS, Gone, Loud;
    "a thousand resets", |_, id| vec![Act::send(reset(id, code::CANCEL).repeat(1000))], BREAKS, BREAKS, Kept, Loud;
    // Lies.
    "a length that is too long", |step, id| of_length(step, id, step.body.len() + 10), BREAKS, BREAKS, Kept, Loud;
    "a length that is too short", |step, id| of_length(step, id, step.body.len() / 3), BREAKS, BREAKS, Kept, Loud;
    "a length that is none", |step, id| with(step, id, &[("content-length", "many")]), BREAKS, BREAKS, Kept, Loud;
    "two lengths that differ", |step, id| with(step, id, &[("content-length", "5"), ("content-length", "7")]), BREAKS, BREAKS, Kept, Loud;
    "a name in capitals", |step, id| with(step, id, &[("X-Note", "a")]), BREAKS, BREAKS, Gone, Loud;
    "a NUL byte in a header", |step, id| with(step, id, &[("x-note", "a\0b")]), BREAKS, BREAKS, Gone, Loud;
    "a header of the connection", |step, id| with(step, id, &[("connection", "close")]), BREAKS, BREAKS, Kept, Loud;
    "no status", |step, id| vec![Act::send([headers(id, END_HEADERS, &[kind_of(step)]), data(id, END_STREAM, &step.body)].concat())], BREAKS, BREAKS, Kept, Loud;
    "two statuses", |step, id| with(step, id, &[(":status", "200")]), BREAKS, BREAKS, Kept, Loud;
    "a status that is none", |_, id| vec![Act::send(headers(id, END, &[(":status", "abc")]))], BREAKS, BREAKS, Gone, Loud;
    "a status that is too late", |step, id| vec![Act::send([headers(id, END_HEADERS, &[kind_of(step), (":status", "200")]), data(id, END_STREAM, &step.body)].concat())], BREAKS, BREAKS, Kept, Loud;
    "a field of requests", |step, id| with(step, id, &[(":path", "/")]), BREAKS, BREAKS, Kept, Loud;
    "only an interim answer", |_, id| vec![Act::send(headers(id, END, &[(":status", "103")]))], BREAKS, BREAKS, Kept, Loud;
    "a switch of protocols", |_, id| vec![Act::send(headers(id, END_HEADERS, &[(":status", "101")])), Act::Close], BREAKS, BREAKS, Gone, Loud;
    // Frames that must not be.
    "a header block that is none", |_, id| vec![Act::send(frame(kind::HEADERS, END, id, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]))], BREAKS, BREAKS, Gone, Loud;
    "a header that nobody knows", |_, id| vec![Act::send(frame(kind::HEADERS, END, id, [0xfe]))], BREAKS, BREAKS, Gone, Loud;
    "a body without a head", |step, id| vec![Act::send(data(id, END_STREAM, &step.body))], BREAKS, BREAKS, Gone, Loud;
    "a body on no stream", |step, id| vec![Act::send([head(step, id), data(0, END_STREAM, &step.body)].concat())], BREAKS, BREAKS, Gone, Loud;
    "a head on no stream", |_, _| vec![Act::send(headers(0, END, OK))], BREAKS, BREAKS, Gone, Loud;
    "an answer that nobody asked for", |_, id| vec![Act::send(headers(id + 2, END, OK))], BREAKS, BREAKS, Gone, Loud;
    "a frame of another stream in a header block", |step, id| vec![Act::send([headers(id, 0, OK), data(id, END_STREAM, &step.body)].concat())], BREAKS, BREAKS, Gone, Loud;
    "the rest of no header block", |_, id| vec![Act::send(frame(kind::CONTINUATION, END_HEADERS, id, block(OK)))], BREAKS, BREAKS, Gone, Loud;
    "a frame that is larger than allowed", |step, id| vec![Act::send([head(step, id), data(id, END_STREAM, [b' '; 16_385])].concat())], BREAKS, BREAKS, Gone, Loud;
    "a frame that says it is 16 MiB", |_, id| vec![Act::send(frame_of_length((1 << 24) - 1, kind::HEADERS, END, id, block(OK)))], BREAKS, BREAKS, Gone, Loud;
    "a reset of the wrong size", |_, id| vec![Act::send(frame(kind::RST_STREAM, 0, id, [0; 3]))], BREAKS, BREAKS, Gone, Loud;
    "settings of the wrong size", |_, _| vec![Act::send(frame(kind::SETTINGS, 0, 0, [0; 5]))], BREAKS, BREAKS, Gone, Loud;
    "settings that must not be", |_, _| vec![Act::send(settings(&[(setting::MAX_FRAME_SIZE, 1)]))], BREAKS, BREAKS, Gone, Loud;
    "a window that overflows", |_, _| vec![Act::send([window_update(0, LAST), window_update(0, LAST)].concat())], BREAKS, BREAKS, Gone, Loud;
    "a window that does not grow", |_, _| vec![Act::send(window_update(0, 0))], BREAKS, BREAKS, Gone, Loud;
    "padding beyond the frame", |_, id| vec![Act::send([headers(id, END_HEADERS, OK), frame(kind::DATA, END_STREAM | 8, id, [9, b'{', b'}'])].concat())], BREAKS, BREAKS, Gone, Loud;
    "a promise", |_, id| vec![Act::send(frame(kind::PUSH_PROMISE, END_HEADERS, id, [&2_u32.to_be_bytes()[..], &block(&[(":method", "GET"), (":scheme", "https"), (":authority", "a"), (":path", "/")])].concat()))], BREAKS, BREAKS, Gone, Loud;
    // Another protocol.
    "speaks HTTP/1.1", |step, _| vec![Act::send(crate::ok(step.media_type(), &step.body)), Act::Close], BREAKS, BREAKS, Gone, Mute;
    "speaks something else", |_, _| vec![Act::send("SSH-2.0-OpenSSH_9.9\r\n"), Act::Close], BREAKS, BREAKS, Gone, Mute;
    "begins without settings", |step, id| vec![Act::send(good(step, id)), Act::Pause], Fine, Fine, Kept, Mute;
    "begins with a goodbye", |_, _| vec![Act::send(go_away(0, code::NO_ERROR, "")), Act::Close], BREAKS, BREAKS, Gone, Mute;
    // Fine, if unusual.
    "one byte at a time", |step, id| vec![Act::Drip(good(step, id).into())], Fine, Fine, Kept, Loud;
    "a header block in pieces", in_pieces, Fine, Fine, Kept, Loud;
    "a body in pieces, with padding", padded, Fine, Fine, Kept, Loud;
    "interim answers first", |step, id| vec![Act::send([interim(id), headers(id, END_HEADERS, &[(":status", "103"), ("link", "</a>")])].concat()), Act::Pause, Act::send(good(step, id))], Fine, Fine, Kept, Loud;
    "trailers", |step, id| vec![Act::send([head(step, id), data(id, 0, &step.body), headers(id, END, &[("x-note", "a")])].concat())], Fine, Fine, Kept, Loud;
    "frames of no kind", |step, id| vec![Act::send([frame(0xbe, 0xff, id, "a"), frame(0xbe, 0xff, 0, "a"), good(step, id)].concat())], Fine, Fine, Kept, Loud;
    "settings and pings in between", |step, id| vec![Act::send([settings(&[(setting::MAX_CONCURRENT_STREAMS, 3)]), head(step, id), ping(), settings(&[(0xbeef, 1)]), data(id, END_STREAM, &step.body)].concat())], Fine, Fine, Kept, Loud;
    "the right length", |step, id| of_length(step, id, step.body.len()), Fine, Fine, Kept, Loud;
    "a refusal for now", |_, id| vec![Act::send(headers(id, END, &[(":status", "429")]))], Fails(&[Api], Yes), Fails(&[Api], Yes), Kept, Refuses;
    "a refusal that is reset", |_, id| vec![Act::send([headers(id, END, &[(":status", "403")]), reset(id, code::NO_ERROR)].concat())], Fails(&[Api], No), Fails(&[Api], No), Kept, Refuses;
}

const OK: &[(&str, &str)] = &[(":status", "200")];
const JSON: (&str, &str) = ("content-type", "application/json");

fn kind_of(step: &Step) -> (&'static str, &'static str) {
    ("content-type", step.media_type())
}

fn head(step: &Step, id: u32) -> Vec<u8> {
    headers(id, END_HEADERS, &[(":status", "200"), kind_of(step)])
}

/// The good answer.
pub fn good(step: &Step, id: u32) -> Vec<u8> {
    [head(step, id), data(id, END_STREAM, &step.body)].concat()
}

fn resets(id: u32, code: u32) -> Vec<Act> {
    vec![Act::send(reset(id, code))]
}

fn goodbye(last: u32, code: u32, end: Act) -> Vec<Act> {
    vec![Act::send(go_away(last, code, "")), end]
}

fn begins(mut bytes: Vec<u8>, to: usize, end: Act) -> Vec<Act> {
    bytes.truncate(to);
    vec![Act::send(bytes), end]
}

/// The head and a third of the body: within the last frame but one, or within the JSON.
fn part(step: &Step, id: u32) -> Vec<Act> {
    let part = step.body.as_bytes().get(..step.body.len() / 3).unwrap_or_default();
    vec![Act::send([head(step, id), data(id, 0, part)].concat())]
}

fn part_then_reset(step: &Step, id: u32, code: u32) -> Vec<Act> {
    [part(step, id), resets(id, code)].concat()
}

/// All there is, but not the word that this is all.
fn whole_then_reset(step: &Step, id: u32) -> Vec<Act> {
    let whole = [head(step, id), data(id, 0, &step.body)].concat();
    vec![Act::send([whole, reset(id, code::NO_ERROR)].concat())]
}

fn within_a_frame(step: &Step, id: u32) -> Vec<Act> {
    let answer = good(step, id);
    let to = answer.len() - step.body.len() / 2;
    begins(answer, to, Act::Close)
}

/// The first event, whole; of an answer nothing.
fn first(step: &Step) -> &str {
    match step.kind {
        Kind::Stream => step.body.split_inclusive("\n\n").next().unwrap_or_default(),
        Kind::Unary => "",
    }
}

fn trickles(step: &Step, id: u32) -> Vec<Act> {
    let (begin, piece) = if step.kind == Kind::Stream { ("data: ", "x") } else { ("", " ") };
    let begin = [head(step, id), data(id, 0, begin)].concat();
    vec![Act::send(begin), Act::Trickle(data(id, 0, piece).into())]
}

fn interim(id: u32) -> Vec<u8> {
    headers(id, END_HEADERS, &[(":status", "100")])
}

fn huge(step: &Step, id: u32) -> Vec<u8> {
    let note = "a".repeat(40 << 10);
    long_block(step, id, &block(&[(":status", "200"), ("x-note", &note)]))
}

fn many(step: &Step, id: u32) -> Vec<u8> {
    let mut fields = vec![(":status", "200")];
    fields.resize(1500, ("x-note", "a note"));
    long_block(step, id, &block(&fields))
}

/// A header block over as many frames as it needs, and a body.
fn long_block(step: &Step, id: u32, block: &[u8]) -> Vec<u8> {
    let mut all = frame(kind::HEADERS, 0, id, "");
    for piece in block.chunks(16_384) {
        all.extend(frame(kind::CONTINUATION, 0, id, piece));
    }
    all.extend(frame(kind::CONTINUATION, END_HEADERS, id, ""));
    all.extend(data(id, END_STREAM, &step.body));
    all
}

fn endless(step: &Step, id: u32) -> Vec<Act> {
    let begin = if step.kind == Kind::Stream { "data: " } else { "\"" };
    let begin = [head(step, id), data(id, 0, begin)].concat();
    vec![Act::send(begin), Act::flood(data(id, 0, [b'a'; 4096]))]
}

fn with(step: &Step, id: u32, more: &[(&str, &str)]) -> Vec<Act> {
    let fields = [&[(":status", "200"), kind_of(step)], more].concat();
    let head = headers(id, END_HEADERS, &fields);
    vec![Act::send([head, data(id, END_STREAM, &step.body)].concat())]
}

fn of_length(step: &Step, id: u32, length: usize) -> Vec<Act> {
    with(step, id, &[("content-length", &length.to_string())])
}

fn in_pieces(step: &Step, id: u32) -> Vec<Act> {
    let block = block(&[(":status", "200"), kind_of(step)]);
    let mut all = frame(kind::HEADERS, 0, id, "");
    for piece in block.chunks(12) {
        all.extend(frame(kind::CONTINUATION, 0, id, piece));
    }
    all.extend(frame(kind::CONTINUATION, END_HEADERS, id, ""));
    all.extend(data(id, END_STREAM, &step.body));
    vec![Act::send(all)]
}

fn padded(step: &Step, id: u32) -> Vec<Act> {
    let mut all = head(step, id);
    for byte in step.body.bytes() {
        all.extend(frame(kind::DATA, 8, id, [3, byte, 0, 0, 0]));
    }
    all.extend(data(id, END_STREAM, ""));
    vec![Act::send(all)]
}
