//! The last thirty days, by which what was sold is told.

use jiff::SignedDuration;
use serde_json::Value;

use crate::{
    server::{
        errors::{ApiError, error},
        request::Request,
    },
    store::{clock::rfc3339, json::text},
};

/// The last thirty days, as they are written, and when the thirty before began.
pub(crate) struct Window {
    before: String,
    pub(crate) from: String,
    pub(crate) to: String,
}

impl Window {
    /// The window that the query asks for, which can be no other.
    pub(crate) fn of(req: &Request<'_>) -> Result<Self, ApiError> {
        if req.query("window").is_some_and(|window| window != "30d") {
            return Err(error(400, "invalid_query", "30d"));
        }
        let ago = |days: i64| {
            let wait = SignedDuration::from_hours(24 * days);
            rfc3339(req.now.wall.checked_sub(wait).unwrap_or(req.now.wall))
        };
        Ok(Self { before: ago(60), from: ago(30), to: req.now.rfc3339() })
    }

    /// The rows of the window, and those of the thirty days before it where there were any before
    /// it at all. `at` is the member that says when it was.
    pub(crate) fn split<'a>(
        &self,
        rows: &[&'a Value],
        at: &str,
    ) -> (Vec<&'a Value>, Option<Vec<&'a Value>>) {
        let is_recent = |row: &&Value| text(row, at) >= self.from.as_str();
        let (recent, mut before): (Vec<&Value>, Vec<&Value>) =
            rows.iter().copied().partition(is_recent);
        let has_history = !before.is_empty();
        before.retain(|row| text(row, at) >= self.before.as_str());
        (recent, has_history.then_some(before))
    }
}
