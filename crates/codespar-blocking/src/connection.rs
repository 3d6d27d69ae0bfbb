//! HTTP/1.1 over a [`Socket`], plain or within TLS: what ureq writes to and reads from.

use std::{
    fmt,
    io::{self, ErrorKind},
    mem,
    time::Duration,
};

use codespar_engine::driver::TransportError;
use http::{HeaderValue, uri::PathAndQuery};
use ureq::{
    Error,
    unversioned::transport::{Buffers, NextTimeout, Transport},
};

use crate::{
    attempt, buffers::ConnectionBuffers, head::HeadScanner, idle::CountedConnection,
    stream::MaybeTlsStream,
};

/// How large the head of a response may be.
#[derive(Clone, Copy)]
pub(crate) struct HeadLimits {
    pub(crate) header_bytes: usize,
    pub(crate) header_lines: usize,
}

/// For how long a server may take nothing of a body before it is checked for an early response.
const WRITE_STALL: Duration = Duration::from_millis(100);

/// One connection, as ureq drives it.
pub(crate) struct Http1Connection {
    stream: MaybeTlsStream,
    buffers: ConnectionBuffers,
    head_scanner: HeadScanner,
    /// The head of the request, as ureq writes it.
    shown: Vec<u8>,
    /// What is to be written before anything else.
    pending: Vec<u8>,
    /// Whether what ureq writes next belongs to a request's head.
    in_head: bool,
    /// Whether a part of the request's body is on its way.
    in_body: bool,
    /// Whether the last response was just read to its end.
    response_read: bool,
    /// Whether bytes came in that ureq was not told of.
    unreported: bool,
    /// Why the rest of the request is not sent.
    stopped: Option<Stopped>,
    /// What a proxy that forwards has to be told.
    forward: Option<ForwardProxy>,
    /// Its place among those to its server, where they are counted.
    counted: Option<CountedConnection>,
}

/// Servers may answer before they took a request's body (RFC 9112 9.5), and then close. ureq writes
/// it to the end before it reads: it goes on, but nothing is sent any more.
enum Stopped {
    /// The answer is here.
    Answered,
    /// The connection does not take any more; what came before may be the answer.
    Broken(io::Error),
}

/// A plain request through a proxy names its server in the first line.
pub(crate) struct ForwardProxy {
    /// `http://` and the server.
    pub(crate) origin: String,
    pub(crate) authorization: Option<HeaderValue>,
}

impl Http1Connection {
    pub(crate) fn new(
        mut stream: MaybeTlsStream,
        forward: Option<ForwardProxy>,
        limits: HeadLimits,
        counted: Option<CountedConnection>,
    ) -> Self {
        stream.socket_mut().set_write_stall(WRITE_STALL);
        Self {
            stream,
            buffers: ConnectionBuffers::new(limits.header_bytes),
            head_scanner: HeadScanner::new(limits.header_lines),
            shown: Vec::new(),
            pending: Vec::new(),
            in_head: true,
            in_body: false,
            response_read: false,
            unreported: false,
            stopped: None,
            forward,
            counted,
        }
    }

    /// Takes a piece of a head; true when it is whole and to be sent now.
    fn push_head(&mut self, piece: &[u8]) -> bool {
        self.shown.extend_from_slice(piece);
        if !self.shown.ends_with(b"\r\n\r\n") {
            return false;
        }
        (self.in_head, self.in_body) = (false, false);
        self.head_scanner.reset();
        let socket = self.stream.socket().shared();
        let (shown, head, forward) = (&self.shown, &mut self.pending, self.forward.as_ref());
        let noted = attempt::with_current(|attempt| {
            let target = attempt.target.as_ref().map_or("/", PathAndQuery::as_str);
            assemble_head(head, shown, forward, target, &attempt.header_lines);
            let guard = socket.begin_exchange(attempt.answered_by, attempt.cancel.as_ref());
            attempt.guard = Some(guard);
            attempt.body_len
        });
        let body = noted.unwrap_or_else(|| {
            head.extend_from_slice(shown);
            0
        });
        self.shown.clear();
        self.buffers.expect_body(body);
        // One packet instead of two: the head goes out with the first bytes of the body.
        body == 0
    }

    fn send_pending(&mut self) -> io::Result<()> {
        let mut pending = mem::take(&mut self.pending);
        let result = self.send(&pending);
        pending.clear();
        self.pending = pending;
        result
    }

    /// Sends all of it, unless the answer comes first; remembers from the first byte on that
    /// something was sent.
    fn send(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() && self.stopped.is_none() {
            match self.stream.write(bytes) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(amount) => {
                    attempt::with_current(|attempt| attempt.sent = true);
                    bytes = bytes.get(amount..).unwrap_or_default();
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.poll_response()?,
                // Where nothing was sent, nothing was answered.
                Err(error) if !was_sent() => return Err(error),
                Err(error) => self.stop(Stopped::Broken(error)),
            }
        }
        Ok(())
    }

    fn stop(&mut self, why: Stopped) {
        attempt::with_current(|attempt| attempt.stopped = true);
        self.stopped = Some(why);
    }

