//! What came in and what agents spent in a while: `GET /v1/account/summary` and
//! `…/agent-activity`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, tz::Offset};
use serde_json::{Value, json};

use crate::{
    codespar::account,
    server::{
        errors::{ApiError, error},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        books::Entry,
        clock::rfc3339,
        json::{set, text},
    },
};

/// After how long without a call a session counts as idle.
const IDLE_MS: u64 = 15 * 60 * 1000;

/// São Paulo has no daylight saving time.
const SAO_PAULO: Offset = Offset::constant(-3);

/// A while, cut into hours or days; the last of them goes on.
struct Window {
    name: &'static str,
    buckets: i32,
    each: SignedDuration,
    start: Timestamp,
}

impl Window {
    fn read(req: &Request<'_>, default: &str) -> Result<Self, ApiError> {
        let hour = SignedDuration::from_hours(1);
        let (name, buckets, each) = match req.query("window").unwrap_or(default) {
            "24h" => ("24h", 24, hour),
            "7d" => ("7d", 7, hour * 24),
            "30d" => ("30d", 30, hour * 24),
            _ => return Err(error(400, "invalid_query", "window: 24h, 7d or 30d")),
        };
        let last = beginning(req.now.wall, each);
        let start = last.saturating_sub(each * (buckets - 1)).unwrap_or(last);
        Ok(Self { name, buckets, each, start })
    }

    /// When a bucket begins; before the first for a negative number.
    fn at(&self, bucket: i32) -> Timestamp {
        self.start.saturating_add(self.each * bucket).unwrap_or(self.start)
    }

    fn holds(&self, at: Timestamp) -> bool {
        at >= self.start
    }
}

/// When the hour or the São Paulo day began that a time is in.
fn beginning(at: Timestamp, each: SignedDuration) -> Timestamp {
    let shift = i64::from(SAO_PAULO.seconds());
    let local = at.as_second() + shift;
    let begun = local - local.rem_euclid(each.as_secs());
    Timestamp::from_second(begun - shift).unwrap_or(at)
}

/// The São Paulo day of a time: when it began, and when the next one does.
pub(super) fn day(at: Timestamp) -> (Timestamp, Timestamp) {
    let day = SignedDuration::from_hours(24);
    let begun = beginning(at, day);
    (begun, begun.saturating_add(day).unwrap_or(begun))
}

/// What came in for sales and what agents spent, in BRL.
#[derive(Clone, Copy, Default)]
struct Sums {
    received: i64,
    spent: i64,
}

impl Sums {
    fn of<'a>(entries: impl Iterator<Item = &'a Entry>) -> Self {
        let mut sums = Self::default();
        for entry in entries.filter(|entry| entry.posting.currency == "BRL") {
            if entry.posting.is_sale {
                sums.received = sums.received.saturating_add(entry.posting.amount_minor);
            } else if is_spent(entry) {
                sums.spent = sums.spent.saturating_sub(entry.posting.amount_minor);
            }
        }
        sums
    }

    fn row(self) -> Value {
        json!({
            "received_minor": self.received.to_string(),
            "spent_by_agents_minor": self.spent.to_string(),
        })
    }
}

fn is_spent(entry: &Entry) -> bool {
    entry.is("debit") && entry.posting.agent.is_some()
}

/// `GET /v1/account/summary`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let window = Window::read(req, "7d")?;
    let between = |from: Timestamp, to: Timestamp| {
        let entries = req.state.books.list(req.project);
        Sums::of(entries.filter(move |entry| entry.posted_at >= from && entry.posted_at < to))
    };
    let end = window.at(window.buckets);
    let series: Vec<Value> = (0..window.buckets)
        .map(|bucket| {
            let mut row = between(window.at(bucket), window.at(bucket + 1)).row();
            set(&mut row, "bucket_start", rfc3339(window.at(bucket)));
            row
        })
        .collect();
    let mut body = between(window.start, end).row();
    let calls = || {
        let mine = req.state.tool_calls.iter().filter(|call| call.project == req.project);
        mine.filter(|call| window.holds(call.called_at))
    };
    let sessions = || req.state.sessions.iter().filter(|it| it.project == req.project);
    let more = json!({
        "window": window.name,
        "currency": "BRL",
        "previous": between(window.at(-window.buckets), window.start).row(),
        "series": series,
        "received_by_rail": by_rail(req, &window),
        "tool_calls": {
            "total": calls().count(),
            "errors": calls().filter(|call| account::is_error(call)).count(),
        },
        "sessions": {
            "total": sessions().filter(|it| window.holds(it.created_at)).count(),
            "active_now": sessions().filter(|it| it.status == "active").count(),
            "active_idle_ms": IDLE_MS,
        },
    });
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    Ok(Response::ok(body))
}

fn by_rail(req: &Request<'_>, window: &Window) -> Vec<Value> {
    let mut rails: BTreeMap<Option<&str>, i64> = BTreeMap::new();
    let entries = req.state.books.list(req.project).filter(|entry| {
        entry.posting.is_sale && entry.posting.currency == "BRL" && window.holds(entry.posted_at)
    });
    for entry in entries {
        let sum = rails.entry(entry.posting.rail.as_deref()).or_default();
        *sum = sum.saturating_add(entry.posting.amount_minor);
    }
    let mut rows = Vec::new();
    for (rail, sum) in rails {
        rows.push(json!({ "rail": rail, "received_minor": sum.to_string() }));
    }
    rows
}

/// `GET /v1/account/agent-activity`: who spent most comes first.
pub(crate) fn agent_activity(req: &mut Request<'_>) -> HandlerResult {
    let window = Window::read(req, "30d")?;
    let registered = req.state.agents.list(req.project).map(|row| text(row, "agent_id"));
    let spending = req.state.books.list(req.project).filter_map(|it| it.posting.agent.as_deref());
    let agents: BTreeSet<&str> = registered.chain(spending).collect();
    let mut rows: Vec<(i64, Value)> =
        agents.into_iter().map(|agent| activity(req, &window, agent)).collect();
    rows.sort_by_key(|(spent, _)| std::cmp::Reverse(*spent));
    let rows: Vec<Value> = rows.into_iter().map(|(_, row)| row).collect();
    Ok(Response::ok(json!({ "window": window.name, "currency": "BRL", "agents": rows })))
}

fn activity(req: &Request<'_>, window: &Window, agent: &str) -> (i64, Value) {
    let of_agent = || {
        let entries = req.state.books.list(req.project);
        entries.filter(|entry| entry.posting.agent.as_deref() == Some(agent))
    };
    let spent = |within: bool| {
        let fits = |entry: &&Entry| {
            window.holds(entry.posted_at) && !(within && entry.posting.is_approved)
        };
        Sums::of(of_agent().filter(fits)).spent
    };
    let row = json!({
        "agent_id": agent,
        "spent_minor": spent(false).to_string(),
        "spent_within_mandate_minor": spent(true).to_string(),
        "received_minor": "0",
        "last_activity_at": of_agent().next().map(|entry| rfc3339(entry.posted_at)),
        "tool_calls": 0,
    });
    (spent(false), row)
}
