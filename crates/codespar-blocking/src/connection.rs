//! HTTP/1.1 over a [`Socket`], plain or within TLS: what ureq writes to and reads from.

use std::{
    fmt,
    io::{self, ErrorKind},
    mem,
    time::Duration,
};

use codespar_engine::TransportError;
use http::{HeaderValue, Uri, uri::PathAndQuery};
use ureq::{
    Error,
    unversioned::transport::{Buffers, NextTimeout, Transport},
};

use crate::{attempt, buffers::Room, head::Heads, stream::Layer};

/// What is taken of a head.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) header_bytes: usize,
    pub(crate) header_lines: usize,
}

/// For how long nothing may be taken of a body before the answer is looked for.
const PATIENCE: Duration = Duration::from_millis(100);

/// One connection.
pub(crate) struct Wire {
    layer: Layer,
    room: Room,
    heads: Heads,
    /// What is still to be written before anything else.
    held: Vec<u8>,
    /// Whether what ureq writes next belongs to a request's head.
    in_head: bool,
    /// Whether a part of the request's body is on its way.
    in_body: bool,
    /// Whether the last response was just read to its end.
    settled: bool,
    /// Whether something came that ureq was not shown.
    fresh: bool,
    /// Why the rest of the request is not sent.
    given_up: Option<GivenUp>,
    /// What a proxy that forwards has to be told.
    forward: Option<Forward>,
}

/// Servers may answer before they took a request's body (RFC 9112 9.5), and then close. ureq writes
/// it to the end before it reads: it goes on, but nothing is sent any more.
enum GivenUp {
    /// The answer is here.
    Answered,
    /// The connection does not take any more; what came before may be the answer.
    Broken(io::Error),
}

/// A plain request through a proxy names its server in the first line.
pub(crate) struct Forward {
    /// `http://` and the server.
    pub(crate) origin: String,
    pub(crate) authorization: Option<HeaderValue>,
}

impl Wire {
    pub(crate) fn new(mut layer: Layer, forward: Option<Forward>, limits: Limits) -> Self {
        layer.socket_mut().pause_writes_after(PATIENCE);
        Self {
            layer,
            room: Room::new(limits.header_bytes),
            heads: Heads::new(limits.header_lines),
            held: Vec::new(),
            in_head: true,
            in_body: false,
            settled: false,
            fresh: false,
            given_up: None,
            forward,
        }
    }

    /// Takes a piece of a head; true when it is whole and to be sent now.
    fn take_head(&mut self, piece: &[u8]) -> bool {
        self.held.extend_from_slice(piece);
        if !self.held.ends_with(b"\r\n\r\n") {
            return false;
        }
        (self.in_head, self.in_body) = (false, false);
        self.heads.begin();
        let link = self.layer.socket().link();
        let (shown, forward) = (mem::take(&mut self.held), self.forward.as_ref());
        let noted = attempt::with(|attempt| {
            let head = whole_head(&shown, forward, &attempt.target, &attempt.lines);
            let lease = link.lease(attempt.answered_by, attempt.cancel.as_ref());
            attempt.lease = Some(lease);
            (head, attempt.body)
        });
        let (head, body) = noted.unwrap_or((shown, 0));
        self.held = head;
        self.room.expect_body(body);
        // One packet instead of two: the head goes out with the first bytes of the body.
        body == 0
    }

    fn send_held(&mut self) -> io::Result<()> {
        let mut held = mem::take(&mut self.held);
        let result = self.send(&held);
        held.clear();
        self.held = held;
        result
    }

    /// Sends all of it, unless the answer comes first; remembers from the first byte on that
    /// something was sent.
    fn send(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() && self.given_up.is_none() {
            match self.layer.write(bytes) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(amount) => {
                    attempt::with(|attempt| attempt.sent = true);
                    bytes = bytes.get(amount..).unwrap_or_default();
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.look_for_answer()?,
                // Where nothing was sent, nothing was answered.
                Err(error) if !was_sent() => return Err(error),
                Err(error) => self.given_up = Some(GivenUp::Broken(error)),
            }
        }
        Ok(())
    }

    /// Gives up sending if an answer is here.
    fn look_for_answer(&mut self) -> io::Result<()> {
        if let Some(amount) = self.layer.read_arrived(self.room.input_append_buf())? {
            self.fresh = true;
            self.came(amount)?;
        }
        if self.heads.are_final() {
            self.given_up = Some(GivenUp::Answered);
        }
        Ok(())
    }

