//! What the frames of a stream mean.

use crate::{
    error::Error,
    http::response::too_deep,
    json::{decode, depth::is_deeper},
    sse::Frame,
};

/// Makes items of the frames of one kind of stream.
pub trait EventDecoder: Send {
    /// What the stream hands out.
    type Item;

    /// Reads one event. Comments are dealt with before.
    ///
    /// # Errors
    /// When the event cannot be read, or reports a failure. The stream ends with it.
    fn event(&mut self, frame: &Frame<'_>) -> Result<Decoded<Self::Item>, Error>;

    /// Whether an event is one of those that this reads as JSON. Of the others nothing can be
    /// wrong, so that how deeply they are nested does not count.
    fn knows(&self, frame: &Frame<'_>) -> bool {
        let _ = frame;
        true
    }

    /// Whether the body may end here, without an event that says so.
    fn may_end(&self) -> bool {
        false
    }

    /// Adds what is known to the error the stream ends with, such as the last state.
    fn annotate(&self, error: Error) -> Error {
        error
    }
}

/// What one event means for the stream.
#[derive(Debug)]
#[non_exhaustive]
pub enum Decoded<I> {
    /// Nothing for the caller.
    Skip,
    /// An item for the caller; the stream goes on.
    Item(I),
    /// An item, after which the stream is over.
    Last(I),
    /// The stream is over.
    Done,
    /// The server will send no more on this connection, but there is more to come.
    Reopen,
}

/// What an event means, unless it is nested too deeply to be looked at.
#[inline]
pub(crate) fn decode_event<F: EventDecoder>(
    frames: &mut F,
    frame: &Frame<'_>,
    depth: usize,
) -> Result<Decoded<F::Item>, Error> {
    if is_deeper(frame.data(), depth) && frames.knows(frame) {
        return Err(Error::stream(too_deep("event", depth).message()));
    }
    frames.event(frame)
}

/// Whether data is JSON, whole.
pub(crate) fn is_json(data: &[u8]) -> bool {
    decode::<serde::de::IgnoredAny>(data).is_ok()
}
