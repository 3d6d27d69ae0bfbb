//! The body of a request on its way out, and whether it has begun to be sent.

mod read;

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use codespar_engine::{Payload, driver::TransportError};
use hyper::body::{Body, Frame, SizeHint};

pub(crate) use self::read::{NotRead, ReadBody};

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
/// The same, where what is sent is read meanwhile, and perhaps hashed.
const READ_SLICES: u8 = 2;

impl RequestBody {
    pub(crate) fn new(state: SendState) -> Self {
        let left = state.0.payload.len();
        Self { state, left, given: 0 }
    }

    #[cfg(feature = "tower")]
    pub(crate) fn state(&self) -> SendState {
        self.state.clone()
    }

    /// The payload, where nothing of it was given away yet and it can be given twice.
    #[cfg(feature = "tower")]
    pub(crate) fn payload(&self) -> Option<&Payload> {
        let payload = &self.state.0.payload;
        (self.left == payload.len() && self.state.0.read.is_none()).then_some(payload)
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = NotRead;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, NotRead>>> {
        self.state.begin();
        let read = self.state.0.read.as_deref();
        if self.given >= if read.is_some() { READ_SLICES } else { SLICES } {
            self.given = 0;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let slice = match read {
            Some(read) => ready!(read.poll(cx))?,
            None => {
                let payload = &self.state.0.payload;
                let at = payload.len().saturating_sub(self.left);
                payload.slice_at(at, SLICE).unwrap_or_default()
            }
        };
        self.given += 1;
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
    /// What is not in memory.
    read: Option<Arc<ReadBody>>,
}

impl SendState {
    pub(crate) fn new(payload: Payload) -> Self {
        let read = payload.is_read().then(|| Arc::new(ReadBody::new(&payload)));
        Self(Arc::new(Shared { payload, begun: AtomicBool::new(false), read }))
    }

    /// Whether there is anything to [`open`](Self::open).
    pub(crate) fn is_read(&self) -> bool {
        self.0.read.is_some()
    }

    /// Opens what can be opened again, before a connection is asked for: where that fails, nothing
    /// was sent.
    pub(crate) async fn open(&self) -> Result<(), TransportError> {
        match &self.0.read {
            Some(read) => read.open().await,
            None => Ok(()),
        }
    }

    /// Why the body could not be read to its end, which hyper tells of one protocol only.
    pub(crate) fn failure(&self) -> Option<TransportError> {
        self.0.read.as_ref()?.failure()
    }

    #[cfg(feature = "tower")]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.payload.is_empty()
    }

    /// What reads the body, to ask it for its [`failure`](ReadBody::failure) once the request is
    /// gone.
    #[cfg(feature = "tower")]
    pub(crate) fn reading(&self) -> Option<Arc<ReadBody>> {
        self.0.read.clone()
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
