//! Meters, which count what is used, and charge nothing: `/v1/meters`.

mod count;
pub(crate) mod cycle;
pub(crate) mod events;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    codespar::{
        calendar::{self, Month},
        meters::count::Cycle,
    },
    server::{
        errors::{Refusal, error, not_found},
        json_object::{JsonObject, issue},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{matches, member, set},
};

const AGGREGATIONS: [&str; 4] = ["count", "sum", "max", "last"];
const CHANNELS: [&str; 3] = ["invoice", "collect", "gate"];

/// `GET /v1/meters`: the oldest first.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let month = period(req)?;
    let mut rows: Vec<&Value> = req.state.selling.meters.list(req.project).collect();
    rows.reverse();
    let today = calendar::day(req.now.wall);
    let shown: Vec<Value> = rows
        .into_iter()
        .map(|meter| {
            let days = (-13..=0).map(|days| calendar::after(today, days));
            let spark = days.map(|day| {
                let usage = count::usage_on(req.state, req.project, meter, day);
                json!({ "day": calendar::text(day), "usage": decimal(usage) })
            });
            let spark: Vec<Value> = spark.collect();
            let mut row = shown(req, meter, month);
            set(&mut row, "spark", spark);
            row
        })
        .collect();
    Ok(Response::ok(json!({ "object": "list", "period": month.text(), "data": shown })))
}

/// `POST /v1/meters`
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let name = body.text("event_name")?;
    let aggregation = body.choice("aggregation", &AGGREGATIONS)?;
    let channel = body.choice("channel", &CHANNELS)?;
    let price = number(&body, "price")?.filter(|price| *price > Decimal::ZERO);
    let price = price.ok_or_else(|| issue("price", "more than 0, six decimals at most"))?;
    let per_units = body.maybe_integer("per_units")?.unwrap_or(1);
    if ![1, 1000].contains(&per_units) {
        return Err(issue("per_units", "1 or 1000").into());
    }
    let is_taken = |row| matches(row, "event_name", Some(name));
    if req.state.selling.meters.list(req.project).any(is_taken) {
        return Err(error(409, "meter_event_name_taken", "another meter counts it").into());
    }
    let id = req.state.ids.with("mtr");
    let row = json!({
        "id": id,
        "object": "meter",
        "environment": if req.settings.test_mode { "test" } else { "live" },
        "event_name": name,
        "aggregation": aggregation,
        "price": money(price),
        "currency": "BRL",
        "per_units": per_units,
        "unit_label": body.maybe_text("unit_label")?,
        "description": body.maybe_text("description")?,
        "channel": channel,
        "status": "active",
        "created_at": req.now.rfc3339(),
        "updated_at": req.now.rfc3339(),
    });
    let row = req.state.selling.meters.insert(req.project, &id, row);
    Ok(Response::created(shown(req, &row, Month::of(calendar::day(req.now.wall)))))
}

/// `GET /v1/meters/{meterId}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let month = period(req)?;
    let row = shown(req, find(req)?, month);
    Ok(Response::ok(row))
}

/// `GET /v1/meters/{meterId}/usage`: a row for each day of the month; nothing of days to come.
pub(crate) fn usage(req: &mut Request<'_>) -> HandlerResult {
    let (month, today) = (period(req)?, calendar::day(req.now.wall));
    let meter = find(req)?;
    let days = month.days().map(|day| {
        let usage = count::usage_on(req.state, req.project, meter, day);
        let usage = (day <= today).then_some(usage);
        json!({
            "day": calendar::text(day),
            "usage": usage.map(decimal),
            "amount": usage.map(|usage| money(count::amount(meter, usage))),
        })
    });
    let days: Vec<Value> = days.collect();
    Ok(Response::ok(json!({
        "object": "meter_usage",
        "meter_id": member(meter, "id"),
        "aggregation": member(meter, "aggregation"),
        "period": month.text(),
        "state": if month.has(today) { "open" } else { "closed" },
        "days": days,
    })))
}

/// A meter with what it counted in a month.
fn shown(req: &Request<'_>, meter: &Value, month: Month) -> Value {
    let cycle = Cycle::of(req.state, req.project, meter, month, req.now);
    let mut row = meter.clone();
    set(
        &mut row,
        "cycle",
        json!({
            "period": month.text(),
            "usage": decimal(cycle.usage),
            "customers": cycle.customers,
            "amount_to_date": money(cycle.amount),
            "amount_to_date_minor": minor(cycle.amount),
            "amount_projected": money(cycle.projected_amount),
            "amount_projected_minor": minor(cycle.projected_amount),
            "projected_usage": decimal(cycle.projected_usage),
            "last_event_at": cycle.last_event_at,
        }),
    );
    row
}

fn find<'a>(req: &'a Request<'_>) -> Result<&'a Value, Refusal> {
    let found = req.state.selling.meters.find(req.project, req.id());
    Ok(found.ok_or_else(not_found)?)
}

/// The month that is asked about: this one, or one before.
fn period(req: &Request<'_>) -> Result<Month, Refusal> {
    let this = Month::of(calendar::day(req.now.wall));
    let Some(text) = req.query("period") else { return Ok(this) };
    match Month::read(text) {
        None => Err(error(400, "invalid_query", "a month such as 2026-10").into()),
        Some(month) if month > this => {
            Err(error(400, "period_not_started", "that month is to come").into())
        }
        Some(month) => Ok(month),
    }
}

/// A number of at most six decimals, written as one or as a text.
fn number(body: &JsonObject, name: &str) -> Result<Option<Decimal>, Refusal> {
    let text = match body.get(name) {
        None => return Ok(None),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => return Err(issue(name, "must be a number").into()),
    };
    let read = text.parse::<Decimal>().ok();
    let fits = |number: &Decimal| number.normalize().scale() <= 6 && *number >= Decimal::ZERO;
    match read.filter(fits) {
        Some(number) => Ok(Some(number)),
        None => Err(issue(name, "not negative, six decimals at most").into()),
    }
}

/// A count as the API writes it.
fn decimal(number: Decimal) -> String {
    number.normalize().to_string()
}

/// Reais with six decimals.
fn money(amount: Decimal) -> String {
    format!("{:.6}", rounded(amount, 6))
}

/// Whole centavos, half of one rounded up.
fn minor(amount: Decimal) -> i64 {
    use rust_decimal::prelude::ToPrimitive as _;
    let centavos = amount.checked_mul(Decimal::ONE_HUNDRED).map(|it| rounded(it, 0));
    centavos.and_then(|it| it.to_i64()).unwrap_or(i64::MAX)
}

fn rounded(number: Decimal, decimals: u32) -> Decimal {
    use rust_decimal::RoundingStrategy::MidpointAwayFromZero;
    number.round_dp_with_strategy(decimals, MidpointAwayFromZero)
}
