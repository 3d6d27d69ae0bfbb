//! How the decoder reads: chunks into lines, lines into the block.

use std::mem;

use bytes::Bytes;

use crate::sse::{Cut, Found, FrameDecoder, FrameError, work};
use crate::sse::{block, block::Line};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

impl FrameDecoder {
    /// Reads on until a frame is whole or the chunk is used up.
    #[inline]
    pub(super) fn step(&mut self) -> Result<Option<Found>, FrameError> {
        self.forget_taken();
        if self.failed {
            return Err(FrameError::FrameTooLarge { limit: self.limit });
        }
        let result = self.read_lines();
        if result.is_err() {
            self.fail();
        }
        result
    }

    #[inline]
    fn read_lines(&mut self) -> Result<Option<Found>, FrameError> {
        if self.cut != Cut::Nothing {
            let found = self.mend()?;
            if found.is_some() || self.cut != Cut::Nothing {
                return Ok(found);
            }
        }
        if !self.block.open {
            let rest = self.chunk.get(self.position..).unwrap_or_default();
            self.position += self.block.name_again(rest, self.limit)?;
        }
        while let Some((line, next)) = next_line(&self.chunk, self.position) {
            let start = mem::replace(&mut self.position, next);
            match self.block.line(&self.chunk, line, Some(start), self.limit)? {
                Line::Field => {}
                Line::Event => {
                    self.taken = true;
                    return Ok(Some(Found::Event));
                }
                Line::Comment(text) => {
                    return Ok(Some(Found::Comment(start + text, start + line.len())));
                }
            }
        }
        self.keep_rest()?;
        Ok(None)
    }

    /// Goes on with the line that the last chunk cut. It may turn out to be a comment.
    fn mend(&mut self) -> Result<Option<Found>, FrameError> {
        let end = next_line(&self.chunk, self.position);
        let part = match end {
            Some((part, _)) => part,
            None => self.chunk.get(self.position..).unwrap_or_default(),
        };
        if self.cut == Cut::Data {
            self.block.grow(part.len(), self.limit)?;
            work::append(&mut self.block.buffer, part);
        } else {
            work::append(&mut self.line, part);
        }
        let Some((_, next)) = end else {
            self.check_cut_line()?;
            self.release_chunk();
            return Ok(None);
        };
        self.position = next;
        if mem::replace(&mut self.cut, Cut::Nothing) == Cut::Line {
            if let Line::Comment(text) =
                self.block.line(&self.chunk, &self.line, None, self.limit)?
            {
                return Ok(Some(Found::OwnComment(text)));
            }
        }
        Ok(None)
    }

    /// Copies what is still needed of a chunk that has no more line ends, and lets it go.
    fn keep_rest(&mut self) -> Result<(), FrameError> {
        self.block.keep_data(&self.chunk);
        let rest = self.chunk.get(self.position..).unwrap_or_default();
        if rest.is_empty() {
            self.block.shrink();
            block::shrink(&mut self.line);
        } else {
            self.line.clear();
            work::append(&mut self.line, rest);
            self.cut = Cut::Line;
            self.check_cut_line()?;
        }
        self.release_chunk();
        Ok(())
    }

    fn release_chunk(&mut self) {
        self.chunk = Bytes::new();
        self.position = 0;
    }

    /// Moves the start of a `data` line to the block, so that it is not copied again when the line
    /// ends.
    fn check_cut_line(&mut self) -> Result<(), FrameError> {
        if self.cut != Cut::Line {
            return Ok(());
        }
        // Before the sixth byte it is open whether a space is to be dropped.
        if self.line.len() > b"data:".len() && self.line.starts_with(b"data:") {
            self.block.grow(self.line.len(), self.limit)?;
            self.block.begin_own_data(&[]);
            let value = block::value_of(&self.line, b"data").unwrap_or_default();
            work::append(&mut self.block.buffer, value);
            self.line.clear();
            self.cut = Cut::Data;
            return Ok(());
        }
        let before = if self.line.starts_with(b":") { 0 } else { self.block.size };
        if before.saturating_add(self.line.len()) > self.limit {
            return Err(FrameError::FrameTooLarge { limit: self.limit });
        }
        Ok(())
    }

    /// Skips a byte order mark at the start of the stream, which chunks may cut.
    pub(super) fn skip_mark(&mut self) {
        while let Some(seen) = self.mark {
            let Some(expected) = BYTE_ORDER_MARK.get(seen) else {
                self.mark = None;
                return;
            };
            match self.chunk.get(self.position) {
                None => return,
                Some(byte) if byte == expected => {
                    self.position += 1;
                    self.mark = Some(seen + 1);
                }
                Some(_) => {
                    self.mark = None;
                    if seen > 0 {
                        self.line
                            .extend_from_slice(BYTE_ORDER_MARK.get(..seen).unwrap_or_default());
                        self.cut = Cut::Line;
                    }
                }
            }
        }
    }

    #[inline]
    pub(super) fn forget_taken(&mut self) {
        if self.taken {
            self.taken = false;
            self.block.clear();
        }
    }

    /// Gives up the stream and what is held of it.
    #[cold]
    fn fail(&mut self) {
        self.failed = true;
        self.release_chunk();
        self.line = Vec::new();
        self.block.clear();
        self.block.shrink();
    }
}

/// The line at this position of the chunk without its end, and where the next one starts.
///
/// A CR at the end of the chunk may be half of a CRLF; the other half is dealt with when the next
/// chunk comes.
#[inline]
fn next_line(chunk: &[u8], position: usize) -> Option<(&[u8], usize)> {
    let rest = chunk.get(position..)?;
    let length = match rest.first()? {
        b'\n' => Some(0),
        _ => memchr::memchr2(b'\n', b'\r', rest),
    };
    work::touched(length.unwrap_or(rest.len()));
    let length = length?;
    let (line, end) = rest.split_at_checked(length)?;
    let end = if end.starts_with(b"\r\n") { 2 } else { 1 };
    Some((line, position + length + end))
}
