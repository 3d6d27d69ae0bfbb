//! Texts taken apart into what can be changed without touching the rest: the scalars of JSON, the
//! data of events.

use std::{fmt, ops::Range};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

use crate::testing::redaction::names::{Hidden, Place};

/// What a text is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::testing) enum Kind {
    Json,
    Events,
    Text,
}

/// A part of a text.
pub(super) enum Part {
    /// A scalar of JSON, and whether its place says that it is hidden.
    Json { range: Range<usize>, hidden: Hidden },
    /// Words.
    Text(Range<usize>),
    /// JSON that cannot be read: nobody knows what is in it.
    Broken(Range<usize>),
}

/// Deeper JSON is not looked through, but hidden.
const DEPTH: usize = 200;

/// The parts of a text, in order.
pub(super) fn parts(text: &str, kind: Kind, hides: impl Fn(&Place<'_>) -> Hidden) -> Vec<Part> {
    let mut found = Vec::new();
    match kind {
        Kind::Text => found.push(Part::Text(0..text.len())),
        Kind::Json => {
            let whole = 0..text.len();
            read(text, std::slice::from_ref(&whole), &hides, &mut found);
        }
        Kind::Events => events(text, &hides, &mut found),
    }
    found
}

/// Goes through an event stream, line by line: the data of an event is one text.
fn events(text: &str, hides: &dyn Fn(&Place<'_>) -> Hidden, found: &mut Vec<Part>) {
    let (mut at, mut data) = (0, Vec::new());
    for line in text.split_inclusive(['\n', '\r']) {
        let bare = line.trim_end_matches(['\n', '\r']);
        let end = at + bare.len();
        // Of `\r\n` the second half looks like an empty line.
        let is_end = bare.is_empty() && !text.get(..at).is_some_and(|it| it.ends_with('\r'));
        if let Some(value) = bare.strip_prefix("data:") {
            let value = value.strip_prefix(' ').unwrap_or(value);
            data.push(end - value.len()..end);
        } else if is_end {
            read(text, &std::mem::take(&mut data), hides, found);
        } else if !bare.is_empty() {
            found.push(Part::Text(at..end));
        }
        at += line.len();
    }
    read(text, &data, hides, found);
}

/// Reads what stands in some lines, which is JSON or words.
fn read(
    text: &str,
    lines: &[Range<usize>],
    hides: &dyn Fn(&Place<'_>) -> Hidden,
    found: &mut Vec<Part>,
) {
    let pieces: Vec<_> = lines.iter().filter_map(|line| text.get(line.clone())).collect();
    let joined = pieces.join("\n");
    let mut walk = Walk { whole: &joined, lines, hides, found: Vec::new() };
    if walk.value(&joined, &Level { parent: "", hidden: Hidden::No, depth: 0 }).is_some() {
        found.append(&mut walk.found);
    } else if joined.trim_start().starts_with(['{', '[', '"']) {
        found.extend(lines.iter().cloned().map(Part::Broken));
    } else {
        found.extend(lines.iter().cloned().map(Part::Text));
    }
}

/// A way through a JSON value, of which only slices are looked at.
struct Walk<'a> {
    whole: &'a str,
    /// Where its lines stand in the text.
    lines: &'a [Range<usize>],
    hides: &'a dyn Fn(&Place<'_>) -> Hidden,
    found: Vec<Part>,
}

#[derive(Clone, Copy)]
struct Level<'a> {
    /// The name of the object at hand.
    parent: &'a str,
    hidden: Hidden,
    depth: usize,
}

impl<'a> Walk<'a> {
    /// Goes through a value; `None` where it is none.
    fn value(&mut self, json: &'a str, level: &Level<'_>) -> Option<()> {
        let depth = level.depth + 1;
        if depth > DEPTH {
            return None;
        }
        match json.trim_start().as_bytes().first()? {
            b'{' => {
                let members: Members<'a> = serde_json::from_str(json).ok()?;
                let names: Vec<_> = members.0.iter().map(|(name, _)| name.clone()).collect();
                for (name, value) in &members.0 {
                    let place = Place {
                        name,
                        parent: level.parent,
                        beside: &names,
                        is_scalar: !value.get().starts_with(['{', '[']),
                    };
                    let hidden = match level.hidden {
                        Hidden::No | Hidden::Key => (self.hides)(&place),
                        hidden => hidden,
                    };
                    self.value(value.get(), &Level { parent: name, hidden, depth })?;
                }
            }
            b'[' => {
                let items: Vec<&'a RawValue> = serde_json::from_str(json).ok()?;
                for item in items {
                    self.value(item.get(), &Level { depth, ..*level })?;
                }
            }
            _ => {
                let scalar: &RawValue = serde_json::from_str(json).ok()?;
                let range = self.place(scalar.get())?;
                self.found.push(Part::Json { range, hidden: level.hidden });
            }
        }
        Some(())
    }

    /// Where a slice of the whole stands in the text. No scalar goes over the end of a line.
    fn place(&self, slice: &str) -> Option<Range<usize>> {
        let mut start = (slice.as_ptr() as usize).checked_sub(self.whole.as_ptr() as usize)?;
        for line in self.lines {
            if start <= line.len() {
                return Some(line.start + start..line.start + start + slice.len());
            }
            start = start.checked_sub(line.len() + 1)?;
        }
        None
    }
}

/// The members of an object in their order, their values as they are written.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        from.deserialize_map(Reader)
    }
}
