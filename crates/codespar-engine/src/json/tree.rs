//! JSON as a tree that loses nothing: numbers as they are written, any depth.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::json::{depth::after_text, number::Number, repair::mended};

/// Deeper than this, a value is kept as its text.
const DEPTH: usize = 127;

/// A value, whose numbers are still texts.
enum Tree<'a> {
    Plain(&'a str),
    Number(&'a str),
    Text(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
    /// Nested too deeply to be taken apart.
    Deep(&'a str),
}

/// The tree of a JSON text. What `serde_json` cannot hold is kept as a text.
pub(crate) fn value_of(json: &str) -> Value {
    // Nearly always: the reader of the library, which is faster.
    match serde_json::from_str(json) {
        Ok(value) if !has_long_number(json) => value,
        _ => {
            let mended = mended(json.as_bytes());
            let json = mended.as_deref().unwrap_or(json);
            Reader { rest: json, depth: 0 }.value().map_or(Value::Null, |tree| tree.value())
        }
    }
}

/// Whether two JSON texts mean the same: spacing, escapes, the order of members, and how numbers
/// are spelled do not count.
pub(crate) fn same(a: &str, b: &str) -> bool {
    let (mended_a, mended_b) = (mended(a.as_bytes()), mended(b.as_bytes()));
    let read = |json| Reader { rest: json, depth: 0 }.value();
    let a = read(mended_a.as_deref().unwrap_or(a));
    let b = read(mended_b.as_deref().unwrap_or(b));
    matches!((a, b), (Some(a), Some(b)) if a.is(&b))
}

/// Whether a number is written so that a binary float might be another: with more digits than
/// one surely holds, or with an exponent.
fn has_long_number(json: &str) -> bool {
    let mut digits = 0;
    let mut rest = json.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        match byte {
            b'"' => (rest, digits) = (after_text(after), 0),
            b'0'..=b'9' => digits += 1,
            b'.' | b'-' => {}
            // Not that of `true`, which follows on no digit.
            b'e' | b'E' if digits > 0 => return true,
            _ => digits = 0,
        }
        if digits > 15 {
            return true;
        }
    }
    false
}

impl Tree<'_> {
    fn value(self) -> Value {
        match self {
            Self::Plain("true") => Value::Bool(true),
            Self::Plain("false") => Value::Bool(false),
            Self::Plain(_) => Value::Null,
            Self::Number(text) => number(text),
            Self::Text(text) => Value::String(text),
            Self::Deep(text) => Value::String(text.to_owned()),
            Self::List(items) => items.into_iter().map(Tree::value).collect(),
            Self::Object(members) => {
                members.into_iter().map(|(name, tree)| (name, tree.value())).collect()
            }
        }
    }

    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Plain(a), Self::Plain(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a == b || Number::parse(a) == Number::parse(b),
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Deep(a), Self::Deep(b)) => without_blanks(a) == without_blanks(b),
            (Self::List(a), Self::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is(b))
            }
            (Self::Object(a), Self::Object(b)) => {
                let (a, b) = (by_name(a), by_name(b));
                let same = |(a, b): ((&&str, &&Self), (&&str, &&Self))| a.0 == b.0 && a.1.is(b.1);
                a.len() == b.len() && a.iter().zip(&b).all(same)
            }
            _ => false,
        }
    }
}

/// Members in no order. Of several of one name, the last counts.
fn by_name<'a, 'b>(members: &'b [(String, Tree<'a>)]) -> BTreeMap<&'b str, &'b Tree<'a>> {
    members.iter().map(|(name, tree)| (&**name, tree)).collect()
}

/// A number of the library, if that is the same one; else its text.
fn number(text: &str) -> Value {
    let kept = serde_json::from_str::<serde_json::Number>(text)
        .ok()
        .filter(|kept| Number::parse(&kept.to_string()) == Number::parse(text));
    kept.map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

/// JSON without what stands between its parts.
fn without_blanks(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => text_length(rest),
            _ => first.len_utf8(),
        };
        let (part, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        if !first.is_ascii_whitespace() {
            text.push_str(part);
        }
        rest = after;
    }
    text
}

/// The length of the text that begins here, with both its quotes.
fn text_length(json: &str) -> usize {
    json.len() - json.get(1..).map_or(0, |inner| after_text(inner.as_bytes()).len())
}

