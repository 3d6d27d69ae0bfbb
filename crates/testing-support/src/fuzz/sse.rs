//! Event streams.

use bytes::Bytes;
use codespar_engine::sse::{Frame, FrameDecoder, FrameError};

/// The small limit makes large frames come up.
const FRAME_LIMIT: usize = 512;

#[derive(Debug, PartialEq)]
struct Owned {
    event: String,
    data: Vec<u8>,
    id: Option<String>,
    comment: bool,
    complete: bool,
}

impl Owned {
    fn of(frame: Frame<'_>) -> Self {
        Self {
            event: frame.event().to_owned(),
            data: frame.data().to_vec(),
            id: frame.id().map(str::to_owned),
            comment: frame.is_comment(),
            complete: frame.is_complete(),
        }
    }
}

fn frames<'a>(chunks: impl Iterator<Item = &'a [u8]>) -> (Vec<Owned>, Option<FrameError>) {
    let mut decoder = FrameDecoder::new().with_limit(FRAME_LIMIT);
    let mut frames = Vec::new();
    for chunk in chunks {
        decoder.push(Bytes::copy_from_slice(chunk));
        loop {
            match decoder.next_frame() {
                Ok(Some(frame)) => frames.push(Owned::of(frame)),
                Ok(None) => break,
                Err(error) => return (frames, Some(error)),
            }
        }
    }
    match decoder.finish() {
        Ok(Some(frame)) => frames.push(Owned::of(frame)),
        Ok(None) => {}
        Err(error) => return (frames, Some(error)),
    }
    (frames, None)
}

/// An event stream is the same however it is cut: the first byte says how.
pub fn sse(data: &[u8]) {
    let Some((cut, stream)) = data.split_first() else { return };
    let whole = frames(std::iter::once(stream));
    let size = usize::from(*cut).max(1);
    assert_eq!(whole, frames(stream.chunks(size)), "in chunks of {size}");
    assert!(whole.0.iter().all(|frame| frame.data.len() <= FRAME_LIMIT));
}
