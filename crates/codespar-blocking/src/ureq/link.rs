//! A TCP connection with a deadline, which another thread may cut.

use std::{
    fmt,
    io::{self, ErrorKind, Read, Write},
    net::{Shutdown, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use codespar_engine::CancelHandle;

/// The part of a connection that its user and its canceler share.
pub(super) struct Link {
    stream: TcpStream,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Until when the operation at hand may take.
    deadline: Option<Instant>,
    /// Counts the exchanges: a lease of an earlier one has no say any more.
    turn: u64,
    /// Whether it was cut.
    cut: bool,
}

impl Link {
    pub(super) fn new(stream: TcpStream) -> Arc<Self> {
        Arc::new(Self { stream, state: Mutex::default() })
    }

    /// Begins an exchange on this connection.
    pub(super) fn lease(
        self: &Arc<Self>,
        deadline: Option<Instant>,
        cancel: Option<&CancelHandle>,
    ) -> Lease {
        let mut state = self.state();
        state.turn += 1;
        state.deadline = deadline;
        let turn = state.turn;
        drop(state);
        if let Some(cancel) = cancel {
            let link = Arc::downgrade(self);
            cancel.on_cancel(move || {
                if let Some(link) = link.upgrade() {
                    link.cut(turn);
                }
            });
        }
        Lease { link: Arc::clone(self), turn }
    }

    /// Whether the connection can carry another exchange: open, and nothing unasked for came.
    pub(super) fn is_idle(&self) -> bool {
        if self.state().cut || self.stream.set_nonblocking(true).is_err() {
            return false;
        }
        let quiet = match self.stream.peek(&mut [0]) {
            Ok(_) => false,
            Err(error) => error.kind() == ErrorKind::WouldBlock,
        };
        quiet && self.stream.set_nonblocking(false).is_ok()
    }

    fn cut(&self, turn: u64) {
        let mut state = self.state();
        if state.turn == turn {
            state.cut = true;
            // An error means that it is closed already.
            let _ = self.stream.shutdown(Shutdown::Both);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The use of a connection for one exchange; dropping it gives up the say over the connection.
pub(super) struct Lease {
    link: Arc<Link>,
    turn: u64,
}

impl Lease {
    /// Says until when the next reads may take.
    pub(super) fn set_deadline(&self, deadline: Option<Instant>) {
        let mut state = self.link.state();
        if state.turn == self.turn {
            state.deadline = deadline;
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut state = self.link.state();
        if state.turn == self.turn {
            state.turn += 1;
        }
    }
}

/// Reads and writes a [`Link`] within its deadline.
pub(super) struct Socket {
    link: Arc<Link>,
    /// The limits the operating system was last given.
    read_limit: Option<Duration>,
    write_limit: Option<Duration>,
}

impl Socket {
    pub(super) const fn new(link: Arc<Link>) -> Self {
        Self { link, read_limit: None, write_limit: None }
    }

    pub(super) const fn link(&self) -> &Arc<Link> {
        &self.link
    }

    fn within_deadline(
        link: &Link,
        known: &mut Option<Duration>,
        set_limit: impl Fn(&TcpStream, Option<Duration>) -> io::Result<()>,
        mut operation: impl FnMut(&TcpStream) -> io::Result<usize>,
    ) -> io::Result<usize> {
        loop {
            let State { deadline, cut, .. } = *link.state();
            if cut {
                return Err(io::Error::other("cut from another thread"));
            }
            let limit = match deadline {
                Some(deadline) => Some(slice(deadline).ok_or(ErrorKind::TimedOut)?),
                None => None,
            };
            if limit != *known {
                set_limit(&link.stream, limit)?;
                *known = limit;
            }
            let result = operation(&link.stream);
            // After a cut, the end of the stream looks like a proper one.
            if link.state().cut {
                continue;
            }
            match result {
                Err(error) if is_pause(error.kind()) => {}
                result => return result,
            }
        }
    }
}

impl Read for Socket {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let Self { link, read_limit, .. } = self;
        Self::within_deadline(link, read_limit, TcpStream::set_read_timeout, |mut stream| {
            stream.read(buf)
        })
    }
}

impl Write for Socket {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let Self { link, write_limit, .. } = self;
        Self::within_deadline(link, write_limit, TcpStream::set_write_timeout, |mut stream| {
            stream.write(buf)
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Socket").field("peer", &self.link.stream.peer_addr().ok()).finish()
    }
}

/// How long the operating system is to wait at a time; `None` when the deadline has passed.
///
/// A power of two of seconds, so that it is the same from call to call and need not be set
/// again; what is then left of the time is waited for in the next round.
fn slice(deadline: Instant) -> Option<Duration> {
    let left = deadline.saturating_duration_since(Instant::now());
    match left.as_secs().checked_ilog2() {
        Some(power) if power > 0 => Some(Duration::from_secs(1 << power)),
        // The operating system rounds to milliseconds or microseconds; zero would mean for ever.
        _ => (!left.is_zero()).then(|| left.max(Duration::from_millis(1))),
    }
}

/// What a socket says when its limit ran out or a signal came: not an end. Windows says
/// `TimedOut` for the limit; elsewhere that is the network's own verdict, and final.
fn is_pause(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::Interrupted)
        || (cfg!(windows) && kind == ErrorKind::TimedOut)
}
