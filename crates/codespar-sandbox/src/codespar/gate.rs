//! What was sold through the gateway in the last thirty days: `/v1/gate/stats`.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{
    codespar::{
        calendar::{self, Month},
        paywalls::sales::Earned,
        window::Window,
    },
    server::{
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::rfc3339,
        json::{member, text},
    },
};

/// `GET /v1/gate/stats`: one agent buys everything here, and whoever asks for a price pays it.
pub(crate) fn stats(req: &mut Request<'_>) -> HandlerResult {
    let window = Window::of(req)?;
    let sales: Vec<&Value> = req.state.selling.sales.list(req.project).collect();
    let (recent, before) = window.split(&sales, "at");
    let all = Earned::by(&recent);
    let day_ago = req.now.wall.checked_sub(SignedDuration::from_hours(24)).map(rfc3339);
    let day_ago = day_ago.unwrap_or_default();
    let paywalls: Vec<&Value> = req.state.selling.paywalls.list(req.project).collect();
    let items = paywalls.iter().map(|paywall| {
        let of_paywall = |sale: &&&Value| text(sale, "item") == text(paywall, "id");
        let sales: Vec<&Value> = recent.iter().filter(of_paywall).copied().collect();
        let earned = Earned::by(&sales);
        json!({
            "kind": "paywall",
            "id": member(paywall, "id"),
            "paid_calls_24h": sales.iter().filter(|sale| text(sale, "at") >= &*day_ago).count(),
            "earnings_atomic": (earned.gross - earned.fees).to_string(),
            "gross_earnings_atomic": earned.gross.to_string(),
        })
    });
    let items: Vec<Value> = items.collect();
    let (month_begins, _) = Month::of(calendar::day(req.now.wall)).bounds();
    let first = sales.last().map(|sale| text(sale, "at"));
    let is_new = first.is_some_and(|first| *first >= *rfc3339(month_begins));
    let is_active = |row: &&&Value| *member(row, "active") == json!(true);
    Ok(Response::ok(json!({
        "window": "30d",
        "from": window.from,
        "to": window.to,
        "earnings_atomic": (all.gross - all.fees).to_string(),
        "gross_earnings_atomic": all.gross.to_string(),
        "previous_earnings_atomic": before.map(|before| {
            let earned = Earned::by(&before);
            (earned.gross - earned.fees).to_string()
        }),
        "paid_calls": recent.len(),
        "published_links": paywalls.iter().filter(is_active).count(),
        "paying_agents": usize::from(!recent.is_empty()),
        "new_paying_agents_this_month": usize::from(is_new),
        "challenges_issued": recent.len(),
        "payment_attempts": recent.len(),
        "challenges_paid": recent.len(),
        "items": items,
    })))
}
