//! The body of an answer, as it comes in.

use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
    thread,
    time::Duration,
};

use bytes::{Buf, Bytes};
use codespar_engine::driver::{AsyncBody, TransportError};
use hyper::body::{Body, Frame, Incoming};
use tokio::{
    runtime::Handle,
    time::{Instant, Sleep},
};

use crate::pool::Lease;

/// How many frames without content are passed over in one poll.
const FRAMES: usize = 128;

/// A response body, as it comes in.
///
/// Dropping it closes its connection, or ends its stream over HTTP/2.
pub struct HyperBody {
    incoming: Incoming,
    idle_timer: IdleTimer,
    lease: Lease,
    /// Whether its end must have been announced: see [`HyperBody::is_cut`].
    must_end: bool,
}

impl HyperBody {
    pub(crate) const fn new(incoming: Incoming, lease: Lease, must_end: bool) -> Self {
        Self { incoming, idle_timer: IdleTimer(None), lease, must_end }
    }

    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        match self.lease.http1() {
            Some(connection) => connection.poll_frame(&mut self.incoming, cx),
            None => Pin::new(&mut self.incoming).poll_frame(cx),
        }
    }

    /// The next bytes that are there.
    fn poll_bytes(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, TransportError>> {
        Poll::Ready(match ready!(poll_piece(cx, |cx| self.poll_frame(cx))) {
            None if self.is_truncated() => {
                Err(TransportError::io("the server reset the stream within its answer"))
            }
            None => Ok(None),
            Some(Ok(bytes)) => Ok(Some(bytes)),
            Some(Err(error)) => Err(TransportError::io(error)),
        })
    }

    /// Whether the body is over before its end. hyper takes a reset without an error for an end, as
    /// servers end uploads they refuse with one; it is none where the answer was not whole.
    fn is_truncated(&self) -> bool {
        let whole = self.incoming.is_end_stream() || self.incoming.size_hint().exact() == Some(0);
        self.must_end && !whole
    }

    /// The next bytes, unless the server is silent for longer than `idle`. `waiting` says whether
    /// that silence was already waited for.
    pub(crate) fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
        idle: Option<Duration>,
        waiting: &mut bool,
    ) -> Poll<Result<Option<Bytes>, TransportError>> {
        let bytes = self.poll_bytes(cx);
        let Some(idle) = idle else { return bytes };
        if bytes.is_ready() {
            return bytes;
        }
        self.idle_timer.poll(cx, idle, waiting).map(|error| {
            self.lease.retire();
            Err(error)
        })
    }

    #[cfg(feature = "tower")]
    pub(crate) fn size_hint(&self) -> hyper::body::SizeHint {
        self.incoming.size_hint()
    }
}

/// The next bytes of a body that are there; trailers and empty pieces are passed over.
pub(crate) fn poll_piece<D: Buf, E>(
    cx: &mut Context<'_>,
    mut poll_frame: impl FnMut(&mut Context<'_>) -> Poll<Option<Result<Frame<D>, E>>>,
) -> Poll<Option<Result<Bytes, E>>> {
    for _ in 0..FRAMES {
        return Poll::Ready(match ready!(poll_frame(cx)) {
            None => None,
            Some(Err(error)) => Some(Err(error)),
            Some(Ok(frame)) => match frame.into_data() {
                Ok(mut data) if data.has_remaining() => {
                    Some(Ok(data.copy_to_bytes(data.remaining())))
                }
                _ => continue,
            },
        });
    }
    // Others first: there may be more of these without end.
    cx.waker().wake_by_ref();
    Poll::Pending
}

/// The timer for silence: made at the first wait, then set anew for each.
#[derive(Default)]
pub(crate) struct IdleTimer(Option<Pin<Box<Sleep>>>);

impl IdleTimer {
    /// Resolves once a silence was longer than `idle`. It begins with the first poll that finds
    /// `waiting` false, which is set then.
    pub(crate) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        idle: Duration,
        waiting: &mut bool,
    ) -> Poll<TransportError> {
        if !*waiting {
            *waiting = true;
            if let Err(error) = self.start(idle) {
                return Poll::Ready(error);
            }
        }
        match &mut self.0 {
            Some(timer) => timer.as_mut().poll(cx).map(|()| {
                TransportError::timeout("the server was silent for longer than the limit")
            }),
            None => Poll::Pending,
        }
    }

    fn start(&mut self, idle: Duration) -> Result<(), TransportError> {
        match &mut self.0 {
            Some(timer) => {
                if let Some(end) = Instant::now().checked_add(idle) {
                    timer.as_mut().reset(end);
                }
            }
            None if Handle::try_current().is_err() => {
                return Err(TransportError::io("no tokio runtime: read it from within one"));
            }
            None => self.0 = Some(Box::pin(tokio::time::sleep(idle))),
        }
        Ok(())
    }
}

impl AsyncBody for HyperBody {
    async fn chunk(&mut self, idle: Option<Duration>) -> Result<Option<Bytes>, TransportError> {
        let mut waiting = false;
        poll_fn(|cx| self.poll_chunk(cx, idle, &mut waiting)).await
    }

    fn is_over(&self) -> bool {
        self.incoming.is_end_stream()
    }
}

/// A connection is free for the next request once nothing of this answer is left to come. An end
/// that is there already counts, as the last event of a stream is often followed by nothing else.
impl Drop for HyperBody {
    fn drop(&mut self) {
        // Within a panic nothing is polled, as that might panic again.
        if !thread::panicking() {
            self.lease.release();
        }
    }
}

impl fmt::Debug for HyperBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperBody").finish_non_exhaustive()
    }
}