    fn came(&mut self, amount: usize) -> io::Result<()> {
        self.room.input_appended(amount);
        let seen = self.heads.look(self.room.unseen())?;
        self.room.saw(seen);
        Ok(())
    }

    /// Waits for something to come; 0 at the end.
    fn receive(&mut self) -> io::Result<usize> {
        loop {
            let space = self.room.input_append_buf();
            if space.is_empty() {
                return Err(io::Error::other(TransportError::LARGE_HEAD));
            }
            let read = match &self.given_up {
                None => self.layer.read(space),
                Some(_) => self.layer.read_only(space),
            };
            match read {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.look_for_answer()?;
                    if self.fresh {
                        self.fresh = false;
                        return Ok(1);
                    }
                }
                // The end of the request was still to be sent, and could not be.
                Err(error) if self.given_up.is_none() && self.layer.is_sending() && was_sent() => {
                    self.given_up = Some(GivenUp::Broken(error));
                }
                Ok(0) | Err(_) if !self.heads.are_final() => {
                    let broken = matches!(self.given_up, Some(GivenUp::Broken(_)));
                    return match self.given_up.take_if(|_| broken) {
                        Some(GivenUp::Broken(error)) => Err(error),
                        _ => read,
                    };
                }
                Ok(amount) if amount > 0 => {
                    self.came(amount)?;
                    return Ok(amount);
                }
                read => return read,
            }
        }
    }
}

/// The head as ureq wrote it, with what ureq was not shown.
fn whole_head(shown: &[u8], forward: Option<&Forward>, target: &Uri, lines: &[u8]) -> Vec<u8> {
    let target = target.path_and_query().map_or("/", PathAndQuery::as_str);
    let at = shown.iter().position(|byte| *byte == b' ').map_or(0, |space| space + 1);
    let (method, rest) = shown.split_at(at);
    // Its own target was a slash.
    let rest = rest.strip_prefix(b"/").unwrap_or(rest);
    let rest = rest.strip_suffix(b"\r\n").unwrap_or(rest);
    let mut head = Vec::with_capacity(shown.len() + target.len() + lines.len() + 256);
    head.extend_from_slice(method);
    if let Some(forward) = forward {
        head.extend_from_slice(forward.origin.as_bytes());
    }
    head.extend_from_slice(target.as_bytes());
    head.extend_from_slice(rest);
    if let Some(login) = forward.and_then(|forward| forward.authorization.as_ref()) {
        header_line(&mut head, "proxy-authorization", login);
    }
    head.extend_from_slice(lines);
    head.extend_from_slice(b"\r\n");
    head
}

fn was_sent() -> bool {
    attempt::with(|attempt| attempt.sent).unwrap_or(true)
}

impl Transport for Wire {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.room
    }

    fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), Error> {
        let output = self.room.lend_output();
        let piece = output.get(..amount).unwrap_or_default();
        let result = if self.in_head {
            if self.take_head(piece) { self.send_held() } else { Ok(()) }
        } else if self.in_body {
            self.look_for_answer().and_then(|()| self.send(piece))
        } else {
            self.in_body = true;
            self.held.extend_from_slice(piece);
            self.send_held()
        };
        self.room.take_back(output);
        Ok(result?)
    }

    fn await_input(&mut self, _: NextTimeout) -> Result<bool, Error> {
        if !self.held.is_empty() {
            self.send_held()?;
        }
        self.in_head = true;
        self.settled = true;
        if mem::take(&mut self.fresh) {
            return Ok(true);
        }
        let amount = self.receive().map_err(not_an_end)?;
        Ok(amount > 0)
    }

    /// ureq asks when it puts a connection aside and when it takes it up again; only the second
    /// time is the server worth asking.
    fn is_open(&mut self) -> bool {
        if mem::take(&mut self.settled) {
            return self.given_up.is_none() && !self.layer.has_more();
        }
        self.layer.socket().link().is_idle()
    }

    fn is_tls(&self) -> bool {
        !matches!(self.layer, Layer::Plain(_))
    }
}

/// Appends a header line.
pub(crate) fn header_line(head: &mut Vec<u8>, name: &str, value: &HeaderValue) {
    for part in [name.as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
        head.extend_from_slice(part);
    }
}

/// ureq takes these for the end of a body that has no length of its own: then a connection that
/// broke would pass for a whole answer.
fn not_an_end(error: io::Error) -> io::Error {
    match error.kind() {
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset => {
            io::Error::new(ErrorKind::BrokenPipe, error)
        }
        _ => error,
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").field("socket", self.layer.socket()).finish_non_exhaustive()
    }
}
