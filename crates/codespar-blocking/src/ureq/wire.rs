//! HTTP/1.1 over a [`Socket`], plain or within TLS: what ureq writes to and reads from.

use std::{
    fmt,
    io::{self, ErrorKind, Read, Write},
    mem,
};

use http::HeaderValue;
use ureq::{
    Error,
    unversioned::transport::{Buffers, NextTimeout, Transport},
};

use super::{attempt, link::Socket, room::Room};

/// One connection.
pub(super) struct Wire {
    layer: Layer,
    room: Room,
    /// What is still to be written before anything else.
    held: Vec<u8>,
    /// Whether what ureq writes next belongs to a request's head.
    in_head: bool,
    /// Whether the last response was just read to its end.
    settled: bool,
    /// What a proxy that forwards has to be told.
    forward: Option<Forward>,
}

/// The byte stream below HTTP.
pub(super) enum Layer {
    Plain(Socket),
    #[cfg(feature = "tls")]
    Tls(Box<rustls::StreamOwned<rustls::ClientConnection, Socket>>),
}

/// A plain request through a proxy names its server in the first line.
pub(super) struct Forward {
    /// `http://` and the server.
    pub(super) origin: String,
    pub(super) authorization: Option<HeaderValue>,
}

impl Wire {
    pub(super) fn new(layer: Layer, forward: Option<Forward>, max_header: usize) -> Self {
        Self {
            layer,
            room: Room::new(max_header),
            held: Vec::new(),
            in_head: true,
            settled: false,
            forward,
        }
    }

    /// Takes a piece of a head; true when it is whole and to be sent now.
    fn take_head(&mut self, amount: usize) -> bool {
        self.held.extend_from_slice(self.room.written(amount));
        let Some(end) = self.held.len().checked_sub(2).filter(|_| self.held.ends_with(b"\r\n\r\n"))
        else {
            return false;
        };
        self.in_head = false;
        self.held.truncate(end);
        if let Some(forward) = &self.forward {
            if let Some(value) = &forward.authorization {
                header_line(&mut self.held, "proxy-authorization", value);
            }
            if let Some(space) = self.held.iter().position(|byte| *byte == b' ') {
                let after = space + 1..space + 1;
                drop(self.held.splice(after, forward.origin.bytes()));
            }
        }
        let link = self.layer.socket().link();
        let body = attempt::with(|attempt| {
            self.held.append(&mut attempt.private);
            let lease = link.lease(attempt.answered_by, attempt.cancel.as_ref());
            attempt.lease = Some(lease);
            attempt.body
        });
        self.held.extend_from_slice(b"\r\n");
        let body = body.unwrap_or(0);
        self.room.expect_body(body);
        // One packet instead of two: the head goes out with the first bytes of the body.
        body == 0
    }

    fn send_held(&mut self) -> io::Result<()> {
        let mut held = mem::take(&mut self.held);
        let result = self.layer.send(&held);
        held.clear();
        self.held = held;
        result
    }
}

impl Transport for Wire {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.room
    }

    fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), Error> {
        if self.in_head {
            if self.take_head(amount) {
                self.send_held()?;
            }
        } else if self.held.is_empty() {
            self.layer.send(self.room.written(amount))?;
        } else {
            self.held.extend_from_slice(self.room.written(amount));
            self.send_held()?;
        }
        Ok(())
    }

    fn await_input(&mut self, _: NextTimeout) -> Result<bool, Error> {
        if !self.held.is_empty() {
            self.send_held()?;
        }
        self.in_head = true;
        self.settled = true;
        let space = self.room.input_append_buf();
        if space.is_empty() {
            return Err(Error::Io(io::Error::other("a line of the response is too long")));
        }
        let amount = self.layer.read(space).map_err(not_an_end)?;
        self.room.input_appended(amount);
        Ok(amount > 0)
    }

    /// ureq asks when it puts a connection aside and when it takes it up again; only the second
    /// time is the server worth asking.
    fn is_open(&mut self) -> bool {
        if mem::take(&mut self.settled) {
            return !self.layer.has_more();
        }
        self.layer.socket().link().is_idle()
    }

    fn is_tls(&self) -> bool {
        !matches!(self.layer, Layer::Plain(_))
    }
}

impl Layer {
    pub(super) fn socket(&self) -> &Socket {
        match self {
            Self::Plain(socket) => socket,
            #[cfg(feature = "tls")]
            Self::Tls(stream) => &stream.sock,
        }
    }

    /// Sends everything, remembers from the first byte on that something was sent.
    fn send(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let amount = match self {
                Self::Plain(socket) => socket.write(bytes)?,
                #[cfg(feature = "tls")]
                Self::Tls(stream) => stream.write(bytes)?,
            };
            attempt::with(|attempt| attempt.sent |= amount > 0);
            match bytes.get(amount..) {
                Some(rest) if amount > 0 => bytes = rest,
                _ => return Err(ErrorKind::WriteZero.into()),
            }
        }
        Ok(())
    }

    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(space),
            #[cfg(feature = "tls")]
            Self::Tls(stream) => stream.read(space),
        }
    }

    /// Whether something decrypted waits that nobody asked for.
    fn has_more(&mut self) -> bool {
        match self {
            Self::Plain(_) => false,
            #[cfg(feature = "tls")]
            Self::Tls(stream) => !matches!(
                stream.conn.reader().read(&mut [0]),
                Err(error) if error.kind() == ErrorKind::WouldBlock
            ),
        }
    }
}

/// Appends a header line.
pub(super) fn header_line(head: &mut Vec<u8>, name: &str, value: &HeaderValue) {
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
