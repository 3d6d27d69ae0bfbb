//! Free-form JSON, kept as the bytes that came.

mod decode;
pub(crate) mod depth;
pub(crate) mod finite;
pub(crate) mod integer;
pub(crate) mod member_name;
pub(crate) mod members;
pub(crate) mod number;
mod place;
pub(crate) mod raw;
pub(crate) mod repair;
mod respell;
pub(crate) mod tree;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::value::RawValue;

#[cfg(feature = "registry")]
pub(crate) use self::decode::decode_strictly;
pub use self::decode::{decode, decode_at};
use crate::{error::Error, json::finite::is_finite};

/// Any JSON value, kept as its text: nothing is lost, and nothing is built until it is asked for.
///
/// `Debug` tells the kind and the length only, since such values carry personal data;
/// [`as_str`](Self::as_str) gives the text.
///
/// # What is kept
/// The text is kept to the letter. Only where the answer around it could not be read as it came,
/// because of half a surrogate pair or of bytes that are not UTF-8, has the text U+FFFD in their
/// place; and only where the types around it had whole numbers or ids spelled otherwise in very
/// many places, are those in it written anew as well. Typed values ([`read`](Self::read),
/// [`member`](Self::member)) are read from a text with such halves as well; a whole number may be
/// spelled `3.0` there, and an id may be a number.
///
/// # Other formats
/// `serde_json` writes and reads the text itself. Any other format is given a tree, whose numbers
/// are binary floats or texts, see [`to_value`](Self::to_value), and a tree is read back from it.
/// A format that does not say what comes next, such as postcard, cannot be read. The same holds
/// where serde looks at a value before it knows what it is: in enums that are untagged or tagged
/// within, and below `flatten`; numbers with more digits than a float has are rounded there.
///
/// ```
/// use codespar_engine::Json;
///
/// let data = Json::parse_str(r#"{"id":"pay_81","value":125.50}"#)?;
/// #[derive(serde::Deserialize)]
/// struct Payment { id: String }
/// assert_eq!(data.read::<Payment>()?.id, "pay_81");
/// # Ok::<(), codespar_engine::Error>(())
/// ```
#[derive(Clone)]
pub struct Json(pub(crate) Box<RawValue>);

impl Json {
    /// The value `null`.
    pub fn null() -> Self {
        Self(RawValue::NULL.to_owned())
    }

    /// Takes JSON text.
    ///
    /// # Errors
    /// `Decode`, when it is not JSON.
    pub fn parse_str(text: &str) -> Result<Self, Error> {
        decode(text.as_bytes())
    }

    /// Takes JSON bytes.
    ///
    /// # Errors
    /// `Decode`, when they are not JSON.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Error> {
        decode(bytes)
    }

    /// Writes any serializable value as JSON.
    ///
    /// # Errors
    /// `Config` naming the field `json`, when the value has no JSON form: a number that is not
    /// finite, a map whose keys are not text.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, Error> {
        if !is_finite(value) {
            return Err(Error::config("json", "expected finite numbers"));
        }
        serde_json::value::to_raw_value(value).map(Self).map_err(|error| {
            Error::config("json", "expected a value with a JSON form").with_source(error)
        })
    }

    /// The JSON text, byte for byte as it came.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// Reads it as a type of the caller's.
    ///
    /// # Errors
    /// `Decode` naming the path inside the value.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        decode(self.as_str().as_bytes())
    }

    /// Reads it as a type of the caller's; errors name the path below `prefix`.
    ///
    /// # Errors
    /// `Decode` naming the path, such as `data.events[3].received_at`.
    pub fn read_at<T: DeserializeOwned>(&self, prefix: &str) -> Result<T, Error> {
        decode_at(self.as_str().as_bytes(), prefix)
    }

    /// Builds the whole tree. What it cannot hold is in it as a text: numbers that
    /// [`serde_json::Number`] would change, such as `1e400` and `12345678901234567890123`, and what
    /// is nested more deeply than 127 levels, as its JSON. Halves of surrogate pairs are U+FFFD.
    ///
    /// ```
    /// let json = codespar_engine::Json::parse_str(r#"{"m": 1e400, "n": 2.50}"#)?;
    /// assert_eq!(json.to_value(), serde_json::json!({"m": "1e400", "n": 2.5}));
    /// # Ok::<(), codespar_engine::Error>(())
    /// ```
    pub fn to_value(&self) -> serde_json::Value {
        tree::value_of(self.as_str())
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        self.as_str() == "null"
    }

    /// Whether it is an object.
    pub fn is_object(&self) -> bool {
        self.as_str().starts_with('{')
    }

    /// The member of an object, if it is one and has it.
    pub fn member(&self, name: &str) -> Option<Self> {
        if !self.is_object() {
            return None;
        }
        self.read::<std::collections::HashMap<String, Self>>().ok()?.remove(name)
    }
}

impl Default for Json {
    fn default() -> Self {
        Self::null()
    }
}

impl From<serde_json::Value> for Json {
    fn from(value: serde_json::Value) -> Self {
        // A tree always has a JSON text.
        RawValue::from_string(value.to_string()).map_or_else(|_| Self::null(), Self)
    }
}

/// Equal when they mean the same: spacing, escapes, the order of members and the spelling of
/// numbers (`3` and `3.0`) do not count. Numbers are compared to the last digit.
impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str() || tree::same(self.as_str(), other.as_str())
    }
}

