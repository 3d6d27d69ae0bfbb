//! The reader beside `serde_json`: what is JSON to one is JSON to the other, and means the same.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Value, value::RawValue};

use super::Reader;
use crate::json::{Json, decode};

fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Option<T> {
    let mut reader = Reader::new(text);
    let value = T::deserialize(&mut reader).ok()?;
    reader.end().ok().map(|()| value)
}

/// Reads a text in all ways that there are: as a tree, as raw text, and not at all.
fn same(text: &str) -> Result<(), TestCaseError> {
    let tree = serde_json::from_str::<Value>(text).ok();
    let (ours, theirs) = (read::<Value>(text), tree);
    match (&ours, &theirs) {
        // The last bit of a float is another with `serde_json`, which does not look at it.
        (Some(ours), Some(theirs)) => prop_assert!(close(ours, theirs), "{text}"),
        (None, None) => {}
        _ => prop_assert!(false, "{text}: {ours:?}, {theirs:?}"),
    }
    let theirs = serde_json::from_str::<&RawValue>(text).ok().map(RawValue::get);
    prop_assert_eq!(read::<&RawValue>(text).map(RawValue::get), theirs);
    let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
    prop_assert_eq!(read::<IgnoredAny>(text).is_some(), is_json);
    Ok(())
}

fn close(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            a == b
                || a.is_f64() && b.is_f64() && {
                    let (a, b) = (a.as_f64().unwrap(), b.as_f64().unwrap());
                    (a - b).abs() <= a.abs() * 1e-15
                }
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| close(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0 && close(a.1, b.1))
        }
        _ => a == b,
    }
}

/// Pieces that texts of JSON are made of, and broken by.
fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"a\"",
        "\"a\":",
        "\"\"",
        "1",
        "0",
        "-",
        "-0",
        ".5",
        "1.5",
        "e3",
        "E-2",
        "00",
        "12345678901234567890",
        "null",
        "true",
        "false",
        "nul",
        " ",
        "\n",
        "\"",
        "\\",
        "\\u00e9",
        "\\ud83d\\ude00",
        "\\ud83d",
        "\\ude00",
        "\\n",
        "\\x",
        "\t",
        "\u{1}",
        "é",
        "\"01234567\\\"89\"",
        "9007199254740993",
        "18446744073709551616",
        "1e400",
        "\u{0}",
    ])
}

fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn pieces_of_json_are_read_as_by_serde_json(pieces in prop::collection::vec(piece(), 0..12)) {
        same(&pieces.concat())?;
    }

    #[test]
    fn trees_are_read_as_by_serde_json(tree in tree(), spaced: bool) {
        same(&if spaced { format!("{tree:#}") } else { tree.to_string() })?;
    }

    #[test]
    fn broken_trees_are_refused_as_by_serde_json(
        tree in tree(), at in any::<prop::sample::Index>(), piece in piece(), cut: bool,
    ) {
        let letters: Vec<char> = tree.to_string().chars().collect();
        let (before, after) = letters.split_at(at.index(letters.len() + 1));
        let after = if cut { after.get(1..).unwrap_or_default() } else { after };
        let text = |letters: &[char]| letters.iter().collect::<String>();
        same(&[&text(before), piece, &text(after)].concat())?;
    }

    #[test]
    fn where_a_text_ends_does_not_depend_on_its_length(
        before in "[a-zé]{0,20}", end in "[\"\\\\\u{1}\u{1f}\u{20}]",
    ) {
        same(&format!("\"{before}{end}\""))?;
        same(&format!("\"{before}{end}n{before}\""))?;
    }
}

#[derive(Debug, PartialEq, Deserialize)]
struct Newtype(i32);

#[derive(Debug, PartialEq, Deserialize)]
enum Shape {
    Dot,
    Line(i64),
    Box(u8, u8),
    Ring { radius: f32 },
}

