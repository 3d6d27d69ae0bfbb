//! What is answered at which path, whatever the version of HTTP.

use std::time::Duration;

use crate::sample;

/// What a request is answered with.
pub(super) enum Answer {
    Json(&'static str),
    /// The same, after a while: so that all calls of a burst are under way at once.
    Late(Duration, &'static str),
    /// An event stream that says one thing and stays open.
    Held,
    /// An event stream of so many events.
    Events(usize),
    /// So many bytes of nothing in particular.
    Bytes(u64),
}

/// How long a late answer takes.
const WHILE: Duration = Duration::from_millis(200);

/// What every other request is answered with: a session.
const SESSION: &str = concat!(
    r#"{"id":"ses_1","org_id":"org_1","user_id":"u","servers":[],"status":"active","#,
    r#""created_at":"2026-04-21T12:00:00Z"}"#
);

/// A charge that was taken.
const CHARGE: &str = concat!(
    r#"{"id":"chg_1","status":"PENDING","local_status":"pending","method":"boleto","#,
    r#""currency":"BRL","amount_minor":15000,"due_date":"2030-12-31"}"#
);

/// A server that is never connected.
const WAITING: &str = r#"{"servers":[{"id":"asaas","connected":false}],"tools":[]}"#;

impl Answer {
    pub(super) fn at(path: &str) -> Self {
        if let Some(bytes) = path.strip_prefix("/v1/bytes/") {
            return Self::Bytes(bytes.parse().unwrap_or_default());
        }
        let session = path.strip_prefix("/v1/sessions/").and_then(|path| path.split_once('/'));
        match session {
            Some(("late", "execute")) => Self::Late(WHILE, sample::RESULT),
            Some((_, "execute")) => Self::Json(sample::RESULT),
            Some((_, "connections")) => Self::Json(WAITING),
            Some(("hold", "send")) => Self::Held,
            Some((events, "send")) => {
                Self::Events(events.trim_start_matches("flow-").parse().unwrap_or_default())
            }
            _ if path == "/v1/charges" => Self::Json(CHARGE),
            _ => Self::Json(SESSION),
        }
    }
}

/// The one event of a stream that is held open.
pub(super) fn first_event() -> String {
    sample::deltas(1)
}
