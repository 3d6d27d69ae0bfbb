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
#[cfg(unix)]
use {socket2::SockRef, std::mem::MaybeUninit};

/// A socket that the user of a connection and its canceler share.
pub(crate) struct SharedSocket {
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
    /// How long the next one may take, which sets the deadline: what has arrived already is taken
    /// without a look at the clock.
    next: Option<Duration>,
    /// Whether this is known to be the process that opened it, without asking the system: it was
    /// when the connection was made or taken up for this request, and no fork can have come since.
    own: bool,
    /// Whether only what has arrived is read, and nothing is written.
    nonblocking: bool,
    /// Counts the exchanges: the guard of an earlier one has no say any more.
    exchange: u64,
    /// How long the server keeps it unused, where it says so, and until when it does.
    keep_alive: Option<Duration>,
    kept_until: Option<Instant>,
    /// Whether it was shut down from elsewhere.
    shut: bool,
}

impl SharedSocket {
    pub(crate) fn new(stream: TcpStream) -> Arc<Self> {
        Arc::new(Self { stream, process: process::id(), state: Mutex::default() })
    }

    fn is_own(&self) -> bool {
        self.process == process::id()
    }

    /// Begins an exchange on this connection.
    pub(crate) fn begin_exchange(
        self: &Arc<Self>,
        deadline: Option<Instant>,
        cancel: Option<&CancelHandle>,
    ) -> ExchangeGuard {
        let mut state = self.state();
        state.exchange += 1;
        (state.deadline, state.next) = (deadline, None);
        (state.own, state.nonblocking) = (true, false);
        (state.keep_alive, state.kept_until) = (None, None);
        let exchange = state.exchange;
        drop(state);
        if let Some(cancel) = cancel {
            let shared = Arc::downgrade(self);
            cancel.on_cancel(move || {
                if let Some(shared) = shared.upgrade() {
                    shared.shut(exchange);
                }
            });
        }
        ExchangeGuard { shared: Arc::clone(self), exchange }
    }

    /// The exchange is over: from here on the connection is unused.
    pub(crate) fn put_aside(&self) {
        let mut state = self.state();
        state.kept_until = state.keep_alive.and_then(|kept| Instant::now().checked_add(kept));
    }

    /// Whether the connection can carry another exchange: open, kept by the server too, and
    /// nothing unasked for came.
    pub(crate) fn is_reusable(&self) -> bool {
        let State { shut, kept_until, .. } = *self.state();
        !shut
            && self.is_own()
            && kept_until.is_none_or(|end| Instant::now() < end)
            && self.peek().is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    }

    /// Looks whether anything, or the end, has arrived: `WouldBlock`, when not.
    #[cfg(unix)]
    fn peek(&self) -> io::Result<()> {
        // One system call. The way for all systems takes three.
        let flags = libc::MSG_PEEK | libc::MSG_DONTWAIT;
        let mut byte = [MaybeUninit::uninit()];
        SockRef::from(&self.stream).recv_with_flags(&mut byte, flags).map(drop)
    }

    #[cfg(not(unix))]
    fn peek(&self) -> io::Result<()> {
        self.stream.set_nonblocking(true)?;
        let peeked = self.stream.peek(&mut [0]);
        self.stream.set_nonblocking(false)?;
        peeked.map(drop)
    }

    /// Ends the exchange from another thread, and the connection with it.
    fn shut(&self, exchange: u64) {
        let mut state = self.state();
        if state.exchange == exchange {
            state.shut = true;
            // What is another process's is not shut down.
            if self.is_own() {
                // An error means that it is closed already.
                let _ = self.stream.shutdown(Shutdown::Both);
            }
        }
    }

    /// The state as a read or write is begun with.
    fn begin_wait(&self) -> MutexGuard<'_, State> {
        let mut state = self.state();
        if let Some(limit) = state.next.take() {
            state.deadline = Instant::now().checked_add(limit);
        }
        state
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The use of a connection for one exchange; dropping it gives up the say over the connection.
pub(crate) struct ExchangeGuard {
    shared: Arc<SharedSocket>,
    exchange: u64,
}

impl ExchangeGuard {
    /// Says how long the next reads may take, from the first on that waits for the server.
    pub(crate) fn wait_at_most(&self, limit: Option<Duration>) {
        self.tell(|state| (state.deadline, state.next) = (None, limit));
    }

    /// From here on only what has arrived is read; what has not counts as late.
    pub(crate) fn stop_waiting(&self) {
        self.tell(|state| {
            (state.deadline, state.next, state.nonblocking) = (None, None, true);
        });
    }

    /// The head of the answer is here, and may say how long the server keeps the connection when
    /// it is unused.
    pub(crate) fn answered(&self, keep_alive: Option<Duration>) {
        self.tell(|state| {
            // Before the next piece is read the process may be forked.
            state.own = false;
            state.keep_alive = keep_alive;
            // An answer without a body is over already.
            state.kept_until = keep_alive.and_then(|kept| Instant::now().checked_add(kept));
        });
    }

