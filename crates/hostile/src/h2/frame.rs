//! Frames as bytes: what a server that keeps to no rule needs to write, and to read.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// The frame types.
pub mod kind {
    #![allow(missing_docs, reason = "the names of the protocol")]
    pub const DATA: u8 = 0;
    pub const HEADERS: u8 = 1;
    pub const RST_STREAM: u8 = 3;
    pub const SETTINGS: u8 = 4;
    pub const PUSH_PROMISE: u8 = 5;
    pub const PING: u8 = 6;
    pub const GOAWAY: u8 = 7;
    pub const WINDOW_UPDATE: u8 = 8;
    pub const CONTINUATION: u8 = 9;
}

/// The error codes.
pub mod code {
    #![allow(missing_docs, reason = "the names of the protocol")]
    pub const NO_ERROR: u32 = 0;
    pub const INTERNAL_ERROR: u32 = 2;
    pub const REFUSED_STREAM: u32 = 7;
    pub const CANCEL: u32 = 8;
    pub const ENHANCE_YOUR_CALM: u32 = 11;
    pub const HTTP_1_1_REQUIRED: u32 = 13;
}

/// The settings.
pub mod setting {
    #![allow(missing_docs, reason = "the names of the protocol")]
    pub const MAX_CONCURRENT_STREAMS: u16 = 3;
    pub const INITIAL_WINDOW_SIZE: u16 = 4;
    pub const MAX_FRAME_SIZE: u16 = 5;
}

/// Nothing follows on the stream; of `SETTINGS` and `PING`: an acknowledgement.
pub const END_STREAM: u8 = 1;
/// The header block is whole.
pub const END_HEADERS: u8 = 4;
/// Both.
pub const END: u8 = END_STREAM | END_HEADERS;
/// The highest stream there is.
pub const LAST: u32 = (1 << 31) - 1;

/// A frame of any kind, the length as it is.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: impl AsRef<[u8]>) -> Vec<u8> {
    let payload = payload.as_ref();
    frame_of_length(payload.len(), kind, flags, stream, payload)
}

/// A frame that states a length of its own.
pub fn frame_of_length(
    length: usize,
    kind: u8,
    flags: u8,
    stream: u32,
    payload: impl AsRef<[u8]>,
) -> Vec<u8> {
    let [_, length @ ..] = u32::try_from(length).unwrap().to_be_bytes();
    let head = [&length[..], &[kind, flags], &stream.to_be_bytes()].concat();
    [&head, payload.as_ref()].concat()
}

/// A header block, without compression.
pub fn block(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut block = Vec::new();
    for field in fields {
        if *field == (":status", "200") {
            block.push(0x88);
            continue;
        }
        block.push(0);
        for text in [field.0, field.1] {
            integer(text.len(), &mut block);
            block.extend_from_slice(text.as_bytes());
        }
    }
    block
}

/// A number of seven bits or more.
fn integer(mut number: usize, to: &mut Vec<u8>) {
    if number < 127 {
        to.push(number as u8);
        return;
    }
    to.push(127);
    number -= 127;
    while number >= 128 {
        to.push(number as u8 | 128);
        number >>= 7;
    }
    to.push(number as u8);
}

/// `HEADERS`, in one frame.
pub fn headers(stream: u32, flags: u8, fields: &[(&str, &str)]) -> Vec<u8> {
    frame(kind::HEADERS, flags, stream, block(fields))
}

/// A header block over as many frames as it needs.
pub fn long_headers(stream: u32, block: &[u8]) -> Vec<u8> {
    let mut all = frame(kind::HEADERS, 0, stream, "");
    for piece in block.chunks(16_384) {
        all.extend(frame(kind::CONTINUATION, 0, stream, piece));
    }
    all.extend(frame(kind::CONTINUATION, END_HEADERS, stream, ""));
    all
}

/// `DATA`, in one frame.
pub fn data(stream: u32, flags: u8, bytes: impl AsRef<[u8]>) -> Vec<u8> {
    frame(kind::DATA, flags, stream, bytes)
}

/// `RST_STREAM`.
pub fn reset(stream: u32, code: u32) -> Vec<u8> {
    frame(kind::RST_STREAM, 0, stream, code.to_be_bytes())
}

/// `GOAWAY`, with the last stream that counts.
pub fn go_away(last: u32, code: u32, words: &str) -> Vec<u8> {
    let numbers = [last.to_be_bytes(), code.to_be_bytes()].concat();
    frame(kind::GOAWAY, 0, 0, [&numbers, words.as_bytes()].concat())
}

/// `SETTINGS`.
pub fn settings(values: &[(u16, u32)]) -> Vec<u8> {
    let bytes =
        |(name, value): &(u16, u32)| [&name.to_be_bytes()[..], &value.to_be_bytes()].concat();
    frame(kind::SETTINGS, 0, 0, values.iter().flat_map(bytes).collect::<Vec<_>>())
}

/// `WINDOW_UPDATE`.
pub fn window_update(stream: u32, by: u32) -> Vec<u8> {
    frame(kind::WINDOW_UPDATE, 0, stream, by.to_be_bytes())
}

/// `PING`.
pub fn ping() -> Vec<u8> {
    frame(kind::PING, 0, 0, [7; 8])
}

/// A frame that was read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Frame {
    /// Its type: see [`kind`].
    pub kind: u8,
    /// Its flags.
    pub flags: u8,
    /// Its stream.
    pub stream: u32,
    /// What it carries.
    pub payload: Vec<u8>,
}

impl Frame {
    /// Reads one.
    ///
    /// # Errors
    /// What the connection gives, its end among them.
    pub async fn read(mut from: impl AsyncRead + Unpin) -> io::Result<Self> {
        let mut head = [0; 9];
        from.read_exact(&mut head).await?;
        let [a, b, c, kind, flags, stream @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        from.read_exact(&mut payload).await?;
        let stream = u32::from_be_bytes(stream) & LAST;
        Ok(Self { kind, flags, stream, payload })
    }

    pub(super) const fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Whether it says that something was received.
    pub const fn is_ack(&self) -> bool {
        self.has(END_STREAM)
    }

    /// The number it begins with.
    pub(super) fn number(&self) -> u32 {
        self.payload.first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes))
    }

    /// The value of a setting.
    pub(super) fn setting(&self, name: u16) -> Option<u32> {
        let settings = self.payload.chunks_exact(6).map(|six| six.split_at(2));
        let mut values = settings.filter(|(found, _)| *found == name.to_be_bytes());
        let (_, value) = values.next()?;
        value.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
    }
}

/// How much of `DATA` there is in frames, and on which stream.
pub(super) fn data_in(mut frames: &[u8]) -> Option<(u32, usize)> {
    let mut found = None;
    while let Some(([a, b, c, kind, _, stream @ ..], rest)) = frames.split_first_chunk::<9>() {
        let length = u32::from_be_bytes([0, *a, *b, *c]) as usize;
        if *kind == kind::DATA {
            let before = found.map_or(0, |(_, before)| before);
            found = Some((u32::from_be_bytes(*stream) & LAST, before + length));
        }
        frames = rest.get(length..).unwrap_or_default();
    }
    found
}