/// Reads what is known to be JSON; of what is none it makes `None`, or something.
struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self) -> Option<Tree<'a>> {
        let first = *self.peek()?;
        match first {
            b'"' => self.text().map(Tree::Text),
            b'[' | b'{' if self.depth == DEPTH => Some(Tree::Deep(self.nested())),
            b'[' | b'{' => {
                self.depth += 1;
                self.skip();
                let tree = if first == b'[' { self.list() } else { self.object() };
                self.depth -= 1;
                tree
            }
            b'-' | b'0'..=b'9' => Some(Tree::Number(self.word())),
            _ => Some(Tree::Plain(self.word())).filter(|_| first.is_ascii_lowercase()),
        }
    }

    fn list(&mut self) -> Option<Tree<'a>> {
        let mut items = Vec::new();
        loop {
            match self.peek()? {
                b']' => break,
                b',' => self.skip(),
                _ => items.push(self.value()?),
            }
        }
        self.skip();
        Some(Tree::List(items))
    }

    fn object(&mut self) -> Option<Tree<'a>> {
        let mut members = Vec::new();
        loop {
            match self.peek()? {
                b'}' => break,
                b',' => self.skip(),
                b'"' => {
                    let name = self.text()?;
                    self.peek().filter(|byte| **byte == b':')?;
                    self.skip();
                    members.push((name, self.value()?));
                }
                _ => return None,
            }
        }
        self.skip();
        Some(Tree::Object(members))
    }

    /// The next byte that is no blank.
    fn peek(&mut self) -> Option<&'a u8> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
        self.rest.as_bytes().first()
    }

    fn skip(&mut self) {
        self.rest = self.rest.get(1..).unwrap_or_default();
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (part, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        part
    }

    fn text(&mut self) -> Option<String> {
        serde_json::from_str(self.take(text_length(self.rest))).ok()
    }

    fn word(&mut self) -> &'a str {
        let ends = |letter: char| matches!(letter, ',' | ']' | '}' | ' ' | '\t' | '\n' | '\r');
        self.take(self.rest.find(ends).unwrap_or(self.rest.len()))
    }

    /// A list or an object, whole and unread.
    fn nested(&mut self) -> &'a str {
        let mut open = 0_usize;
        let mut rest = self.rest.as_bytes();
        while let [byte, after @ ..] = rest {
            rest = after;
            match byte {
                b'"' => rest = after_text(after),
                b'[' | b'{' => open += 1,
                b']' | b'}' => open = open.saturating_sub(1),
                _ => continue,
            }
            if open == 0 {
                break;
            }
        }
        self.take(self.rest.len() - rest.len())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_that_a_tree_can_hold_is_lost() {
        for (text, value) in [
            (r#"{"m":"caf\ud83d"}"#, json!({"m": "caf\u{fffd}"})),
            (r#"{"m":1e400, "n":[1]}"#, json!({"m": "1e400", "n": [1]})),
            (r#"{"a\ud83d":1,"m":2}"#, json!({"a\u{fffd}": 1, "m": 2})),
            ("12345678901234567890", json!(12_345_678_901_234_567_890_u64)),
            ("123456789012345678901", json!("123456789012345678901")),
            ("[12345678901234567.89, 0.1, 1e2]", json!(["12345678901234567.89", 0.1, 100.0])),
            ("0.30000000000000004", json!(0.300_000_000_000_000_04)),
            (r#" [ true , null,"1e400",-0.5 ] "#, json!([true, null, "1e400", -0.5])),
            (r#"{"a":1e400,"a":2}"#, json!({"a": 2})),
        ] {
            assert_eq!(value_of(text), value, "{text}");
        }
    }

    #[test]
    fn what_is_nested_too_deeply_is_kept_as_its_text() {
        let deep = |depth: usize| format!("{}\"[\"{}", "[".repeat(depth), "]".repeat(depth));
        let mut value = &value_of(&deep(100_000));
        let mut levels = 0;
        while let Some(items) = value.as_array() {
            (value, levels) = (&items[0], levels + 1);
        }
        assert_eq!((levels, value.as_str()), (DEPTH, Some(&*deep(100_000 - DEPTH))));
    }

    #[test]
    fn values_are_equal_however_they_are_written() {
        let deep = |inner: &str| format!("{}{inner}{}", "[".repeat(200), "]".repeat(200));
        for (a, b) in [
            (r#"{"a":1,"b":[2]}"#, r#" { "b" : [ 2.0 ], "a" : 1 } "#),
            (r#"{"m":1e400}"#, r#"{ "m" : 10e399 }"#),
            (r#""caf\ud83d""#, r#" "caf\ud83d" "#),
            (r#""\u00e9""#, "\"é\""),
            (&deep("1"), &deep(" 1 ")),
        ] {
            assert!(same(a, b), "{a} {b}");
        }
        for (a, b) in [
            (r#"{"m":1e400}"#, r#"{"m":1e401}"#),
            (r#"{"m":1e400}"#, r#"{"m":"1e400"}"#),
            ("9007199254740993", "9007199254740992"),
            (r#"{"a":1}"#, r#"{"a":1,"b":null}"#),
            ("[1,2]", "[2,1]"),
            ("null", "false"),
            (&deep("1"), &deep("2")),
        ] {
            assert!(!same(a, b), "{a} {b}");
        }
    }
}
