//! Whole numbers and ids that are spelled otherwise than their types ask for.
//!
//! JSON has one kind of number (RFC 8259, 6), so that a whole number may have a point or an
//! exponent, and some servers write ids as numbers. What is written anew is the text, which is then
//! read as any other.

use std::borrow::Cow;

use crate::json::{
    number::Number,
    place::{Level, Walk},
};

/// Which values are written anew.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Extent {
    /// Those that stand in the same as the one that could not be read, as do all items of a list.
    Alike,
    /// All of the text.
    All,
}

/// The text with a whole number without point and exponent where reading stopped behind one that
/// has them, and as a text where it stopped behind a number that is an id (`of_type`: of another
/// type than was asked for). All values of the extent that are spelled so are written anew at
/// once. `None`: there is nothing to write anew.
#[cold]
pub(crate) fn respelled(text: &str, place: usize, of_type: bool, extent: Extent) -> Option<String> {
    let mut walk = Walk::new(text);
    let start = loop {
        let (start, is_number) = walk.step()?;
        if walk.at >= place {
            break Some(start).filter(|start| is_number && *start < place)?;
        }
    };
    let (alike, number) = (walk.levels, text.get(start..walk.at)?);
    let is_text = is_plain(number);
    if is_text && !(of_type && is_id(&alike)) {
        return None;
    }
    digits(number)?;
    let is_alike = |levels: &[Level<'_>]| match extent {
        Extent::Alike => {
            levels.len() == alike.len()
                && levels.iter().zip(&alike).all(|(it, as_it)| it.is_like(as_it))
        }
        Extent::All => !is_text || is_id(levels),
    };
    let spelled = |number: &str, levels: &[Level<'_>]| {
        let digits = if is_alike(levels) { digits(number)? } else { return None };
        Some(if is_text { format!("\"{digits}\"") } else { digits.into_owned() })
    };
    Some(replaced(text, spelled))
}

/// The text with other spellings of some numbers.
fn replaced(text: &str, spelled: impl Fn(&str, &[Level<'_>]) -> Option<String>) -> String {
    let (mut all, mut kept) = (String::with_capacity(text.len()), 0);
    let mut walk = Walk::new(text);
    while let Some((start, is_number)) = walk.step() {
        let number = text.get(start..walk.at).filter(|_| is_number);
        if let Some(other) = number.and_then(|number| spelled(number, &walk.levels)) {
            all.push_str(text.get(kept..start).unwrap_or_default());
            all.push_str(&other);
            kept = walk.at;
        }
    }
    all.push_str(text.get(kept..).unwrap_or_default());
    all
}

/// Whether a value is that of a member whose name is the name of an id, or an item of one.
fn is_id(levels: &[Level<'_>]) -> bool {
    let names = levels.iter().rev().find_map(|level| match level {
        Level::Member(name) => Some(name.trim_matches('"')),
        Level::Item(_) => None,
    });
    names.is_some_and(is_name_of_id)
}

/// `id`, `payment_id`, `mandateId`, and several of them: `file_ids`.
fn is_name_of_id(name: &str) -> bool {
    let name = name.strip_suffix('s').unwrap_or(name);
    name == "id" || name.ends_with("_id") || name.ends_with("Id")
}

fn is_plain(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The digits of a number, if it is whole.
fn digits(number: &str) -> Option<Cow<'_, str>> {
    if is_plain(number) {
        return Some(Cow::Borrowed(number));
    }
    Some(Cow::Owned(Number::parse(number)?.whole()?.to_string()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;
    use crate::json::{Json, decode};

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
    fn values_of_one_kind_are_written_anew_at_once_and_the_last_rounds_take_all() {
        let members = |value: &dyn Fn(usize) -> String| {
            let members: Vec<_> = (0..40).map(value).collect();
            format!("{{{}}}", members.join(","))
        };
        // Each name is a kind of its own.
        let text = members(&|at| format!("\"a{at}\":{at}.0"));
        assert_eq!(decode::<BTreeMap<String, u8>>(text.as_bytes()).unwrap()["a39"], 39);
        let text = members(&|at| format!("\"a{at}_id\":{at}.0"));
        assert_eq!(decode::<BTreeMap<String, String>>(text.as_bytes()).unwrap()["a39_id"], "39");
        // What is no id is none beside many, either.
        let text = format!("[{text},5]");
        let both: (BTreeMap<String, String>, u8) = decode(text.as_bytes()).unwrap();
        assert_eq!(both.1, 5);
        let items: Vec<_> = (0..40).map(|at| format!("{{\"pair_ids\":[{at},1e1]}}")).collect();
        let text = format!("[{}]", items.join(","));
        let lists: Vec<BTreeMap<String, Vec<String>>> = decode(text.as_bytes()).unwrap();
        assert_eq!(lists[39]["pair_ids"], ["39", "10"]);
    }

    #[test]
    fn an_id_that_is_a_number_in_its_type_stays_one() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Row {
            id: u8,
            payment_id: String,
            wide_id: Option<i128>,
            is_id: Option<bool>,
        }
        let read = |text: &str| decode::<Row>(text.as_bytes());
        let row = Row { id: 7, payment_id: "8".to_owned(), wide_id: Some(3), is_id: None };
        let text = r#"{"id":7.0,"payment_id":8.0,"wide_id":30e-1}"#;
        assert_eq!(read(text).unwrap(), row);
        for (text, words) in [
            (r#"{"id":300,"payment_id":8}"#, "id: invalid value: integer, expected u8"),
            (
                r#"{"id":7,"payment_id":8,"is_id":1}"#,
                "is_id: invalid type: integer, expected a boolean",
            ),
            (
                r#"{"id":7,"payment_id":1.5}"#,
                "payment_id: invalid type: floating point, expected a string",
            ),
            (r#"{"payment_id":7}"#, "the answer: missing field `id`"),
        ] {
            assert_eq!(read(text).unwrap_err().message(), words, "{text}");
        }
    }

    #[test]
    fn ids_are_told_by_their_names() {
        for name in ["id", "ids", "payment_id", "file_ids", "mandateId", "fileIds"] {
            assert!(is_name_of_id(name), "{name}");
        }
        for name in ["paid", "kid", "valid", "idle", "status", "", "s", "uuid", "ID"] {
            assert!(!is_name_of_id(name), "{name}");
        }
    }
}
