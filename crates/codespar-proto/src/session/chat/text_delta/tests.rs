//! The short way against the way of all events: over near misses, mutations and recordings.

use std::{fs, path::Path};

use bytes::Bytes;
use codespar_engine::{
    kit::{Decoded, EventDecoder as _},
    sse::{Frame, FrameDecoder},
};
use proptest::{prelude::*, sample::Index};

use super::text_delta;
use crate::session::chat::decoder::{ChatDecoder, any_event};

const VALID: &str = r#"{"type":"assistant_text","content":"Cobrança de R$ 150","iteration":12}"#;

/// Reads an event both ways, and says whether it went the short one.
fn is_short(frame: &Frame<'_>) -> bool {
    let read = ChatDecoder.event(frame).map_err(|error| error.to_string());
    let expected = any_event(frame).map_err(|error| error.to_string());
    match (&read, &expected) {
        (Ok(Decoded::Item(read)), Ok(Decoded::Item(expected)))
        | (Ok(Decoded::Last(read)), Ok(Decoded::Last(expected))) => assert_eq!(read, expected),
        (Err(read), Err(expected)) => assert_eq!(read, expected),
        _ => panic!("{read:?}, expected {expected:?}"),
    }
    text_delta(frame).is_some()
}

/// Reads every event of a stream both ways, and says how many went the short one.
fn compared(stream: &[u8]) -> usize {
    let mut decoder = FrameDecoder::new();
    decoder.push(Bytes::copy_from_slice(stream));
    let mut short = 0;
    while let Ok(Some(frame)) = decoder.next_frame() {
        short += usize::from(is_short(&frame));
    }
    match decoder.finish() {
        Ok(Some(frame)) => short + usize::from(is_short(&frame)),
        _ => short,
    }
}

/// A stream of one event.
fn stream(name: &str, data: &[u8]) -> Vec<u8> {
    let mut stream = match name {
        "" => Vec::new(),
        name => format!("event: {name}\n").into_bytes(),
    };
    for line in data.split(|byte| *byte == b'\n') {
        stream.extend([b"data: ", line, b"\n"].concat());
    }
    stream.push(b'\n');
    stream
}

#[test]
fn what_servers_write_goes_the_short_way() {
    let spaced = |data: &str| data.replace("\":", "\": ").replace(",\"", ", \"");
    let bare = |data: &str| data.replace(r#""type":"assistant_text","#, "");
    for data in [
        VALID.to_owned(),
        spaced(VALID),
        VALID.replace("12", "0"),
        VALID.replace("12", "999999999"),
        VALID.replace("Cobrança de R$ 150", ""),
    ] {
        assert_eq!(compared(&stream("assistant_text", data.as_bytes())), 1, "{data}");
        assert_eq!(compared(&stream("", data.as_bytes())), 1, "{data}");
        assert_eq!(compared(&stream("done", data.as_bytes())), 0, "{data}");
    }
    for data in [bare(VALID), spaced(&bare(VALID))] {
        assert_eq!(compared(&stream("assistant_text", data.as_bytes())), 1, "{data}");
        assert_eq!(compared(&stream("", data.as_bytes())), 0, "{data}");
    }
}

#[test]
fn nothing_else_does() {
    for (part, instead) in [
        ("12", "012"),
        ("12", "-0"),
        ("12", "1.0"),
        ("12", "1e1"),
        ("12", "4294967296"),
        ("12", "\"12\""),
        ("12", "12,\"iteration\":13"),
        ("12", "12,\"more\":[[{}]]"),
        ("12}", "12 }"),
        ("12}", "12} "),
        ("12}", "12}}"),
        ("12}", "12"),
        ("R$", r"R\u0024"),
        ("R$", r"\ud83d"),
        ("R$", "\t"),
        ("R$", "\0"),
        ("R$", "\n"),
        ("R$", "\""),
        ("{", " {"),
        ("{", "{  "),
        ("{", "\u{feff}{"),
        ("{", "["),
        ("\"type\"", "\"kind\""),
        ("assistant_text", "user_message"),
        ("\"content\"", "\"Content\""),
        ("\"content\"", "\"content\":1,\"content\""),
    ] {
        let data = VALID.replacen(part, instead, 1);
        assert_ne!(data, VALID);
        for name in ["assistant_text", "", "user_message", "unheard_of", "message"] {
            assert_eq!(compared(&stream(name, data.as_bytes())), 0, "{name}: {data}");
        }
    }
    let latin = VALID.chars().map(|letter| u8::try_from(letter).unwrap()).collect::<Vec<_>>();
    assert_eq!(compared(&stream("", &latin)), 0);
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a test may read the recordings")]
fn recordings_and_seeds_of_fuzzers_are_read_as_ever() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut short = 0;
    for recordings in ["codespar", "upivia", "variants"] {
        let text = fs::read_to_string(root.join(format!("fixtures/wire/{recordings}.jsonl")));
        for line in text.unwrap().lines() {
            short += in_texts(&serde_json::from_str(line).unwrap());
        }
    }
    assert!(short > 20, "{short}");
    for seeds in ["sse", "flows", "answers"] {
        for seed in fs::read_dir(root.join("fuzz/corpus").join(seeds)).unwrap() {
            let seed = fs::read(seed.unwrap().path()).unwrap();
            compared(&seed);
            compared(&stream("assistant_text", &seed));
        }
    }
}

/// Compares what stands in the texts of a recording: bodies, and their pieces joined.
fn in_texts(value: &serde_json::Value) -> usize {
    use serde_json::Value::{Array, Object, String};

    match value {
        String(text) => compared(text.as_bytes()),
        Array(items) => {
            let joined: std::string::String =
                items.iter().filter_map(|item| item.as_str()).collect();
            compared(joined.as_bytes()) + items.iter().map(in_texts).sum::<usize>()
        }
        Object(members) => members.values().map(in_texts).sum(),
        _ => 0,
    }
}

fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(words)
}

