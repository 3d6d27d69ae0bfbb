//! Where this project differs from what was recorded: in which cases, why, and what is expected
//! instead.
//!
//! The file is TOML, a list of rules. No rule knows a case by its name: it covers what a recording
//! says.
//!
//! ```toml
//! [[deviation]]
//! call = "^session\\.close$"          # a regular expression over names of calls; any without it
//! sdk = "codespar"                    # a part of the recording's `sdk`; any without it
//! when = "refused !late"              # words that all hold: the README has a list
//! args = { force = [true] }           # arguments: any of these values
//! reason = "a session that did not close is an error the caller sees"
//! expect = { error = "from-answer" }
//! ```
//!
//! A rule counts only where something differs from what was recorded. What it says of the outcome
//! and what it says of the requests count by themselves: one rule may explain the outcome and
//! another the requests. Only a rule whose `requests` is `none` or `one-more` explains both or
//! nothing. Earlier calls of a case have their outcomes explained in the same way.
//!
//! A rule with `always = true` holds wherever it covers a case: an outcome that agrees with the
//! recording alone is not enough there, it has to be that of one such rule.
//!
//! Of the outcome, `expect` has any of: `result`; `but`, members that replace those of `result`, or
//! of the recorded result without one; `updates`; `error`, which is `"from-answer"` (an `Api` error
//! with the status and code of the last answer), `"from-refused-turn"` (of the first 502 or 503) or
//! `{ kind = "…" | ["…"], status, code }`; `last` and `details`, members of the error; `stream =
//! true`, what the event-stream rules make of the last answer (see `stream`); `unsigned = true`,
//! the recorded mandate, or where none was recorded that of the token, with what no signature
//! covers set apart, and `but` over it; `shown = true`, the recorded text with nothing where it
//! shows the word for a null. `grounded = true` in `error` means that the error names an argument
//! or a member of an answer, and that what it says of it is true (see `compare::Grounds`).
//!
//! Of the requests, `requests` is `"none"`; `"one-more"`, the recorded ones and another that the
//! script has no answer for; `"until-a-repeated-cursor"`, `"until-waiting"` and
//! `"until-a-refused-turn"`, the recorded ones up to that answer; `"ids-encoded"`, ids that an
//! official SDK lets reach into the path are one segment of it; `"without-nulls"` in JSON bodies;
//! `"without-body"`; `"without-cookie"`; `"last-part-of-file-names"` in forms; or a list whose
//! members replace those of the recorded requests, `body` those of a body.
//!
//! A text in angle brackets stands for a value of the recording: `<answer>` the body of the last
//! answer, `<answers.0>` that of the first, `<previous>` that of the last but one, `<recorded>` the
//! recorded result, `<args>` the arguments of the call, `<sent>` the recorded body of the first
//! request, `<session>` the create answer of the session, `<update>` the last recorded update,
//! `<updates>` all of them, `<servers>` those of the arguments and then those of the preset, each
//! once. A path may follow: `<answer.data.id>`; and others for when it is missing or null:
//! `<answer.user_id|args.user_id>`, of which an empty one is null.

mod last_answer;
mod mandate_tokens;
mod member_types;
mod placeholders;
mod requests;
mod stream;
mod when;
mod word;

use std::collections::BTreeMap;

use regex::Regex;
use serde::Deserialize;
use serde_json::{Map, Value};

use self::last_answer::refused_turn;
use self::placeholders::{merged, resolved};
use self::requests::Requests;
pub use self::word::Word;
use crate::compare::outcome::Expected;
use crate::compare::{ErrorExpectation, Grounds};
use crate::recording::{Recording, Request};
use crate::server::Received;

/// The words that a rule may use in `when`, by what they are about.
pub fn words() -> impl Iterator<Item = (&'static str, &'static [Word])> {
    when::TABLES.into_iter()
}

/// The rules of the file, in order.
#[derive(Debug, Default)]
pub struct Deviations(Vec<Deviation>);

