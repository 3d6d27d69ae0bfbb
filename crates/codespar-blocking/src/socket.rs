//! A TCP connection with a deadline, which another thread may cut.

use std::{
    fmt,
    io::{self, ErrorKind, Read, Write},
    net::{Shutdown, TcpStream},
    process,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use codespar_engine::CancelHandle;

/// The part of a connection that its user and its canceler share.
pub(crate) struct Link {
    stream: TcpStream,
    /// Which process opened it. After a fork there are two that have it, and what one of them
    /// sends, the other may be answered.
    process: u32,
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
    pub(crate) fn new(stream: TcpStream) -> Arc<Self> {
        Arc::new(Self { stream, process: process::id(), state: Mutex::default() })
    }

    fn is_ours(&self) -> bool {
        self.process == process::id()
    }

    /// Begins an exchange on this connection.
    pub(crate) fn lease(
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
    pub(crate) fn is_idle(&self) -> bool {
        let quiet = |result: io::Result<usize>| match result {
            Ok(_) => false,
            Err(error) => error.kind() == ErrorKind::WouldBlock,
        };
        self.is_ours()
            && !self.state().cut
            && self.at_once(|stream| stream.peek(&mut [0])).is_ok_and(quiet)
    }

    /// Asks the socket something that it is not waited for.
    fn at_once<R>(&self, ask: impl FnOnce(&TcpStream) -> R) -> io::Result<R> {
        self.stream.set_nonblocking(true)?;
        let result = ask(&self.stream);
        self.stream.set_nonblocking(false)?;
        Ok(result)
    }

    fn cut(&self, turn: u64) {
        let mut state = self.state();
        if state.turn == turn {
            state.cut = true;
            // What is another process's is not shut down.
            if self.is_ours() {
                // An error means that it is closed already.
                let _ = self.stream.shutdown(Shutdown::Both);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The use of a connection for one exchange; dropping it gives up the say over the connection.
pub(crate) struct Lease {
    link: Arc<Link>,
    turn: u64,
}

impl Lease {
    /// Says until when the next reads may take.
    pub(crate) fn set_deadline(&self, deadline: Option<Instant>) {
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
pub(crate) struct Socket {
    link: Arc<Link>,
    /// The limits the operating system was last given.
    read_limit: Option<Duration>,
    write_limit: Option<Duration>,
    /// After how long without progress a write says [`WouldBlock`](ErrorKind::WouldBlock).
    patience: Option<Duration>,
}

impl Socket {
    pub(crate) const fn new(link: Arc<Link>) -> Self {
        Self { link, read_limit: None, write_limit: None, patience: None }
    }

    /// Lets writes pause when nothing is taken for so long.
    pub(crate) const fn pause_writes_after(&mut self, patience: Duration) {
        self.patience = Some(patience);
    }

    pub(crate) const fn link(&self) -> &Arc<Link> {
        &self.link
    }

    fn within_deadline(
        link: &Link,
        known: &mut Option<Duration>,
        patience: Option<Duration>,
        set_limit: impl Fn(&TcpStream, Option<Duration>) -> io::Result<()>,
        mut operation: impl FnMut(&TcpStream) -> io::Result<usize>,
    ) -> io::Result<usize> {
        loop {
            let State { deadline, cut, .. } = *link.state();
            if cut {
                return Err(io::Error::other("cut from another thread"));
            }
            if !link.is_ours() {
                return Err(io::Error::other("the connection is that of another process"));
            }
            let limit = match deadline {
                Some(deadline) => Some(slice(deadline).ok_or(ErrorKind::TimedOut)?),
                None => None,
            };
            let limit = match (limit, patience) {
                (Some(limit), Some(patience)) => Some(limit.min(patience)),
                (limit, patience) => limit.or(patience),
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
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if is_pause(error.kind()) => {
                    if patience.is_some() {
                        return Err(ErrorKind::WouldBlock.into());
                    }
                }
                result => return result,
            }
        }
    }
}

impl Read for Socket {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let Self { link, read_limit, .. } = self;
        Self::within_deadline(link, read_limit, None, TcpStream::set_read_timeout, |mut stream| {
            stream.read(buf)
        })
    }
}

/// Reads what has arrived, and waits for nothing.
pub(crate) struct Arrived<'a>(pub(crate) &'a Socket);

impl Read for Arrived<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.link.at_once(|mut stream| stream.read(buf))?
    }
}

impl Write for Socket {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let Self { link, write_limit, patience, .. } = self;
        let set_limit = TcpStream::set_write_timeout;
        Self::within_deadline(link, write_limit, *patience, set_limit, |mut stream| {
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

/// What a socket says when its limit ran out: not an end. Windows says
/// `TimedOut` for the limit; elsewhere that is the network's own verdict, and final.
fn is_pause(kind: ErrorKind) -> bool {
    kind == ErrorKind::WouldBlock || (cfg!(windows) && kind == ErrorKind::TimedOut)
}
