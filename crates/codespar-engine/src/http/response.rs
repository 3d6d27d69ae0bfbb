//! A response, whole: read as JSON, or as the error that it stands for.

use std::{fmt, time::Duration};

use bytes::Bytes;
use http::{
    HeaderMap, StatusCode,
    header::{CONTENT_ENCODING, CONTENT_TYPE},
};
use serde::de::DeserializeOwned;

use crate::{
    error::Error,
    http::{
        JSON,
        dialect::{Dialect, Refusal},
        retry,
    },
    json::{decode, depth::is_deeper, repair::without_mark},
    verdict::{
        Effect, Judgement, KeyRule,
        table::{Case, is_about_code, judge},
    },
};

/// What an answer is judged by, besides itself.
#[derive(Clone, Copy)]
pub(crate) struct RequestFacts {
    pub(crate) operation: &'static str,
    pub(crate) effect: Effect,
    pub(crate) key: KeyRule,
}

/// An answer, whole.
#[derive(Clone)]
#[non_exhaustive]
pub struct Response {
    /// The operation it answers.
    pub operation: &'static str,
    /// The status that the server answered with.
    pub status: StatusCode,
    /// The headers that came with it.
    pub headers: HeaderMap,
    /// The body, as it came.
    pub body: Bytes,
    /// The wait the server asked for with a refusal, in its headers.
    pub retry_after: Option<Duration>,
    pub(crate) asked: RequestFacts,
    pub(crate) dialect: &'static Dialect,
    /// How deeply its JSON may be nested.
    pub(crate) json_depth: usize,
}

impl Response {
    /// Whether the status says that it went well.
    pub fn is_success(&self) -> bool {
        self.status.is_success()
    }

    /// The answer as JSON, or why it is not.
    ///
    /// # Errors
    /// `Api` unless the status is 2xx; `Decode`, which keeps the body, when it is not what was
    /// promised.
    pub fn json<O: DeserializeOwned>(&self) -> Result<O, Error> {
        self.promised_json().and_then(|text| decode(text).map_err(|error| self.unreadable(error)))
    }

    /// Whether the body is empty or `null`.
    fn is_nothing(&self) -> bool {
        matches!(without_mark(&self.body).trim_ascii(), b"" | b"null")
    }

    /// The response itself, unless it is a refusal.
    ///
    /// # Errors
    /// `Api` unless the status is 2xx.
    pub fn success(self) -> Result<Self, Error> {
        if self.is_success() { Ok(self) } else { Err(self.refusal()) }
    }

    /// The error that an answer other than a success stands for.
    pub fn refusal(&self) -> Error {
        let refusal = (self.dialect.read)(self);
        let judgement = self.judge_all(&refusal);
        let message = refusal.message.unwrap_or_else(|| match self.status.as_u16() {
            300..400 => "the server redirects, which is not followed".to_owned(),
            _ => match (encoded(&self.headers), self.status.canonical_reason()) {
                (Some(message), _) => message,
                (None, Some(reason)) => format!("the server answered {reason}"),
                (None, None) => format!("the server answered {}", self.status.as_u16()),
            },
        });
        let error = Error::api(one_line(&message)).judged(judgement);
        let mut error = error.with_approval(refusal.approval);
        if let Some(code) = refusal.code {
            error = error.with_code(code);
        }
        // The header's own id comes with the answer; a body may quote another one.
        let quoted = refusal.request_id.filter(|_| !self.headers.contains_key("x-request-id"));
        if let Some(id) = quoted.as_deref() {
            error = error.with_request_id(one_line(id));
        }
        self.decorate(error)
            .with_retry_after(refusal.retry_after.or(self.retry_after))
            .transient(retry::is_transient(self.status))
    }

    /// What all codes of a refusal say happened: a second one never says less than is open.
    fn judge_all(&self, refusal: &Refusal) -> Judgement {
        let has_approval = refusal.approval.is_some();
        let first = self.judge(refusal.code.as_deref(), has_approval);
        let others = refusal.other_codes.iter().map(String::as_str);
        let known = others.filter(|code| self.knows(code, has_approval));
        let others = known.map(|code| self.judge(Some(code), has_approval));
        Judgement::most_open(others.chain([first])).unwrap_or(first)
    }

