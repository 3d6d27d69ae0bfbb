//! TCP, as the connections above it need it.

use std::{
    io::{self, ErrorKind, IoSlice, Read as _},
    mem::MaybeUninit,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::{
    client::legacy::connect::{Connected, Connection, HttpConnector},
    rt::TokioIo,
};
use socket2::SockRef;
use tokio::net::TcpStream;
use tower_service::Service;

use super::{
    dns::Resolver,
    io::{BoxError, Connecting},
};

/// How often a silent connection is asked whether the other side is still there.
const KEEP_ALIVE: Duration = Duration::from_secs(60);
/// For how long it is believed that nothing came since the last read.
const RECENT: Duration = Duration::from_millis(1);
/// How often it is looked at a connection between a request and its answer, mostly.
const LOOKS: u8 = 4;

/// Whether a connection takes the runtime's word for what has come, with no look at a clock: from
/// when it was written to until whoever sends the next request withdraws it. Where nobody does,
/// it is not given.
#[derive(Clone, Default)]
pub(crate) struct Trust(Arc<AtomicU8>);

impl Trust {
    const NEVER: u8 = 0;
    const WITHDRAWN: u8 = 1;
    const GIVEN: u8 = 2;

    /// What comes next is a request: what has come by now has to show before.
    pub(crate) fn withdraw(&self) {
        self.0.store(Self::WITHDRAWN, Ordering::Relaxed);
    }

    fn give(&self) {
        if self.now() != Self::NEVER {
            self.0.store(Self::GIVEN, Ordering::Relaxed);
        }
    }

    fn now(&self) -> u8 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Up to which length the pieces of a write are put together, in bytes.
const COALESCE_MAX: usize = 4 * 1024;
/// How much is read at a time where the runtime knew of nothing, in bytes.
const READ_SIZE: usize = 4 * 1024;

/// Connects over TCP, to all addresses of a name.
#[derive(Clone)]
pub(crate) struct TcpConnector(HttpConnector<Resolver>);

impl TcpConnector {
    pub(crate) fn new(limit: Duration) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(Resolver::default());
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(KEEP_ALIVE));
        // Shared among the addresses of a name, so that a dead one leaves time for the next.
        tcp.set_connect_timeout(Some(limit));
        Self(tcp)
    }
}

impl Service<Uri> for TcpConnector {
    type Response = TcpConnection;
    type Error = BoxError;
    type Future = Connecting<TcpConnection>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, to: Uri) -> Connecting<TcpConnection> {
        let connecting = self.0.call(to);
        Box::pin(async move {
            Ok(TcpConnection {
                io: connecting.await?,
                last_read: Instant::now(),
                awaited: 0,
                trust: Trust::default(),
                write_closed: false,
                write_error: None,
            })
        })
    }
}

/// A TCP connection.
pub(crate) struct TcpConnection {
    io: TokioIo<TcpStream>,
    /// When it was last certain what had come.
    last_read: Instant,
    /// How many more looks the runtime is trusted with, as something was just written; unless it
    /// is said of the connection whether it is.
    awaited: u8,
    trust: Trust,
    /// Whether nothing is written any more, and why, until something came that may be the answer.
    write_closed: bool,
    write_error: Option<io::Error>,
}

impl TcpConnection {
    fn io(&mut self) -> Pin<&mut TokioIo<TcpStream>> {
        Pin::new(&mut self.io)
    }

    /// Whether something may have come that the runtime does not know of.
    fn is_stale(&mut self, cx: &mut Context<'_>) -> bool {
        if self.write_closed {
            return true;
        }
        match self.trust.now() {
            Trust::GIVEN => return false,
            Trust::WITHDRAWN => {}
            // A clock takes more time than anything else here.
            _ => {
                if let Some(awaited) = self.awaited.checked_sub(1) {
                    self.awaited = awaited;
                    return false;
                }
            }
        }
        self.last_read.elapsed() >= RECENT && self.io.inner().poll_read_ready(cx).is_pending()
    }

    fn poll_runtime(
        &mut self,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let read = ready!(self.io().poll_read(cx, buf));
        self.last_read = Instant::now();
        self.awaited = 0;
        Poll::Ready(read)
    }

    /// Reads what the runtime does not know of yet; `None` when there is nothing.
    ///
    /// A program may have kept its thread busy while the server closed the connection. Those above
    /// look for that before they send a request, but the runtime answers them by what it was told
    /// when it last turned.
    fn read_unnoticed(&mut self, space: usize) -> io::Result<Option<([u8; READ_SIZE], usize)>> {
        if space == 0 {
            return Ok(None);
        }
        self.last_read = Instant::now();
        let socket = SockRef::from(self.io.inner());
        match socket.peek(&mut [MaybeUninit::uninit()]) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error),
            Ok(_) => {}
        }
        let mut buffer = [0; READ_SIZE];
        let room = buffer.get_mut(..space.min(READ_SIZE)).unwrap_or_default();
        match (&*socket).read(room) {
            Ok(amount) => Ok(Some((buffer, amount))),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Connection for TcpConnection {
    fn connected(&self) -> Connected {
        self.io.inner().connected().extra(self.trust.clone())
    }
}

impl Read for TcpConnection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.is_stale(cx) {
            return self.poll_runtime(cx, buf);
        }
        match self.read_unnoticed(buf.remaining()) {
            Ok(None) => {}
            Ok(Some((bytes, amount))) if amount > 0 || self.write_error.is_none() => {
                self.write_error = None;
                buf.put_slice(bytes.get(..amount).unwrap_or_default());
                return Poll::Ready(Ok(()));
            }
            // The end, and nothing before it: why it came is what the write was told.
            end => {
                let error = self.write_error.take().map_or_else(|| end.err(), Some);
                return Poll::Ready(error.map_or(Ok(()), Err));
            }
        }
        self.poll_runtime(cx, buf)
    }
}

