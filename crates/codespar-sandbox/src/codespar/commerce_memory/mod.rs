//! What a project remembers of its business: `/v1/commerce-memory`.

pub(crate) mod insights;
pub(crate) mod interactions;
pub(crate) mod negotiations;
pub(crate) mod preferences;

use jiff::Timestamp;
use serde_json::Value;

use crate::{
    server::{
        errors::ApiError,
        json_object::{Issue, JsonObject, issue},
        query,
        request::Request,
    },
    store::{
        clock::{Now, rfc3339},
        json::text,
    },
};

/// A stretch of time: from the first moment on, and before the second.
pub(crate) struct Window {
    since: Option<String>,
    until: Option<String>,
}

impl Window {
    /// The one that a request asks for.
    pub(crate) fn read(req: &Request<'_>) -> Result<Self, ApiError> {
        let moment = |name| Ok::<_, ApiError>(query::time(req, name)?.map(rfc3339));
        Ok(Self { since: moment("since")?, until: moment("until")? })
    }

    /// Whether the moment in a member of a row lies in it.
    pub(crate) fn has(&self, row: &Value, name: &str) -> bool {
        let at = text(row, name);
        self.since.as_deref().is_none_or(|since| at >= since)
            && self.until.as_deref().is_none_or(|until| at < until)
    }

    pub(crate) fn told(&self) -> Value {
        serde_json::json!({ "since": self.since, "until": self.until })
    }
}

/// A moment in a body, as the API writes it; none is now.
pub(crate) fn moment(body: &JsonObject, name: &str, now: Now) -> Result<String, Issue> {
    match body.maybe_text(name)? {
        None => Ok(now.rfc3339()),
        Some(text) => {
            text.parse::<Timestamp>().map(rfc3339).map_err(|_| issue(name, "must be a timestamp"))
        }
    }
}

/// One of the known values in a body, or what stands for none.
pub(crate) fn choice_or<'a>(
    body: &'a JsonObject,
    name: &str,
    known: &[&str],
    none: &'a str,
) -> Result<&'a str, Issue> {
    match body.get(name) {
        None => Ok(none),
        Some(_) => body.choice(name, known),
    }
}

/// An amount in minor units in a body, which may not be negative.
pub(crate) fn maybe_minor(body: &JsonObject, name: &str) -> Result<Option<i64>, Issue> {
    match body.maybe_integer(name)? {
        Some(amount) if amount < 0 => Err(issue(name, "must not be negative")),
        amount => Ok(amount),
    }
}
