//! The rules for event streams one by one: examples of the standard, limits, ends of the body.

use std::time::Duration;

use bytes::Bytes;
use codespar_engine::sse::{DEFAULT_FRAME_LIMIT, FrameDecoder, FrameError, FrameKind};

/// The frames of a stream as `name|data|id`, comments as `:text`.
fn frames(stream: &[u8]) -> Vec<String> {
    let mut decoder = FrameDecoder::new();
    decoder.push(Bytes::copy_from_slice(stream));
    let mut frames = Vec::new();
    while let Some(frame) = decoder.next_frame().expect("below the limit") {
        frames.push(match frame.comment() {
            Some(text) => format!(":{}", String::from_utf8_lossy(text)),
            None => format!("{}|{}|{}", frame.event(), frame.text(), frame.id().unwrap_or("-")),
        });
    }
    frames
}

#[test]
fn streams_of_the_standard() {
    let table: &[(&str, &[&str])] = &[
        // The examples of HTML 9.2.6.
        ("data: YHOO\ndata: +2\ndata: 10\n\n", &["message|YHOO\n+2\n10|-"]),
        (
            ": test stream\n\ndata: first event\nid: 1\n\n\
             data:second event\nid\n\ndata:  third event\n",
            &[":test stream", "message|first event|1", "message|second event|"],
        ),
        ("data\n\ndata\ndata\n\ndata:\n", &["message||-", "message|\n|-"]),
        ("data:test\n\ndata: test\n\n", &["message|test|-", "message|test|-"]),
        (
            "event: add\ndata: 73857293\n\nevent: remove\ndata: 2153\n\n",
            &["add|73857293|-", "remove|2153|-"],
        ),
        // Line ends.
        ("data: a\r\n\r\ndata: b\r\rdata: c\n\n", &["message|a|-", "message|b|-", "message|c|-"]),
        ("data: a\r\ndata: b\rdata: c\n\r\n", &["message|a\nb\nc|-"]),
        ("\n\r\n\r\n\ndata: a\n\n\n\n", &["message|a|-"]),
        // Byte order marks: one at the start is dropped.
        ("\u{FEFF}data: a\n\n", &["message|a|-"]),
        ("\u{FEFF}\u{FEFF}data: a\n\ndata: b\n\n", &["message|b|-"]),
        ("data: a\n\n\u{FEFF}data: b\n\n", &["message|a|-"]),
        // Fields: exact names, one space dropped, the last name and id count.
        ("Data: a\ndata : b\n data: c\ndataa: d\ndat: e\n\n", &[]),
        ("data:\ta\ndata:  b\ndata: c: d\n\n", &["message|\ta\n b\nc: d|-"]),
        ("event: one\nevent: two\ndata: a\nid: 1\nid: 2\n\n", &["two|a|2"]),
        ("event: one\nevent\ndata: a\n\n", &["message|a|-"]),
        ("event: one\n\ndata: a\n\n", &["message|a|-"]),
        ("id: 1\0\ndata: a\n\n", &["message|a|-"]),
        ("unknown: x\nnothing\ndata: a\n\n", &["message|a|-"]),
        ("data: \0\n\n", &["message|\0|-"]),
        // Comments, between events and inside of one.
        (":\n:x\n: x\n:  x\n::\n", &[":", ":x", ":x", ": x", "::"]),
        ("data: a\n: beat\ndata: b\n\n", &[":beat", "message|a\nb|-"]),
    ];
    for (stream, expected) in table {
        assert_eq!(frames(stream.as_bytes()), *expected, "{stream:?}");
    }
}

#[test]
fn half_a_byte_order_mark_is_part_of_the_first_line() {
    assert_eq!(frames(b"\xEFdata: a\n\ndata: b\n\n"), ["message|b|-"]);
    assert_eq!(frames(b"\xEF\xBB\ndata: b\n\n"), ["message|b|-"]);
}

#[test]
fn bytes_that_are_no_text() {
    let mut decoder = FrameDecoder::new();
    decoder.push(Bytes::from_static(b"event: a\xFFb\nid: \xC3\ndata: {\"\xF0\x9F\"}\n\n"));
    let frame = decoder.next_frame().expect("below the limit").expect("a frame");
    assert_eq!(frame.event(), "a\u{FFFD}b");
    assert_eq!(frame.id(), Some("\u{FFFD}"));
    assert_eq!(frame.data(), b"{\"\xF0\x9F\"}");
    assert_eq!(frame.text(), "{\"\u{FFFD}\"}");
    assert_eq!(decoder.last_event_id(), "\u{FFFD}");
}

