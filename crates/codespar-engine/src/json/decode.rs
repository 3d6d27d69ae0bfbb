//! Reading JSON as a type, and saying why and where it is not what was asked for.

use std::borrow::Cow;

use serde::de::{DeserializeOwned, IgnoredAny};

use crate::{
    error::Error,
    json::{
        place::path,
        reader::{Reader, fault::Fault},
        repair::mended,
    },
};

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
    let mut read = None;
    decode_with(bytes, prefix, &mut |reader| {
        read = Some(T::deserialize(reader)?);
        Ok(())
    })?;
    // There is one where nothing went wrong.
    read.ok_or_else(|| Error::decode(prefix))
}

/// What of reading does not depend on the type.
fn decode_with(
    bytes: &[u8],
    prefix: &str,
    read: &mut dyn FnMut(&mut Reader<'_>) -> Result<(), Fault>,
) -> Result<(), Error> {
    let mut source = Source::new(bytes);
    loop {
        let mut reader = Reader::new(&source.text);
        let fault = match read(&mut reader).and_then(|()| reader.end()) {
            Ok(()) => return Ok(()),
            Err(fault) => reader.first(fault),
        };
        source.mend(&fault, prefix)?;
    }
}

/// What is read: the bytes as they came, or, where these cannot be read, mended.
struct Source<'a> {
    bytes: &'a [u8],
    text: Cow<'a, str>,
    is_mended: bool,
}

impl<'a> Source<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self { bytes, text: Cow::Borrowed(text), is_mended: false },
            Err(_) => {
                let text = Cow::Owned(mended(bytes).unwrap_or_default());
                Self { bytes, text, is_mended: true }
            }
        }
    }

    /// Makes a text that can be read of one that cannot, or says why it cannot be.
    #[cold]
    fn mend(&mut self, fault: &Fault, prefix: &str) -> Result<(), Error> {
        if !self.is_mended {
            self.is_mended = true;
            if let Some(text) = mended(self.bytes) {
                self.text = Cow::Owned(text);
                return Ok(());
            }
        }
        if let Some(error) = syntax_error(&self.text, fault) {
            return Err(error);
        }
        if let Some(error) = self.no_text(fault) {
            return Err(error);
        }
        Err(explained(&self.text, fault, prefix))
    }

    /// Of bytes that are no text, the place where they stop to be one says most, unless something
    /// before it is wrong.
    #[cold]
    fn no_text(&self, fault: &Fault) -> Option<Error> {
        let end = std::str::from_utf8(self.bytes).err()?.valid_up_to();
        if end > fault.place() && path(&self.text, end) != path(&self.text, fault.place()) {
            return None;
        }
        let before = self.bytes.get(..=end)?;
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.rsplit(|byte| *byte == b'\n').next().map_or(0, <[u8]>::len);
        Some(no_json("is not JSON", line, column))
    }
}

/// Reads arguments: to the letter, and without passing over anything, whose path is `Ok(Err(…))`.
#[cfg(feature = "registry")]
pub(crate) fn read_all<T: DeserializeOwned>(text: &str) -> Result<Result<T, String>, Error> {
    let mut reader = Reader::new(text).strict();
    match (T::deserialize(&mut reader), reader.ignored()) {
        (Ok(value), None) => Ok(Ok(value)),
        (Ok(_), Some(ignored)) => Ok(Err(path(text, ignored))),
        (Err(fault), _) => Err(why_not(text, &reader.first(fault))),
    }
}

#[cfg(feature = "registry")]
#[cold]
fn why_not(text: &str, fault: &Fault) -> Error {
    syntax_error(text, fault).unwrap_or_else(|| explained(text, fault, ""))
}

/// That the text is no JSON, if it is none.
#[cold]
fn syntax_error(text: &str, fault: &Fault) -> Option<Error> {
    if !fault.is_syntax() {
        return None;
    }
    let error = serde_json::from_str::<IgnoredAny>(text).err()?;
    let what = if error.is_eof() { "ends too early" } else { "is not JSON" };
    Some(no_json(what, error.line(), error.column()))
}

#[cold]
fn no_json(what: &str, line: usize, column: usize) -> Error {
    Error::decode(format!("the answer {what} (line {line}, column {column})"))
}

/// Why JSON is not what was asked for, and where.
#[cold]
fn explained(text: &str, fault: &Fault, prefix: &str) -> Error {
    let path = path(text, fault.place());
    let path = match (prefix, path.as_str()) {
        ("", "") => "the answer".to_owned(),
        (prefix, "") => prefix.to_owned(),
        ("", path) => path.to_owned(),
        (prefix, path) if path.starts_with('[') => format!("{prefix}{path}"),
        (prefix, path) => format!("{prefix}.{path}"),
    };
    Error::decode(format!("{path}: {}", without_values(&fault.to_string())))
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
