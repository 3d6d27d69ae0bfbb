//! A body that is read while it is sent: what comes next, and whether it is what was said.

use std::{
    fmt,
    io::{self, ErrorKind},
    sync::{Arc, atomic::Ordering},
    task::{Context, Poll, ready},
};

use bytes::{Bytes, BytesMut};

use crate::http::{
    content::{
        ByteStream, Content, Progress, Reader, Source, digest::Hasher, failure::ContentError,
    },
    payload::{Part, Parts, Payload, Pieces},
};

/// How much is handed on at once.
const SLICE: usize = 64 * 1024;
/// How much is read at once: a read may take a switch to another thread and back.
const READ: usize = 4 * SLICE;
/// How many empty pieces of a stream are passed over in one poll.
const EMPTY: usize = 128;

/// A body on its way out, for transports: says what comes next, and reads where the transport lets
/// it. It checks lengths, tells observers and works digests out, the same in every transport.
///
/// ```
/// use codespar_engine::{
///     Payload,
///     driver::{ContentError, Next, Outgoing},
/// };
///
/// /// What a transport that may block does.
/// fn send(payload: &Payload, mut write: impl FnMut(&[u8])) -> Result<(), ContentError> {
///     let mut outgoing = Outgoing::new(payload);
///     outgoing.open()?; // before anything is sent
///     loop {
///         match outgoing.advance() {
///             Next::Piece(piece) => write(&piece),
///             Next::Read => outgoing.read()?,
///             Next::Poll => return Err(outgoing.refuse()),
///             Next::End => return Ok(()),
///         }
///     }
/// }
/// # let mut sent = Vec::new();
/// # let payload = Payload::from(bytes::Bytes::from("1 feijoada"));
/// # send(&payload, |piece| sent.extend_from_slice(piece))?;
/// # assert_eq!(sent, b"1 feijoada");
/// # Ok::<(), ContentError>(())
/// ```
///
/// A transport that gets an error closes the connection, so that the server never takes what came
/// for the whole.
pub struct Outgoing {
    payload: Payload,
    /// The part at hand.
    at: usize,
    frame: Bytes,
    current: Option<Current>,
    /// What was opened before its turn.
    opened: Vec<(usize, Source)>,
    buffer: BytesMut,
}

/// What comes next of a body.
#[allow(clippy::exhaustive_enums, reason = "a transport has to carry each of them out")]
pub enum Next {
    /// These bytes are to be sent: at most 64 KiB.
    Piece(Bytes),
    /// [`Outgoing::read`] is to be called, where blocking is allowed.
    Read,
    /// [`Outgoing::poll_read`] is to be called; [`Outgoing::refuse`] where that cannot be done.
    Poll,
    /// All of it was given.
    End,
}

/// The length of a piece only: files carry personal data.
impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Piece(piece) => write!(f, "Piece({} bytes)", piece.len()),
            Self::Read => f.write_str("Read"),
            Self::Poll => f.write_str("Poll"),
            Self::End => f.write_str("End"),
        }
    }
}

/// The content that is being read.
struct Current {
    source: Option<Source>,
    length: u64,
    /// How much of it was handed on.
    handed: u64,
    /// What was read and not handed on yet. The end of it waits until there is known to be no more.
    held: Bytes,
    ended: bool,
    hasher: Hasher,
}

impl Outgoing {
    /// Begins to send a body. Opens nothing.
    pub fn new(payload: &Payload) -> Self {
        let outgoing = Self {
            payload: payload.clone(),
            at: 0,
            frame: Bytes::new(),
            current: None,
            opened: Vec::new(),
            buffer: BytesMut::new(),
        };
        if let Some(parts) = outgoing.parts() {
            parts.handed.store(0, Ordering::Relaxed);
        }
        outgoing
    }

    fn parts(&self) -> Option<Arc<Parts>> {
        match &self.payload.pieces {
            Pieces::Read(parts) => Some(Arc::clone(parts)),
            _ => None,
        }
    }

