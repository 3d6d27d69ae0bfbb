//! Bodies in both directions.

use std::{
    convert::Infallible,
    fmt,
    future::poll_fn,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker},
    time::Duration,
};

use bytes::Bytes;
use codespar_engine::{
    Payload,
    driver::{AsyncBody, TransportError},
};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::{
    runtime::Handle,
    time::{Instant, Sleep},
};

use crate::pool::Lease;

/// A response body, as it comes in.
///
/// Dropping it closes its connection, or ends its stream over HTTP/2.
pub struct HyperBody {
    incoming: Incoming,
    /// The timer for silence: made at the first wait, then set anew for each.
    idle_timer: Option<Pin<Box<Sleep>>>,
    lease: Lease,
    /// Whether it was read to its end.
    ended: bool,
    /// Whether its end must have been announced: see [`HyperBody::is_cut`].
    must_end: bool,
}

impl HyperBody {
    pub(crate) const fn new(incoming: Incoming, lease: Lease, must_end: bool) -> Self {
        Self { incoming, idle_timer: None, lease, ended: false, must_end }
    }

    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        match self.lease.http1() {
            Some(connection) => connection.poll_frame(&mut self.incoming, cx),
            None => Pin::new(&mut self.incoming).poll_frame(cx),
        }
    }

    /// The next bytes that are there; trailers and empty pieces are passed over.
    fn poll_bytes(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, TransportError>> {
        loop {
            return Poll::Ready(match self.poll_frame(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) if self.is_truncated() => {
                    Err(TransportError::io("the server reset the stream within its answer"))
                }
                Poll::Ready(None) => {
                    self.ended = true;
                    Ok(None)
                }
                Poll::Ready(Some(Err(error))) => Err(TransportError::io(error)),
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(bytes) if !bytes.is_empty() => Ok(Some(bytes)),
                    _ => continue,
                },
            });
        }
    }

    /// Whether the body is over before its end. hyper takes a reset without an error for an end, as
    /// servers end uploads they refuse with one; it is none where the answer was not whole.
    fn is_truncated(&self) -> bool {
        let whole = self.incoming.is_end_stream() || self.incoming.size_hint().exact() == Some(0);
        self.must_end && !whole
    }

    /// Whether it was read whole. An end that is there already counts, as the last event of a
    /// stream is often followed by nothing else.
    fn is_whole(&mut self) -> bool {
        self.ended
            || self.incoming.is_end_stream()
            || matches!(self.poll_frame(&mut Context::from_waker(Waker::noop())), Poll::Ready(None))
    }

    fn start_idle_timer(&mut self, idle: Duration) -> Result<(), TransportError> {
        match &mut self.idle_timer {
            Some(timer) => {
                if let Some(end) = Instant::now().checked_add(idle) {
                    timer.as_mut().reset(end);
                }
            }
            None if Handle::try_current().is_err() => {
                return Err(TransportError::io("no tokio runtime: read it from within one"));
            }
            None => self.idle_timer = Some(Box::pin(tokio::time::sleep(idle))),
        }
        Ok(())
    }
}

impl AsyncBody for HyperBody {
    async fn chunk(&mut self, idle: Option<Duration>) -> Result<Option<Bytes>, TransportError> {
        let mut timer_started = false;
        poll_fn(|cx| {
            let bytes = self.poll_bytes(cx);
            let Some(idle) = idle else { return bytes };
            if bytes.is_ready() {
                return bytes;
            }
            if !timer_started {
                timer_started = true;
                self.start_idle_timer(idle)?;
            }
            match &mut self.idle_timer {
                Some(timer) => timer.as_mut().poll(cx).map(|()| {
                    self.lease.retire();
                    Err(TransportError::timeout("the server was silent for longer than the limit"))
                }),
                None => Poll::Pending,
            }
        })
        .await
    }

    fn is_over(&self) -> bool {
        self.incoming.is_end_stream()
    }
}

/// A connection whose answer was read whole is free for the next request.
impl Drop for HyperBody {
    fn drop(&mut self) {
        if self.lease.http1().is_some() && self.is_whole() {
            self.lease.release();
        }
    }
}

impl fmt::Debug for HyperBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HyperBody").finish_non_exhaustive()
    }
}

/// A request body on its way out: the pieces as they are, never copied.
///
/// Small on purpose: hyper keeps room for 32 of them per connection.
pub(crate) struct RequestBody {
    state: SendState,
    left: u64,
    /// How many slices were given since other tasks could run.
    given: u8,
}

/// How much of it hyper is given at once, in bytes.
const SLICE: usize = 64 * 1024;
/// How many slices it is given in one turn. It writes as long as it is given any and the socket
/// takes them, and encrypts them; no other task runs meanwhile.
const SLICES: u8 = 8;

impl RequestBody {
    pub(crate) fn new(state: SendState) -> Self {
        let left = state.0.payload.len();
        Self { state, left, given: 0 }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.state.begin();
        if self.given == SLICES {
            self.given = 0;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.given += 1;
        let payload = &self.state.0.payload;
        let slice = payload.slice_at(payload.len().saturating_sub(self.left), SLICE);
        if slice.is_empty() {
            return Poll::Ready(None);
        }
        self.left = self.left.saturating_sub(slice.len() as u64);
        Poll::Ready(Some(Ok(Frame::data(slice))))
    }

    fn is_end_stream(&self) -> bool {
        self.state.begin();
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        self.state.begin();
        SizeHint::with_exact(self.left)
    }
}

/// What is to be sent, and whether hyper has begun to: it asks the body about itself right
/// before.
///
/// hyper does not say, and a guess will not do where money moves. So: once the future of the
/// answer is gone, a request whose body is gone too and was never asked was never begun.
#[derive(Clone)]
pub(crate) struct SendState(Arc<Shared>);

struct Shared {
    payload: Payload,
    begun: AtomicBool,
}

impl SendState {
    pub(crate) fn new(payload: Payload) -> Self {
        Self(Arc::new(Shared { payload, begun: AtomicBool::new(false) }))
    }

    fn begin(&self) {
        self.0.begun.store(true, Ordering::Relaxed);
    }

    /// Whether the request was not begun and never will be. A request that still waits in a
    /// connection's queue counts as begun.
    pub(crate) fn never_begun(self) -> bool {
        // The count of the handles orders this read after the last write.
        Arc::into_inner(self.0).is_some_and(|shared| !shared.begun.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_request_that_is_gone_and_was_never_asked_was_never_begun() {
        let make = || {
            let state = SendState::new(Payload::from(Bytes::from_static(b"{}")));
            (RequestBody::new(state.clone()), state)
        };
        let (gone, state) = make();
        drop(gone);
        assert!(state.never_begun());

        let (waiting, state) = make();
        assert!(!state.never_begun());
        drop(waiting);

        let (asked, state) = make();
        assert_eq!(asked.size_hint().exact(), Some(2));
        drop(asked);
        assert!(!state.never_begun());
    }

    #[test]
    fn a_body_on_its_way_out_takes_little_room() {
        assert!(size_of::<RequestBody>() <= 24);
    }
}