    /// Gives up sending if an answer is here.
    fn poll_response(&mut self) -> io::Result<()> {
        if let Some(amount) = self.stream.read_available(self.buffers.input_append_buf())? {
            self.unreported = true;
            self.received(amount)?;
        }
        if self.head_scanner.is_final() {
            self.stop(Stopped::Answered);
        }
        Ok(())
    }

    fn received(&mut self, amount: usize) -> io::Result<()> {
        self.buffers.input_appended(amount);
        let seen = self.head_scanner.scan(self.buffers.unscanned())?;
        self.buffers.mark_scanned(seen);
        Ok(())
    }

    /// Waits for something to come; 0 at the end.
    fn receive(&mut self) -> io::Result<usize> {
        loop {
            let space = self.buffers.input_append_buf();
            if space.is_empty() {
                return Err(io::Error::other(TransportError::LARGE_HEAD));
            }
            let read = match &self.stopped {
                None => self.stream.read(space),
                Some(_) => self.stream.read_without_writing(space),
            };
            match read {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.poll_response()?;
                    if self.unreported {
                        self.unreported = false;
                        return Ok(1);
                    }
                }
                // The end of the request was still to be sent, and could not be.
                Err(error) if self.stopped.is_none() && self.stream.wants_write() && was_sent() => {
                    self.stopped = Some(Stopped::Broken(error));
                }
                Ok(0) | Err(_) if !self.head_scanner.is_final() => {
                    let broken = matches!(self.stopped, Some(Stopped::Broken(_)));
                    return match self.stopped.take_if(|_| broken) {
                        Some(Stopped::Broken(error)) => Err(error),
                        _ => read,
                    };
                }
                Ok(amount) if amount > 0 => {
                    self.received(amount)?;
                    return Ok(amount);
                }
                read => return read,
            }
        }
    }
}

/// The head as ureq wrote it, with what ureq was not shown.
fn assemble_head(
    head: &mut Vec<u8>,
    shown: &[u8],
    forward: Option<&ForwardProxy>,
    target: &str,
    lines: &[u8],
) {
    let at = shown.iter().position(|byte| *byte == b' ').map_or(0, |space| space + 1);
    let (method, rest) = shown.split_at(at);
    // Its own target was a slash.
    let rest = rest.strip_prefix(b"/").unwrap_or(rest);
    let rest = rest.strip_suffix(b"\r\n").unwrap_or(rest);
    head.reserve(shown.len() + target.len() + lines.len() + 256);
    head.extend_from_slice(method);
    if let Some(forward) = forward {
        head.extend_from_slice(forward.origin.as_bytes());
    }
    head.extend_from_slice(target.as_bytes());
    head.extend_from_slice(rest);
    if let Some(login) = forward.and_then(|forward| forward.authorization.as_ref()) {
        header_line(head, "proxy-authorization", login);
    }
    head.extend_from_slice(lines);
    head.extend_from_slice(b"\r\n");
}

fn was_sent() -> bool {
    attempt::with_current(|attempt| attempt.sent).unwrap_or(true)
}

impl Transport for Http1Connection {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), Error> {
        let output = self.buffers.take_output();
        let piece = output.get(..amount).unwrap_or_default();
        let result = if self.in_head {
            if self.push_head(piece) { self.send_pending() } else { Ok(()) }
        } else if self.in_body {
            self.poll_response().and_then(|()| self.send(piece))
        } else {
            self.in_body = true;
            self.pending.extend_from_slice(piece);
            self.send_pending()
        };
        self.buffers.restore_output(output);
        Ok(result?)
    }

    fn await_input(&mut self, _: NextTimeout) -> Result<bool, Error> {
        if !self.pending.is_empty() {
            self.send_pending()?;
        }
        self.in_head = true;
        self.response_read = true;
        if mem::take(&mut self.unreported) {
            return Ok(true);
        }
        let amount = self.receive().map_err(hide_eof)?;
        Ok(amount > 0)
    }

    /// ureq asks when it puts a connection aside and when it takes it up again; only the second
    /// time is the server worth asking.
    fn is_open(&mut self) -> bool {
        if mem::take(&mut self.response_read) {
            self.stream.socket().shared().put_aside();
            return self.stopped.is_none()
                && !self.stream.has_decrypted()
                && self.counted.as_mut().is_none_or(CountedConnection::put_aside);
        }
        let reusable = self.stream.socket().shared().is_reusable();
        if let (true, Some(counted)) = (reusable, &mut self.counted) {
            counted.take_up();
        }
        reusable
    }

    fn is_tls(&self) -> bool {
        !matches!(self.stream, MaybeTlsStream::Plain(_))
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
fn hide_eof(error: io::Error) -> io::Error {
    match error.kind() {
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset => {
            io::Error::new(ErrorKind::BrokenPipe, error)
        }
        _ => error,
    }
}

impl fmt::Debug for Http1Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http1Connection")
            .field("socket", self.stream.socket())
            .finish_non_exhaustive()
    }
}