#[test]
fn every_kind_of_type_is_read() {
    assert_eq!(read::<(u8, char, Option<()>)>(r#"[1,"é",null]"#), Some((1, 'é', None)));
    assert_eq!(read::<[i128; 2]>("[-1e30, 7]"), Some([-10_i128.pow(30), 7]));
    assert_eq!(read::<u128>("340282366920938463463374607431768211456"), None);
    assert_eq!(read::<Newtype>("3.0"), Some(Newtype(3)));
    assert_eq!(read::<f64>("3"), Some(3.0));
    assert_eq!(read::<BTreeMap<i8, bool>>(r#"{"-3":true,"4":false}"#).unwrap().len(), 2);
    assert_eq!(read::<BTreeMap<i8, bool>>(r#"{"300":true}"#), None);
    assert_eq!(read::<BTreeMap<Key, u8>>(r#"{"Dot":1}"#).unwrap().len(), 1);
    let shapes = r#"["Dot",{"Dot":null},{"Line":4.0},{"Box":[1,2]},{"Ring":{"radius":0.5}}]"#;
    let expected =
        [Shape::Dot, Shape::Dot, Shape::Line(4), Shape::Box(1, 2), Shape::Ring { radius: 0.5 }];
    assert_eq!(read::<Vec<Shape>>(shapes).unwrap(), expected);
    for text in ["\"Line\"", "{\"Dot\":1}", "{\"Dot\":null,\"x\":1}", "{}", "3", "\"x\""] {
        assert_eq!(read::<Shape>(text), None, "{text}");
    }
    assert_eq!(read::<Vec<Value>>("[1 2]"), None);
    assert_eq!(read::<(u8,)>("[1,2]"), None);
    let escaped: BTreeMap<String, String> = decode(br#"{"a\u0062":"\"\ud83d\ude00"}"#).unwrap();
    assert_eq!(escaped["ab"], "\"\u{1f600}");
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Deserialize, Debug)]
enum Key {
    Dot,
}

#[test]
fn typed_values_have_a_depth_and_free_json_has_none() {
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(read::<Value>(&deep(127)).is_some());
    assert!(read::<Value>(&deep(128)).is_none());
    assert!(read::<Json>(&deep(100_000)).is_some());
    assert!(read::<IgnoredAny>(&deep(100_000)).is_some());
}

#[test]
fn an_error_names_the_value_that_it_is_about() {
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Row {
        at: Option<u8>,
        of: (u8, Shape),
        by: BTreeMap<u8, Json>,
    }
    let row = |of: &str, by: &str| format!(r#"[{{"by":{by},"of":{of}}}]"#);
    for (text, expected) in [
        (row("[300,\"Dot\"]", "{}"), "[0].of[0]: invalid value: integer, expected u8"),
        (row("[3,\"Dash\"]", "{}"), "[0].of[1]: unknown variant, expected one of"),
        (row("[3,{\"Line\":\"x\"}]", "{}"), "[0].of[1].Line: invalid type: string, expected i64"),
        (row("[3]", "{}"), "[0].of: invalid length 1, expected a tuple of size 2"),
        (row("[3,\"Dot\",1]", "{}"), "[0].of: trailing characters"),
        (row("{}", "{}"), "[0].of: invalid type: map, expected a tuple of size 2"),
        (row("null", "{}"), "[0].of: invalid type: null, expected a tuple of size 2"),
        (row("[3,\"Dot\"]", "{\"a\":1}"), "[0].by.a: invalid type: string, expected u8"),
        (r#"[{"by":{},"at":{"x":[]}}]"#.to_owned(), "[0].at: invalid type: map, expected u8"),
        (r#"[{"by":{},"at":7}]"#.to_owned(), "[0]: missing field `of`"),
        (r#"[{"by":{},"at":7,"at":8}]"#.to_owned(), "[0]: duplicate field `at`"),
        (r#"{"by":{}}"#.to_owned(), "the answer: invalid type: map, expected a sequence"),
    ] {
        let error = decode::<Vec<Row>>(text.as_bytes()).unwrap_err();
        assert!(error.message().starts_with(expected), "{text}: {error}");
    }
}
