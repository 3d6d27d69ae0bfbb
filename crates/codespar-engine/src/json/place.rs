//! Where in a JSON text a place is: the path of the value that stands there.

use std::fmt::Write as _;

use crate::json::depth::after_text;

/// What a value stands in, outermost first.
#[derive(Clone)]
pub(crate) enum Level<'a> {
    Item(usize),
    /// The member's name as it is written, with its quotes; empty before there is one.
    Member(&'a str),
}

/// A way through a text, piece by piece. It makes something of any, JSON or not.
pub(crate) struct Walk<'a> {
    text: &'a str,
    /// Where the next piece begins, by bytes.
    pub(crate) at: usize,
    /// What it stands in.
    pub(crate) levels: Vec<Level<'a>>,
}

impl<'a> Walk<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { text, at: 0, levels: Vec::new() }
    }

    /// Passes over a bracket, a comma, a text, a number or anything else; says where it began, and
    /// whether it is a number. `None` at the end.
    pub(crate) fn step(&mut self) -> Option<(usize, bool)> {
        let start = self.at;
        let rest = self.text.as_bytes().get(start..)?;
        let (byte, after) = rest.split_first()?;
        self.at += 1;
        match byte {
            b'{' => self.levels.push(Level::Member("")),
            b'[' => self.levels.push(Level::Item(0)),
            b'}' | b']' => drop(self.levels.pop()),
            b'"' => {
                self.at = self.text.len() - after_text(after).len();
                if let Some(Level::Member(name)) = self.levels.last_mut().filter(|it| it.is_open())
                {
                    *name = self.text.get(start..self.at).unwrap_or_default();
                }
            }
            b',' => match self.levels.last_mut() {
                Some(Level::Item(index)) => *index += 1,
                Some(Level::Member(name)) => *name = "",
                None => {}
            },
            b'-' | b'0'..=b'9' => {
                self.at += after.iter().take_while(|byte| is_of_number(**byte)).count();
                return Some((start, true));
            }
            _ => {}
        }
        Some((start, false))
    }
}

const fn is_of_number(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
}

/// Where an error of the reader of a text is, by bytes: what came before it was read.
#[cold]
pub(crate) fn offset(text: &str, error: &serde_json::Error) -> usize {
    let Some(lines) = error.line().checked_sub(1) else { return 0 };
    let before: usize = text.split_inclusive('\n').take(lines).map(str::len).sum();
    (before + error.column()).min(text.len())
}

/// The path of the value at a place of the text, by bytes: `rows[1].at`; empty for the whole. An
/// object or an array is at its bracket, all other places in it belong to what is in it.
#[cold]
pub(crate) fn path(text: &str, place: usize) -> String {
    written(&levels(text, place))
}

fn levels(text: &str, place: usize) -> Vec<Level<'_>> {
    let mut walk = Walk::new(text);
    while walk.at < place && walk.step().is_some() {}
    walk.levels
}

/// The path of the value that an error is about, given where reading stopped and the error's words.
///
/// The reader stops behind a value that is of another type, before one that begins with a bracket,
/// at the end of an object that lacks a member, and behind the name of a member that came twice.
/// What a type says of a value after it was read has no place before the reader has gone on to the
/// next comma or out of what the value stands in. Which of the two it was `reads_again` tells: it
/// gives the place of the same error in another text.
#[cold]
pub(crate) fn path_of(
    text: &str,
    place: usize,
    words: &str,
    reads_again: &mut dyn FnMut(&str) -> Option<usize>,
) -> String {
    let (before, _) = text.split_at_checked(place).unwrap_or((text, ""));
    let is_bracket = ["map", "sequence"].iter().any(|kind| {
        words.strip_prefix("invalid type: ").is_some_and(|words| words.starts_with(kind))
    });
    if is_bracket {
        return path(text, place);
    }
    if words.starts_with("duplicate field ") || words == "trailing characters" {
        let mut levels = levels(text, place);
        levels.pop();
        return written(&levels);
    }
    match before.trim_end().as_bytes() {
        [read @ .., b',' | b'[' | b'{'] => path(text, read.len()),
        [read @ .., end @ (b'}' | b']')] => {
            let more = if *end == b'}' { ",\"\":null" } else { ",null" };
            let (inner, outer) = text.split_at_checked(read.len()).unwrap_or((text, ""));
            // The reader passes over a comma of an array only.
            let is_inside = |place| place == read.len() || *end == b']' && place == read.len() + 1;
            let again = reads_again(&[inner, more, outer].concat());
            path(text, if again.is_some_and(is_inside) { read.len() } else { place })
        }
        _ => path(text, place),
    }
}

impl Level<'_> {
    /// Whether two values stand in the same, wherever in an array.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Item(_), Self::Item(_)) => true,
            (Self::Member(name), Self::Member(other)) => name == other,
            _ => false,
        }
    }

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