/// One rule.
#[derive(Debug)]
pub struct Deviation {
    call: Option<Regex>,
    when: Vec<String>,
    args: BTreeMap<String, Vec<Value>>,
    sdk: String,
    /// Why we differ.
    pub reason: String,
    /// Whether what was recorded is not enough.
    pub always: bool,
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
    call: Option<String>,
    #[serde(default)]
    when: String,
    #[serde(default)]
    args: BTreeMap<String, Vec<Value>>,
    #[serde(default)]
    sdk: String,
    #[serde(default)]
    always: bool,
    reason: String,
    expect: Expect,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Expect {
    requests: Option<Requests>,
    result: Option<Value>,
    but: Option<Map<String, Value>>,
    stream: bool,
    unsigned: bool,
    shown: bool,
    updates: Option<Value>,
    error: Option<Error>,
    last: Option<Value>,
    details: Map<String, Value>,
}

impl Expect {
    fn says_an_outcome(&self) -> bool {
        let value = self.result.is_some() || self.but.is_some() || self.updates.is_some();
        value || self.error.is_some() || self.stream || self.unsigned || self.shown
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
    says: Option<String>,
    #[serde(default)]
    grounded: bool,
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
    /// Text that is not such a file, a pattern that is none, a word that means nothing, a rule that
    /// expects nothing.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        file.deviation.into_iter().map(Deviation::new).collect::<Result<_, _>>().map(Self)
    }

    /// The rules that cover this case, in order.
    pub fn rules<'a>(
        &'a self,
        recording: &'a Recording,
    ) -> impl Iterator<Item = &'a Deviation> + 'a {
        self.0.iter().filter(|rule| rule.covers(recording))
    }

    /// Whether a rule says what is to come of this case, unless it stops before a request.
    #[must_use]
    pub fn speaks_of_outcome(&self, recording: &Recording) -> bool {
        self.rules(recording).any(|rule| rule.expect.says_an_outcome() && !rule.is_whole())
    }

    /// All rules.
    pub fn iter(&self) -> impl Iterator<Item = &Deviation> {
        self.0.iter()
    }
}

impl Deviation {
    fn new(entry: Entry) -> Result<Self, String> {
        let Entry { call, when, args, sdk, always, reason, expect } = entry;
        let call = call.map(|text| Regex::new(&text)).transpose();
        let call = call.map_err(|error| format!("{reason}: {error}"))?;
        let when: Vec<_> = when.split_whitespace().map(str::to_owned).collect();
        let known = |word: &&String| when::word(word.trim_start_matches('!')).is_some();
        if let Some(word) = when.iter().find(|word| !known(word)) {
            return Err(format!("{reason}: when: {word:?} means nothing"));
        }
        if reason.trim().is_empty() {
            return Err("a rule needs a reason".to_owned());
        }
        if let Some(Requests::Word(word)) = &expect.requests {
            requests::check(word).map_err(|error| format!("{reason}: {error}"))?;
        }
        if !expect.says_an_outcome() && expect.requests.is_none() {
            return Err(format!("{reason}: a rule expects an outcome or requests"));
        }
        Ok(Self { call, when, args, sdk, reason, always, expect })
    }

    fn covers(&self, recording: &Recording) -> bool {
        let given = |name: &str| recording.call.args.get(name).unwrap_or(&Value::Null);
        recording.sdk.contains(&self.sdk)
            && self.call.as_ref().is_none_or(|call| call.is_match(&recording.call.name()))
            && self.args.iter().all(|(name, values)| values.contains(given(name)))
            && self.when.iter().all(|word| when::holds(recording, word))
    }