    fn tell(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.shared.state();
        if state.exchange == self.exchange {
            change(&mut state);
        }
    }
}

impl Drop for ExchangeGuard {
    fn drop(&mut self) {
        self.tell(|state| state.exchange += 1);
    }
}

/// Reads and writes a [`SharedSocket`] within its deadline.
pub(crate) struct DeadlineStream {
    shared: Arc<SharedSocket>,
    /// The limits the operating system was last given.
    read_limit: Option<Duration>,
    write_limit: Option<Duration>,
    /// After how long without progress a write says [`WouldBlock`](ErrorKind::WouldBlock).
    stall: Option<Duration>,
}

impl DeadlineStream {
    pub(crate) const fn new(shared: Arc<SharedSocket>) -> Self {
        Self { shared, read_limit: None, write_limit: None, stall: None }
    }

    /// Lets writes pause when nothing is taken for so long.
    pub(crate) const fn set_write_stall(&mut self, stall: Duration) {
        self.stall = Some(stall);
    }

    pub(crate) const fn shared(&self) -> &Arc<SharedSocket> {
        &self.shared
    }

    fn within_deadline(
        shared: &SharedSocket,
        last_limit: &mut Option<Duration>,
        stall: Option<Duration>,
        writes: bool,
        set_limit: impl Fn(&TcpStream, Option<Duration>) -> io::Result<()>,
        mut operation: impl FnMut(&TcpStream) -> io::Result<usize>,
    ) -> io::Result<usize> {
        loop {
            let State { deadline, own, nonblocking, shut, .. } = *shared.begin_wait();
            if shut {
                return Err(io::Error::other("cut from another thread"));
            }
            if !own && !shared.is_own() {
                return Err(io::Error::other("the connection is that of another process"));
            }
            if nonblocking && writes {
                return Err(ErrorKind::TimedOut.into());
            }
            if nonblocking {
                shared.peek().map_err(|_| ErrorKind::TimedOut)?;
            }
            let limit = match deadline {
                Some(deadline) => Some(os_timeout(deadline).ok_or(ErrorKind::TimedOut)?),
                None => None,
            };
            let limit = match (limit, stall) {
                (Some(limit), Some(stall)) => Some(limit.min(stall)),
                (limit, stall) => limit.or(stall),
            };
            if limit != *last_limit {
                set_limit(&shared.stream, limit)?;
                *last_limit = limit;
            }
            let result = operation(&shared.stream);
            // After that, the end of the stream looks like a proper one.
            if shared.state().shut {
                continue;
            }
            match result {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if is_os_timeout(error.kind()) => {
                    if stall.is_some() {
                        return Err(ErrorKind::WouldBlock.into());
                    }
                }
                result => return result,
            }
        }
    }
}

impl Read for DeadlineStream {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let Self { shared, read_limit, .. } = self;
        Self::within_deadline(
            shared,
            read_limit,
            None,
            false,
            TcpStream::set_read_timeout,
            |mut stream| stream.read(buf),
        )
    }
}

/// Reads what has arrived, and waits for nothing.
pub(crate) struct NonBlocking<'a>(&'a DeadlineStream);

impl<'a> NonBlocking<'a> {
    pub(crate) const fn new(socket: &'a DeadlineStream) -> Self {
        Self(socket)
    }
}

impl Read for NonBlocking<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.shared.peek()?;
        (&self.0.shared.stream).read(buf)
    }
}

impl Write for DeadlineStream {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let Self { shared, write_limit, stall, .. } = self;
        let set_limit = TcpStream::set_write_timeout;
        Self::within_deadline(shared, write_limit, *stall, true, set_limit, |mut stream| {
            stream.write(buf)
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for DeadlineStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadlineStream")
            .field("peer", &self.shared.stream.peer_addr().ok())
            .finish()
    }
}

/// How long the operating system is to wait at a time; `None` when the deadline has passed.
///
/// A power of two of seconds, so that it is the same from call to call and need not be set
/// again; what is then left of the time is waited for in the next round.
fn os_timeout(deadline: Instant) -> Option<Duration> {
    let left = deadline.saturating_duration_since(Instant::now());
    match left.as_secs().checked_ilog2() {
        Some(power) if power > 0 => Some(Duration::from_secs(1 << power)),
        // The operating system rounds to milliseconds or microseconds; zero would mean for ever.
        _ => (!left.is_zero()).then(|| left.max(Duration::from_millis(1))),
    }
}

/// What a socket says when its limit ran out: not an end. Windows says
/// `TimedOut` for the limit; elsewhere that is the network's own verdict, and final.
fn is_os_timeout(kind: ErrorKind) -> bool {
    kind == ErrorKind::WouldBlock || (cfg!(windows) && kind == ErrorKind::TimedOut)
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn the_time_a_server_keeps_a_connection_begins_when_it_is_unused() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let _server = listener.accept().unwrap();
        let socket = SharedSocket::new(stream);
        let kept_until = || socket.state().kept_until;
        let hour = Duration::from_secs(3600);

        let guard = socket.begin_exchange(None, None);
        guard.answered(Some(hour));
        let from_head = kept_until().unwrap();
        while Instant::now() + hour <= from_head {}
        socket.put_aside();
        assert!(kept_until().unwrap() > from_head);
        assert!(socket.is_reusable());

        // The next answer says nothing of it, and the guard of the one before has no say.
        let next = socket.begin_exchange(None, None);
        guard.answered(Some(Duration::ZERO));
        socket.put_aside();
        assert_eq!(kept_until(), None);
        assert!(socket.is_reusable());

        next.answered(Some(Duration::ZERO));
        assert!(!socket.is_reusable());
    }
}
