//! Whole numbers and ids that are spelled otherwise than their types are.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::json::{Json, decode, reader::number::is_id};

#[derive(Debug, PartialEq, Deserialize)]
struct Newtype(i32);

#[derive(Debug, PartialEq, Deserialize)]
struct Deep {
    payment_id: Option<String>,
    file_ids: Vec<String>,
    list: Vec<u64>,
    pair: (u8, i64),
    map: BTreeMap<String, Option<Newtype>>,
    price: f64,
    raw: Json,
}

fn deep(payment_id: &str, number: &str) -> String {
    format!(
        r#"{{"payment_id":{payment_id},"file_ids":[7,"b"],"list":[{number},1],"pair":[2.0,-3e0],
            "map":{{"a":{number},"b":null}},"price":2.50,"raw":{{"id":7.0,"n":{number}}}}}"#,
    )
}

#[test]
fn whole_numbers_and_ids_are_read_at_any_depth() {
    let read: Deep = decode(deep("81", "30e-1").as_bytes()).unwrap();
    let map = [("a", Some(Newtype(3))), ("b", None)];
    let expected = Deep {
        payment_id: Some("81".to_owned()),
        file_ids: vec!["7".to_owned(), "b".to_owned()],
        list: vec![3, 1],
        pair: (2, -3),
        map: map.map(|(name, value)| (name.to_owned(), value)).into(),
        price: 2.5,
        raw: Json::parse_str(r#"{"id":7.0,"n":30e-1}"#).unwrap(),
    };
    assert_eq!(read, expected);
    // Free JSON stays to the letter.
    assert_eq!(read.raw.as_str(), r#"{"id":7.0,"n":30e-1}"#);
    let null: Deep = decode(deep("null", "3").as_bytes()).unwrap();
    assert_eq!(null.payment_id, None);
}

#[test]
fn what_is_not_whole_or_does_not_fit_is_an_error_with_its_place() {
    for (number, reason) in [
        ("3.5", "list[0]: invalid type: floating point, expected u64"),
        ("3.00000000000000000000001", "list[0]: invalid type: floating point, expected u64"),
        ("-1.0", "list[0]: invalid value: integer, expected u64"),
        ("18446744073709551616.0", "list[0]: invalid type: floating point, expected u64"),
        ("1e400", "list[0]: number out of range"),
        ("\"3\"", "list[0]: invalid type: string, expected u64"),
        ("3e9", "map.a: invalid value: integer, expected i32"),
    ] {
        let error = decode::<Deep>(deep("\"p\"", number).as_bytes()).unwrap_err();
        assert_eq!(error.message(), reason, "{number}");
    }
    for id in ["1.5", "true", "[]", "{}", "1e400"] {
        let error = decode::<Deep>(deep(id, "3").as_bytes()).unwrap_err();
        assert!(error.message().starts_with("payment_id: "), "{id}: {error}");
    }
}

#[test]
fn no_digit_of_a_number_is_lost() {
    for number in ["9007199254740993.0", "9007199254740993", "90071992547409930e-1"] {
        let read: Vec<u64> = decode(format!("[1.0, {number}]").as_bytes()).unwrap();
        assert_eq!(read, [1, 9_007_199_254_740_993], "{number}");
    }
    let most: Vec<i64> = decode(b"[-9223372036854775808.0, 9223372036854775807.0]").unwrap();
    assert_eq!(most, [i64::MIN, i64::MAX]);
}

#[test]
fn ids_are_told_by_their_names() {
    for name in ["id", "ids", "payment_id", "file_ids", "mandateId", "fileIds"] {
        assert!(is_id(name), "{name}");
    }
    for name in ["paid", "kid", "valid", "idle", "status", "", "s", "uuid", "ID"] {
        assert!(!is_id(name), "{name}");
    }
}
