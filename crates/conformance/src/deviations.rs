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
//!
//! [[deviation]]
//! call = "^session\\.close$"             # without `case` it is a rule: over names of calls,
//! answer = "refused"                     # over what the server answered,
//! args = { force = [true] }              # and over arguments: any of these values
//! reason = "the same, whatever the case is called"
//! expect = { error = "from-answer" }
//! ```
//!
//! An entry with `case` counts for every case it names. A rule counts only where the outcome differs from what was
//! recorded. `answer` is one word or several, any of which is enough; see `nature`.
//!
//! `expect` has any of: `result`, or `but` (the recorded result with these members replaced); `updates`; `error`,
//! which is `"from-answer"` (an `Api` error with the status and code of the last answer) or
//! `{ kind = "…" | ["…"], status, code }`; `last` and `details`, members of the error; `requests`, which is
//! `"as-recorded"` (the default), `"none"`, `"without-nulls"` in JSON bodies, or a list whose members replace those of the recorded requests.
//! A text in angle brackets stands for a value of the recording: `<answer>` the body of the last answer,
//! `<answers.0>` that of the first, `<recorded>` the recorded result, `<update>` the last recorded update; a path may
//! follow: `<answer.data.id>`. `<updates>` are all recorded updates, `<frames.0>` the data of the first event of the
//! last answer's stream, `<args>` the arguments of the call. `stream = true` expects what the event-stream rules make of
//! the last answer; see `stream`. `before` is the error of every earlier call, written like `error`; without it the earlier calls
//! give what was recorded.

mod nature;
mod stream;
mod values;

use std::collections::BTreeMap;

use regex::Regex;
use serde::Deserialize;
use serde_json::{Map, Value};

use self::values::{changed, merged, resolved, without_nulls};
use crate::compare::ErrorExpectation;
use crate::compare::outcome::Expected;
use crate::recording::{Earlier, Exchange, Recording, Request};

/// The entries of the file, in order.
#[derive(Debug, Default)]
pub struct Deviations(Vec<Deviation>);

/// One entry.
#[derive(Debug)]
pub struct Deviation {
    case: Option<Regex>,
    call: Option<Regex>,
    answer: Vec<String>,
    args: BTreeMap<String, Vec<Value>>,
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
    case: Option<String>,
    call: Option<String>,
    answer: Option<Words>,
    #[serde(default)]
    args: BTreeMap<String, Vec<Value>>,
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
    stream: bool,
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
    kind: Words,
    status: Option<u16>,
    code: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Words {
    One(String),
    Any(Vec<String>),
}

impl Words {
    fn list(&self) -> Vec<String> {
        match self {
            Self::One(word) => vec![word.clone()],
            Self::Any(words) => words.clone(),
        }
    }
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
        self.0.iter().find(|entry| entry.case.is_some() && entry.covers(recording))
    }

    /// The rules that cover this case, in order.
    pub fn rules<'a>(
        &'a self,
        recording: &'a Recording,
    ) -> impl Iterator<Item = &'a Deviation> + 'a {
        self.0.iter().filter(|entry| entry.case.is_none() && entry.covers(recording))
    }

    /// The patterns over names that name none of these cases: entries that have outlived their reason.
    pub fn idle<'a>(&'a self, recordings: &'a [Recording]) -> impl Iterator<Item = &'a str> {
        let idle = |entry: &&Deviation| !recordings.iter().any(|case| entry.covers(case));
        self.0.iter().filter(idle).filter_map(|entry| entry.case.as_ref()).map(Regex::as_str)
    }
}

impl Deviation {
    fn new(entry: Entry) -> Result<Self, String> {
        let Entry { case, call, answer, args, sdk, reason, expect } = entry;
        let named = case.clone().or_else(|| call.clone()).unwrap_or_default();
        let pattern = |text: Option<String>| {
            text.map(|text| Regex::new(&text)).transpose().map_err(|error| error.to_string())
        };
        let (case, call) = (pattern(case)?, pattern(call)?);
        let answer = answer.as_ref().map(Words::list).unwrap_or_default();
        if let Some(word) = answer.iter().find(|word| !nature::WORDS.contains(&word.as_str())) {
            return Err(format!("{named}: answer: {word:?} means nothing"));
        }
        let says = expect.result.is_some()
            || expect.but.is_some()
            || expect.updates.is_some()
            || expect.error.is_some()
            || expect.stream;
        if !says || reason.trim().is_empty() || named.is_empty() {
            return Err(format!("{named}: an entry needs a case or call, a reason and an outcome"));
        }
        Ok(Self { case, call, answer, args, sdk, reason, expect })
    }

    fn covers(&self, recording: &Recording) -> bool {
        let fits = |pattern: &Option<Regex>, text: &str| {
            pattern.as_ref().is_none_or(|pattern| pattern.is_match(text))
        };
        let given = |name: &str| recording.call.args.get(name).unwrap_or(&Value::Null);
        recording.sdk.starts_with(&self.sdk)
            && fits(&self.case, &recording.case)
            && fits(&self.call, &recording.call.name())
            && (self.answer.is_empty()
                || self.answer.iter().any(|word| nature::is(recording, word)))
            && self.args.iter().all(|(name, values)| values.contains(given(name)))
    }

    /// The outcome that is expected of this case.
    ///
    /// # Errors
    /// A word or a value in angle brackets that the recording does not have.
    pub fn outcome(&self, recording: &Recording) -> Result<Expected, String> {
        let Expect { result, but, updates, error, last, details, .. } = &self.expect;
        if self.expect.stream {
            return Ok(stream::expected(recording));
        }
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
            Requests::Word(word) if word == "without-nulls" => {
                Ok(recorded().map(without_nulls).collect())
            }
            Requests::Word(word) => Err(format!("requests: {word:?} means nothing")),
            Requests::Changed(list) => list
                .iter()
                .enumerate()
                .map(|(index, change)| {
                    let change = resolved(&Value::Object(change.clone()), recording)?;
                    changed(recorded().nth(index), &change)
                })
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
                kinds: kind.list(),
                status: status.map(Some),
                code: code.clone().map(Some),
                ..ErrorExpectation::default()
            }),
        }
    }
}
