//! What the decoder hands out.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

/// What a [`Frame`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FrameKind {
    /// An event: a block of lines with at least one `data` line.
    Event,
    /// A comment line. It says nothing, but it shows that the other side lives.
    Comment,
}

/// Why the bytes gave no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// A frame is longer than the decoder's limit, see
    /// [`with_limit`](super::FrameDecoder::with_limit).
    ///
    /// Nothing more can be read from this stream; the decoder keeps giving this error.
    #[error("an event of the stream is larger than {limit} bytes")]
    #[non_exhaustive]
    FrameTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The body ended inside a frame that has no data to hand out.
    ///
    /// Only [`finish`](super::FrameDecoder::finish) gives it.
    #[error("the event stream ended inside an event")]
    Unfinished,
}

/// One event or comment of a stream, borrowed from the decoder until its next call.
///
/// Its `Debug` shows lengths instead of contents: an event may carry payment data.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    pub(super) kind: FrameKind,
    pub(super) complete: bool,
    pub(super) event: &'a str,
    pub(super) body: &'a [u8],
    pub(super) id: Option<&'a str>,
    pub(super) retry: Option<Duration>,
}

impl<'a> Frame<'a> {
    /// What this frame is.
    #[must_use]
    pub fn kind(&self) -> FrameKind {
        self.kind
    }

    /// Whether this is a comment.
    #[must_use]
    pub fn is_comment(&self) -> bool {
        self.kind == FrameKind::Comment
    }

    /// The event's name, `message` where the stream names none.
    ///
    /// Bytes that are not UTF-8 became U+FFFD. For a comment it is empty.
    #[must_use]
    pub fn event(&self) -> &'a str {
        match self.kind {
            FrameKind::Event if self.event.is_empty() => "message",
            _ => self.event,
        }
    }

    /// Whether the stream named the event: `event()` is `message` by default, too.
    #[must_use]
    pub fn has_event(&self) -> bool {
        !self.event.is_empty()
    }

    /// The event's data, several lines joined by `\n`; not checked to be UTF-8. For a comment it is
    /// empty.
    #[must_use]
    pub fn data(&self) -> &'a [u8] {
        match self.kind {
            FrameKind::Event => self.body,
            FrameKind::Comment => &[],
        }
    }

    /// The data as text; bytes that are not UTF-8 become U+FFFD.
    #[must_use]
    pub fn text(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.data())
    }

    /// The comment's text without the colon and one space after it; `None` for an event.
    #[must_use]
    pub fn comment(&self) -> Option<&'a [u8]> {
        self.is_comment().then_some(self.body)
    }

    /// The id that this very event carries.
    ///
    /// An event without an `id` line gives `None`; the id to resume from is then still
    /// [`last_event_id`](super::FrameDecoder::last_event_id).
    #[must_use]
    pub fn id(&self) -> Option<&'a str> {
        self.id
    }

    /// The reconnection delay that this very event carries, as the server wrote it: clamp it before
    /// use.
    #[must_use]
    pub fn retry(&self) -> Option<Duration> {
        self.retry
    }

    /// Whether the frame's end was seen. `false` only for the last frame of a body that ended
    /// inside it.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.complete
    }
}

impl fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame")
            .field("kind", &self.kind)
            .field("event", &self.event())
            .field("bytes", &self.body.len())
            .field("complete", &self.complete)
            .finish_non_exhaustive()
    }
}
