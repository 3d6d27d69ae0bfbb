//! The block of lines that becomes an event: fields in, one event out.

use std::mem;
use std::time::Duration;

use crate::sse::{FrameError, work};

/// A buffer whose capacity is above this is given back between frames.
const KEPT_CAPACITY: usize = 1024;

/// Where the data of the block is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Data {
    #[default]
    /// There has been no `data` line.
    Absent,
    /// One line, at this place of the current chunk.
    Chunk { start: usize, end: usize },
    /// In the buffer of the block.
    Own,
}

/// What a line did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// It belongs to the block, or means nothing.
    Field,
    /// It is a comment, whose text starts at this offset.
    Comment(usize),
    /// It is the blank line that ends an event.
    Event,
}

/// A block under construction, and what outlives it: the last id, the last delay.
#[derive(Default)]
pub(super) struct Block {
    /// A line other than a comment has been seen since the last blank line.
    pub(super) open: bool,
    /// Bytes in the lines of the block, line ends and comments left out.
    pub(super) size: usize,
    pub(super) data: Data,
    /// The data if it is `Data::Own`.
    pub(super) buffer: Vec<u8>,
    /// The name of the event if `named`; else that of an earlier one.
    event: String,
    named: bool,
    pub(super) own_retry: Option<Duration>,
    pub(super) has_id: bool,
    pub(super) retry: Option<Duration>,
    /// The id of the block that is open; counts once the blank line has come.
    pub(super) next_id: String,
    pub(super) last_id: String,
}

impl Block {
    /// Takes in a whole line, which starts at `at` of the chunk unless it was pieced together.
    #[inline]
    pub(super) fn line(
        &mut self,
        chunk: &[u8],
        line: &[u8],
        at: Option<usize>,
        limit: usize,
    ) -> Result<Line, FrameError> {
        match line {
            [] => Ok(self.end()),
            [b':', text @ ..] => {
                if line.len() > limit {
                    return Err(FrameError::FrameTooLarge { limit });
                }
                Ok(Line::Comment(line.len() - without_space(text).len()))
            }
            _ => {
                self.grow(line.len(), limit)?;
                self.field(chunk, line, at);
                Ok(Line::Field)
            }
        }
    }

    /// Takes in the line that names the event, if it is the same as that of the last named event;
    /// gives its length, its end included. Names repeat, and to compare is cheaper than to search
    /// for the end of the line, look for the field and check the text.
    #[inline]
    pub(super) fn name_again(&mut self, rest: &[u8], limit: usize) -> Result<usize, FrameError> {
        let name = rest.strip_prefix(b"event: ");
        let after = name.and_then(|name| name.strip_prefix(self.event.as_bytes()));
        let Some([b'\n', after @ ..]) = after else { return Ok(0) };
        let length = rest.len() - after.len();
        work::touched(length);
        self.grow(length - 1, limit)?;
        self.named = !self.event.is_empty();
        Ok(length)
    }

    /// Takes in a line that is neither blank nor a comment.
    #[inline]
    fn field(&mut self, chunk: &[u8], line: &[u8], at: Option<usize>) {
        if let Some(value) = value_of(line, b"data") {
            match at {
                Some(at) if self.data == Data::Absent => {
                    let end = at + line.len();
                    self.data = Data::Chunk { start: end - value.len(), end };
                }
                _ => {
                    self.begin_own_data(chunk);
                    work::append(&mut self.buffer, value);
                }
            }
        } else if let Some(value) = value_of(line, b"event") {
            self.named = !value.is_empty();
            set_text(&mut self.event, value);
        } else if let Some(value) = value_of(line, b"id") {
            if memchr::memchr(0, value).is_none() {
                set_text(&mut self.next_id, value);
                self.has_id = true;
            }
        } else if let Some(retry) = value_of(line, b"retry").and_then(delay) {
            self.own_retry = Some(retry);
            self.retry = Some(retry);
        }
    }

