//! The format of a recording: one JSON object per line, one case per object.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::{lenient, names};

/// One recorded case.
#[derive(Debug, Clone, Deserialize)]
pub struct Recording {
    /// `object.method/variant`, unique in its file.
    pub case: String,
    /// Who was recorded, with the version.
    pub sdk: String,
    /// The call that is checked.
    pub call: Call,
    /// How the client was built; absent where the call builds it or needs none.
    pub config: Option<Map<String, Value>>,
    /// The environment variables the client could see.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// The create answer the session came from. It is taken as given: no request is made for it.
    pub session: Option<Value>,
    /// Calls made first, on the same client and session.
    #[serde(default)]
    pub before: Vec<Earlier>,
    /// Requests and answers of the call, in order.
    #[serde(default)]
    pub exchanges: Vec<Exchange>,
    /// The pauses that were asked for, in seconds.
    #[serde(default)]
    pub sleeps: Vec<f64>,
    /// What a status stream handed out.
    pub updates: Option<Vec<Value>>,
    /// The batch inside a payables error; `null` where there is none.
    pub batch_from_error: Option<Value>,
    /// What the call gave back. `Some(Null)` is a call that returned nothing.
    #[serde(default, deserialize_with = "present")]
    pub result: Option<Value>,
    /// What it failed with.
    pub error: Option<RecordedError>,
    /// Why the outcome is an accident or a defect.
    pub quirk: Option<String>,
    /// Anything else.
    pub note: Option<String>,
}

impl Recording {
    /// All answers the server gives, those of the earlier calls first.
    pub fn answers(&self) -> impl Iterator<Item = &Response> {
        self.all_exchanges().map(|exchange| &exchange.response)
    }

    /// All exchanges, those of the earlier calls first.
    pub fn all_exchanges(&self) -> impl Iterator<Item = &Exchange> {
        self.before.iter().flat_map(|earlier| &earlier.exchanges).chain(&self.exchanges)
    }
}

/// A call by name.
#[derive(Debug, Clone, Deserialize)]
pub struct Call {
    /// The object, such as `client`, `session` or `payables.batches`.
    pub on: String,
    /// The method.
    pub method: String,
    /// The arguments by name.
    #[serde(default)]
    pub args: Map<String, Value>,
    /// The call's own time limit in seconds. Some cases give something that is not a number.
    pub timeout_s: Option<Value>,
}

impl Call {
    /// `object.method`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}.{}", self.on, self.method)
    }

    /// The call's own time limit as a number: a JSON number, or `{"$float": "nan"}` and its like.
    #[must_use]
    pub fn timeout_seconds(&self) -> Option<f64> {
        number(self.timeout_s.as_ref()?)
    }

    /// Gives it and its arguments the names that they have here.
    fn rename(&mut self) {
        self.on = names::snake(&self.on);
        self.method = names::snake(&self.method);
        self.args = names::snake_members(&self.args);
    }
}

/// A call made before the one that is checked.
#[derive(Debug, Clone, Deserialize)]
pub struct Earlier {
    /// The call.
    pub call: Call,
    /// Its requests and answers.
    #[serde(default)]
    pub exchanges: Vec<Exchange>,
    /// What it gave back.
    #[serde(default, deserialize_with = "present")]
    pub result: Option<Value>,
    /// What it failed with.
    pub error: Option<RecordedError>,
}

/// A request and its answer.
#[derive(Debug, Clone, Deserialize)]
pub struct Exchange {
    /// What the client sent.
    pub request: Request,
    /// What the server answers.
    pub response: Response,
}

/// A recorded request.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// The path as it was on the wire.
    pub path: String,
    /// The decoded pairs.
    #[serde(default)]
    pub query: Vec<(String, String)>,
    /// The query as it was spelled; not compared.
    pub query_raw: Option<String>,
    /// Headers by lower-case name.
    #[serde(default)]
    pub headers: BTreeMap<String, Header>,
    /// A JSON body; `null` is no body.
    #[serde(default, deserialize_with = "present")]
    pub body_json: Option<Value>,
    /// The exact text of the body.
    pub body_text: Option<String>,
    /// A body that is neither JSON nor text.
    pub body_base64: Option<String>,
    /// The parts of a form, in order.
    pub multipart: Option<Vec<Part>>,
}

