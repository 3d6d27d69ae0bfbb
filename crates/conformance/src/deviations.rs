//! Where this project differs from what was recorded: which cases, why, and what is expected instead.
//!
//! The file is TOML, a list of entries:
//!
//! ```toml
//! [[deviation]]
//! case = "^session\\.close/(401|500)$"   # a regular expression over case names
//! sdk = "codespar"                       # the beginning of the recording's `sdk`; any without it
//! reason = "a session that did not close is an error the caller sees"
//! expect = { error = "from-answer" }
//! ```
//!
//! `expect` has any of: `result`, or `but` (the recorded result with these members replaced); `updates`; `error`,
//! which is `"from-answer"` (an `Api` error with the status and code of the last answer) or
//! `{ kind = "…" | ["…"], status, code }`; `last` and `details`, members of the error; `requests`, which is
//! `"as-recorded"` (the default), `"none"`, or a list whose members replace those of the recorded requests.
//! A text in angle brackets stands for a value of the recording: `<answer>` the body of the last answer,
//! `<answers.0>` that of the first, `<recorded>` the recorded result, `<update>` the last recorded update; a path may
//! follow: `<answer.data.id>`. `<updates>` are all recorded updates, `<frames.0>` the data of the first event of the
//! last answer's stream. `before` is the error of every earlier call, written like `error`; without it the earlier calls
//! give what was recorded.

use regex::Regex;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::compare::ErrorExpectation;
use crate::compare::outcome::Expected;
use crate::recording::{Earlier, Exchange, Recording, Request};

/// The entries of the file, in order.
#[derive(Debug, Default)]
pub struct Deviations(Vec<Deviation>);

