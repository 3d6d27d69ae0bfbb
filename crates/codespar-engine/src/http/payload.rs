//! Request bodies: a few pieces of bytes that are never copied together, or content that is read
//! while it is sent.

pub(crate) mod outgoing;

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;

use crate::{
    error::Error,
    http::content::{Content, Progress, failure::ContentError},
    transport::TransportError,
};

/// The body of a request, in pieces that are sent one after the other.
///
/// Most are in memory: [`pieces`](Self::pieces) gives them. What is read from a file or a stream is
/// not, and a transport that sends it reads it by [`Outgoing`](crate::driver::Outgoing); to any
/// other, `pieces` is an error that says so, with nothing sent.
///
/// Cloning is cheap: the pieces are shared, so a retry costs nothing.
#[derive(Clone, Default)]
pub struct Payload {
    pieces: Pieces,
    len: u64,
}

#[derive(Clone, Default)]
enum Pieces {
    #[default]
    None,
    One(Bytes),
    Many(Arc<[Bytes]>),
    Read(Arc<Parts>),
}

/// A body of which some is read, or somebody wants to know how its sending goes.
struct Parts {
    parts: Box<[Part]>,
    /// The same, where all of it is in memory.
    pieces: Option<Box<[Bytes]>>,
    /// How much content there is, and how much of it was handed on in the attempt at hand.
    content: u64,
    handed: AtomicU64,
}

/// What lies between content, or content.
pub(crate) enum Part {
    Frame(Bytes),
    Content(Content),
}

impl Payload {
    /// A body made of pieces, such as the parts of a form.
    pub fn of(pieces: impl IntoIterator<Item = Bytes>) -> Self {
        let pieces: Arc<[Bytes]> = pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
        let len = pieces.iter().map(|piece| piece.len() as u64).sum();
        Self { pieces: Pieces::Many(pieces), len }
    }

    /// A body that is the content of a file and nothing else.
    ///
    /// # Errors
    /// `Config` naming `content`, where its length is not known.
    pub fn of_content(content: Content) -> Result<Self, Error> {
        Self::of_parts(vec![Part::Content(content)])
    }

    /// A body made of content and what lies between it.
    pub(crate) fn of_parts(parts: Vec<Part>) -> Result<Self, Error> {
        let (mut len, mut content) = (0_u64, 0_u64);
        let mut plain = true;
        for part in &parts {
            match part {
                Part::Frame(bytes) => len = len.saturating_add(bytes.len() as u64),
                Part::Content(part) => {
                    let length = part.len().ok_or_else(|| {
                        Error::config("content", "expected its length, set it by `length`")
                    })?;
                    content = content.saturating_add(length);
                    plain &= part.bytes().is_some() && !part.is_observed();
                }
            }
        }
        len = len.saturating_add(content);
        let pieces: Option<Box<[Bytes]>> = parts.iter().map(Part::bytes).collect();
        if let (Some(pieces), true) = (&pieces, plain) {
            return Ok(Self::of(pieces.iter().cloned()));
        }
        let parts = Parts { parts: parts.into(), pieces, content, handed: AtomicU64::new(0) };
        Ok(Self { pieces: Pieces::Read(Arc::new(parts)), len })
    }

    /// The length in bytes.
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is nothing to send.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether it is to be read by [`Outgoing`](crate::driver::Outgoing): not all of it is in
    /// memory, or somebody wants to know how its sending goes.
    pub const fn is_read(&self) -> bool {
        matches!(self.pieces, Pieces::Read(_))
    }

    /// The pieces, in order.
    ///
    /// # Errors
    /// Where not all of it is in memory; nothing was sent.
    pub fn pieces(&self) -> Result<&[Bytes], TransportError> {
        match &self.pieces {
            Pieces::None => Ok(&[]),
            Pieces::One(bytes) => Ok(std::slice::from_ref(bytes)),
            Pieces::Many(pieces) => Ok(pieces),
            Pieces::Read(parts) => match &parts.pieces {
                Some(pieces) => Ok(pieces),
                None => Err(TransportError::content(ContentError::not_in_memory(self.len), false)),
            },
        }
    }

    /// The bytes from `start` on that lie in one piece, at most so many of them, without a copy;
    /// none at the end. A transport that is given a long piece whole may be busy with it for long.
    /// `None` where not all of it is in memory.
    #[must_use]
    pub fn slice_at(&self, start: u64, most: usize) -> Option<Bytes> {
        let mut start = start;
        for piece in self.pieces().ok()? {
            match usize::try_from(start) {
                Ok(start) if start < piece.len() => {
                    return Some(piece.slice(start..start.saturating_add(most).min(piece.len())));
                }
                _ => start = start.saturating_sub(piece.len() as u64),
            }
        }
        Some(Bytes::new())
    }

    /// All bytes in one: free for a body of one piece, a copy otherwise.
    ///
    /// # Errors
    /// Where not all of it is in memory; nothing was sent.
    pub fn to_bytes(&self) -> Result<Bytes, TransportError> {
        match &self.pieces {
            Pieces::None => Ok(Bytes::new()),
            Pieces::One(bytes) => Ok(bytes.clone()),
            _ => self.pieces().map(|pieces| pieces.concat().into()),
        }
    }

    /// Whether it can be sent (again): nothing of it can be sent once only and was begun.
    pub(crate) fn is_there(&self) -> bool {
        let Pieces::Read(parts) = &self.pieces else { return true };
        parts.contents().all(Content::is_there)
    }

    /// Refuses what can be sent once and was.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self.is_there() {
            true => Ok(()),
            false => Err(Error::config("content", "expected content that was not sent before")),
        }
    }

    /// How much of its content was handed on in the attempt at hand, where it is read.
    pub(crate) fn progress(&self) -> Option<Progress> {
        let Pieces::Read(parts) = &self.pieces else { return None };
        Some(Progress::new(parts.handed.load(Ordering::Relaxed), Some(parts.content)))
    }
}

impl Parts {
    fn contents(&self) -> impl Iterator<Item = &Content> {
        self.parts.iter().filter_map(|part| match part {
            Part::Frame(_) => None,
            Part::Content(content) => Some(content),
        })
    }
}

impl Part {
    /// The bytes, where they are in memory.
    fn bytes(&self) -> Option<Bytes> {
        match self {
            Self::Frame(bytes) => Some(bytes.clone()),
            Self::Content(content) => content.bytes().cloned(),
        }
    }
}

impl From<Bytes> for Payload {
    fn from(bytes: Bytes) -> Self {
        let len = bytes.len() as u64;
        Self { pieces: if len == 0 { Pieces::None } else { Pieces::One(bytes) }, len }
    }
}

/// The length only: bodies carry personal data.
impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({} bytes)", self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_are_of_one_piece_each_and_not_copied() {
        let long = Bytes::from(vec![1; 10]);
        let payload = Payload::of([Bytes::from_static(b"ab"), long.clone(), "c".into()]);
        let (mut start, mut lengths) = (0, Vec::new());
        loop {
            let slice = payload.slice_at(start, 4).unwrap();
            if slice.is_empty() {
                break;
            }
            lengths.push(slice.len());
            start += slice.len() as u64;
        }
        assert_eq!((lengths, start), (vec![2, 4, 4, 2, 1], payload.len()));
        assert_eq!(payload.slice_at(6, 4).unwrap().as_ptr(), long.slice(4..).as_ptr());
        assert!(
            payload.slice_at(u64::MAX, 4).unwrap().is_empty()
                && Payload::default().slice_at(0, 1).unwrap().is_empty()
        );
    }
}