    /// Whether [`open`](Self::open) has anything to do, which may block.
    pub fn has_to_open(&self) -> bool {
        self.parts().is_some_and(|parts| parts.contents().any(Content::is_opener))
    }

    /// Whether any of it is an asynchronous stream.
    pub fn has_to_be_polled(&self) -> bool {
        self.parts().is_some_and(|parts| parts.contents().any(Content::is_stream))
    }

    /// Opens what can be opened again, before anything is sent: then nothing is sent where that
    /// fails. May block. What can be read once is left until it is its turn.
    ///
    /// # Errors
    /// When a file cannot be opened.
    pub fn open(&mut self) -> Result<(), ContentError> {
        let Some(parts) = self.parts() else { return Ok(()) };
        for (at, part) in parts.parts.iter().enumerate() {
            if let Part::Content(content) = part {
                if content.is_opener() {
                    self.opened.push((at, content.open()?));
                }
            }
        }
        Ok(())
    }

    /// What comes next.
    pub fn advance(&mut self) -> Next {
        let Some(parts) = self.parts() else { return self.next_in_memory() };
        loop {
            if !self.frame.is_empty() {
                return Next::Piece(self.frame.split_to(self.frame.len().min(SLICE)));
            }
            match parts.parts.get(self.at) {
                None => return Next::End,
                Some(Part::Frame(bytes)) => {
                    self.frame = bytes.clone();
                    self.at += 1;
                }
                Some(Part::Content(content)) => {
                    if let Some(next) = self.next_of(&parts, content) {
                        return next;
                    }
                    self.current = None;
                    self.at += 1;
                }
            }
        }
    }

    /// What comes next of a content; `None` once it is over.
    fn next_of(&mut self, parts: &Parts, content: &Content) -> Option<Next> {
        let current = self.current.get_or_insert_with(|| Current::of(content));
        if current.source.is_none() {
            let opened = self.opened.iter().position(|(at, _)| *at == self.at);
            let source = opened.map(|at| self.opened.swap_remove(at).1);
            match (source, content.bytes()) {
                (Some(source), _) => current.source = Some(source),
                (None, Some(bytes)) => {
                    current.source = Some(Source::Memory);
                    (current.held, current.ended) = (bytes.clone(), true);
                }
                (None, None) if content.is_stream() => return Some(Next::Poll),
                (None, None) => return Some(Next::Read),
            }
        }
        if let Some(piece) = current.give() {
            parts.handed.fetch_add(piece.len() as u64, Ordering::Relaxed);
            if current.is_over() {
                content.keep_digest(current.hasher.finish());
            }
            content.tell(Progress::new(current.handed, Some(current.length)));
            return Some(Next::Piece(piece));
        }
        if current.is_over() {
            if current.length == 0 {
                content.keep_digest(current.hasher.finish());
                content.tell(Progress::new(0, Some(0)));
            }
            return None;
        }
        Some(match &current.source {
            Some(Source::Stream(_)) => Next::Poll,
            _ => Next::Read,
        })
    }

    fn next_in_memory(&mut self) -> Next {
        let pieces = self.payload.pieces().unwrap_or_default();
        while self.frame.is_empty() {
            let Some(piece) = pieces.get(self.at) else { return Next::End };
            self.frame = piece.clone();
            self.at += 1;
        }
        Next::Piece(self.frame.split_to(self.frame.len().min(SLICE)))
    }

    /// The content at hand, opened.
    fn source(&mut self) -> Result<Option<&mut Current>, ContentError> {
        let Some(parts) = self.parts() else { return Ok(None) };
        let Some(Part::Content(content)) = parts.parts.get(self.at) else { return Ok(None) };
        let current = self.current.get_or_insert_with(|| Current::of(content));
        if current.source.is_none() {
            current.source = Some(content.open()?);
        }
        Ok(Some(current))
    }

