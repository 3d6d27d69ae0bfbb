//! The body of a response, on its way in.

use std::{
    fmt,
    io::{self, ErrorKind, Read},
    thread,
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use codespar_engine::{
    CancelHandle,
    driver::{BlockingBody, TransportError},
};
use ureq::BodyReader;

use crate::{
    error::{Sent, translate},
    socket::ExchangeGuard,
};

/// What a buffer begins with: events are small.
const INITIAL_SIZE: usize = 8 * 1024;
/// What a buffer grows to while it is filled in one go.
const MAX_SIZE: usize = 64 * 1024;
/// When less than this is left of a buffer, the next one is taken.
const MIN_FREE: usize = 1024;

/// How much of a body that nobody wants is read to get at its end.
const MAX_UNWANTED: usize = 8 * 1024;

/// The body of a response.
///
/// Dropping it before its end closes the connection, unless nothing but the end, or a few bytes
/// more, was left and has already arrived: event streams are over for their reader before the
/// answer is. Over an agent of one's own that is only known of answers with a length.
pub struct UreqBody {
    // First, so that the guard still holds while the connection is closed.
    reader: BodyReader<'static>,
    guard: Option<ExchangeGuard>,
    cancel: Option<CancelHandle>,
    buffer: BytesMut,
    size: usize,
    /// How much is still to come, where the server said so.
    left: Option<u64>,
    ended: bool,
}

impl UreqBody {
    pub(crate) fn new(
        body: ureq::Body,
        guard: Option<ExchangeGuard>,
        cancel: Option<CancelHandle>,
    ) -> Self {
        let left = body.content_length();
        let size = left.map_or(INITIAL_SIZE, |left| clamp(left, INITIAL_SIZE));
        let reader = body.into_reader();
        Self { reader, guard, cancel, buffer: BytesMut::new(), size, left, ended: false }
    }

    fn is_canceled(&self) -> bool {
        self.cancel.as_ref().is_some_and(CancelHandle::is_canceled)
    }

    fn fill(&mut self) -> io::Result<usize> {
        // Nothing is to come, but reading the end is what puts the connection aside.
        let mut nothing = [0];
        let space = if self.left == Some(0) {
            &mut nothing[..]
        } else {
            if self.buffer.len() < self.left.map_or(MIN_FREE, |left| clamp(left, MIN_FREE)) {
                self.buffer = BytesMut::zeroed(self.size);
            }
            &mut self.buffer[..]
        };
        loop {
            match self.reader.read(space) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }
}

impl Drop for UreqBody {
    /// Takes the end, if it has arrived, and waits for nothing: then the connection stays usable.
    fn drop(&mut self) {
        // Not within a panic: ureq panics again where the lock of its pool was poisoned.
        if self.ended || self.is_canceled() || thread::panicking() {
            return;
        }
        match &self.guard {
            Some(guard) => guard.stop_waiting(),
            None if self.left == Some(0) => {}
            None => return,
        }
        let (mut unwanted, mut read) = ([0; 1024], 0);
        while read < MAX_UNWANTED {
            match self.reader.read(&mut unwanted) {
                Ok(amount) if amount > 0 => read += amount,
                // The end, or it is not there.
                _ => return,
            }
        }
    }
}

/// A length that fits memory.
fn clamp(length: u64, most: usize) -> usize {
    usize::try_from(length).unwrap_or(most).min(most)
}

impl BlockingBody for UreqBody {
    fn chunk(&mut self, idle: Option<Duration>) -> Result<Option<Bytes>, TransportError> {
        if self.ended {
            return Ok(None);
        }
        if let Some(guard) = &self.guard {
            guard.wait_at_most(idle);
        }
        let result = if self.is_canceled() { Ok(0) } else { self.fill() };
        // A connection that was cut may look like one that has come to its end.
        if self.is_canceled() {
            self.ended = true;
            return Err(TransportError::canceled());
        }
        match result {
            Ok(0) => {
                self.ended = true;
                // The connection is others' now.
                self.guard = None;
                Ok(None)
            }
            Ok(amount) => {
                if amount == self.buffer.len() {
                    self.size = (self.size * 2).clamp(INITIAL_SIZE, MAX_SIZE);
                }
                self.left = self.left.map(|left| left.saturating_sub(amount as u64));
                // Reading the end is what puts the connection aside.
                if self.left == Some(0) && matches!(self.reader.read(&mut [0]), Ok(0)) {
                    self.ended = true;
                    self.guard = None;
                }
                Ok(Some(self.buffer.split_to(amount).freeze()))
            }
            Err(error) => {
                self.ended = true;
                Err(translate(error.into(), Sent::Known(true), None))
            }
        }
    }

    fn is_over(&self) -> bool {
        self.ended
    }
}

impl fmt::Debug for UreqBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UreqBody").field("ended", &self.ended).finish_non_exhaustive()
    }
}
