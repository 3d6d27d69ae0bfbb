//! The byte stream below HTTP, plain or within TLS.

use std::io::{self, ErrorKind, Read, Write};

use crate::socket::{DeadlineStream, NonBlocking};

/// A socket, or TLS over one.
pub(crate) enum MaybeTlsStream {
    Plain(DeadlineStream),
    #[cfg(feature = "tls")]
    Tls(Box<rustls::StreamOwned<rustls::ClientConnection, DeadlineStream>>),
}

impl MaybeTlsStream {
    pub(crate) fn socket(&self) -> &DeadlineStream {
        match self {
            Self::Plain(socket) => socket,
            #[cfg(feature = "tls")]
            Self::Tls(stream) => &stream.sock,
        }
    }

    pub(crate) fn socket_mut(&mut self) -> &mut DeadlineStream {
        match self {
            Self::Plain(socket) => socket,
            #[cfg(feature = "tls")]
            Self::Tls(stream) => &mut stream.sock,
        }
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(bytes),
            #[cfg(feature = "tls")]
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    /// Whether something taken from us is still to be written.
    pub(crate) fn wants_write(&self) -> bool {
        match self {
            Self::Plain(_) => false,
            #[cfg(feature = "tls")]
            Self::Tls(stream) => stream.conn.wants_write(),
        }
    }

    pub(crate) fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(space),
            #[cfg(feature = "tls")]
            Self::Tls(stream) => stream.read(space),
        }
    }

    /// Reads, and writes nothing for it, as TLS may otherwise.
    pub(crate) fn read_without_writing(&mut self, space: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(space),
            #[cfg(feature = "tls")]
            Self::Tls(stream) => {
                let rustls::StreamOwned { conn, sock } = &mut **stream;
                decrypted(conn, sock, space)
            }
        }
    }

    /// Reads what has arrived; `None` when that is nothing, or the end.
    pub(crate) fn read_available(&mut self, space: &mut [u8]) -> io::Result<Option<usize>> {
        let read = match self {
            Self::Plain(socket) => NonBlocking::new(socket).read(space),
            #[cfg(feature = "tls")]
            Self::Tls(stream) => {
                let rustls::StreamOwned { conn, sock } = &mut **stream;
                decrypted(conn, &mut NonBlocking::new(sock), space)
            }
        };
        match read {
            Ok(amount) => Ok((amount > 0).then_some(amount)),
            // What breaks the connection is said again by whoever writes to it.
            Err(error) if error.kind() == ErrorKind::InvalidData => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// Whether something decrypted waits that nobody asked for.
    pub(crate) fn has_decrypted(&mut self) -> bool {
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

/// The next bytes within TLS.
#[cfg(feature = "tls")]
fn decrypted(
    session: &mut rustls::ClientConnection,
    socket: &mut impl Read,
    space: &mut [u8],
) -> io::Result<usize> {
    loop {
        match session.reader().read(space) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            read => return read,
        }
        if session.read_tls(socket)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        session
            .process_new_packets()
            .map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
    }
}