#[test]
fn a_frame_says_what_it_is() {
    let mut decoder = FrameDecoder::new();
    decoder
        .push(Bytes::from_static(b": beat\nevent: message\nretry: 5\ndata: secret\n\ndata: b\n\n"));
    assert!(!format!("{decoder:?}").contains("secret"));
    let beat = decoder.next_frame().expect("below the limit").expect("a comment");
    assert_eq!((beat.kind(), beat.comment()), (FrameKind::Comment, Some(&b"beat"[..])));
    assert_eq!((beat.event(), beat.data(), beat.id()), ("", &b""[..], None));

    let named = decoder.next_frame().expect("below the limit").expect("an event");
    assert_eq!(
        (named.kind(), named.event(), named.has_event()),
        (FrameKind::Event, "message", true)
    );
    assert_eq!((named.comment(), named.retry()), (None, Some(Duration::from_millis(5))));
    assert!(!format!("{named:?}").contains("secret"));

    let plain = decoder.next_frame().expect("below the limit").expect("an event");
    assert_eq!((plain.event(), plain.has_event(), plain.retry()), ("message", false, None));
}

#[test]
fn the_last_id_outlives_the_event() {
    let mut decoder = FrameDecoder::new().with_last_event_id("from before");
    let mut ids = vec![decoder.last_event_id().to_owned()];
    for chunk in [
        "id: 1\n",
        "\n",
        "data: a\n\n",
        "id: 2\ndata: b\n\n",
        "id: \0\n\n",
        "id\n\n",
        "id: 9\ndata: c\n",
    ] {
        decoder.push(Bytes::from_static(chunk.as_bytes()));
        while decoder.next_frame().expect("below the limit").is_some() {}
        ids.push(decoder.last_event_id().to_owned());
    }
    // An id counts when its block has ended, with data or without; one with NUL never.
    assert_eq!(ids, ["from before", "from before", "1", "1", "2", "2", "", ""]);
    assert_eq!(decoder.finish().expect("a tail").and_then(|frame| frame.id()), Some("9"));
    assert_eq!(decoder.last_event_id(), "");
}

#[test]
fn a_delay_is_digits_and_nothing_else() {
    let table = [
        ("retry: 2500\n", Some(2500)),
        ("retry:0\n", Some(0)),
        ("retry: 007\n", Some(7)),
        ("retry: 1\nretry: x\n", Some(1)),
        ("retry: 1\nretry: 2\n\n", Some(2)),
        ("retry: 184467440737095516160\n", Some(u64::MAX)),
        ("retry\n", None),
        ("retry: \n", None),
        ("retry: -1\n", None),
        ("retry: +1\n", None),
        ("retry: 1.5\n", None),
        ("retry:  1\n", None),
        ("retry: 1 \n", None),
        ("retry: ٣\n", None),
        // Without its line end the number may be cut short.
        ("retry: 25", None),
    ];
    for (stream, millis) in table {
        let mut decoder = FrameDecoder::new();
        decoder.push(Bytes::from_static(stream.as_bytes()));
        assert!(decoder.next_frame().expect("below the limit").is_none());
        let ended = decoder.finish().map(|frame| frame.is_some());
        assert_eq!(ended.is_ok(), stream.ends_with("\n\n"), "{stream:?}");
        assert_eq!(decoder.retry(), millis.map(Duration::from_millis), "{stream:?}");
    }
}

