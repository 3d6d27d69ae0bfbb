//! What a server does instead of giving a good answer.

use crate::{Act, Kind, Step, chunk, head, ok};

pub(super) const JSON: &str = "content-type: application/json";
pub(super) const CHUNKED: &str = "transfer-encoding: chunked";

pub(super) fn kind_line(op: &Step) -> String {
    format!("content-type: {}", op.media_type())
}

pub(super) fn text_then(text: &str, end: Act) -> Vec<Act> {
    vec![Act::send(text), end]
}

/// The head and a part of the body.
pub(super) fn part_then(op: &Step, end: Act) -> Vec<Act> {
    let answer = op.answer();
    // Within the last frame but one, or within the JSON.
    let body = answer.windows(4).position(|end| end == b"\r\n\r\n").unwrap_or(0) + 4;
    let part = body + (answer.len() - body) / 3;
    vec![Act::send(answer.get(..part).unwrap_or_default()), end]
}

pub(super) fn reset_in_body(op: &Step) -> Vec<Act> {
    let mut acts = part_then(op, Act::Pause);
    acts.push(Act::Reset);
    acts
}

/// The first frame, whole; or the head of an answer in chunks.
pub(super) fn frames(op: &Step) -> Vec<u8> {
    let first = op.body.split_inclusive("\n\n").next().unwrap_or_default();
    let body = if op.kind == Kind::Stream { chunk(first) } else { Vec::new() };
    [head("200 OK", &[&kind_line(op), CHUNKED]), body].concat()
}

pub(super) fn trickles(op: &Step) -> Vec<Act> {
    let begin = if op.kind == Kind::Stream { chunk("data: ") } else { Vec::new() };
    let piece = if op.kind == Kind::Stream { chunk("x") } else { chunk(" ") };
    let head = head("200 OK", &[&kind_line(op), CHUNKED]);
    vec![Act::send([head, begin].concat()), Act::Trickle(piece.into())]
}

/// The good body under headers of one's own.
pub(super) fn answer(op: &Step, lines: &[&str]) -> Vec<Act> {
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
pub(super) fn of_length(op: &Step, more: bool, end: Act) -> Vec<Act> {
    let length = if more { op.body.len() + 10 } else { op.body.len() / 3 };
    let head = head("200 OK", &[&kind_line(op), &format!("content-length: {length}")]);
    vec![Act::send([&head, op.body.as_bytes()].concat()), end]
}

/// A body that ends with its connection, and not where it should.
pub(super) fn unbounded(op: &Step, end: Act) -> Vec<Act> {
    let body = op.body.as_bytes();
    let part = body.get(..body.len() / 3).unwrap_or_default();
    vec![Act::send([&head("200 OK", &[&kind_line(op)]), part].concat()), Act::Pause, end]
}

pub(super) fn chunked(op: &Step, body: &str) -> Vec<Act> {
    vec![Act::send(head("200 OK", &[&kind_line(op), CHUNKED])), Act::send(body), Act::Close]
}

pub(super) fn after(op: &Step, interim: &str) -> Vec<Act> {
    vec![Act::send(interim), Act::Pause, Act::send(op.answer())]
}

pub(super) fn endless(op: &Step) -> Vec<Act> {
    let begin = if op.kind == Kind::Stream { chunk("data: ") } else { chunk("\"") };
    let head = head("200 OK", &[&kind_line(op), CHUNKED]);
    vec![Act::send([head, begin].concat()), Act::flood(chunk("aaaaaaaa"))]
}

/// The bytes of a gzip header, and what might follow.
pub(super) fn compressed(op: &Step) -> Vec<Act> {
    let body = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab, 0x56, 0x4a, 0xad, 0x28, 0x01, 0x00];
    let length = format!("content-length: {}", body.len());
    let head = head("200 OK", &[&kind_line(op), "content-encoding: gzip", &length]);
    vec![Act::send([&head[..], &body].concat())]
}

/// The good answer with something more at the beginning of its first object.
pub(super) fn with_member(op: &Step, member: &[u8]) -> Vec<Act> {
    let body = op.body.as_bytes();
    let at = body.iter().position(|byte| *byte == b'{').unwrap_or(0) + 1;
    let (before, rest) = body.split_at(at);
    vec![Act::send(ok(op.media_type(), [before, member, rest].concat()))]
}

pub(super) fn deep(levels: usize) -> Vec<u8> {
    [b"\"x\":", &[b'['; 1].repeat(levels)[..], &b"]".repeat(levels), b","].concat()
}

/// All members of the first object twice.
pub(super) fn twice(op: &Step) -> Vec<Act> {
    let body = &*op.body;
    let from = body.find('{').unwrap_or(0) + 1;
    let rest = body.get(from..).unwrap_or_default();
    let to = rest.find("}\n").unwrap_or(rest.len() - 1);
    let members = format!("{},", rest.get(..to).unwrap_or_default());
    with_member(op, members.as_bytes())
}