    fn knows(&self, code: &str, has_approval: bool) -> bool {
        is_about_code(self.dialect.verdicts, &self.case(Some(code), has_approval))
    }

    /// What the answer says happened, given its code and whether it names an approval.
    pub fn judge(&self, code: Option<&str>, has_approval: bool) -> Judgement {
        judge(self.dialect.verdicts, &self.case(code, has_approval))
    }

    fn case<'a>(&self, code: Option<&'a str>, has_approval: bool) -> Case<'a> {
        let status = (!self.is_success()).then(|| self.status.as_u16());
        let RequestFacts { operation, effect, key } = self.asked;
        Case { operation, effect, key, status, code, has_approval }
    }

    /// Adds the answer to an error that it caused.
    pub fn decorate(&self, error: Error) -> Error {
        error.at(self.operation).with_answer(self.status, self.headers.clone(), self.body.clone())
    }

    /// The JSON that it is, or what came when it cannot be JSON.
    fn promised_json(&self) -> Result<&[u8], Error> {
        if !self.is_success() {
            return Err(self.refusal());
        }
        match self.dialect.nothing {
            Some(text) if self.is_nothing() => return Ok(text.as_bytes()),
            _ => {}
        }
        if self.body.is_empty() {
            let error = Error::decode("the answer is empty where JSON was promised");
            return Err(self.unreadable(error));
        }
        if is_deeper(&self.body, self.json_depth) {
            return Err(self.unreadable(too_deep("answer", self.json_depth)));
        }
        Ok(&self.body)
    }

    /// Says what came when it could not be read as JSON.
    #[cold]
    fn unreadable(&self, error: Error) -> Error {
        // Labels are wrong at times: what is JSON counts as that under any.
        let error = self.other_kind().unwrap_or(error);
        self.decorate(encoded(&self.headers).map_or(error, Error::decode))
    }

    /// Says what came when it is labelled as something else, and is no JSON either.
    #[cold]
    fn other_kind(&self) -> Option<Error> {
        let kind = content_type(&self.headers).filter(|kind| !is_json(kind))?;
        if self.body.is_empty() || decode::<serde::de::IgnoredAny>(&self.body).is_ok() {
            return None;
        }
        let kind = kind.to_ascii_lowercase();
        Some(Error::decode(format!("the answer is {kind} where JSON was promised")))
    }
}

/// Status and length only: answers carry personal data.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("operation", &self.operation)
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// What to say of an answer that is compressed, say, which was not asked for.
pub(crate) fn encoded(headers: &HeaderMap) -> Option<String> {
    let encoding = headers.get(CONTENT_ENCODING)?.to_str().ok()?.trim().to_ascii_lowercase();
    let is_plain = matches!(&*encoding, "" | "identity");
    (!is_plain).then(|| format!("the answer is encoded as {encoding}, which was not asked for"))
}

/// JSON that is nested too deeply.
pub(crate) fn too_deep(what: &str, limit: usize) -> Error {
    Error::decode(format!("the {what} is nested more deeply than {limit} levels"))
}

/// The media type without its parameters, as the server wrote it.
pub(crate) fn content_type(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let end = value.bytes().position(|byte| byte == b';');
    let kind = end.map_or(value, |end| value.get(..end).unwrap_or_default()).trim_ascii();
    (!kind.is_empty()).then_some(kind)
}

/// JSON, or something made of it: `application/problem+json`.
fn is_json(kind: &str) -> bool {
    kind == JSON || kind.as_bytes().windows(4).any(|letters| letters.eq_ignore_ascii_case(b"json"))
}

/// The first line of a server's words, of a readable length and fit for a terminal.
fn one_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    line.chars().filter(|letter| !letter.is_control()).take(500).collect()
}
