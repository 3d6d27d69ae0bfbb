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
