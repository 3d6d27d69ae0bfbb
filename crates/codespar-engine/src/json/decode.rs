//! Reading JSON as a type. A type is read by one kind of reader, so that it is compiled once; all
//! that follows on a mistake does not depend on the type.

use std::{borrow::Cow, str};

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Deserializer, de::StrRead};

use crate::{
    error::Error,
    json::{
        place::{offset, path, path_of},
        repair::mended,
        respell::{Extent, respelled},
    },
};

/// The reader that all types are read by.
type Reader<'a> = Deserializer<StrRead<'a>>;

/// Reads a type that is not known here, and keeps it.
type Read<'a> = dyn FnMut(&mut Reader<'_>) -> serde_json::Result<()> + 'a;

/// How many values are respelled one kind after the other, before all of the text is.
const ROUNDS: usize = 8;

/// Reads JSON. What others can read is read: a byte order mark, halves of surrogate pairs and
/// bytes that are not UTF-8 (U+FFFD), whole numbers with a point or an exponent, ids that are
/// numbers.
///
/// # Errors
/// `Decode` naming the path, never quoting text of the body.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    decode_at(bytes, "")
}

/// As [`decode`]; paths begin with `prefix`.
///
/// # Errors
/// `Decode` naming the path, never quoting text of the body.
pub fn decode_at<T: DeserializeOwned>(bytes: &[u8], prefix: &str) -> Result<T, Error> {
    let mut value = None;
    decode_with(bytes, prefix, &mut |reader| {
        value = Some(T::deserialize(reader)?);
        Ok(())
    })?;
    // There is one where nothing went wrong.
    value.ok_or_else(|| Error::decode(prefix))
}

/// Tries it as if all were well, without a note of anything: nearly always it is.
fn decode_with(bytes: &[u8], prefix: &str, read: &mut Read<'_>) -> Result<(), Error> {
    match str::from_utf8(bytes) {
        Ok(text) if read_text(text, read).is_ok() => Ok(()),
        _ => decode_again(bytes, prefix, read),
    }
}

fn read_text(text: &str, read: &mut Read<'_>) -> serde_json::Result<()> {
    let mut reader = Deserializer::from_str(text);
    read(&mut reader)?;
    reader.end()
}

/// Reads what could not be read at once from a text that is mended and respelled where it had to
/// be, or says where it cannot be read.
#[cold]
fn decode_again(bytes: &[u8], prefix: &str, read: &mut Read<'_>) -> Result<(), Error> {
    let mut text = match mended(bytes) {
        Some(text) => Cow::Owned(text),
        // What needs no mending is UTF-8.
        None => Cow::Borrowed(str::from_utf8(bytes).unwrap_or_default()),
    };
    let mut earlier: Option<Mistake> = None;
    for round in 0.. {
        let Err(error) = read_text(&text, read) else { return Ok(()) };
        if let Some(error) = syntax_error(&text, &error) {
            return Err(error);
        }
        let mistake = Mistake::of(&text, &error, read);
        let extent = if round < ROUNDS { Extent::Alike } else { Extent::All };
        match respelled(&text, mistake.place, mistake.is_of_type(), extent) {
            Some(other) => text = Cow::Owned(other),
            None => {
                if let Some(error) = no_text(bytes, &text, &mistake) {
                    return Err(error);
                }
                // A number that is no better as a text is one that was wrong.
                let is_same = |it: &Mistake| {
                    it.path == mistake.path && it.words.starts_with("invalid type: integer")
                };
                return Err(earlier.filter(is_same).unwrap_or(mistake).told(prefix));
            }
        }
        earlier = Some(mistake);
    }
    Ok(())
}

/// What is wrong with JSON that is not what was asked for, and where.
struct Mistake {
    place: usize,
    path: String,
    words: String,
}

impl Mistake {
    #[cold]
    fn of(text: &str, error: &serde_json::Error, read: &mut Read<'_>) -> Self {
        let words = without_place(error);
        let place = offset(text, error);
        let path = path_of(text, place, &words, &mut |text| {
            let error = read_text(text, read).err()?;
            (without_place(&error) == words).then(|| offset(text, &error))
        });
        Self { place, path, words }
    }

    /// Whether another type was expected than came.
    fn is_of_type(&self) -> bool {
        self.words.starts_with("invalid type: ")
    }

    fn told(&self, prefix: &str) -> Error {
        let path = match (prefix, self.path.as_str()) {
            ("", "") => "the answer".to_owned(),
            (prefix, "") => prefix.to_owned(),
            ("", path) => path.to_owned(),
            (prefix, path) if path.starts_with('[') => format!("{prefix}{path}"),
            (prefix, path) => format!("{prefix}.{path}"),
        };
        Error::decode(format!("{path}: {}", without_values(&self.words)))
    }
}

/// Reads arguments, to the letter.
///
/// # Errors
/// `Decode` naming the path.
#[cfg(feature = "registry")]
pub(crate) fn decode_strictly<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let mut value = None;
    let read: &mut Read<'_> = &mut |reader| {
        value = Some(T::deserialize(reader)?);
        Ok(())
    };
    strictly(text, read)?;
    value.ok_or_else(|| Error::decode("arguments"))
}

#[cfg(feature = "registry")]
fn strictly(text: &str, read: &mut Read<'_>) -> Result<(), Error> {
    read_text(text, read).map_err(|error| {
        syntax_error(text, &error).unwrap_or_else(|| Mistake::of(text, &error, read).told(""))
    })
}

/// That the text is no JSON, if it is none.
#[cold]
fn syntax_error(text: &str, error: &serde_json::Error) -> Option<Error> {
    if error.is_data() {
        return None;
    }
    let error = serde_json::from_str::<IgnoredAny>(text).err()?;
    let what = if error.is_eof() { "ends too early" } else { "is not JSON" };
    Some(no_json(what, error.line(), error.column()))
}

/// Of bytes that are no text, the place where they stop to be one says most, unless something
/// before it is wrong.
#[cold]
fn no_text(bytes: &[u8], text: &str, mistake: &Mistake) -> Option<Error> {
    let end = str::from_utf8(bytes).err()?.valid_up_to();
    let place = text.find(char::REPLACEMENT_CHARACTER).unwrap_or_default();
    if place > mistake.place && path(text, place) != mistake.path {
        return None;
    }
    let before = bytes.get(..=end)?;
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let column = before.rsplit(|byte| *byte == b'\n').next().map_or(0, <[u8]>::len);
    Some(no_json("is not JSON", line, column))
}

#[cold]
fn no_json(what: &str, line: usize, column: usize) -> Error {
    Error::decode(format!("the answer {what} (line {line}, column {column})"))
}

fn without_place(error: &serde_json::Error) -> String {
    let mut words = error.to_string();
    words.truncate(words.rfind(" at line ").unwrap_or(words.len()));
    words
}

/// Takes the server's own values out of serde's words: they may be secrets.
fn without_values(reason: &str) -> String {
    // Serde quotes what it found, and then says what it expected.
    let Some((found, expected)) = reason.rsplit_once(", expected ") else {
        return reason.to_owned();
    };
    let found = match found.split_once(['"', '`']) {
        Some((before, _)) => before.trim_end(),
        None => found,
    };
    format!("{found}, expected {expected}")
}

#[cfg(test)]
mod tests;
