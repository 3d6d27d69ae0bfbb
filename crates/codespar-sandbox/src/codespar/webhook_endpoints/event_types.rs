//! The events that endpoints can be for, and what a condition would have let through of late.

use std::{collections::BTreeMap, time::Duration};

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    codespar::webhook_endpoints::condition,
    server::{
        query,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::{Now, rfc3339},
        json::{matches, member, text},
    },
};

/// How many events a simulation looks at.
const MOST_SCANNED: usize = 1_000;

/// How many of those that match are named.
const MOST_NAMED: usize = 10;

const WINDOWS: [&str; 3] = ["1h", "24h", "7d"];

/// `GET /v1/triggers/events`
pub(crate) fn list(_: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(json!({ "events": condition::events() })))
}

/// `POST /v1/triggers/simulate`: nothing is written or sent.
pub(crate) fn simulate(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let event = body.text("event_type")?;
    let wanted = body.echo("condition");
    condition::check(&wanted, event)?;
    let window = match body.get("window") {
        None => "24h",
        Some(_) => body.choice("window", &WINDOWS)?,
    };
    let begin = begin(window, req.now);
    let mut rows = req.state.events.list(req.project).filter(|row| is_told(row, &begin));
    let scanned: Vec<&Value> =
        rows.by_ref().filter(|row| matches(row, "type", Some(event))).take(MOST_SCANNED).collect();
    let is_like_that = |row: &&&Value| condition::holds(&wanted, member(row, "data"));
    let matched: Vec<_> = scanned.iter().filter(is_like_that).collect();
    let named: Vec<_> = matched.iter().take(MOST_NAMED).map(|row| member(row, "id")).collect();
    Ok(Response::ok(json!({
        "event_type": event,
        "window": window,
        "scanned": scanned.len(),
        "matched": matched.len(),
        "sample_event_ids": named,
        "truncated": rows.any(|row| matches(row, "type", Some(event))),
    })))
}

/// `GET /v1/events/summary`: tests are not counted.
pub(crate) fn summary(req: &mut Request<'_>) -> HandlerResult {
    let window = query::choice(req, "window", &WINDOWS)?.unwrap_or("24h");
    let begin = begin(window, req.now);
    let mut by_type = BTreeMap::<String, usize>::new();
    for row in req.state.events.list(req.project).filter(|row| is_told(row, &begin)) {
        *by_type.entry(text(row, "type").to_owned()).or_default() += 1;
    }
    let total: usize = by_type.values().sum();
    Ok(Response::ok(json!({ "window": window, "total": total, "by_type": by_type })))
}

/// Whether an event has happened since then, and was no test.
fn is_told(row: &Value, begin: &str) -> bool {
    text(row, "occurred_at") >= begin && *member(row, "test") != json!(true)
}

/// When a window begins that ends now.
pub(crate) fn begin(window: &str, now: Now) -> String {
    let hours = match window {
        "1h" => 1,
        "24h" => 24,
        _ => 7 * 24,
    };
    let long = SignedDuration::try_from(Duration::from_secs(hours * 3_600)).unwrap_or_default();
    rfc3339(now.wall.saturating_sub(long).unwrap_or(now.wall))
}