    /// Takes in the blank line.
    #[inline]
    fn end(&mut self) -> Line {
        if self.has_id {
            mem::swap(&mut self.last_id, &mut self.next_id);
        }
        if self.data == Data::Absent {
            self.clear();
            return Line::Field;
        }
        Line::Event
    }

    /// The name of the event, empty if it has none.
    #[inline]
    pub(super) fn event(&self) -> &str {
        if self.named { &self.event } else { "" }
    }

    /// The id of this block, which the blank line has made the last one.
    #[inline]
    pub(super) fn id(&self, complete: bool) -> Option<&str> {
        let id = if complete { &self.last_id } else { &self.next_id };
        self.has_id.then_some(id)
    }

    /// Counts bytes of a line that belongs to the block.
    #[inline]
    pub(super) fn grow(&mut self, bytes: usize, limit: usize) -> Result<(), FrameError> {
        self.open = true;
        self.size = self.size.saturating_add(bytes);
        if self.size > limit { Err(FrameError::FrameTooLarge { limit }) } else { Ok(()) }
    }

    /// Begins a `data` line in the buffer; its value is to be appended there.
    pub(super) fn begin_own_data(&mut self, chunk: &[u8]) {
        if self.data == Data::Absent {
            self.buffer.clear();
            self.data = Data::Own;
        } else {
            self.keep_data(chunk);
            self.buffer.push(b'\n');
        }
    }

    /// Copies data that lies in the chunk, before the chunk goes.
    pub(super) fn keep_data(&mut self, chunk: &[u8]) {
        if let Data::Chunk { start, end } = self.data {
            self.buffer.clear();
            work::append(&mut self.buffer, chunk.get(start..end).unwrap_or_default());
            self.data = Data::Own;
        }
    }

    /// Forgets the block; large buffers are given back.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.open = false;
        self.size = 0;
        self.data = Data::Absent;
        self.named = false;
        self.own_retry = None;
        self.has_id = false;
    }

    /// What is allocated, apart from the last id.
    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.buffer.capacity() + self.event.capacity() + self.next_id.capacity()
    }

    /// Gives large buffers back that are not in use.
    pub(super) fn shrink(&mut self) {
        if self.data != Data::Own {
            shrink(&mut self.buffer);
        }
        if !self.open {
            for text in [&mut self.event, &mut self.next_id] {
                if text.capacity() > KEPT_CAPACITY {
                    *text = String::new();
                }
            }
        }
    }
}

/// The value of a field if the line is that field: `name`, `name:value` or `name: value`.
#[inline]
pub(super) fn value_of<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    match line.strip_prefix(name)? {
        [] => Some(&[]),
        [b':', value @ ..] => Some(without_space(value)),
        _ => None,
    }
}

#[inline]
fn without_space(value: &[u8]) -> &[u8] {
    value.strip_prefix(b" ").unwrap_or(value)
}

/// Digits only, in milliseconds; a number too large is the largest there is.
fn delay(value: &[u8]) -> Option<Duration> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let millis = value.iter().fold(0_u64, |millis, digit| {
        millis.saturating_mul(10).saturating_add(u64::from(digit - b'0'))
    });
    Some(Duration::from_millis(millis))
}

/// Replaces the text; bytes that are not UTF-8 become U+FFFD, as the standard decodes the stream.
#[inline]
fn set_text(text: &mut String, value: &[u8]) {
    work::touched(value.len());
    // Event names repeat: comparing is cheaper than checking.
    if text.as_bytes() != value {
        replace_text(text, value);
    }
}

#[cold]
fn replace_text(text: &mut String, value: &[u8]) {
    text.clear();
    match std::str::from_utf8(value) {
        Ok(value) => text.push_str(value),
        Err(_) => *text = String::from_utf8_lossy(value).into_owned(),
    }
}

/// Gives a large buffer back.
pub(super) fn shrink(buffer: &mut Vec<u8>) {
    if buffer.capacity() > KEPT_CAPACITY {
        *buffer = Vec::new();
    }
}
