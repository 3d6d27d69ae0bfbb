//! The decoder against a naive one written from the rules, over any bytes in any pieces.

use std::time::Duration;

use bytes::Bytes;
use codespar_engine::sse::{Frame, FrameDecoder, FrameError};
use proptest::prelude::*;

/// A frame with everything it says, owned.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Seen {
    Comment(Vec<u8>),
    Event {
        name: String,
        named: bool,
        data: Vec<u8>,
        id: Option<String>,
        retry: Option<Duration>,
    },
    /// What `finish` gave.
    Tail(Option<Vec<u8>>),
}

/// Everything that can be seen of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Outcome {
    frames: Vec<Seen>,
    last_event_id: String,
    retry: Option<Duration>,
}

fn seen(frame: &Frame<'_>) -> Seen {
    if let Some(text) = frame.comment() {
        return Seen::Comment(text.to_vec());
    }
    Seen::Event {
        name: frame.event().to_owned(),
        named: frame.has_event(),
        data: frame.data().to_vec(),
        id: frame.id().map(str::to_owned),
        retry: frame.retry(),
    }
}

/// What our decoder makes of the chunks.
fn decoded<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Outcome {
    let mut decoder = FrameDecoder::new();
    let mut frames = Vec::new();
    for chunk in chunks {
        decoder.push(Bytes::copy_from_slice(chunk));
        while let Some(frame) = decoder.next_frame().expect("below the limit") {
            assert!(frame.is_complete());
            frames.push(seen(&frame));
        }
    }
    let clean = decoder.at_boundary();
    match decoder.finish() {
        Ok(None) => assert!(clean),
        Ok(Some(tail)) => {
            assert!(!clean && !tail.is_complete());
            frames.push(Seen::Tail(Some(tail.data().to_vec())));
        }
        Err(FrameError::Unfinished) => {
            assert!(!clean);
            frames.push(Seen::Tail(None));
        }
        Err(other) => panic!("{other}"),
    }
    assert_eq!(decoder.finish().expect("ended").map(|frame| seen(&frame)), None);
    Outcome { frames, last_event_id: decoder.last_event_id().to_owned(), retry: decoder.retry() }
}

/// Lines as the standard splits them, and what follows the last line end.
fn lines(stream: &[u8]) -> (Vec<Vec<u8>>, Vec<u8>) {
    let (mut lines, mut line, mut bytes) = (Vec::new(), Vec::new(), stream.iter().peekable());
    while let Some(byte) = bytes.next() {
        match byte {
            b'\r' => {
                bytes.next_if(|next| **next == b'\n');
                lines.push(std::mem::take(&mut line));
            }
            b'\n' => lines.push(std::mem::take(&mut line)),
            _ => line.push(*byte),
        }
    }
    (lines, line)
}

/// The open block of the reference.
#[derive(Clone, Default)]
struct Open {
    any: bool,
    data: Vec<Vec<u8>>,
    name: String,
    id: Option<String>,
    retry: Option<Duration>,
}

impl Open {
    fn field(&mut self, line: &[u8]) {
        self.any = true;
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let name = parts.next().unwrap_or_default();
        let value = parts.next().unwrap_or_default();
        let value = value.strip_prefix(b" ").unwrap_or(value);
        let text = String::from_utf8_lossy(value);
        match name {
            b"data" => self.data.push(value.to_vec()),
            b"event" => self.name = text.into_owned(),
            b"id" if !value.contains(&0) => self.id = Some(text.into_owned()),
            b"retry" if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
                self.retry = Some(Duration::from_millis(text.parse().unwrap_or(u64::MAX)));
            }
            _ => {}
        }
    }
}

/// What the rules make of the whole stream.
fn expected(stream: &[u8]) -> Outcome {
    let without_mark = stream.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(stream);
    // A body that ends inside the mark is unfinished: the bytes are then an odd line.
    let (lines, rest) = lines(without_mark);
    let (mut frames, mut open) = (Vec::new(), Open::default());
    let (mut last_event_id, mut retry) = (String::new(), None);
    for line in lines {
        match line.as_slice() {
            [] => {
                let block = std::mem::take(&mut open);
                if let Some(id) = &block.id {
                    last_event_id.clone_from(id);
                }
                if !block.data.is_empty() {
                    let named = !block.name.is_empty();
                    frames.push(Seen::Event {
                        name: if named { block.name } else { "message".to_owned() },
                        named,
                        data: block.data.join(&b'\n'),
                        id: block.id,
                        retry: block.retry,
                    });
                }
            }
            [b':', text @ ..] => {
                frames.push(Seen::Comment(text.strip_prefix(b" ").unwrap_or(text).to_vec()));
            }
            line => {
                open.field(line);
                retry = open.retry.or(retry);
            }
        }
    }
    if open.any || !rest.is_empty() {
        if !rest.is_empty() && !rest.starts_with(b":") {
            open.field(&rest);
        }
        let data = (!open.data.is_empty()).then(|| open.data.join(&b'\n'));
        frames.push(Seen::Tail(data));
    }
    Outcome { frames, last_event_id, retry }
}

