//! The bodies that services are given, and those that they give.

use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use codespar_engine::{
    Payload,
    driver::{AsyncBody, TransportError},
};
use hyper::body::{Body, Frame, SizeHint};

use super::failure::broken;
use crate::{
    body::{HyperBody, IdleTimer, poll_piece},
    connector::BoxError,
    request_body::{self, SendState},
};

/// The body of a request as services get it: an `http_body::Body` whose length is known.
///
/// It is no `Clone`, so that no layer sends it twice unawares: see
/// [`try_clone`](Self::try_clone).
pub struct RequestBody(pub(super) request_body::RequestBody);

impl RequestBody {
    /// The same body once more, where it lies in memory and nothing of it was read.
    ///
    /// Whether the request may be repeated at all is said by
    /// [`Attempt::is_repeatable`](super::Attempt::is_repeatable).
    pub fn try_clone(&self) -> Option<Self> {
        self.0.payload().cloned().map(Self::from)
    }
}

impl From<Payload> for RequestBody {
    fn from(payload: Payload) -> Self {
        Self(request_body::RequestBody::new(SendState::new(payload)))
    }
}

impl From<Bytes> for RequestBody {
    fn from(bytes: Bytes) -> Self {
        Payload::from(bytes).into()
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        Pin::new(&mut self.0).poll_frame(cx).map_err(TransportError::io)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

/// Says nothing of what it holds: bodies carry personal data.
impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestBody").finish_non_exhaustive()
    }
}

/// The body of an answer of [`HyperTransport`](crate::HyperTransport) as a service.
///
/// The idle limit of the call is kept, where the request came from a call.
pub struct ResponseBody {
    body: HyperBody,
    idle: Option<Duration>,
    waiting: bool,
}

impl ResponseBody {
    pub(super) const fn new(body: HyperBody, idle: Option<Duration>) -> Self {
        Self { body, idle, waiting: false }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let Self { body, idle, waiting } = self.get_mut();
        let chunk = body.poll_chunk(cx, *idle, waiting);
        if chunk.is_ready() {
            *waiting = false;
        }
        chunk.map(|chunk| chunk.map(|bytes| bytes.map(Frame::data)).transpose())
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_over()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseBody").finish_non_exhaustive()
    }
}

/// The body of an answer of any service, read within the idle limit.
pub struct ServiceBody<B> {
    body: Pin<Box<B>>,
    idle_timer: IdleTimer,
}

impl<B> ServiceBody<B> {
    pub(super) fn new(body: B) -> Self {
        Self { body: Box::pin(body), idle_timer: IdleTimer::default() }
    }
}

impl<B> AsyncBody for ServiceBody<B>
where
    B: Body + Send + 'static,
    B::Error: Into<BoxError>,
{
    async fn chunk(&mut self, idle: Option<Duration>) -> Result<Option<Bytes>, TransportError> {
        let mut waiting = false;
        poll_fn(|cx| match poll_piece(cx, |cx| self.body.as_mut().poll_frame(cx)) {
            Poll::Ready(piece) => {
                Poll::Ready(piece.transpose().map_err(|error| broken(error.into())))
            }
            Poll::Pending => match idle {
                Some(idle) => self.idle_timer.poll(cx, idle, &mut waiting).map(Err),
                None => Poll::Pending,
            },
        })
        .await
    }

    fn is_over(&self) -> bool {
        self.body.is_end_stream()
    }
}

impl<B> fmt::Debug for ServiceBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceBody").finish_non_exhaustive()
    }
}