const NAMES: &[&str] =
    &["", "assistant_text", "assistant_text", "user_message", "done", "message", "unheard_of"];

const ESCAPES: &[&str] =
    &[r"\n", r#"\""#, r"\\", r"\u00e7", r"\ud83d", r"\ud83d\ude00", r"\x", "\u{7f}"];

/// Numbers in other spellings, and what is none.
const NO_NUMBERS: &[&str] =
    &["", "01", "-0", "+1", "1.0", "1e2", "null", "true", "\"1\"", "[1]", "{}", "1 "];

/// The usual one more often than the others.
fn mostly(
    usual: &'static str,
    others: &'static [&'static str],
) -> impl Strategy<Value = &'static str> {
    prop_oneof![8 => Just(usual), 1 => one_of(others)]
}

fn content() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[ -~]{0,12}",
        3 => "[^\\x00-\\x1f\"\\\\]{0,12}",
        1 => any::<String>(),
        1 => one_of(ESCAPES).prop_map(str::to_owned),
    ]
}

fn iteration() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (0_u64..12_000_000_000).prop_map(|number| number.to_string()),
        2 => (0_u32..20).prop_map(|number| number.to_string()),
        1 => any::<i64>().prop_map(|number| number.to_string()),
        1 => any::<f64>().prop_map(|number| number.to_string()),
        1 => one_of(NO_NUMBERS).prop_map(str::to_owned),
    ]
}

/// A member, `#` where signs stand that spaces may follow on.
fn members() -> impl Strategy<Value = Vec<String>> {
    let kind = mostly("assistant_text", &["user_message", "done", "", r"assistant\u005ftext"])
        .prop_map(|kind| format!(r#""type":"{kind}""#));
    let text = content().prop_map(|text| format!(r#""content":"{text}""#));
    let round = iteration().prop_map(|number| format!(r#""iteration":{number}"#));
    let other = prop_oneof![
        one_of(&[
            r#""content":null"#,
            r#""content":7"#,
            r#""id":"x""#,
            r#""cont\u0065nt":"x""#,
            r#""more":[[[{"a":{}}]]]"#,
            r#""":0"#,
            r#""x""#,
            "",
        ])
        .prop_map(str::to_owned),
        (1_usize..200)
            .prop_map(|depth| { format!(r#""deep":{}{}"#, "[".repeat(depth), "]".repeat(depth)) }),
    ];
    let usual = (kind, text, round).prop_map(|(kind, text, round)| vec![kind, text, round]);
    let stray = proptest::collection::vec((any::<Index>(), other), 0..2);
    (usual, any::<Index>(), 0_u8..8, stray).prop_map(|(mut members, at, change, stray)| {
        let at = at.index(members.len());
        match change {
            0 => drop(members.remove(at)),
            1 => members.rotate_left(at),
            2 => members.push(members[at].clone()),
            _ => {}
        }
        for (at, member) in stray {
            members.insert(at.index(members.len() + 1), member);
        }
        members
    })
}

/// Text deltas, and what is nearly one.
fn near_misses() -> impl Strategy<Value = String> {
    let comma = mostly(",", &[", ", ",  ", " ,", ",\n", ",\t", "", ",,", ";"]);
    let colon = mostly("\":", &["\": ", "\":  ", "\" :", "\":\t", "\"", "\":null,\""]);
    let open = mostly("{", &["{ ", " {", "{\n", "\u{feff}{", "[", "", "{{"]);
    let close = mostly("}", &["} ", " }", "", "]", "}}", "}x", "}\n", "}\0", ","]);
    (members(), comma, colon, open, close).prop_map(|(members, comma, colon, open, close)| {
        format!("{open}{}{close}", members.join(comma).replace("\":", colon))
    })
}

/// A valid one with some bytes changed.
fn mutations() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        any::<u8>(),
        one_of(&["\"\\{}[]:, \t019e.-"])
            .prop_flat_map(|bytes| { proptest::sample::select(bytes.as_bytes()) })
    ];
    let edits = proptest::collection::vec((any::<Index>(), 0_u8..4, byte), 0..4);
    (near_misses(), any::<bool>(), edits).prop_map(|(near, is_near, edits)| {
        let mut data = if is_near { near.into_bytes() } else { VALID.as_bytes().to_vec() };
        for (at, edit, byte) in edits {
            let at = at.index(data.len() + 1);
            match (edit, data.get_mut(at)) {
                (0, Some(old)) => *old = byte,
                (1, Some(_)) => drop(data.remove(at)),
                (2, _) if at % 4 == 0 => data.truncate(at),
                _ => data.insert(at, byte),
            }
        }
        data
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 4096,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn near_misses_are_read_as_ever(name in one_of(NAMES), data in near_misses()) {
        compared(&stream(name, data.as_bytes()));
    }

    #[test]
    fn mutations_are_read_as_ever(name in one_of(NAMES), data in mutations()) {
        compared(&stream(name, &data));
    }
}