    /// Whether it explains outcome and requests together or nothing.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        matches!(&self.expect.requests, Some(Requests::Word(word)) if requests::is_whole(word))
    }

    /// Whether it names what is wrong with the arguments or the answers of the cases that it
    /// covers, or shows it: without that it never excuses less than the official client had.
    #[must_use]
    pub fn names_a_malformation(&self) -> bool {
        let is_fault = |word: &String| when::word(word).is_some_and(|word| word.is_fault);
        self.is_grounded() || self.when.iter().any(is_fault)
    }

    /// Whether its error says what is true of an argument or of an answer.
    #[must_use]
    pub fn is_grounded(&self) -> bool {
        matches!(&self.expect.error, Some(Error::Is(is)) if is.grounded)
    }

    /// The outcome that it expects of this case; `None` where it says nothing of outcomes.
    ///
    /// # Errors
    /// A word that means nothing, a value in angle brackets that the recording does not have.
    pub fn outcome(&self, recording: &Recording) -> Option<Result<Expected, String>> {
        self.expect.says_an_outcome().then(|| self.expected(recording))
    }

    fn expected(&self, recording: &Recording) -> Result<Expected, String> {
        let Expect { result, but, updates, error, last, details, .. } = &self.expect;
        if self.expect.stream {
            return Ok(stream::expected(recording));
        }
        if self.expect.shown {
            let result = Some(placeholders::shown(recording)?);
            return Ok(Expected { result, ..Expected::default() });
        }
        let value = |value: &Option<Value>| {
            value.as_ref().map(|value| resolved(value, recording)).transpose()
        };
        let unsigned =
            self.expect.unsigned.then(|| mandate_tokens::apart(recording)).transpose()?;
        let result = match but {
            Some(but) => {
                let recorded = || unsigned.or_else(|| recording.result.clone());
                let base = value(result)?.or_else(recorded);
                Some(merged(base, but, recording)?)
            }
            None if self.expect.unsigned => unsigned,
            None => value(result)?.or_else(|| items_before(recording, error.is_some())),
        };
        let updates = value(updates)?.map(|updates| match updates {
            Value::Array(updates) => updates,
            single => vec![single],
        });
        let mut details = resolved(&Value::Object(details.clone()), recording)?;
        let error = error.as_ref();
        if let (Some(Error::Word(_)), Some(details)) = (error, details.as_object_mut()) {
            details.extend(
                placeholders::refused_batch(recording).map(|batch| ("batch".to_owned(), batch)),
            );
        }
        let grounded = self.is_grounded();
        Ok(Expected {
            result,
            updates,
            error: error.map(|error| error.expectation(recording)).transpose()?,
            last: value(last)?,
            details: details.as_object().cloned().unwrap_or_default(),
            grounds: grounded.then(|| Grounds::of(recording)),
        })
    }

    /// The requests that it expects of the call itself; `None` where it says nothing of requests.
    ///
    /// # Errors
    /// A value in angle brackets that the recording does not have, a request that is none.
    pub fn requests(
        &self,
        recording: &Recording,
        received: &[Received],
    ) -> Option<Result<Vec<Request>, String>> {
        self.expect.requests.as_ref().map(|requests| requests.expected(recording, received))
    }
}

impl Error {
    fn expectation(&self, recording: &Recording) -> Result<ErrorExpectation, String> {
        match self {
            Self::Word(word) if word == "from-answer" => recording
                .exchanges
                .last()
                .map(|exchange| ErrorExpectation::of_answer(&exchange.response))
                .ok_or_else(|| "error: there is no answer to take it from".to_owned()),
            Self::Word(word) if word == "from-refused-turn" => refused_turn(recording)
                .and_then(|number| recording.exchanges.get(number))
                .map(|exchange| ErrorExpectation::of_answer(&exchange.response))
                .ok_or_else(|| "error: no turn was refused and asked for again".to_owned()),
            Self::Word(word) => Err(format!("error: {word:?} means nothing")),
            Self::Is(ErrorIs { kind, status, code, says, grounded }) => {
                let kinds = kind.list();
                // An answer that cannot be read is part of its error; everything else has none but
                // what is named.
                let read =
                    kinds.iter().any(|kind| kind == "Decode") && !recording.exchanges.is_empty();
                let answer = recording.exchanges.last().and_then(|last| last.response.status);
                let found = status.or_else(|| answer.filter(|_| read));
                let offline = recording.call.on == "mandate";
                Ok(ErrorExpectation {
                    kinds,
                    // A status of 0 is none.
                    status: (!grounded).then_some(found.filter(|&status| !offline && status != 0)),
                    code: Some(code.clone()),
                    said: says.clone(),
                    ..ErrorExpectation::default()
                })
            }
        }
    }
}

/// The recorded items before the error that ended them, where a rule says of an error only which it
/// is.
fn items_before(recording: &Recording, fails: bool) -> Option<Value> {
    let broken = fails && recording.error.is_some();
    recording.result.clone().filter(|result| broken && result.is_array())
}
