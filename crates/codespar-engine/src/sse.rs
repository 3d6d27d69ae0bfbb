//! The `text/event-stream` decoder: bytes in, frames out.
//!
//! It follows the WHATWG rules (HTML, "Server-sent events", 9.2.5 and 9.2.6) and differs in four
//! points: comments are reported, because they show that the other side lives; an event that lacks
//! its blank line can be taken at the end of the body; a frame may not exceed a limit; and data
//! stays bytes, for a JSON reader to check.
//!
//! # How it is driven
//! [`push`](FrameDecoder::push) a chunk, call [`next_frame`](FrameDecoder::next_frame) until it
//! gives `None`, push the next chunk; after the last one, [`finish`](FrameDecoder::finish).
//!
//! # Cost
//! Each byte is looked at once, however the stream is cut into chunks. An event that lies within a
//! chunk is handed out from there without a copy, unless it has several `data` lines; one that
//! crosses chunks is copied once, in pieces. Between events no more than a few KiB stay allocated,
//! and the chunk is let go as soon as it has been read.
//!
//! ```
//! use codespar_engine::sse::FrameDecoder;
//!
//! let mut decoder = FrameDecoder::new();
//! decoder.push("event: status\ndata: {\"pa".into());
//! assert!(decoder.next_frame()?.is_none());
//! decoder.push("id\":1}\n\n".into());
//! let frame = decoder.next_frame()?.ok_or("no frame")?;
//! assert_eq!((frame.event(), frame.data()), ("status", &b"{\"paid\":1}"[..]));
//! assert!(decoder.finish()?.is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod block;
mod frame;
mod read;
#[cfg(test)]
mod tests;
mod work;

use std::fmt;
use std::time::Duration;

use bytes::{Bytes, BytesMut};

pub use self::frame::{Frame, FrameError, FrameKind};
use crate::sse::block::{Block, Data};

/// The default limit of a frame: 16 MiB.
pub const DEFAULT_FRAME_LIMIT: usize = 16 * 1024 * 1024;

/// Cuts an event stream into frames. See the [module](self) for how it is driven.
pub struct FrameDecoder {
    limit: usize,
    chunk: Bytes,
    /// How much of the chunk has been read.
    position: usize,
    /// How much of a byte order mark has been read; `None` once the stream is past it.
    mark: Option<usize>,
    /// The chunk ends with CR, so that a LF at the start of the next one belongs to it.
    ends_with_cr: bool,
    /// What the end of the last chunk cut.
    cut: Cut,
    /// The line that was cut, if the cut is `Cut::Line`; or the line pieced together last.
    line: Vec<u8>,
    block: Block,
    /// The event of the block has been handed out.
    taken: bool,
    /// The limit was exceeded.
    failed: bool,
}

/// What the end of a chunk cut in two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    Nothing,
    /// A line, whose beginning is kept.
    Line,
    /// A `data` line, whose value goes to the block's buffer directly.
    Data,
}

/// A frame that was found, before it borrows.
#[derive(Clone, Copy)]
enum Found {
    Event,
    /// A comment, its text at this place of the chunk.
    Comment(usize, usize),
    /// A comment, its text in `line` from this offset.
    OwnComment(usize),
}

impl FrameDecoder {
    /// A decoder for a new stream, with [`DEFAULT_FRAME_LIMIT`].
    #[must_use]
    pub fn new() -> Self {
        Self {
            limit: DEFAULT_FRAME_LIMIT,
            chunk: Bytes::new(),
            position: 0,
            mark: Some(0),
            ends_with_cr: false,
            cut: Cut::Nothing,
            line: Vec::new(),
            block: Block::default(),
            taken: false,
            failed: false,
        }
    }

    /// Sets the limit of a frame in bytes.
    ///
    /// What counts is the length of all lines of an event, without line ends and comments; a
    /// comment is a frame of its own. What the decoder holds stays within a small multiple of the
    /// limit.
    #[must_use]
    pub fn with_limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    /// Sets the id a reopened stream starts with, so that [`last_event_id`](Self::last_event_id)
    /// survives.
    #[must_use]
    pub fn with_last_event_id(mut self, id: impl Into<String>) -> Self {
        self.block.last_id = id.into();
        self
    }