const FIELDS: [&str; 8] = ["data", "data:", "data: ", "event", "event: ", "id", "id: ", "retry: "];
const VALUES: [&str; 11] =
    [":", " ", ": beat", "10", "007", "99999999999999999999", "\0", "x", "ü", "😀", "\u{FEFF}"];
const LINES: [&str; 7] = [
    "data: {\"a\":1}\n",
    "event: done\ndata: {}\n\n",
    "\n\nevent: done\ndata: 1\n\nevent: done\n",
    ":\n",
    "dat",
    "a: b",
    "datax: ",
];

/// Pieces a stream is put together from, so that fields, line ends and cuts meet often.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => prop::sample::select(vec!["\n", "\r", "\r\n", "\n\n", "\r\n\r\n", "\r\r"]),
        6 => prop::sample::select(FIELDS.to_vec()),
        4 => prop::sample::select(VALUES.to_vec()),
        2 => prop::sample::select(LINES.to_vec()),
    ]
    .prop_map(|piece| piece.as_bytes().to_vec());
    let raw = prop::collection::vec(any::<u8>(), 1..3);
    let mark = prop::sample::select(vec![&b""[..], b"", b"\xEF", b"\xEF\xBB", b"\xEF\xBB\xBF"]);
    (mark, prop::collection::vec(prop_oneof![12 => piece, 1 => raw], 0..40))
        .prop_map(|(mark, pieces)| [mark, &pieces.concat()].concat())
}

/// The stream cut after pieces of these lengths, over and over. Zero is a length, too.
fn cut<'a>(stream: &'a [u8], lengths: &[usize]) -> Vec<&'a [u8]> {
    let (mut rest, mut chunks) = (stream, Vec::new());
    for length in lengths.iter().cycle().take(4 * (stream.len() + 1)) {
        let (chunk, after) = rest.split_at((*length).min(rest.len()));
        chunks.push(chunk);
        rest = after;
    }
    chunks.push(rest);
    chunks
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 3000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_cutting_gives_the_frames_of_the_rules(
        stream in stream(),
        lengths in prop::collection::vec(0_usize..12, 1..8),
    ) {
        let expected = expected(&stream);
        prop_assert_eq!(&decoded([&stream[..]]), &expected);
        prop_assert_eq!(&decoded(stream.chunks(1)), &expected);
        prop_assert_eq!(&decoded(cut(&stream, &lengths)), &expected);
    }

    #[test]
    fn pushing_early_loses_nothing(
        stream in stream(),
        lengths in prop::collection::vec(1_usize..30, 1..8),
        asked in prop::collection::vec(0_usize..3, 1..8),
    ) {
        let (mut decoder, mut frames) = (FrameDecoder::new(), Vec::new());
        for (chunk, asked) in cut(&stream, &lengths).into_iter().zip(asked.iter().cycle()) {
            decoder.push(Bytes::copy_from_slice(chunk));
            for _ in 0..*asked {
                let frame = decoder.next_frame().expect("below the limit");
                frames.extend(frame.map(|frame| seen(&frame)));
            }
        }
        while let Ok(Some(frame)) = decoder.finish() {
            if !frame.is_complete() {
                break;
            }
            frames.push(seen(&frame));
        }
        let mut expected = expected(&stream).frames;
        expected.retain(|frame| !matches!(frame, Seen::Tail(_)));
        prop_assert_eq!(frames, expected);
    }

    #[test]
    fn the_limit_strikes_at_the_same_frame_for_any_cutting(
        stream in stream(),
        lengths in prop::collection::vec(0_usize..12, 1..8),
        limit in 0_usize..40,
    ) {
        prop_assert_eq!(limited(&cut(&stream, &lengths), limit), limited(&[&stream[..]], limit));
    }
}

/// The frames up to the limit, and whether it struck.
fn limited(chunks: &[&[u8]], limit: usize) -> (Vec<Seen>, bool) {
    let (mut decoder, mut frames) = (FrameDecoder::new().with_limit(limit), Vec::new());
    for chunk in chunks {
        decoder.push(Bytes::copy_from_slice(chunk));
        loop {
            match decoder.next_frame() {
                Ok(Some(frame)) => frames.push(seen(&frame)),
                Ok(None) => break,
                Err(_) => return (frames, true),
            }
        }
    }
    (frames, false)
}

#[test]
fn every_split_of_a_stream_gives_the_same_frames() {
    let stream = "\u{FEFF}retry: 2500\r\n: schön\r\nevent: größe\r\nid: é1\r\n\
        data: {\"naïve\":\"日本\"}\r\ndata:zwei 😀\r\n\r\n\
        data\r\n\r\n:\r\nid\r\nevent: ende\r\n\r\ndata: Schluß\r\n";
    let stream = stream.as_bytes();
    let expected = expected(stream);
    assert_eq!(expected.frames.len(), 5);
    for first in 0..=stream.len() {
        for second in first..=stream.len() {
            let chunks = [&stream[..first], &stream[first..second], &stream[second..]];
            assert_eq!(decoded(chunks), expected, "cut at {first} and {second}");
        }
    }
}
