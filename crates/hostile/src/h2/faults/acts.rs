//! What a server does on a stream instead of giving a good answer.

use crate::h2::frame::*;
use crate::{Act, Kind, Step};

pub(super) const OK: &[(&str, &str)] = &[(":status", "200")];
pub(super) const JSON: (&str, &str) = ("content-type", "application/json");

pub(super) fn kind_of(step: &Step) -> (&'static str, &'static str) {
    ("content-type", step.media_type())
}

pub(super) fn head(step: &Step, id: u32) -> Vec<u8> {
    headers(id, END_HEADERS, &[(":status", "200"), kind_of(step)])
}

/// The good answer.
pub fn good(step: &Step, id: u32) -> Vec<u8> {
    [head(step, id), data(id, END_STREAM, &step.body)].concat()
}

pub(super) fn resets(id: u32, code: u32) -> Vec<Act> {
    vec![Act::send(reset(id, code))]
}

pub(super) fn goodbye(last: u32, code: u32, end: Act) -> Vec<Act> {
    vec![Act::send(go_away(last, code, "")), end]
}

pub(super) fn begins(mut bytes: Vec<u8>, to: usize, end: Act) -> Vec<Act> {
    bytes.truncate(to);
    vec![Act::send(bytes), end]
}

/// The head and a third of the body: within the last frame but one, or within the JSON.
pub(super) fn part(step: &Step, id: u32) -> Vec<Act> {
    let part = step.body.as_bytes().get(..step.body.len() / 3).unwrap_or_default();
    vec![Act::send([head(step, id), data(id, 0, part)].concat())]
}

pub(super) fn part_then_reset(step: &Step, id: u32, code: u32) -> Vec<Act> {
    [part(step, id), resets(id, code)].concat()
}

/// All there is, but not the word that this is all.
pub(super) fn whole_then_reset(step: &Step, id: u32) -> Vec<Act> {
    let whole = [head(step, id), data(id, 0, &step.body)].concat();
    vec![Act::send([whole, reset(id, code::NO_ERROR)].concat())]
}

pub(super) fn within_a_frame(step: &Step, id: u32) -> Vec<Act> {
    let answer = good(step, id);
    let to = answer.len() - step.body.len() / 2;
    begins(answer, to, Act::Close)
}

/// The first event, whole; of an answer nothing.
pub(super) fn first(step: &Step) -> &str {
    match step.kind {
        Kind::Stream => step.body.split_inclusive("\n\n").next().unwrap_or_default(),
        Kind::Unary => "",
    }
}

pub(super) fn trickles(step: &Step, id: u32) -> Vec<Act> {
    let (begin, piece) = if step.kind == Kind::Stream { ("data: ", "x") } else { ("", " ") };
    let begin = [head(step, id), data(id, 0, begin)].concat();
    vec![Act::send(begin), Act::Trickle(data(id, 0, piece).into())]
}

pub(super) fn interim(id: u32) -> Vec<u8> {
    headers(id, END_HEADERS, &[(":status", "100")])
}

pub(super) fn huge(step: &Step, id: u32) -> Vec<u8> {
    let note = "a".repeat(40 << 10);
    long_block(step, id, &block(&[(":status", "200"), ("x-note", &note)]))
}

pub(super) fn many(step: &Step, id: u32) -> Vec<u8> {
    let mut fields = vec![(":status", "200")];
    fields.resize(1500, ("x-note", "a note"));
    long_block(step, id, &block(&fields))
}

/// A header block over as many frames as it needs, and a body.
pub(super) fn long_block(step: &Step, id: u32, block: &[u8]) -> Vec<u8> {
    [long_headers(id, block), data(id, END_STREAM, &step.body)].concat()
}

pub(super) fn endless(step: &Step, id: u32) -> Vec<Act> {
    let begin = if step.kind == Kind::Stream { "data: " } else { "\"" };
    let begin = [head(step, id), data(id, 0, begin)].concat();
    vec![Act::send(begin), Act::flood(data(id, 0, [b'a'; 4096]))]
}

pub(super) fn with(step: &Step, id: u32, more: &[(&str, &str)]) -> Vec<Act> {
    let fields = [&[(":status", "200"), kind_of(step)], more].concat();
    let head = headers(id, END_HEADERS, &fields);
    vec![Act::send([head, data(id, END_STREAM, &step.body)].concat())]
}

pub(super) fn of_length(step: &Step, id: u32, length: usize) -> Vec<Act> {
    with(step, id, &[("content-length", &length.to_string())])
}

pub(super) fn in_pieces(step: &Step, id: u32) -> Vec<Act> {
    let block = block(&[(":status", "200"), kind_of(step)]);
    let mut all = frame(kind::HEADERS, 0, id, "");
    for piece in block.chunks(12) {
        all.extend(frame(kind::CONTINUATION, 0, id, piece));
    }
    all.extend(frame(kind::CONTINUATION, END_HEADERS, id, ""));
    all.extend(data(id, END_STREAM, &step.body));
    vec![Act::send(all)]
}

pub(super) fn padded(step: &Step, id: u32) -> Vec<Act> {
    let mut all = head(step, id);
    for byte in step.body.bytes() {
        all.extend(frame(kind::DATA, 8, id, [3, byte, 0, 0, 0]));
    }
    all.extend(data(id, END_STREAM, ""));
    vec![Act::send(all)]
}
