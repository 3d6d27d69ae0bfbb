//! What meters count, each event once: `/v1/meter-events`.

use std::time::Duration;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    codespar::{
        calendar::{self, Month},
        meters::{decimal, find, number},
    },
    server::{
        errors::{ApiError, Refusal, error},
        json_object::{JsonObject, issue},
        paging::limit,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::{Now, later, rfc3339},
        json::{matches, member, set, text},
    },
};

/// How far ahead of the server's clock an event may be.
const AHEAD: Duration = Duration::from_secs(5 * 60);

/// `GET /v1/meters/{meterId}/events`: what was received last comes first.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let most = limit(req, 20, 50)?;
    let id = text(find(req)?, "id");
    let rows = req.state.selling.meter_events.list(req.project);
    let rows = rows.filter(|row| text(row, "meter_id") == id).take(most).map(public);
    Ok(Response::ok(json!({ "object": "list", "data": rows.collect::<Vec<_>>() })))
}

/// `POST /v1/meter-events`: an event that was counted before is not counted again.
pub(crate) fn record(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let (event, customer) = (body.text("event")?, body.text("customer")?);
    let event_id = body.text("event_id")?;
    let mut meters = req.state.selling.meters.list(req.project);
    let meter = meters.find(|row| matches(row, "event_name", Some(event)));
    let meter = meter.ok_or_else(|| error(404, "meter_not_found", "no meter counts it"))?;
    let meter_id = text(meter, "id").to_owned();
    let value = decimal(value(&body, meter)?);
    let given = time(&body)?;
    // Looked for before its time is judged: what was counted stays so when its month is long over.
    if let Some(earlier) = req.state.selling.meter_events.find(req.project, event_id) {
        let same = text(earlier, "meter_id") == meter_id
            && text(earlier, "customer") == customer
            && text(earlier, "value") == value
            && given.is_none_or(|at| text(earlier, "occurred_at") == rfc3339(at));
        return if same {
            Ok(Response::ok(answered(earlier, true)))
        } else {
            Err(error(409, "meter_event_id_conflict", "the id is another event's").into())
        };
    }
    in_range(given, req.now)?;
    let name = req.state.consumers.find(req.project, customer).map(|row| member(row, "name"));
    let row = json!({
        "object": "meter_event",
        "event": event,
        "event_id": event_id,
        "meter_id": meter_id,
        "customer": customer,
        "customer_name": name,
        "value": value,
        "occurred_at": rfc3339(given.unwrap_or(req.now.wall)),
        "received_at": req.now.rfc3339(),
    });
    let row = req.state.selling.meter_events.insert(req.project, event_id, row);
    Ok(Response::created(answered(&row, false)))
}

fn public(row: &Value) -> Value {
    let mut row = row.clone();
    if let Some(members) = row.as_object_mut() {
        members.remove("event");
    }
    row
}

fn answered(row: &Value, duplicate: bool) -> Value {
    let mut row = row.clone();
    set(&mut row, "duplicate", duplicate);
    row
}

/// What an event counts for: itself, where the meter counts events.
fn value(body: &JsonObject, meter: &Value) -> Result<Decimal, Refusal> {
    match (number(body, "value")?, text(meter, "aggregation")) {
        (value, "count") if value.is_none_or(|it| it == Decimal::ONE) => Ok(Decimal::ONE),
        (Some(_), "count") => {
            Err(error(400, "meter_value_not_accepted", "each event counts for one").into())
        }
        (None, _) => Err(error(400, "meter_value_required", "how much was it?").into()),
        (Some(value), _) => Ok(value),
    }
}

/// When it happened, where the body says so.
fn time(body: &JsonObject) -> Result<Option<Timestamp>, Refusal> {
    let Some(text) = body.maybe_text("timestamp")? else { return Ok(None) };
    Ok(Some(text.parse().map_err(|_| issue("timestamp", "must be a time"))?))
}

/// A time has to be in this month or the last.
fn in_range(at: Option<Timestamp>, now: Now) -> Result<(), ApiError> {
    let Some(at) = at else { return Ok(()) };
    let first = Month::of(calendar::day(now.wall)).before().bounds().0;
    if at < first || at > later(now.wall, AHEAD) {
        let code = "meter_event_timestamp_out_of_range";
        return Err(error(400, code, "this month or the last"));
    }
    Ok(())
}