    /// Gives the decoder the next bytes of the body.
    ///
    /// Call it when [`next_frame`](Self::next_frame) has given `None`. Earlier it is no error, but
    /// the bytes that have not been read are copied.
    pub fn push(&mut self, chunk: Bytes) {
        if self.failed {
            return;
        }
        self.forget_taken();
        self.block.keep_data(&self.chunk);
        let unread = self.chunk.get(self.position..).unwrap_or_default();
        let after_cr = self.ends_with_cr && unread.is_empty();
        self.chunk = if unread.is_empty() {
            chunk
        } else {
            let mut joined = BytesMut::with_capacity(unread.len() + chunk.len());
            joined.extend_from_slice(unread);
            joined.extend_from_slice(&chunk);
            joined.freeze()
        };
        self.position = 0;
        if let [first, ..] = *self.chunk {
            self.position = usize::from(after_cr && first == b'\n');
            self.ends_with_cr = self.chunk.ends_with(b"\r");
        }
        self.skip_mark();
    }

    /// The next frame of the bytes pushed so far; `None` if more are needed.
    ///
    /// # Errors
    /// [`FrameError::FrameTooLarge`] as soon as a frame exceeds the limit.
    #[inline]
    pub fn next_frame(&mut self) -> Result<Option<Frame<'_>>, FrameError> {
        match self.step()? {
            Some(found) => Ok(Some(self.frame(found, true))),
            None => Ok(None),
        }
    }

    /// Ends the body.
    ///
    /// `None`: it ended cleanly, between two frames. A frame whose
    /// [`is_complete`](Frame::is_complete) is `false`: the body ended before the blank line of this
    /// event. A browser would drop it; its last line may be cut short, and its id does not become
    /// the [`last_event_id`](Self::last_event_id). A complete frame is one that
    /// [`next_frame`](Self::next_frame) had not been asked for yet.
    ///
    /// # Errors
    /// [`FrameError::Unfinished`] if the body ended inside a frame, but there is no data to hand
    /// out; [`FrameError::FrameTooLarge`] as in [`next_frame`](Self::next_frame).
    pub fn finish(&mut self) -> Result<Option<Frame<'_>>, FrameError> {
        if let Some(found) = self.step()? {
            return Ok(Some(self.frame(found, true)));
        }
        if self.at_boundary() {
            return Ok(None);
        }
        if self.cut == Cut::Line {
            // The digits of a delay may be cut, so the stream's delay stays what it was.
            let delay = self.block.retry;
            self.block.line(&[], &self.line, None, self.limit)?;
            self.block.retry = delay;
        }
        self.cut = Cut::Nothing;
        self.mark = None;
        self.taken = true;
        if self.block.data == Data::Absent {
            return Err(FrameError::Unfinished);
        }
        Ok(Some(self.frame(Found::Event, false)))
    }

    /// Whether the bytes read so far end between two frames.
    #[must_use]
    pub fn at_boundary(&self) -> bool {
        let open = self.block.open && !self.taken;
        !open && self.cut == Cut::Nothing && matches!(self.mark, None | Some(0))
    }

    /// The id to resume the stream from: the `id` of the last event that had one, empty if there
    /// was none.
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        &self.block.last_id
    }

    /// The reconnection delay the stream asked for last, as the server wrote it: clamp it before
    /// use.
    #[must_use]
    pub fn retry(&self) -> Option<Duration> {
        self.block.retry
    }

    #[inline]
    fn frame(&self, found: Found, complete: bool) -> Frame<'_> {
        let part = |start, end| self.chunk.get(start..end).unwrap_or_default();
        let comment = |body| Frame {
            kind: FrameKind::Comment,
            complete,
            event: "",
            body,
            id: None,
            retry: None,
        };
        match found {
            Found::Comment(start, end) => comment(part(start, end)),
            Found::OwnComment(start) => comment(self.line.get(start..).unwrap_or_default()),
            Found::Event => Frame {
                kind: FrameKind::Event,
                complete,
                event: self.block.event(),
                body: match self.block.data {
                    Data::Absent => &[],
                    Data::Chunk { start, end } => part(start, end),
                    Data::Own => &self.block.buffer,
                },
                id: self.block.id(complete),
                retry: self.block.own_retry,
            },
        }
    }
}

impl Default for FrameDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for FrameDecoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrameDecoder")
            .field("limit", &self.limit)
            .field("at_boundary", &self.at_boundary())
            .field("failed", &self.failed)
            .finish_non_exhaustive()
    }
}