/// A header value, or several under one name.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Header {
    /// Sent once.
    One(String),
    /// Sent several times.
    Many(Vec<String>),
}

impl Header {
    /// The values in order.
    #[must_use]
    pub fn values(&self) -> Vec<&str> {
        match self {
            Self::One(value) => vec![value],
            Self::Many(values) => values.iter().map(String::as_str).collect(),
        }
    }
}

/// One part of a form.
#[derive(Debug, Clone, Deserialize)]
pub struct Part {
    /// The field.
    pub name: String,
    /// The file name as it is spelled in the part's header.
    pub filename: Option<String>,
    /// The part's own content type.
    pub content_type: Option<String>,
    /// Its bytes.
    pub content_base64: String,
}

/// What the server does with a request.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Response {
    /// The status. Absent where the server does something else.
    pub status: Option<u16>,
    /// Headers, without framing.
    pub headers: BTreeMap<String, Header>,
    /// A JSON body.
    #[serde(deserialize_with = "present")]
    pub body_json: Option<Value>,
    /// A text body.
    pub body_text: Option<String>,
    /// A body of bytes.
    pub body_base64: Option<String>,
    /// An event stream, written piece by piece.
    pub sse_chunks: Option<Vec<Chunk>>,
    /// The connection breaks before the end of the stream.
    pub cut: bool,
    /// Milliseconds before the answer.
    pub delay_ms: u64,
    /// Milliseconds between the last piece and the end of the stream.
    pub delay_after_chunks_ms: u64,
    /// Something else than an answer; only `closed-without-answer` is known.
    pub network: Option<String>,
}

impl Response {
    /// The bytes of a body that is sent in one piece.
    ///
    /// # Errors
    /// Recorded base64 that does not decode.
    pub fn body(&self) -> Result<Vec<u8>, String> {
        match (&self.body_json, &self.body_text, &self.body_base64) {
            (Some(json), _, _) => Ok(lenient::spelled(&json.to_string()).into_bytes()),
            (_, Some(text), _) => Ok(text.clone().into_bytes()),
            (_, _, Some(base64)) => decode_base64(base64),
            _ => Ok(Vec::new()),
        }
    }

    /// The media type in small letters, without parameters.
    #[must_use]
    pub fn media_type(&self) -> Option<String> {
        let kind = self.headers.get("content-type")?.values().first().copied()?;
        Some(kind.split(';').next()?.trim().to_ascii_lowercase())
    }

    /// Whether there is no body, or one that is JSON.
    #[must_use]
    pub(crate) fn text_is_json_or_empty(&self) -> bool {
        self.json().is_some() || self.body().is_ok_and(|body| body.is_empty())
    }

    /// The body as JSON, where it is JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        let body = self.body().ok().filter(|body| !body.is_empty())?;
        // Bytes that are no UTF-8 are read with replacement, as everywhere on the web.
        lenient::parse(&String::from_utf8_lossy(&body))
    }
}

/// A piece of an event stream.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Chunk {
    /// Text.
    Text(String),
    /// Bytes that are not UTF-8 by themselves.
    Bytes {
        /// The bytes.
        base64: String,
    },
}

impl Chunk {
    /// The bytes to write.
    ///
    /// # Errors
    /// Recorded base64 that does not decode.
    pub fn bytes(&self) -> Result<Vec<u8>, String> {
        match self {
            Self::Text(text) => Ok(text.clone().into_bytes()),
            Self::Bytes { base64 } => decode_base64(base64),
        }
    }
}

