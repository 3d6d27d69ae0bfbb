//! What errors say, and where.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::{ROUNDS, decode, decode_with};
use crate::json::{Json, members::through_json, raw::read_number};

#[derive(Debug, Deserialize)]
enum Shape {
    Dot,
    #[allow(dead_code)]
    Line(i64),
}

/// A type that finds fault with a value after it was read.
#[derive(Debug)]
struct Amount;

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_number(deserializer, |text| text.parse::<f64>().ok().map(|_| Self))
    }
}

#[derive(Debug, Deserialize)]
struct Inner {
    #[allow(dead_code)]
    x: u8,
}

#[derive(Debug)]
struct Late;

impl<'de> Deserialize<'de> for Late {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        through_json::<_, Inner>(deserializer).map(|_| Self)
    }
}

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Row {
    at: Option<u8>,
    of: (u8, Shape),
    by: BTreeMap<u8, Json>,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code)]
struct Bill {
    total: Option<Amount>,
    parts: Option<Vec<Amount>>,
    late: Option<Late>,
    more: Option<Box<Self>>,
    late_ones: Option<Vec<Late>>,
}

#[test]
fn an_error_names_the_value_that_it_is_about() {
    let row = |of: &str, by: &str| format!(r#"[{{"by":{by},"of":{of}}}]"#);
    for (text, expected) in [
        (row("[300,\"Dot\"]", "{}"), "[0].of[0]: invalid value: integer, expected u8"),
        (row("[3,\"Dash\"]", "{}"), "[0].of[1]: unknown variant, expected `Dot` or `Line`"),
        (row("[3,{\"Line\":\"x\"}]", "{}"), "[0].of[1].Line: invalid type: string, expected i64"),
        (row("[3]", "{}"), "[0].of: invalid length 1, expected a tuple of size 2"),
        (row("[3 , \"Dot\", 1]", "{}"), "[0].of: trailing characters"),
        (row("{}", "{}"), "[0].of: invalid type: map, expected a tuple of size 2"),
        (row("null", "{}"), "[0].of: invalid type: null, expected a tuple of size 2"),
        (row("[3,[]]", "{}"), "[0].of[1]: expected value"),
        (row("[[],3]", "{}"), "[0].of[0]: invalid type: sequence, expected u8"),
        (row("[3,\"Dot\"]", "{\"a\":1}"), "[0].by.a: invalid value: expected key to be a number"),
        (r#"[{"by":{},"at":{"x":[]}}]"#.to_owned(), "[0].at: invalid type: map, expected u8"),
        (r#"[{"by":{},"at":"x","of":1}]"#.to_owned(), "[0].at: invalid type: string, expected u8"),
        ("[{\"by\":{},\n\"at\":\n true}]".to_owned(), "[0].at: invalid type: boolean, expected u8"),
        (r#"[{"by":{},"at":7}]"#.to_owned(), "[0]: missing field `of`"),
        ("[\n{\n}\n]".to_owned(), "[0]: missing field `of`"),
        (r#"[{"by":{},"at":7,"at":8}]"#.to_owned(), "[0]: duplicate field `at`"),
        (r#"{"by":{}}"#.to_owned(), "the answer: invalid type: map, expected a sequence"),
    ] {
        let error = decode::<Vec<Row>>(text.as_bytes()).unwrap_err();
        assert!(error.message().starts_with(expected), "{text}: {error}");
    }
}

#[test]
fn a_value_that_is_found_wrong_after_it_was_read_is_named() {
    let decimal = "expected a decimal number";
    for (text, path) in [
        (r#"{"total":"abc"}"#, "total"),
        (r#"{"total":"abc" , "late":null}"#, "total"),
        ("{\"total\":{}\n}", "total"),
        (r#"{"total":[1], "late":null}"#, "total"),
        (r#"{"parts":["1","2","abc" ]}"#, "parts[2]"),
        (r#"{"parts":["1", "abc" , "2"]}"#, "parts[1]"),
        (r#"{"parts":["abc",{}]}"#, "parts[0]"),
        (r#"{"parts":["abc"],"late":{"x":1}}"#, "parts[0]"),
        (r#"{"parts":[{}]}"#, "parts[0]"),
        (r#"{"parts":[1,[]]}"#, "parts[1]"),
        (r#"{"more":{"total":"abc"}}"#, "more.total"),
        (r#"{"more":{"total":"abc"},"total":1}"#, "more.total"),
        (r#"{"more":{"more":{"parts":["abc"]}}, "total":1}"#, "more.more.parts[0]"),
    ] {
        let error = decode::<Bill>(text.as_bytes()).unwrap_err();
        assert_eq!(error.message(), format!("{path}: {decimal}"), "{text}");
    }
    for (text, path) in [
        (r#"{"late":{"x":{}}}"#, "late"),
        (r#"{"late":{"x":{}},"total":1}"#, "late"),
        (r#"{"late_ones":[{"x":1},{"x":{}}]}"#, "late_ones[1]"),
        (r#"{"late_ones":[{"x":{}},{"x":1}]}"#, "late_ones[0]"),
    ] {
        let error = decode::<Bill>(text.as_bytes()).unwrap_err();
        assert!(error.message().starts_with(&format!("{path}: ")), "{text}: {error}");
    }
}

#[test]
fn a_text_is_read_a_few_times_at_most() {
    let members: Vec<_> = (0..400).map(|at| format!("\"a{at}_id\":{at}.0")).collect();
    let text = format!("{{{}}}", members.join(","));
    let mut readings = 0;
    decode_with(text.as_bytes(), "", &mut |reader| {
        readings += 1;
        BTreeMap::<String, String>::deserialize(reader).map(drop)
    })
    .unwrap();
    assert!(readings > 3 && readings < 2 * ROUNDS, "{readings}");
}

#[test]
fn of_bytes_that_are_no_text_what_is_wrong_first_is_told() {
    for (bytes, words) in [
        (&b"[7,\"caf\xe9\"]"[..], "[0]: invalid type: integer, expected a string"),
        (b"[\"caf\xe9\",7]", "the answer is not JSON (line 1, column 6)"),
        (b"[\"a\",\n\"caf\xe9\",{}]", "the answer is not JSON (line 2, column 5)"),
    ] {
        assert_eq!(decode::<Vec<String>>(bytes).unwrap_err().message(), words);
    }
}
