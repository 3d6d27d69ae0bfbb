//! Answers of a server, as a script has them.

use std::{collections::VecDeque, fmt, io, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::CONTENT_TYPE};

use crate::http::content::failure::ContentError;
use crate::testing::clock::Offline;
use crate::transport::{TransportError, TransportErrorKind};

/// A recorded or made-up response of the server: a head, and a body in pieces as they arrive.
#[doc(alias = "fixture")]
#[doc(alias = "mock response")]
///
/// ```
/// use std::time::Duration;
/// use codespar_engine::testing::Recorded;
///
/// let stalled = Recorded::events(["event: snapshot\ndata: {}\n\n", ": heartbeat\n\n"])
///     .header("x-request-id", "req_1")
///     .pause(Duration::from_secs(90))
///     .broken();
/// # let _ = stalled;
/// ```
#[derive(Clone)]
pub struct Recorded {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) delay: Duration,
    pub(super) pieces: VecDeque<Piece>,
    pub(super) hangs: bool,
}

/// What happens next in a body.
#[derive(Clone)]
pub(super) enum Piece {
    Chunk(Bytes),
    Pause(Duration),
    Broken,
    Hang,
}

impl Recorded {
    /// An answer without a body.
    ///
    /// # Panics
    /// When it is no HTTP status.
    pub fn status(status: u16) -> Self {
        let Ok(status) = StatusCode::from_u16(status) else {
            panic!("{status} is no HTTP status");
        };
        Self {
            status,
            headers: HeaderMap::new(),
            delay: Duration::ZERO,
            pieces: VecDeque::new(),
            hangs: false,
        }
    }

    /// An answer in JSON.
    pub fn json(status: u16, body: serde_json::Value) -> Self {
        Self::text(status, "application/json", &body.to_string())
    }

    /// An answer of any media type.
    pub fn text(status: u16, media_type: &str, body: &str) -> Self {
        Self::status(status).header(CONTENT_TYPE.as_str(), media_type).chunk(body.to_owned())
    }

    /// An event stream, in pieces that arrive one by one.
    pub fn events<C: Into<Bytes>>(chunks: impl IntoIterator<Item = C>) -> Self {
        let stream = Self::status(200).header(CONTENT_TYPE.as_str(), "text/event-stream");
        chunks.into_iter().fold(stream, Self::chunk)
    }

    /// Adds a header.
    ///
    /// # Panics
    /// When it is no header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            (Ok(name), Ok(value)) => self.headers.insert(name, value),
            _ => panic!("no header: {name}"),
        };
        self
    }

    /// Sends the head only after this long.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Adds a piece of the body; an empty one is none.
    #[must_use]
    pub fn chunk(mut self, chunk: impl Into<Bytes>) -> Self {
        let chunk = chunk.into();
        if !chunk.is_empty() {
            self.pieces.push_back(Piece::Chunk(chunk));
        }
        self
    }

    /// Is silent at this point of the body.
    #[must_use]
    pub fn pause(mut self, duration: Duration) -> Self {
        self.pieces.push_back(Piece::Pause(duration));
        self
    }

    /// The connection breaks at this point of the body.
    #[must_use]
    pub fn broken(mut self) -> Self {
        self.pieces.push_back(Piece::Broken);
        self
    }

    /// From this point of the body on, nothing comes and nothing ends.
    ///
    /// A blocking reader runs into its time limit; an asynchronous one stays pending, for tests
    /// that cancel or drop it.
    #[must_use]
    pub fn hanging(mut self) -> Self {
        self.pieces.push_back(Piece::Hang);
        self
    }

    /// Nothing comes at all, not even the head; otherwise as [`hanging`](Self::hanging).
    #[must_use]
    pub fn never(mut self) -> Self {
        self.hangs = true;
        self
    }
}

/// Status and number of pieces.
impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorded")
            .field("status", &self.status)
            .field("pieces", &self.pieces.len())
            .finish_non_exhaustive()
    }
}

/// What can be had at once.
pub(super) enum Now<T> {
    Ready(T),
    /// Nothing, for ever.
    Never,
}

/// A body on its way in.
#[derive(Clone)]
pub(super) struct Incoming {
    pub(super) clock: Offline,
    pub(super) pieces: VecDeque<Piece>,
}

impl Incoming {
    /// The next piece, or how reading fails. Time passes as the pauses say, up to the limit.
    pub(super) fn next(
        &mut self,
        idle: Option<Duration>,
    ) -> Now<Result<Option<Bytes>, TransportError>> {
        let mut left = idle;
        loop {
            match (self.pieces.pop_front(), left) {
                (None, _) => return Now::Ready(Ok(None)),
                (Some(Piece::Chunk(chunk)), _) => return Now::Ready(Ok(Some(chunk))),
                (Some(Piece::Broken), _) => {
                    return Now::Ready(Err(fault(TransportErrorKind::Io, true)));
                }
                (Some(Piece::Pause(pause)), None) => self.clock.advance(pause),
                (Some(Piece::Pause(pause)), Some(limit)) if pause < limit => {
                    self.clock.advance(pause);
                    left = Some(limit - pause);
                }
                (Some(Piece::Pause(_)), Some(limit)) => {
                    self.pieces.clear();
                    return Now::Ready(Err(timeout(&self.clock, limit)));
                }
                (Some(Piece::Hang), _) => {
                    self.pieces.push_front(Piece::Hang);
                    return Now::Never;
                }
            }
        }
    }
}

/// A limit that ran out.
pub(super) fn timeout(clock: &Offline, limit: Duration) -> TransportError {
    clock.advance(limit);
    fault(TransportErrorKind::Timeout, true)
}

/// A made-up failure of this kind, of a request that may have been sent or was not.
pub(super) fn fault(kind: TransportErrorKind, sent: bool) -> TransportError {
    match kind {
        TransportErrorKind::Connect => TransportError::connect("connection refused"),
        TransportErrorKind::Timeout if sent => TransportError::timeout("no answer in time"),
        TransportErrorKind::Timeout => TransportError::connect_timeout("no connection in time"),
        TransportErrorKind::Io => TransportError::io("connection reset"),
        TransportErrorKind::Canceled if sent => TransportError::canceled(),
        TransportErrorKind::Canceled => TransportError::canceled_unsent(),
        TransportErrorKind::Content => {
            let error = io::Error::other("the file cannot be read");
            TransportError::content(ContentError::failed(error, 0, None), sent)
        }
    }
}