/// A recorded error: its class and the members of the class.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RecordedError {
    /// The class.
    #[serde(rename = "type")]
    pub class: String,
    /// Its text.
    pub message: String,
    /// The kind, where the class has one.
    pub kind: Option<String>,
    /// The status; 0 and absent mean that there was none.
    pub status: Option<u16>,
    /// The code.
    pub code: Option<String>,
    /// The parsed body, or its text.
    pub body: Option<Value>,
    /// The class of the error underneath.
    pub cause: Option<String>,
    /// The request id of the answer.
    pub request_id: Option<String>,
    /// Seconds until the next attempt.
    #[serde(deserialize_with = "seconds")]
    pub retry_after: Option<f64>,
    /// Members that are not compared.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// Reads a file of recordings, one JSON object per line, without interpreting them yet.
///
/// # Errors
/// A line that is not a recording, with its number.
pub fn read(text: &str) -> Result<Vec<Value>, String> {
    let mut all = Vec::new();
    let lines = text.trim_start_matches('\u{feff}').lines();
    for (number, line) in lines.enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let value =
            lenient::kept(line).and_then(|value| Recording::deserialize(&value).map(|_| value));
        all.push(value.map_err(|error| format!("line {}: {error}", number + 1))?);
    }
    Ok(all)
}

/// The members of a recording that this program does not know and does not look at.
#[must_use]
pub fn unknown_members(value: &Value) -> Vec<String> {
    let mut unknown = Vec::new();
    let read: Result<Recording, _> =
        serde_ignored::deserialize(value, |path| unknown.push(path.to_string()));
    read.map(|_| unknown).unwrap_or_default()
}

/// Reads one recording with every `{base_url}` in it replaced and its calls by the names they have
/// here.
///
/// # Errors
/// A value that is not a recording.
pub fn at(value: &Value, base_url: &str) -> Result<Recording, String> {
    let mut recording =
        Recording::deserialize(replaced(value, base_url)).map_err(|error| error.to_string())?;
    recording.call.rename();
    for earlier in &mut recording.before {
        earlier.call.rename();
    }
    Ok(recording)
}

/// The value with every `{base_url}` in its texts replaced.
#[must_use]
pub fn replaced(value: &Value, base_url: &str) -> Value {
    match value {
        Value::String(text) => Value::String(text.replace("{base_url}", base_url)),
        Value::Array(items) => items.iter().map(|item| replaced(item, base_url)).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, item)| (name.clone(), replaced(item, base_url))).collect()
        }
        other => other.clone(),
    }
}

/// The bytes of `{"$bytes_base64": …}`.
#[must_use]
pub fn bytes(value: &Value) -> Option<Vec<u8>> {
    decode_base64(value.get("$bytes_base64")?.as_str()?).ok()
}

/// `{"$bytes_base64": …}` of the bytes: how a result that is bytes is written.
#[must_use]
pub fn bytes_value(bytes: &[u8]) -> Value {
    serde_json::json!({ "$bytes_base64": encode_base64(bytes) })
}

/// A number, or what `{"$float": …}` spells: `nan`, `inf`, `-inf`.
#[must_use]
pub fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.get("$float")?.as_str()?.parse().ok())
}

pub(crate) fn encode_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(crate) fn decode_base64(text: &str) -> Result<Vec<u8>, String> {
    STANDARD.decode(text).map_err(|error| format!("bad base64 in the recording: {error}"))
}

/// Keeps `null` apart from a missing member.
fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

/// Seconds, of which an official SDK may have read any number: `{"$float": "inf"}` too.
fn seconds<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    Ok(number(&Value::deserialize(from)?))
}

/// The text of an answer as JSON spells it, so that a word can be looked for.
pub(crate) fn answer_text(answer: &Response) -> String {
    let chunks =
        answer.sse_chunks.iter().flatten().filter_map(|chunk| chunk.bytes().ok()).flatten();
    let bytes: Vec<u8> = answer.body().unwrap_or_default().into_iter().chain(chunks).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}
