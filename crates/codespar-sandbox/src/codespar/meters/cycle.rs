//! What the meters of a project came to in a month: `/v1/meters/cycle`.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    codespar::{
        calendar,
        meters::{count::Cycle, minor, money, period},
    },
    server::{
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{clock::rfc3339, json::text},
};

/// `GET /v1/meters/cycle`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let (month, today) = (period(req)?, calendar::day(req.now.wall));
    let (start, end) = month.bounds();
    let is_open = month.has(today);
    let day = if is_open { today.day() } else { month.len() };
    let meters: Vec<(&Value, Cycle)> = req
        .state
        .selling
        .meters
        .list(req.project)
        .map(|meter| (meter, Cycle::of(req.state, req.project, meter, month, req.now)))
        .collect();
    let totals = |channel: Option<&str>| {
        let fits = |row: &&(&Value, Cycle)| channel.is_none_or(|it| text(row.0, "channel") == it);
        let cycles: Vec<&Cycle> = meters.iter().filter(fits).map(|row| &row.1).collect();
        totals(&cycles)
    };
    Ok(Response::ok(json!({
        "object": "meter_cycle",
        "period": month.text(),
        "start": rfc3339(start),
        "end": rfc3339(end),
        "state": if is_open { "open" } else { "closed" },
        "days_in_cycle": month.len(),
        "day_of_cycle": day,
        "days_remaining": month.len() - day,
        "currency": "BRL",
        "active_meters": meters.len(),
        "totals": totals(None),
        "by_channel": {
            "invoice": totals(Some("invoice")),
            "collect": totals(Some("collect")),
            "gate": totals(Some("gate")),
        },
    })))
}

/// Exact amounts are added, and rounded once.
fn totals(cycles: &[&Cycle]) -> Value {
    let add = |amount: fn(&Cycle) -> Decimal| {
        cycles.iter().fold(Decimal::ZERO, |sum, cycle| sum.saturating_add(amount(cycle)))
    };
    let (amount, projected) = (add(|cycle| cycle.amount), add(|cycle| cycle.projected_amount));
    json!({
        "meters": cycles.len(),
        "amount_to_date": money(amount),
        "amount_to_date_minor": minor(amount),
        "amount_projected": money(projected),
        "amount_projected_minor": minor(projected),
    })
}
