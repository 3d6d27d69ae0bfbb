//! Every answer type reads and writes without loss, whatever a later server adds to it.
//!
//! What the types are made of is read from their declarations in `src`, so that a field or a
//! type that is new is tested without a word here; their list is written again by
//! `UPDATE_FIXTURES=1 cargo test -p codespar-proto round_trip`.

mod generate;
mod same;
mod schema;
mod types;
mod unknown;

use std::fs;

use codespar_proto::ErrorKind;
use proptest::{
    prelude::*,
    test_runner::{Config, TestCaseError, TestRunner},
};

use self::{
    generate::{is_id, least, listed, object, spelled, text, wrong},
    same::same_object,
    schema::Schema,
    types::{ANSWERS, ENUMS},
};

/// How many answers of each type are made up.
const CASES: u32 = 24;

/// The list of all types, which tests of other crates use, too.
const LIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../testing-support/src/codespar_types.rs");

#[test]
fn no_type_is_left_out() {
    let schema = Schema::read();
    let list = schema.list();
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        fs::write(LIST, &list).unwrap();
    }
    let written = fs::read_to_string(LIST).unwrap_or_default();
    assert!(written == list, "codespar_types.rs is out of date; UPDATE_FIXTURES=1 writes it again");
    assert!(ENUMS.len() > 50 && ANSWERS.len() > 100, "the declarations are not read");
}

#[test]
fn every_answer_comes_back_as_it_was_sent() {
    let schema = Schema::read();
    for answer in ANSWERS {
        let sent = object(&schema, answer.name);
        let result = TestRunner::new(config()).run(&sent, |sent| {
            let fail = |why: String| TestCaseError::fail(format!("{}: {why}", answer.name));
            let got = (answer.pass)(&sent).map_err(fail)?;
            same_object(&schema, answer.name, &sent, &got).map_err(fail)
        });
        if let Err(error) = result {
            panic!("{error}");
        }
    }
}

#[test]
fn a_member_of_a_wrong_type_is_an_error_that_names_it() {
    let schema = Schema::read();
    for answer in ANSWERS {
        let good = least(&schema, answer.name, None);
        assert!((answer.pass)(&good).is_ok(), "{}: {good}", answer.name);
        for field in &schema.answers[answer.name] {
            for value in wrong(&schema, field) {
                let text = least(&schema, answer.name, Some((&field.wire, &value)));
                let error = (answer.read)(&text).expect_err(&text);
                assert_eq!(error.kind(), ErrorKind::Decode, "{}: {text}", answer.name);
                let named = error.message().starts_with(&field.wire)
                    || error.message().ends_with(&format!("missing field `{}`", field.wire));
                assert!(named, "{} {text}: {error}", answer.name);
            }
        }
    }
}

#[test]
fn a_whole_number_is_read_in_every_spelling_and_no_other_is() {
    let schema = Schema::read();
    let mut fields = 0;
    for answer in ANSWERS {
        for field in &schema.answers[answer.name] {
            let kind = field.optional().unwrap_or(&field.kind);
            if !matches!(kind, "u16" | "u32" | "u64" | "i64" | "Minor") {
                continue;
            }
            fields += 1;
            let (right, wrong) = spelled("3");
            for value in right {
                let text = least(&schema, answer.name, Some((&field.wire, &value)));
                // By the reader of the calls, and by serde's own.
                (answer.read)(&text).unwrap();
                let got = (answer.pass)(&text).unwrap();
                assert!(got.contains(&format!("\"{}\":3", field.wire)), "{text} {got}");
            }
            for value in wrong {
                let text = least(&schema, answer.name, Some((&field.wire, &value)));
                let error = (answer.read)(&text).unwrap_err();
                assert!(error.message().starts_with(&field.wire), "{text}: {error}");
                assert!((answer.pass)(&text).is_err(), "{text}");
            }
        }
    }
    assert!(fields > 30, "{fields} fields");
}

