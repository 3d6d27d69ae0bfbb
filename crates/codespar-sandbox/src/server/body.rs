//! The body of a response, which may break on purpose.

use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::{Buf, Bytes};
use hyper::body::{Body, Frame, SizeHint};
use tokio::{
    sync::mpsc,
    time::{Sleep, sleep},
};

/// What is wrong with a body; by default nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct BodyFaults {
    pub(crate) cut: Option<Cut>,
    /// Pieces of at most so many bytes, and so long between them.
    pub(crate) trickle: Option<(usize, Duration)>,
    /// A length for the head that need not be the true one.
    pub(crate) declared: Option<u64>,
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

pub(crate) struct ResponseBody {
    source: Source,
    flaws: BodyFaults,
    /// What a trickle holds back.
    rest: Bytes,
    pause: Option<Pin<Box<Sleep>>>,
    yields: u8,
}

enum Source {
    Whole(Bytes),
    Frames(mpsc::Receiver<Bytes>),
}

impl ResponseBody {
    pub(crate) fn whole(bytes: impl Into<Bytes>, flaws: BodyFaults) -> Self {
        Self::new(Source::Whole(bytes.into()), flaws)
    }

    /// Sends frames as they come through the channel and ends when it is closed.
    pub(crate) fn frames(frames: mpsc::Receiver<Bytes>, flaws: BodyFaults) -> Self {
        Self::new(Source::Frames(frames), flaws)
    }

    fn new(source: Source, flaws: BodyFaults) -> Self {
        Self { source, flaws, rest: Bytes::new(), pause: None, yields: 0 }
    }

    /// The next piece of the true body.
    fn next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        match &mut self.source {
            Source::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Source::Whole(bytes) => Poll::Ready(Some(std::mem::take(bytes))),
            Source::Frames(frames) => frames.poll_recv(cx),
        }
    }

    /// The next piece, made small and late if it is to trickle.
    fn next_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let Some((most, gap)) = self.flaws.trickle else { return self.next(cx) };
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(cx));
        }
        self.pause = None;
        if self.rest.is_empty() {
            match ready!(self.next(cx)) {
                Some(bytes) => self.rest = bytes,
                None => return Poll::Ready(None),
            }
        }
        let piece = self.rest.split_to(most.clamp(1, self.rest.remaining().max(1)));
        self.pause = Some(Box::pin(sleep(gap)));
        Poll::Ready(Some(piece))
    }

    /// Fails the body, after hyper has had the time to flush what came before: an error makes it
    /// forget what it still holds.
    fn close(&mut self, cx: &Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.yields < 2 {
            self.yields += 1;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::Error::other("cut on purpose"))))
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = self.get_mut();
        if let Some(broken) = this.flaws.cut.filter(Cut::is_due) {
            return match broken.then {
                Break::Stall => Poll::Pending,
                Break::End => Poll::Ready(None),
                Break::Close => this.close(cx),
            };
        }
        let Some(mut bytes) = ready!(this.next_piece(cx)) else {
            let ends = this.flaws.declared.is_none();
            return if ends { Poll::Ready(None) } else { this.close(cx) };
        };
        if let Some(cut) = &mut this.flaws.cut {
            bytes = cut.shorten(bytes);
        }
        Poll::Ready(Some(Ok(Frame::data(bytes))))
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Whole(bytes) if self.flaws.declared.is_none() => {
                SizeHint::with_exact(bytes.len() as u64)
            }
            _ => SizeHint::default(),
        }
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
