//! What happens in a conversation, as arbitrary bytes say it.

use std::time::Duration;

use bytes::Bytes;
use codespar_engine::{
    CallOptions,
    driver::{Clock as _, Event, Tick, TransportError},
    testing::Offline,
};
use http::{
    HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header::CONTENT_TYPE, response::Parts,
};

use super::input::pieces;

/// What a step asks for.
pub(super) enum Asked {
    Open,
    Read,
    Wait(Duration),
    Yield,
}

/// What happens, piece by piece. When nothing is left, everything ends in the same way.
///
/// The first piece says what the caller chose. Each of the others is one event: a byte that says
/// which, a byte that says how much time passes, and what comes with it. Waits and items take a
/// piece only where it begins with a byte above 0x7f.
pub(super) struct Script<'a> {
    pieces: std::iter::Peekable<Box<dyn Iterator<Item = &'a [u8]> + 'a>>,
    clock: Offline,
    /// A good answer, and its media type.
    answer: (&'static str, &'static str),
    end: u8,
    /// Whether the body that ends everything was given.
    given: bool,
    /// Whether an event came that does not answer its step.
    strayed: bool,
}

/// Statuses worth a look.
const STATUSES: [u16; 20] = [
    200, 201, 202, 204, 206, 301, 307, 400, 401, 402, 403, 404, 409, 415, 422, 429, 500, 502, 503,
    504,
];

/// Media types worth a look; empty for none.
const KINDS: [&str; 6] =
    ["application/json", "text/event-stream", "text/html", "", "TEXT/Event-Stream; x=y", "\u{7f}"];

impl<'a> Script<'a> {
    pub(super) fn new(
        data: &'a [u8],
        clock: Offline,
        answer: (&'static str, &'static str),
    ) -> Self {
        let pieces: Box<dyn Iterator<Item = &'a [u8]> + 'a> = Box::new(pieces(data));
        Self { pieces: pieces.peekable(), clock, answer, end: 0, given: false, strayed: false }
    }

    /// What the caller chose: time limits, retries, a key, headers; and how everything ends.
    pub(super) fn choose(&mut self, chosen: &[u8], options: &mut CallOptions) {
        let at = |n: usize| chosen.get(n).copied().unwrap_or_default();
        let [flags, end, timeout, idle, retries] = [at(0), at(1), at(2), at(3), at(4)];
        let seconds = |given: u8| Duration::from_millis(u64::from(given) * 500);
        options.timeout = (flags & 1 != 0).then(|| seconds(timeout));
        options.idle_timeout = (flags & 2 != 0).then(|| seconds(idle));
        options.retries = (flags & 4 != 0).then(|| u32::from(retries % 8));
        options.idempotency_key = (flags & 8 != 0).then(|| "key-1".into());
        if flags & 16 != 0 {
            options.header("x-fuzz", "1");
        }
        self.end = end;
    }

