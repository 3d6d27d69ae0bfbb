//! The body of an answer, which may break on purpose.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::mpsc;

pub(crate) struct AnswerBody {
    source: Source,
    cut: Option<Cut>,
    pauses: u8,
}

enum Source {
    Whole(Option<Bytes>),
    Frames(mpsc::Receiver<Bytes>),
}

/// Where a body breaks, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    pub(crate) bytes: Option<usize>,
    pub(crate) frames: Option<usize>,
    pub(crate) then: Break,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Break {
    /// The connection is closed in the middle of the body.
    Close,
    /// Nothing more comes.
    Stall,
    /// The body ends as if it were complete.
    End,
}

impl AnswerBody {
    pub(crate) fn whole(bytes: impl Into<Bytes>, cut: Option<Cut>) -> Self {
        let bytes = bytes.into();
        let source = Source::Whole((!bytes.is_empty()).then_some(bytes));
        Self { source, cut, pauses: 0 }
    }

    /// Sends frames as they come through the channel and ends when it is closed.
    pub(crate) fn frames(frames: mpsc::Receiver<Bytes>, cut: Option<Cut>) -> Self {
        Self { source: Source::Frames(frames), cut, pauses: 0 }
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = self.get_mut();
        if let Some(broken) = this.cut.filter(Cut::is_due) {
            return match broken.then {
                Break::Stall => Poll::Pending,
                Break::End => Poll::Ready(None),
                Break::Close => this.close(cx),
            };
        }
        let next = match &mut this.source {
            Source::Whole(bytes) => bytes.take(),
            Source::Frames(frames) => match frames.poll_recv(cx) {
                Poll::Ready(next) => next,
                Poll::Pending => return Poll::Pending,
            },
        };
        let Some(mut bytes) = next else { return Poll::Ready(None) };
        if let Some(cut) = &mut this.cut {
            bytes = cut.shorten(bytes);
        }
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Whole(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            Source::Frames(_) => SizeHint::default(),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.cut.is_none() && matches!(self.source, Source::Whole(None))
    }
}

impl AnswerBody {
    /// Fails the body, after hyper has had the time to flush what came before: an error makes it
    /// forget what it still holds.
    fn close(&mut self, cx: &Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.pauses < 2 {
            self.pauses += 1;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::Error::other("cut on purpose"))))
    }
}

impl Cut {
    fn is_due(&self) -> bool {
        self.bytes == Some(0) || self.frames == Some(0)
    }

    /// Counts a frame, and takes from it what lies beyond the limit in bytes.
    fn shorten(&mut self, mut bytes: Bytes) -> Bytes {
        if let Some(left) = &mut self.bytes {
            bytes.truncate(*left);
            *left -= bytes.len();
        }
        if let Some(left) = &mut self.frames {
            *left = left.saturating_sub(1);
        }
        bytes
    }
}
