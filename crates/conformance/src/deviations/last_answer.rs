//! The last answer of a recorded call, and what several rules read of answers.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use crate::recording::{self, Exchange, Recording, Response};

/// The last answer of the call, as far as rules look at it.
#[derive(Debug)]
pub(super) struct LastAnswer<'a> {
    pub(super) recording: &'a Recording,
    pub(super) response: &'a Response,
    /// `object.method` of the call.
    pub(super) call: String,
    /// The body, null where it is no JSON.
    pub(super) body: Value,
}

impl<'a> LastAnswer<'a> {
    pub(super) fn of(recording: &'a Recording) -> Option<Self> {
        let response = &recording.exchanges.last()?.response;
        let body = response.json().unwrap_or_default();
        Some(Self { recording, response, call: recording.call.name(), body })
    }

    /// Whether its status is outside 2xx.
    pub(super) fn is_refused(&self) -> bool {
        self.response.status.is_some_and(|status| !(200..300).contains(&status))
    }

    /// Whether it comes later than the time limit of the call, or of the client.
    pub(super) fn is_late(&self) -> bool {
        limit(self.recording).is_some_and(|limit| {
            let waits = self.response.delay_ms.max(self.response.delay_after_chunks_ms);
            Duration::from_millis(waits).as_secs_f64() > limit
        })
    }

    /// Whether its status is 2xx and it comes in time. A stream that comes late has begun in time.
    pub(super) fn is_accepted(&self) -> bool {
        let streams = self.call.ends_with("_stream") || self.call == "chat.turn";
        self.response.status.is_some() && !self.is_refused() && (!self.is_late() || streams)
    }

    /// Whether it is an accepted event stream.
    pub(super) fn is_stream(&self) -> bool {
        let is_stream = |kind: String| kind == "text/event-stream";
        self.is_accepted() && self.response.media_type().is_some_and(is_stream)
    }

    /// Whether it is accepted and says whether the tool succeeded.
    pub(super) fn is_tool_result(&self) -> bool {
        self.is_accepted() && self.body.get("success").is_some_and(Value::is_boolean)
    }

    /// Whether there is no body, or one that is JSON.
    pub(super) fn is_json_or_empty(&self) -> bool {
        self.response.text_is_json_or_empty()
    }
}

/// The time limit of the call, else of the client, in seconds.
fn limit(recording: &Recording) -> Option<f64> {
    let of_client = || recording::number(recording.config.as_ref()?.get("timeout")?);
    recording.call.timeout_seconds().or_else(of_client)
}

/// Whether two of the pages name the same next cursor.
pub(super) fn repeats_a_cursor(pages: &[Value]) -> bool {
    let mut seen = BTreeSet::new();
    pages.iter().filter_map(cursor).any(|cursor| !seen.insert(cursor))
}

/// The next cursor that a page names.
pub(super) fn cursor(page: &Value) -> Option<String> {
    let cursor = page.get("next_cursor").or_else(|| page.get("nextCursor"))?;
    cursor.as_str().filter(|cursor| !cursor.is_empty()).map(str::to_owned)
}

/// Which answer is the first that says that a turn may have been taken, and is not the last.
pub(super) fn refused_turn(recording: &Recording) -> Option<usize> {
    let unsure = |exchange: &Exchange| matches!(exchange.response.status, Some(502 | 503));
    let first = recording.exchanges.iter().position(unsure)?;
    (first + 1 < recording.exchanges.len()).then_some(first)
}

/// Whether it is a request that waits for a person.
pub(super) fn waits(body: &Value) -> bool {
    body.get("status").and_then(Value::as_str) == Some("approval_required")
}