#[test]
fn an_id_that_is_a_number_is_an_id() {
    let schema = Schema::read();
    for answer in ANSWERS {
        for field in schema.answers[answer.name].iter().filter(|field| is_id(&field.wire)) {
            let value = if listed(&field.kind).is_some() { "[7,\"8\"]" } else { "7" };
            let text = least(&schema, answer.name, Some((&field.wire, value)));
            (answer.read)(&text).unwrap();
        }
    }
}

#[test]
fn half_of_a_pair_costs_no_answer() {
    let schema = Schema::read();
    for answer in ANSWERS {
        for field in &schema.answers[answer.name] {
            let kind = field.optional().unwrap_or(&field.kind);
            let value = match kind {
                "MinorText" | "AtomicText" | "DecimalText" | "Minor" | "Major" | "bool" => "null",
                "u16" | "u32" | "u64" | "i64" | "f64" => "null",
                kind if listed(kind).is_some() => "[]",
                kind if schema.answers.contains_key(kind) || kind.starts_with("BTreeMap") => "null",
                _ => r#""caf\ud83d""#,
            };
            if value == "null" && field.is_required() {
                continue;
            }
            let text = least(&schema, answer.name, Some((&field.wire, value)));
            let text = text.replacen('{', r#"{"new \udc00":[{"\ud83d":"\ud83d"}], "#, 1);
            (answer.read)(text.trim_end_matches(", }"))
                .unwrap_or_else(|error| panic!("{text}: {error}"));
            let marked = format!("\u{feff}{text}");
            assert!((answer.read)(&marked).is_ok(), "{marked}");
        }
    }
}

#[test]
fn what_is_no_object_is_no_answer() {
    for answer in ANSWERS {
        for text in ["null", "true", "7", "\"text\"", "[]", "[{}]", "", "{", "{\"id\":"] {
            let error = (answer.read)(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Decode, "{}: {text}", answer.name);
        }
    }
}

#[test]
fn what_is_secret_or_not_known_does_not_show() {
    let schema = Schema::read();
    for answer in ANSWERS {
        let secret = |kind: &str| matches!(kind, "Sensitive" | "Json");
        let fields = schema.answers[answer.name].iter();
        let hidden = fields.filter(|field| secret(field.optional().unwrap_or(&field.kind)));
        for name in hidden.map(|field| field.wire.as_str()).chain(["of_tomorrow"]) {
            let text = least(&schema, answer.name, Some((name, "\"hush-hush\"")));
            let shown = (answer.shown)(&text);
            assert!(!shown.contains("hush-hush"), "{}.{name}: {shown}", answer.name);
        }
    }
}

#[test]
fn every_known_value_of_an_enumeration_comes_back() {
    let schema = Schema::read();
    for known in ENUMS {
        assert_eq!((known.values)(), schema.enums[known.name], "{}", known.name);
        for value in (known.values)() {
            let json = serde_json::to_string(&value).unwrap();
            let (read, is_known) = (known.pass)(&json).unwrap();
            assert!(is_known && read == value, "{}: {value}", known.name);
        }
    }
}

#[test]
fn any_other_value_of_an_enumeration_comes_back() {
    for known in ENUMS {
        let result = TestRunner::new(config()).run(&text(), |json| {
            let sent: String = serde_json::from_str(&json).unwrap();
            let (read, is_known) = (known.pass)(&json).map_err(TestCaseError::fail)?;
            prop_assert_eq!(&read, &sent, "{}", known.name);
            prop_assert_eq!(is_known, (known.values)().contains(&sent), "{}", known.name);
            Ok(())
        });
        if let Err(error) = result {
            panic!("{error}");
        }
        for json in ["7", "null", "true", "[]", "{}"] {
            assert!((known.pass)(json).is_err(), "{}: {json}", known.name);
        }
    }
}

fn config() -> Config {
    Config { cases: CASES, failure_persistence: None, ..Config::default() }
}