/// How a body ended.
#[derive(Debug, PartialEq)]
enum End {
    Clean,
    Tail(&'static str),
    Unfinished,
}

#[test]
fn ends_of_a_body() {
    let table = [
        ("", End::Clean),
        ("\u{FEFF}", End::Clean),
        ("\n\r\n", End::Clean),
        ("data: a\n\n", End::Clean),
        ("data: a\r\r", End::Clean),
        (": beat\n", End::Clean),
        ("event: a\n\n", End::Clean),
        ("data: a\n", End::Tail("a")),
        ("data: a\r", End::Tail("a")),
        ("data: a", End::Tail("a")),
        ("data: a\ndata: b", End::Tail("a\nb")),
        ("data: a\ndata", End::Tail("a\n")),
        ("data:", End::Tail("")),
        ("data: a\n: be", End::Tail("a")),
        ("data: a\neve", End::Tail("a")),
        ("data: x\n\ndata: a\n", End::Tail("a")),
        (": be", End::Unfinished),
        ("dat", End::Unfinished),
        ("event: a\n", End::Unfinished),
        ("id: 1", End::Unfinished),
    ];
    for (stream, end) in table {
        for size in [1, 2, 3, 100] {
            let mut decoder = FrameDecoder::new();
            for chunk in stream.as_bytes().chunks(size) {
                decoder.push(Bytes::copy_from_slice(chunk));
                while decoder.next_frame().expect("below the limit").is_some() {}
            }
            assert_eq!(decoder.at_boundary(), end == End::Clean, "{stream:?}");
            match (decoder.finish(), &end) {
                (Ok(None), End::Clean) | (Err(FrameError::Unfinished), End::Unfinished) => {}
                (Ok(Some(frame)), End::Tail(data)) => {
                    assert_eq!(frame.data(), data.as_bytes(), "{stream:?}");
                    assert!(!frame.is_complete());
                }
                (other, _) => panic!("{stream:?}: {other:?}"),
            }
        }
    }
    let mut decoder = FrameDecoder::new();
    decoder.push(Bytes::from_static(b"\xEF\xBB"));
    assert_eq!(decoder.finish().err(), Some(FrameError::Unfinished), "half a byte order mark");
}

#[test]
fn frames_not_asked_for_come_before_the_end() {
    let mut decoder = FrameDecoder::new();
    decoder.push(Bytes::from_static(b"data: a\n\n: beat\ndata: b\n"));
    let mut seen = Vec::new();
    while let Some(frame) = decoder.finish().expect("frames") {
        seen.push((frame.text().into_owned(), frame.is_complete()));
    }
    assert_eq!(seen, [("a".to_owned(), true), (String::new(), true), ("b".to_owned(), false)]);
}

/// Whether the stream stays below the limit, and how many frames came before it did not.
fn within(limit: usize, stream: &str, size: usize) -> (bool, usize) {
    let mut decoder = FrameDecoder::new().with_limit(limit);
    let mut frames = 0;
    for chunk in stream.as_bytes().chunks(size) {
        decoder.push(Bytes::copy_from_slice(chunk));
        loop {
            match decoder.next_frame() {
                Ok(Some(_)) => frames += 1,
                Ok(None) => break,
                Err(error) => {
                    assert_eq!(
                        error.to_string(),
                        format!("an event of the stream is larger than {limit} bytes")
                    );
                    let FrameError::FrameTooLarge { limit: said, .. } = error else {
                        panic!("expected a frame that is too large");
                    };
                    assert_eq!(said, limit);
                    // From here on the stream is lost.
                    decoder.push(Bytes::from_static(b"\n\ndata: a\n\n"));
                    assert_eq!(decoder.next_frame().err(), Some(error));
                    assert_eq!(decoder.finish().err(), Some(error));
                    return (false, frames);
                }
            }
        }
    }
    (true, frames)
}

#[test]
fn the_limit_counts_the_lines_of_one_frame() {
    for size in [1, 7, 100] {
        let fits = "data: 3456\n\ndata: 3456\n\n: 34567890\n:\n";
        assert_eq!(within(10, fits, size), (true, 4), "each frame on its own");
        assert_eq!(within(9, fits, size), (false, 0));
        assert_eq!(within(10, "data: a\ndata: b\n\n", size), (false, 0), "lines add up");
        assert_eq!(within(14, "data: a\ndata: b\n\n", size), (true, 1));
        assert_eq!(within(10, "data: a\nunknown\n\n", size), (false, 0), "odd lines count");
        assert_eq!(within(7, "data: a\n: 34567\n: 34567\n\n", size), (true, 3), "comments do not");
        assert_eq!(within(7, "data: a\n\n: 345678\n", size), (false, 1), "but have the same limit");
        assert_eq!(within(7, "data: 34567890", size), (false, 0), "before the line has ended");
        assert_eq!(within(0, "\n\r\n\n", size), (true, 0));
    }
}

#[test]
fn the_default_limit_lets_16_mib_pass() {
    let data = vec![b'x'; DEFAULT_FRAME_LIMIT - "data: ".len()];
    for (extra, passes) in [("", true), ("x", false)] {
        let mut decoder = FrameDecoder::new();
        let mut result = Ok(());
        for part in [b"data: ", &data[..], extra.as_bytes()] {
            decoder.push(Bytes::copy_from_slice(part));
            result = decoder.next_frame().map(|frame| assert!(frame.is_none()));
        }
        assert_eq!(result.is_ok(), passes);
        if passes {
            decoder.push(Bytes::from_static(b"\n\n"));
            let frame = decoder.next_frame().expect("at the limit").expect("a frame");
            assert_eq!(frame.data().len(), data.len());
        }
    }
}
