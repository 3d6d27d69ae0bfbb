//! What only the inside shows: work done, memory kept, borrowing.

use std::ops::Range;

use bytes::Bytes;

use crate::sse::work::touched_by;
use crate::sse::{Frame, FrameDecoder, FrameError};

/// Decodes the stream in chunks of this size; gives the number of frames.
fn decode(stream: &[u8], size: usize) -> usize {
    let (mut decoder, mut frames) = (FrameDecoder::new(), 0);
    for chunk in Bytes::copy_from_slice(stream).chunks(size) {
        decoder.push(Bytes::copy_from_slice(chunk));
        while decoder.next_frame().expect("below the limit").is_some() {
            frames += 1;
        }
    }
    frames
}

/// One frame of this many bytes, its line repeated or a single one.
fn huge(prefix: &str, size: usize, end: &str) -> Vec<u8> {
    [prefix.as_bytes(), &vec![b'x'; size], end.as_bytes()].concat()
}

#[test]
fn no_byte_is_looked_at_again() {
    let events = b"event: text\nid: 7\ndata: {\"text\":\"Hello\"}\n\n: beat\n\n".repeat(1000);
    let lines = [&b"data: abc\r\n".repeat(5000)[..], b"\r\n"].concat();
    let streams = [
        (huge("data: ", 1 << 18, "\n\n"), 1),
        (huge("data: a\ndata: ", 1 << 18, "\n\n"), 1),
        (huge(": ", 1 << 18, "\n"), 1),
        (huge("event: ", 1 << 18, "\ndata\n\n"), 1),
        (huge("id: ", 1 << 18, "\ndata\n\n"), 1),
        (huge("unknown: ", 1 << 18, "\ndata\n\n"), 1),
        (lines, 1),
        (events, 2000),
    ];
    for (stream, frames) in &streams {
        for size in [1, 2, 3, 7, 64, 1024, 16 * 1024, stream.len()] {
            let work = touched_by(|| assert_eq!(decode(stream, size), *frames));
            // Looked at for the line end, copied from the chunk, copied into place.
            assert!(work <= 3 * stream.len(), "{work} for {} in {size}s", stream.len());
        }
    }
}

#[test]
fn twice_the_frame_is_twice_the_work() {
    for size in [1, 64, 1024] {
        let work = |length| {
            let stream = huge("data: ", length, "\n\n");
            touched_by(|| assert_eq!(decode(&stream, size), 1))
        };
        let (one, two) = (work(1 << 17), work(1 << 18));
        assert!(two <= 2 * one && one > 1 << 17, "{one} and {two} in {size}s");
    }
}

#[test]
fn a_frame_within_the_chunk_is_not_copied() {
    let stream = Bytes::from_static(b"event: a\ndata: one\n\n: beat\ndata: two\n\ndata: three");
    let within = |range: Range<*const u8>, part: &[u8]| range.contains(&part.as_ptr());
    let mut decoder = FrameDecoder::new();
    decoder.push(stream.clone());
    for _ in 0..3 {
        let frame = decoder.next_frame().expect("below the limit").expect("a frame");
        let body = frame.comment().unwrap_or_else(|| frame.data());
        assert!(!body.is_empty() && within(stream.as_ptr_range(), body));
    }
    assert!(decoder.next_frame().expect("below the limit").is_none());
    decoder.push(Bytes::from_static(b"\n\n"));
    let frame = decoder.next_frame().expect("below the limit").expect("a frame");
    assert_eq!(frame.data(), b"three");
    assert!(!within(stream.as_ptr_range(), frame.data()));
}

#[test]
fn nothing_large_is_kept_between_events() {
    let long = "x".repeat(1 << 20);
    for field in ["data: ", "data: a\ndata: ", "event: ", "id: 1\nunknown: ", ": "] {
        let stream = Bytes::from(format!("{field}{long}\ndata: a\n\n"));
        for size in [1000, stream.len()] {
            let mut decoder = FrameDecoder::new();
            for chunk in stream.chunks(size) {
                decoder.push(Bytes::copy_from_slice(chunk));
                while decoder.next_frame().expect("below the limit").is_some() {}
            }
            assert!(decoder.at_boundary());
            assert!(decoder.chunk.is_empty(), "the chunk has been let go");
            let kept = decoder.line.capacity() + decoder.block.capacity();
            assert!(kept <= 5 * 1024, "{kept} bytes after {field:?} in {size}s");
        }
    }
}

#[test]
fn a_line_without_end_is_given_up_at_the_limit_whatever_it_is() {
    const LIMIT: usize = 4096;
    for field in ["data: ", "data", "event: ", "id: ", "retry: ", "unknown: ", ": ", "nothing"] {
        for before in ["", "data: a\n", "event: b\nid: 7\n"] {
            for size in [1, 7, 1000] {
                let mut decoder = FrameDecoder::new().with_limit(LIMIT);
                decoder.push(Bytes::from(format!("{before}{field}")));
                let mut taken = before.len() + field.len();
                // An endless line: what is kept of it has an end.
                let refused = loop {
                    match decoder.next_frame() {
                        Ok(None) => decoder.push(Bytes::from(vec![b'x'; size])),
                        Ok(Some(_)) => panic!("no frame has ended"),
                        Err(error) => break error,
                    }
                    taken += size;
                    let kept = decoder.line.capacity() + decoder.block.capacity();
                    assert!(kept <= 8 * LIMIT, "{kept} bytes of {field:?} after {taken}");
                    assert!(taken <= LIMIT + 2 * size + 16, "{taken} bytes of {field:?} taken");
                };
                assert_eq!(refused, FrameError::FrameTooLarge { limit: LIMIT });
                let kept = decoder.line.capacity() + decoder.block.capacity();
                assert!(kept <= 3 * 1024, "{kept} bytes kept of {field:?}");
            }
        }
    }
}

#[test]
fn a_decoder_is_small_and_can_be_sent() {
    fn sent<T: Send + Sync + 'static>() -> usize {
        size_of::<T>()
    }
    assert!(sent::<FrameDecoder>() <= 320, "{}", sent::<FrameDecoder>());
    assert!(size_of::<Frame<'_>>() <= 80, "{}", size_of::<Frame<'_>>());
}
