//! Request bodies: a few pieces of bytes that are never copied together.

use std::{fmt, sync::Arc};

use bytes::Bytes;

/// The body of a request, in pieces that are sent one after the other.
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
}

impl Payload {
    /// A body made of pieces, such as the parts of a form.
    pub fn of(pieces: impl IntoIterator<Item = Bytes>) -> Self {
        let pieces: Arc<[Bytes]> = pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
        let len = pieces.iter().map(|piece| piece.len() as u64).sum();
        Self { pieces: Pieces::Many(pieces), len }
    }

    /// The length in bytes.
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is nothing to send.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The pieces, in order.
    pub fn pieces(&self) -> &[Bytes] {
        match &self.pieces {
            Pieces::None => &[],
            Pieces::One(bytes) => std::slice::from_ref(bytes),
            Pieces::Many(pieces) => pieces,
        }
    }

    /// The bytes from `start` on that lie in one piece, at most so many of them, without a copy;
    /// none at the end. A transport that is given a long piece whole may be busy with it for long.
    #[must_use]
    pub fn slice_at(&self, start: u64, most: usize) -> Bytes {
        let mut start = start;
        for piece in self.pieces() {
            match usize::try_from(start) {
                Ok(start) if start < piece.len() => {
                    return piece.slice(start..start.saturating_add(most).min(piece.len()));
                }
                _ => start = start.saturating_sub(piece.len() as u64),
            }
        }
        Bytes::new()
    }

    /// All bytes in one: free for a body of one piece, a copy otherwise.
    pub fn to_bytes(&self) -> Bytes {
        match &self.pieces {
            Pieces::None => Bytes::new(),
            Pieces::One(bytes) => bytes.clone(),
            Pieces::Many(pieces) => pieces.concat().into(),
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
            let slice = payload.slice_at(start, 4);
            if slice.is_empty() {
                break;
            }
            lengths.push(slice.len());
            start += slice.len() as u64;
        }
        assert_eq!((lengths, start), (vec![2, 4, 4, 2, 1], payload.len()));
        assert_eq!(payload.slice_at(6, 4).as_ptr(), long.slice(4..).as_ptr());
        assert!(
            payload.slice_at(u64::MAX, 4).is_empty()
                && Payload::default().slice_at(0, 1).is_empty()
        );
    }
}