    pub(super) fn tick(&self) -> Tick<'_> {
        self.clock.tick()
    }

    /// Whether an event came that does not answer its step.
    pub(super) const fn has_strayed(&self) -> bool {
        self.strayed
    }

    /// What happens next.
    pub(super) fn event(&mut self, asked: &Asked) -> Event {
        if let Asked::Wait(pause) = asked {
            self.clock.advance(*pause);
        }
        let rests = matches!(asked, Asked::Wait(_) | Asked::Yield);
        let is_for = |piece: &&[u8]| !rests || piece.first().is_some_and(|kind| *kind > 0x7f);
        match self.pieces.next_if(is_for) {
            Some([kind, time, rest @ ..]) => {
                self.clock.advance(passes(*time));
                self.scripted(asked, *kind, rest)
            }
            Some(_) | None => self.ending(asked),
        }
    }

    fn scripted(&mut self, asked: &Asked, kind: u8, rest: &'a [u8]) -> Event {
        let kind = kind & 0xf;
        if kind == 15 {
            self.strayed = true;
            return stray(rest);
        }
        match (asked, kind) {
            (Asked::Open | Asked::Read, 12) => Event::Failed(TransportError::timeout("late")),
            (Asked::Open | Asked::Read, 13) => Event::Failed(TransportError::io("reset")),
            (_, 14) => Event::Failed(TransportError::canceled()),
            (Asked::Open, 10) => Event::Failed(TransportError::connect("refused")),
            (Asked::Open, 11) => Event::Failed(TransportError::connect_timeout("late")),
            (Asked::Open, _) => Event::Head(Box::new(head(rest))),
            (Asked::Read, 9..) => Event::End,
            (Asked::Read, 8) => Event::Chunk(Bytes::from_static(self.answer.0.as_bytes())),
            (Asked::Read, _) => Event::Chunk(Bytes::copy_from_slice(rest)),
            (Asked::Wait(_), _) => Event::Woke,
            (Asked::Yield, _) => Event::Taken,
        }
    }

    /// The script is used up: from here on the server does the same each time.
    fn ending(&mut self, asked: &Asked) -> Event {
        let (status, kind) = match self.end % 8 {
            0 => (503, ""),
            1 => (200, ""),
            2 => (307, "text/html"),
            _ => (200, self.answer.1),
        };
        match (asked, self.end % 8) {
            (Asked::Wait(_), _) => Event::Woke,
            (Asked::Yield, _) => Event::Taken,
            (_, 4) => Event::Failed(TransportError::io("reset")),
            (_, 5) => Event::Failed(TransportError::timeout("late")),
            (_, 6) => Event::Failed(TransportError::canceled()),
            (Asked::Open, 7) => Event::Failed(TransportError::connect("refused")),
            (Asked::Open, _) => {
                self.given = false;
                Event::Head(Box::new(parts(status, kind)))
            }
            (Asked::Read, 3) if !self.given => {
                self.given = true;
                Event::Chunk(Bytes::from_static(self.answer.0.as_bytes()))
            }
            (Asked::Read, _) => Event::End,
        }
    }
}

/// How much time passes: mostly none, at most a day and a third.
fn passes(time: u8) -> Duration {
    let count = u64::from(time & 0x1f);
    match time >> 5 {
        0..=3 => Duration::ZERO,
        4 => Duration::from_millis(count),
        5 => Duration::from_secs(count),
        6 => Duration::from_secs(count * 60),
        _ => Duration::from_secs(count * 3600),
    }
}

/// The head of an answer: status, media type, and headers on a line each.
fn head(text: &[u8]) -> Parts {
    let [status, kind, lines @ ..] = text else { return parts(200, "application/json") };
    let status =
        STATUSES.get(usize::from(*status)).copied().unwrap_or_else(|| 500 + u16::from(*status));
    let kind = KINDS.get(usize::from(*kind)).copied().unwrap_or_default();
    let mut head = parts(status, kind);
    head.headers.extend(lines.split(|byte| *byte == b'\n').filter_map(header));
    head
}

fn header(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let (name, value) = line.split_at_checked(colon)?;
    let value = HeaderValue::from_bytes(value.get(1..)?.trim_ascii()).ok()?;
    Some((HeaderName::from_bytes(name).ok()?, value))
}

fn parts(status: u16, kind: &str) -> Parts {
    let mut headers = HeaderMap::new();
    if let (false, Ok(kind)) = (kind.is_empty(), HeaderValue::from_str(kind)) {
        headers.insert(CONTENT_TYPE, kind);
    }
    let (mut parts, ()) = Response::new(()).into_parts();
    parts.status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    parts.headers = headers;
    parts
}

/// An event whatever the step was: a driver that breaks the contract.
fn stray(rest: &[u8]) -> Event {
    match rest.first().copied().unwrap_or_default() % 8 {
        0 => Event::Start(CallOptions::default()),
        1 => Event::Head(Box::new(parts(200, "application/json"))),
        2 => Event::Head(Box::new(parts(200, "text/event-stream"))),
        3 => Event::Chunk(Bytes::from_static(b"data: {}\n\n")),
        4 => Event::End,
        5 => Event::Woke,
        6 => Event::Taken,
        _ => Event::Failed(TransportError::connect("refused")),
    }
}
