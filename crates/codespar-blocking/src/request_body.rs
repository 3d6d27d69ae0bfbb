//! The body of a request on its way out: pieces in memory, or what is read meanwhile.

use std::io::{self, Read};

use bytes::{Buf as _, Bytes};
use codespar_engine::{
    Payload,
    driver::{ContentError, Next, Outgoing, TransportError},
};

use crate::attempt;

/// Reads the pieces of a request's body, one after the other.
pub(crate) struct PayloadReader<'a> {
    rest: &'a [Bytes],
    /// How much of the first one is read.
    offset: usize,
}

impl<'a> PayloadReader<'a> {
    pub(crate) const fn new(pieces: &'a [Bytes]) -> Self {
        Self { rest: pieces, offset: 0 }
    }
}

impl Read for PayloadReader<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while let Some((piece, rest)) = self.rest.split_first() {
            let space = buf.get_mut(filled..).unwrap_or_default();
            if space.is_empty() {
                break;
            }
            let amount = piece.get(self.offset..).unwrap_or_default().read(space)?;
            filled += amount;
            self.offset += amount;
            if self.offset >= piece.len() {
                self.rest = rest;
                self.offset = 0;
            }
        }
        Ok(filled)
    }
}

/// Reads a body that is not in memory, while it is sent.
pub(crate) struct OutgoingReader {
    outgoing: Outgoing,
    piece: Bytes,
    left: u64,
}

impl OutgoingReader {
    /// Opens what can be opened again, before anything is sent; `None` for a body in memory.
    pub(crate) fn open(payload: &Payload) -> Result<Option<Box<Self>>, TransportError> {
        if !payload.is_read() {
            return Ok(None);
        }
        let mut outgoing = Outgoing::new(payload);
        let opened = match outgoing.has_to_be_polled() {
            true => Err(outgoing.refuse()),
            false => outgoing.open(),
        };
        opened.map_err(|error| TransportError::content(error, false))?;
        let mut reader = Self { outgoing, piece: Bytes::new(), left: payload.len() };
        if payload.is_empty() {
            // ureq does not ask what is empty whether it is.
            reader.fill().map_err(|error| TransportError::content(error, false))?;
        }
        // Apart, so that other requests need no room for it.
        Ok(Some(Box::new(reader)))
    }

    /// Sees to it that there is a piece, unless there is none any more.
    fn fill(&mut self) -> Result<(), ContentError> {
        while self.piece.is_empty() {
            match self.outgoing.advance() {
                Next::Piece(piece) => self.piece = piece,
                Next::Read => self.outgoing.read()?,
                Next::Poll => return Err(self.outgoing.refuse()),
                Next::End => return Ok(()),
            }
        }
        Ok(())
    }
}

impl Read for OutgoingReader {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buf.len());
        // The answer is here, or the connection is gone: what is given to ureq now is not sent any
        // more, and not worth reading.
        if attempt::with_current(|attempt| attempt.stopped).unwrap_or(false) {
            self.left = self.left.saturating_sub(most as u64);
            return Ok(most);
        }
        self.fill().map_err(io::Error::other)?;
        let amount = most.min(self.piece.len());
        let space = buf.get_mut(..amount).unwrap_or_default();
        self.piece.copy_to_slice(space);
        self.left = self.left.saturating_sub(amount as u64);
        Ok(amount)
    }
}