    /// Reads on, where [`Next::Read`] asks for it. May block.
    ///
    /// # Errors
    /// When opening or reading fails, and when the content is longer or shorter than was said.
    pub fn read(&mut self) -> Result<(), ContentError> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let Some(current) = self.source()? else { return Ok(()) };
        let Some(Source::Reader(reader)) = &mut current.source else { return Err(self.refuse()) };
        if buffer.len() < SLICE {
            // Where less is left, one byte more shows that there is more.
            let left = usize::try_from(current.length - current.handed).unwrap_or(READ);
            buffer = BytesMut::zeroed(left.saturating_add(1).min(READ));
        }
        let read = match read(reader, &mut buffer) {
            Ok(amount) => current.take(buffer.split_to(amount.min(buffer.len())).freeze()),
            Err(error) => Err(current.failed(error)),
        };
        self.buffer = buffer;
        read
    }

    /// Reads on, where [`Next::Poll`] asks for it.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), ContentError>> {
        let Some(current) = self.source()? else { return Poll::Ready(Ok(())) };
        let Some(Source::Stream(stream)) = &mut current.source else {
            return Poll::Ready(Err(self.refuse()));
        };
        let piece = match ready!(poll(stream, cx)) {
            Some(Ok(piece)) => current.take(piece),
            Some(Err(error)) => Err(current.failed(error)),
            None => current.take(Bytes::new()),
        };
        Poll::Ready(piece)
    }

    /// Why a stream is not sent by a transport that cannot poll, or the other way round.
    pub fn refuse(&self) -> ContentError {
        ContentError::not_blocking(self.current.as_ref().map(|current| current.length))
    }
}

/// Reads once; what comes in the middle of it is no failure.
fn read(reader: &mut Reader, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

/// The next piece that is not empty: an empty one would pass for the end.
fn poll(stream: &mut ByteStream, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
    for _ in 0..EMPTY {
        match ready!(stream.as_mut().poll_next(cx)) {
            Some(Ok(piece)) if piece.is_empty() => {}
            piece => return Poll::Ready(piece),
        }
    }
    cx.waker().wake_by_ref();
    Poll::Pending
}

impl Current {
    fn of(content: &Content) -> Self {
        content.keep_digest(None);
        Self {
            source: None,
            length: content.len().unwrap_or_default(),
            handed: 0,
            held: Bytes::new(),
            ended: false,
            hasher: Hasher::new(content.wants_digest()),
        }
    }

    /// What may be handed on: all but the end, and the end once it is known to be one.
    fn give(&mut self) -> Option<Bytes> {
        let left = self.length.saturating_sub(self.handed);
        if self.held.is_empty() || !(self.ended || (self.held.len() as u64) < left) {
            return None;
        }
        let piece = self.held.split_to(self.held.len().min(SLICE));
        if !self.is_reader() {
            self.hasher.update(&piece);
        }
        self.handed = self.handed.saturating_add(piece.len() as u64);
        Some(piece)
    }

    const fn is_over(&self) -> bool {
        self.ended && self.held.is_empty()
    }

    /// Takes in what was read; nothing is the end.
    fn take(&mut self, piece: Bytes) -> Result<(), ContentError> {
        let left = self.length.saturating_sub(self.handed);
        let held = self.held.len() as u64;
        match piece.len() as u64 {
            0 if held < left => Err(ContentError::shorter(self.handed + held, self.length)),
            0 => {
                self.ended = true;
                // A file is closed as soon as it was read.
                if self.is_reader() {
                    self.source = Some(Source::Closed);
                }
                Ok(())
            }
            more if held.saturating_add(more) > left => Err(ContentError::longer(self.length)),
            _ => {
                // Here, as this may be a thread that nobody else waits for.
                if self.is_reader() {
                    self.hasher.update(&piece);
                }
                self.held = piece;
                Ok(())
            }
        }
    }

    const fn is_reader(&self) -> bool {
        matches!(self.source, Some(Source::Reader(_) | Source::Closed))
    }

    fn failed(&self, error: io::Error) -> ContentError {
        ContentError::failed(error, self.handed + self.held.len() as u64, Some(self.length))
    }
}

/// The length only.
impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing").field("payload", &self.payload).finish_non_exhaustive()
    }
}
