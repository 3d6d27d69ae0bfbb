//! Where in a JSON text a place is: the path of the value that stands there.

use std::fmt::Write as _;

use crate::json::depth::after_text;

/// What a value stands in, outermost first.
enum Level<'a> {
    Item(usize),
    /// The member's name as it is written, with its quotes; empty before there is one.
    Member(&'a str),
}

/// The path of the value at a place of the text, by bytes: `rows[1].at`; empty for the whole. An
/// object or an array is at its bracket, all other places in it belong to what is in it.
///
/// It is for texts that could not be read, and makes something of any.
#[cold]
pub(crate) fn path(text: &str, place: usize) -> String {
    let mut levels = Vec::new();
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        let at = text.len() - rest.len();
        if at >= place {
            break;
        }
        rest = after;
        match byte {
            b'{' => levels.push(Level::Member("")),
            b'[' => levels.push(Level::Item(0)),
            b'}' | b']' => drop(levels.pop()),
            b'"' => {
                rest = after_text(after);
                if let Some(Level::Member(name)) = levels.last_mut().filter(|it| it.is_open()) {
                    *name = text.get(at..text.len() - rest.len()).unwrap_or_default();
                }
            }
            b',' => match levels.last_mut() {
                Some(Level::Item(index)) => *index += 1,
                Some(Level::Member(name)) => *name = "",
                None => {}
            },
            _ => {}
        }
    }
    written(&levels)
}

impl Level<'_> {
    /// Whether the name of the member is still to come.
    fn is_open(&self) -> bool {
        matches!(self, Self::Member(""))
    }
}

fn written(levels: &[Level<'_>]) -> String {
    let mut path = String::new();
    for level in levels {
        match level {
            Level::Item(index) => drop(write!(path, "[{index}]")),
            Level::Member("") => {}
            Level::Member(name) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&unquoted(name));
            }
        }
    }
    path
}

fn unquoted(name: &str) -> String {
    let bare = || name.trim_matches('"').to_owned();
    serde_json::from_str(name).unwrap_or_else(|_| bare())
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn each_value_has_its_path() {
        let text = r#"{"a":[1,{"b":"x, \"]}","c\"d":[[],{"e":null}]}, 7],"f":{}}"#;
        for (value, expected) in [
            (r#"{"a""#, ""),
            ("[1", "a"),
            ("1", "a[0]"),
            (r#"{"b""#, "a[1]"),
            (r#""x"#, "a[1].b"),
            ("[[", r#"a[1].c"d"#),
            (r#"{"e""#, r#"a[1].c"d[1]"#),
            ("null", r#"a[1].c"d[1].e"#),
            ("7", "a[2]"),
            ("{}", "f"),
        ] {
            assert_eq!(path(text, text.find(value).unwrap()), expected, "{value}");
        }
        // Texts that are none, and places that are not in them.
        for (text, place) in [("]}\"", 3), ("{\"a", 9), ("", 0), ("[,,", 3), ("{\"\\", 3)] {
            path(text, place);
        }
    }
}