/// As the text in JSON, as a tree in other formats.
impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        raw::write(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        raw::read(deserializer).map(Self)
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.as_str().as_bytes().first() {
            Some(b'{') => "object",
            Some(b'[') => "array",
            Some(b'"') => "string",
            Some(b'n') => "null",
            Some(b't' | b'f') => "boolean",
            _ => "number",
        };
        write!(f, "Json({kind}, {} bytes)", self.as_str().len())
    }
}

/// Writes a request body.
///
/// # Errors
/// `Config` naming the field, when a number in it is not finite or a key is not text.
pub fn encode<T: Serialize + ?Sized>(field: &str, value: &T) -> Result<Vec<u8>, Error> {
    // Enough for most: growing costs more than room that is not used.
    let mut text = Vec::with_capacity(256);
    let written = is_finite(value).then(|| serde_json::to_writer(&mut text, value));
    written_as(field, written).map(|()| text)
}

/// What of writing does not depend on the type.
fn written_as(field: &str, written: Option<serde_json::Result<()>>) -> Result<(), Error> {
    match written {
        Some(Ok(())) => Ok(()),
        Some(Err(error)) => {
            Err(Error::config(field, "expected a value with a JSON form").with_source(error))
        }
        None => Err(Error::config(field, "expected finite numbers")),
    }
}

/// What errors say in JSON, where JSON is known.
impl Error {
    /// The body as JSON, where it is JSON.
    pub fn json(&self) -> Option<Json> {
        Json::from_slice(self.body()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Row {
        #[allow(dead_code)]
        at: u32,
    }

    #[derive(Debug, Deserialize)]
    struct Table {
        #[allow(dead_code)]
        rows: Vec<Row>,
    }

    #[test]
    fn an_error_names_the_path_and_not_the_value() {
        let error =
            decode::<Table>(br#"{"rows":[{"at":1},{"at":"hunter2, expected"}]}"#).unwrap_err();
        assert_eq!(error.message(), "rows[1].at: invalid type: string, expected u32");
        let error = decode_at::<Table>(br#"{"rows":[{}]}"#, "data").unwrap_err();
        assert_eq!(error.message(), "data.rows[0]: missing field `at`");
        let error = decode_at::<Vec<Row>>(br#"[{}]"#, "data").unwrap_err();
        assert_eq!(error.message(), "data[0]: missing field `at`");
    }

    #[test]
    fn cut_and_foreign_text_are_told_apart() {
        let cut = decode::<Table>(br#"{"rows":[{"at":"#).unwrap_err();
        assert!(cut.message().contains("ends too early"), "{cut}");
        let html = decode::<Table>(b"<html>").unwrap_err();
        assert!(html.message().contains("is not JSON"), "{html}");
    }

    #[test]
    fn nothing_of_free_json_is_lost_without_a_word() {
        for (text, tree, member) in [
            (r#"{"m":"caf\ud83d"}"#, r#"{"m":"caf\ufffd"}"#, r#""caf\ud83d""#),
            (r#"{"m":1e400}"#, r#"{"m":"1e400"}"#, "1e400"),
            (r#"{"a\ud83d":1,"m":2}"#, r#"{"a\ufffd":1,"m":2}"#, "2"),
        ] {
            let json = Json::parse_str(text).unwrap();
            assert_eq!(json.as_str(), text);
            assert_eq!(json.to_value(), Json::parse_str(tree).unwrap().to_value(), "{text}");
            assert_eq!(json.member("m").unwrap().as_str(), member);
            assert_eq!(json.member("n"), None);
            assert_eq!(json, Json::parse_str(&text.replace(':', " :  ")).unwrap());
            assert_eq!(serde_json::to_string(&json).unwrap(), text);
        }
        assert!(Json::parse_str("1e400").unwrap().read::<f64>().is_err());
        assert!(Json::parse_str("[1]").unwrap().member("m").is_none());
    }

    #[test]
    fn bytes_that_strict_readers_refuse_are_read() {
        let read = |bytes: &[u8]| decode::<Vec<String>>(bytes);
        assert_eq!(read(b"\xef\xbb\xbf[\"a\"]").unwrap(), ["a"]);
        assert_eq!(read(b"[\"caf\xe9\"]").unwrap(), ["caf\u{fffd}"]);
        assert_eq!(read(br#"["\ud83d", "\\ud83d"]"#).unwrap(), ["\u{fffd}", r"\ud83d"]);
        for (bytes, words) in [
            (&b"\xef\xbb\xbf"[..], "ends too early"),
            (b"\xef\xbb\xbf<", "is not JSON"),
            (b"[\"\\ud83d\"", "ends too early"),
            (b"[\"\\ud83d\"] x", "is not JSON"),
            (b"[\"a\", \"\\ud83d\", 7]", "[2]: invalid type: integer, expected a string"),
            (b"\xff", "is not JSON"),
        ] {
            let error = read(bytes).unwrap_err();
            assert!(error.message().contains(words), "{bytes:?}: {error}");
        }
    }

    #[test]
    fn debug_does_not_show_the_text() {
        let json = Json::parse_str(r#"{"pix":"00020126"}"#).unwrap();
        assert_eq!(format!("{json:?}"), "Json(object, 18 bytes)");
    }
}