/// A server may answer before it took a request's body (RFC 9112 9.5), and then close. What comes
/// of a connection that takes nothing any more is seen by reading: its answer, or why it broke.
impl Write for TcpConnection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.write_closed {
            return Poll::Ready(Ok(buf.len()));
        }
        match ready!(self.io().poll_write(cx, buf)) {
            Err(error) => {
                (self.write_closed, self.write_error) = (true, Some(error));
                cx.waker().wake_by_ref();
                Poll::Ready(Ok(buf.len()))
            }
            written => {
                self.awaited = LOOKS;
                self.trust.give();
                Poll::Ready(written)
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io().poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// Never by `writev`: on a connection that is closed it raises `SIGPIPE`, and where a program
    /// has not switched that off, as command line tools do, it would be the end of it.
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut pieces = bufs.iter().filter(|piece| !piece.is_empty());
        let (first, second) = (pieces.next(), pieces.next());
        match (first, second) {
            (None, _) => self.poll_write(cx, &[]),
            (Some(piece), None) => self.poll_write(cx, piece),
            (Some(piece), _) if piece.len() >= COALESCE_MAX => self.poll_write(cx, piece),
            _ => {
                let all: usize = bufs.iter().map(|piece| piece.len()).sum();
                let mut coalesced = Vec::with_capacity(all.min(COALESCE_MAX));
                for piece in bufs {
                    let room = COALESCE_MAX - coalesced.len();
                    coalesced.extend(piece.get(..room).unwrap_or(piece));
                }
                self.poll_write(cx, &coalesced)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, io::Write as _, net::TcpListener, task::Waker, thread};

    use hyper::rt::ReadBuf;

    use super::*;

    /// A connection whose request was answered, and whose server has closed it since, 20 ms ago:
    /// the runtime has had no turn.
    async fn answered_and_closed(before: impl FnOnce(&Trust)) -> TcpConnection {
        closed_after(before, false).await
    }

    /// The same; the end of the request may have been written after the answer was read.
    async fn closed_after(before: impl FnOnce(&Trust), late: bool) -> TcpConnection {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let uri = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let mut tcp = TcpConnector::new(Duration::from_secs(10)).call(uri).await.unwrap();
        before(&tcp.trust);
        let (mut server, _) = listener.accept().unwrap();
        poll_fn(|cx| Pin::new(&mut tcp).poll_write(cx, b"?")).await.unwrap();
        server.read_exact(&mut [0]).unwrap();
        server.write_all(b"!").unwrap();
        let mut room = [0; 8];
        let mut buffer = ReadBuf::new(&mut room);
        poll_fn(|cx| Pin::new(&mut tcp).poll_read(cx, buffer.unfilled())).await.unwrap();
        assert_eq!(buffer.filled(), b"!");
        if late {
            poll_fn(|cx| Pin::new(&mut tcp).poll_write(cx, b".")).await.unwrap();
            server.read_exact(&mut [0]).unwrap();
        }
        drop(server);
        thread::sleep(Duration::from_millis(20));
        tcp
    }

    fn sees_the_end(tcp: &mut TcpConnection) -> bool {
        let mut room = [0; 8];
        let mut buffer = ReadBuf::new(&mut room);
        let cx = &mut Context::from_waker(Waker::noop());
        let end = Pin::new(tcp).poll_read(cx, buffer.unfilled());
        assert!(matches!(end, Poll::Ready(Ok(())) | Poll::Pending) && buffer.filled().is_empty());
        end.is_ready()
    }

    /// What was written for an answer that has come says nothing of what comes after it.
    #[tokio::test]
    async fn a_close_after_an_answer_is_seen_at_the_first_look_whatever_the_runtime_knows() {
        assert!(sees_the_end(&mut answered_and_closed(|_| {}).await));
    }

    #[tokio::test]
    async fn the_runtime_is_trusted_until_the_next_request() {
        let mut tcp = answered_and_closed(Trust::withdraw).await;
        assert!(!sees_the_end(&mut tcp));
        tcp.trust.withdraw();
        assert!(sees_the_end(&mut tcp));
    }

    /// A server may answer before it has the end of the request.
    #[tokio::test]
    async fn a_close_is_seen_before_a_request_whatever_was_written_last() {
        let mut tcp = closed_after(Trust::withdraw, true).await;
        tcp.trust.withdraw();
        assert!(sees_the_end(&mut tcp));
    }
}