/// One entry.
#[derive(Debug)]
pub struct Deviation {
    pattern: Regex,
    sdk: String,
    /// Why we differ.
    pub reason: String,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    deviation: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    case: String,
    #[serde(default)]
    sdk: String,
    reason: String,
    expect: Expect,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Expect {
    requests: Requests,
    result: Option<Value>,
    but: Option<Map<String, Value>>,
    updates: Option<Value>,
    error: Option<Error>,
    before: Option<Error>,
    last: Option<Value>,
    details: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Requests {
    Word(String),
    Changed(Vec<Map<String, Value>>),
}

impl Default for Requests {
    fn default() -> Self {
        Self::Word("as-recorded".to_owned())
    }
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Error {
    Word(String),
    Is(ErrorIs),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ErrorIs {
    kind: Kinds,
    status: Option<u16>,
    code: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Kinds {
    One(String),
    Any(Vec<String>),
}

impl Deviations {
    /// Reads the file's text.
    ///
    /// # Errors
    /// Text that is not such a file, a pattern that is none, an entry that expects nothing of the outcome.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        file.deviation.into_iter().map(Deviation::new).collect::<Result<_, _>>().map(Self)
    }

    /// The entry that names this case; of several the first.
    #[must_use]
    pub fn find(&self, recording: &Recording) -> Option<&Deviation> {
        self.0.iter().find(|deviation| deviation.names(recording))
    }

    /// The patterns that name none of these cases: entries that have outlived their reason.
    pub fn idle<'a>(&'a self, recordings: &'a [Recording]) -> impl Iterator<Item = &'a str> {
        let idle = |deviation: &&Deviation| !recordings.iter().any(|case| deviation.names(case));
        self.0.iter().filter(idle).map(|deviation| deviation.pattern.as_str())
    }
}

impl Deviation {
    fn new(entry: Entry) -> Result<Self, String> {
        let Entry { case, sdk, reason, expect } = entry;
        let pattern = Regex::new(&case).map_err(|error| error.to_string())?;
        let says = expect.result.is_some()
            || expect.but.is_some()
            || expect.updates.is_some()
            || expect.error.is_some();
        if !says || reason.trim().is_empty() {
            return Err(format!("{case}: an entry needs a reason and an outcome"));
        }
        Ok(Self { pattern, sdk, reason, expect })
    }

    fn names(&self, recording: &Recording) -> bool {
        recording.sdk.starts_with(&self.sdk) && self.pattern.is_match(&recording.case)
    }

    /// The outcome that is expected of this case.
    ///
    /// # Errors
    /// A word or a value in angle brackets that the recording does not have.
    pub fn outcome(&self, recording: &Recording) -> Result<Expected, String> {
        let Expect { result, but, updates, error, last, details, .. } = &self.expect;
        let value = |value: &Option<Value>| {
            value.as_ref().map(|value| resolved(value, recording)).transpose()
        };
        let result = match but {
            Some(but) => Some(merged(recording.result.clone(), but, recording)?),
            None => value(result)?,
        };
        let updates = value(updates)?.map(|updates| match updates {
            Value::Array(updates) => updates,
            single => vec![single],
        });
        let details = resolved(&Value::Object(details.clone()), recording)?;
        Ok(Expected {
            result,
            updates,
            error: error
                .as_ref()
                .map(|error| error.expectation(&recording.exchanges))
                .transpose()?,
            last: value(last)?,
            details: details.as_object().cloned().unwrap_or_default(),
        })
    }

    /// The outcome that is expected of an earlier call of a case.
    ///
    /// # Errors
    /// As [`outcome`](Self::outcome).
    pub fn earlier(&self, earlier: &Earlier) -> Result<Expected, String> {
        let Some(error) = &self.expect.before else { return Ok(Expected::earlier(earlier)) };
        let error = Some(error.expectation(&earlier.exchanges)?);
        Ok(Expected { error, ..Expected::default() })
    }

    /// The requests that are expected of the call itself.
    ///
    /// # Errors
    /// A word that means nothing, a request that is none.
    pub fn requests(&self, recording: &Recording) -> Result<Vec<Request>, String> {
        let recorded = || recording.exchanges.iter().map(|Exchange { request, .. }| request);
        match &self.expect.requests {
            Requests::Word(word) if word == "as-recorded" => Ok(recorded().cloned().collect()),
            Requests::Word(word) if word == "none" => Ok(Vec::new()),
            Requests::Word(word) => Err(format!("requests: {word:?} means nothing")),
            Requests::Changed(list) => list
                .iter()
                .enumerate()
                .map(|(index, change)| changed(recorded().nth(index), change))
                .collect(),
        }
    }
}

impl Error {
    fn expectation(&self, exchanges: &[Exchange]) -> Result<ErrorExpectation, String> {
        match self {
            Self::Word(word) if word == "from-answer" => exchanges
                .last()
                .map(|exchange| ErrorExpectation::of_answer(&exchange.response))
                .ok_or_else(|| "error: there is no answer to take it from".to_owned()),
            Self::Word(word) => Err(format!("error: {word:?} means nothing")),
            Self::Is(ErrorIs { kind, status, code }) => Ok(ErrorExpectation {
                kinds: match kind {
                    Kinds::One(kind) => vec![kind.clone()],
                    Kinds::Any(kinds) => kinds.clone(),
                },
                status: status.map(Some),
                code: code.clone().map(Some),
                ..ErrorExpectation::default()
            }),
        }
    }
}

/// The recorded request with these members replaced.
fn changed(recorded: Option<&Request>, change: &Map<String, Value>) -> Result<Request, String> {
    let mut request = recorded.cloned().unwrap_or_default();
    let named: Request = {
        let mut whole = change.clone();
        for (name, fallback) in [("method", &request.method), ("path", &request.path)] {
            whole.entry(name).or_insert_with(|| Value::from(fallback.as_str()));
        }
        Request::deserialize(Value::Object(whole)).map_err(|error| error.to_string())?
    };
    request.method = named.method;
    request.path = named.path;
    if change.contains_key("query") {
        request.query = named.query;
    }
    if change.contains_key("headers") {
        request.headers.extend(named.headers);
    }
    if change.contains_key("body_json") {
        request.body_json = named.body_json;
    }
    Ok(request)
}

/// The recorded result with these members replaced, at any depth.
fn merged(
    result: Option<Value>,
    but: &Map<String, Value>,
    recording: &Recording,
) -> Result<Value, String> {
    let Some(Value::Object(mut members)) = result else {
        return Err("but: the recorded result is no object".to_owned());
    };
    for (name, change) in but {
        let change = match (members.remove(name), change) {
            (Some(inner @ Value::Object(_)), Value::Object(change)) => {
                merged(Some(inner), change, recording)?
            }
            (_, change) => resolved(change, recording)?,
        };
        members.insert(name.clone(), change);
    }
    Ok(Value::Object(members))
}

/// The value with every text in angle brackets replaced by what it stands for.
fn resolved(value: &Value, recording: &Recording) -> Result<Value, String> {
    match value {
        Value::String(text) => {
            let inner = text.strip_prefix('<').and_then(|text| text.strip_suffix('>'));
            inner.map_or_else(|| Ok(value.clone()), |path| named(path, recording))
        }
        Value::Array(items) => items.iter().map(|item| resolved(item, recording)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, item)| Ok((name.clone(), resolved(item, recording)?)))
            .collect(),
        other => Ok(other.clone()),
    }
}

fn named(path: &str, recording: &Recording) -> Result<Value, String> {
    if ["now", "uuid", "measured_ms"].contains(&path) {
        return Ok(Value::from(format!("<{path}>")));
    }
    let (root, rest) = path.split_once('.').unwrap_or((path, ""));
    let mut bodies = recording.exchanges.iter().map(|exchange| exchange.response.json());
    let base = match root {
        "answer" => bodies.next_back().flatten(),
        "answers" => Some(bodies.map(Option::unwrap_or_default).collect()),
        "recorded" => recording.result.clone(),
        "updates" => recording.updates.clone().map(Value::Array),
        "update" => recording.updates.as_ref().and_then(|updates| updates.last().cloned()),
        "frames" => recording.exchanges.last().map(|exchange| exchange.response.frames().into()),
        _ => None,
    };
    let pointer: String =
        rest.split('.').filter(|name| !name.is_empty()).map(|name| format!("/{name}")).collect();
    base.and_then(|base| base.pointer(&pointer).cloned())
        .ok_or_else(|| format!("<{path}> is not in the recording"))
}
