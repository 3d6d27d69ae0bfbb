//! Requests about deliveries: lists of them, one whole, tests, and delivering again.

use serde_json::{Value, json, value::RawValue};

use crate::{
    codespar::webhook_endpoints::{
        delivery,
        row::{self, DEAD_STREAK, check_active, is_delivered},
    },
    server::{
        errors::{Refusal, error, not_found},
        paging::page,
        query,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock,
        json::{matches, member, pick, set, text},
        raw_json::{self, RawObject},
        records::delivery::{Delivery, Purpose},
    },
};

/// How many attempts one request makes at most.
const MOST_RETRIED: usize = 100;

/// What a row shows in the list of one endpoint.
const LISTED: [&str; 10] = [
    "id",
    "trigger_id",
    "event_id",
    "attempt",
    "status",
    "response_status",
    "error",
    "delivered_at",
    "next_retry_at",
    "created_at",
];

/// The same in the list of dead ones.
const DEAD: [&str; 7] =
    ["id", "event_id", "attempt", "response_status", "error", "dead_at", "created_at"];

/// The same in the list of all endpoints.
const LISTED_OF_ALL: [&str; 11] = [
    "id",
    "trigger_id",
    "trigger_name",
    "event_id",
    "event_type",
    "status",
    "response_status",
    "error",
    "attempt",
    "created_at",
    "delivered_at",
];

/// `POST /v1/webhook-endpoints/{id}/test-fire`
pub(crate) fn test_fire(req: &mut Request<'_>) -> HandlerResult {
    let body = req.maybe_body()?;
    let kind = body.maybe_text("event_type")?.unwrap_or("trigger.test_fire").to_owned();
    body.maybe_object("payload")?;
    let payload = req.members();
    let payload = payload.get("payload").map(RawValue::get).unwrap_or_default();
    let mut data = RawObject::read(payload.as_bytes());
    let endpoint = row::find(req)?.clone();
    if !is_delivered(&endpoint) {
        let code = "trigger_test_fire_webhook_only";
        return Err(error(409, code, "nothing is delivered by this action").into());
    }
    check_active(&endpoint)?;
    // Written last, so that nobody can send a test that does not say so.
    data.set("test", raw_json::raw_value("true"));
    data.set("trigger_id", raw_json::raw_value(&member(&endpoint, "id").to_string()));
    data.set("requested_at", raw_json::raw_value(&json!(req.now.rfc3339()).to_string()));
    let id = req.state.ids.event_id();
    let event = json!({
        "id": id,
        "type": kind,
        "source": "sandbox",
        "occurred_at": req.now.rfc3339(),
        "test": true,
        "data": data.embed(),
    });
    req.state.events.insert(req.project, &id, event.clone());
    let trigger = member(&endpoint, "id").clone();
    let delivery = delivery::once(req.state, (req.project, endpoint, event), req.now);
    let delivery_id = delivery.delivery_id.clone();
    Ok(Response::deferred(|store| async move {
        let (status, sent) = delivery::make(&store, delivery).await;
        Response::ok(json!({
            "trigger_id": trigger,
            "event_id": id,
            "delivery_id": delivery_id,
            "status": status,
            "response_status": sent.status(),
            "error": sent.error(),
        }))
    }))
}

/// `POST /v1/webhook-endpoints/deliveries/{delivery_id}/redeliver`: queues, and sends nothing
/// itself. What it queues begins with the second attempt and takes the place of the old one's next.
pub(crate) fn redeliver(req: &mut Request<'_>) -> HandlerResult {
    let old = find(req, req.id())?.clone();
    let (trigger, id) = (text(&old, "trigger_id").to_owned(), text(&old, "id").to_owned());
    let (project, now) = (req.project, req.now);
    let endpoint = req.state.endpoints.find_mut(project, &trigger);
    let endpoint = endpoint.ok_or_else(not_found)?;
    set(endpoint, DEAD_STREAK, 0);
    let endpoint = endpoint.clone();
    let is_next = |it: &Delivery| it.project == project && it.repeats.as_deref() == Some(&id);
    req.state.timers.take_deliveries(usize::MAX, is_next);
    if let Some(row) = req.state.deliveries.find_mut(project, &id) {
        set(row, "next_retry_at", Value::Null);
    }
    let status = member(&endpoint, "status").clone();
    let event = member(&old, "event").clone();
    let about = (project, endpoint, event);
    let redelivery = delivery::enqueue(req.state, about, 2, Purpose::Event, now);
    Ok(Response::accepted(json!({
        "redelivery_id": redelivery,
        "trigger_id": trigger,
        "event_id": member(&old, "event_id"),
        "trigger_status": status,
    })))
}

/// `POST /v1/webhook-endpoints/retry-pending`: makes the attempts that are due and wait for nothing
/// but being looked at, such as those of an endpoint that was paused until now.
pub(crate) fn retry_pending(req: &mut Request<'_>) -> HandlerResult {
    let (project, now) = (req.project, req.now);
    let mut timers = std::mem::take(&mut req.state.timers);
    let due = timers.take_deliveries(MOST_RETRIED, |it| {
        it.project == project
            && it.due <= now.instant
            && delivery::is_claimable(req.state, it) == Some(true)
    });
    req.state.timers = timers;
    let claim = |it| delivery::claim(req.state, it, now);
    let claimed: Vec<Delivery> = due.into_iter().map(claim).collect();
    Ok(Response::deferred(|store| async move {
        let scanned = claimed.len();
        let mut ended = Vec::with_capacity(scanned);
        for one in claimed {
            ended.push(delivery::make(&store, one).await.0);
        }
        store.wake.notify_one();
        let count = |status: &str| ended.iter().filter(|it| **it == status).count();
        Response::ok(json!({
            "scanned": scanned,
            "redispatched": scanned,
            "delivered": count("delivered"),
            "failed": count("failed"),
            "dead": count("dead"),
        }))
    }))
}

/// `GET /v1/webhook-endpoints/{id}/deliveries`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    rows(req, "deliveries", &LISTED, |_| true)
}

/// `GET /v1/webhook-endpoints/{id}/dlq`
pub(crate) fn dlq(req: &mut Request<'_>) -> HandlerResult {
    rows(req, "dead_letters", &DEAD, |row| text(row, "status") == "dead")
}

fn rows(
    req: &mut Request<'_>,
    name: &str,
    shown: &[&str],
    keep: impl Fn(&Value) -> bool,
) -> HandlerResult {
    row::find(req)?;
    let limit = query::clamped_limit(req, 50, 200)?;
    let rows = req.state.deliveries.list(req.project);
    let rows = rows.filter(|row| matches(row, "trigger_id", Some(req.id())) && keep(row));
    let rows: Vec<Value> = rows.take(limit).map(|row| pick(row, shown)).collect();
    Ok(Response::ok(json!({ name: rows })))
}

/// `GET /v1/webhook-deliveries`: of all endpoints of the project, or only how many.
pub(crate) fn list_all(req: &mut Request<'_>) -> HandlerResult {
    let status = query::choice(req, "status", &["pending", "delivered", "failed", "dead"])?;
    let since = query::time(req, "since")?.map(clock::rfc3339);
    let only_count = query::choice(req, "count_only", &["true", "false"])? == Some("true");
    let rows = req.state.deliveries.list(req.project);
    let rows = rows.filter(|row| {
        let is_late = since.as_deref().is_none_or(|since| text(row, "created_at") >= since);
        is_late && matches(row, "status", status)
    });
    let rows: Vec<Value> = rows.map(|row| pick(row, &LISTED_OF_ALL)).collect();
    if only_count {
        let none: [Value; 0] = [];
        let total = rows.len();
        return Ok(Response::ok(
            json!({ "deliveries": none, "next_before": null, "total": total }),
        ));
    }
    let (rows, next) = page(req, rows, "before", |row| text(row, "id").to_owned())?;
    Ok(Response::ok(json!({ "deliveries": rows, "next_before": next })))
}

/// `GET /v1/webhook-endpoints/{id}/deliveries/{delivery_id}`: with request, answer and event.
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    row::find(req)?;
    let row = find(req, req.second_id())?;
    if text(row, "trigger_id") != req.id() {
        return Err(not_found().into());
    }
    let event = member(row, "event");
    let mut shown = pick(row, &LISTED);
    set(&mut shown, "dead_at", member(row, "dead_at").clone());
    set(&mut shown, "receipt_at", member(row, "receipt_at").clone());
    Ok(Response::ok(json!({
        "delivery": shown,
        "request": member(row, "request"),
        "response": member(row, "response"),
        "event": {
            "id": member(event, "id"),
            "source": member(event, "source"),
            "event_type": member(event, "type"),
            "payload": member(event, "data"),
            "received_at": member(event, "occurred_at"),
            "provider_event_id": null,
        },
    })))
}

fn find<'a>(req: &'a Request<'_>, id: &str) -> Result<&'a Value, Refusal> {
    if id.is_empty() || id.len() > 19 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(error(400, "invalid_delivery_id", "at most 19 digits").into());
    }
    req.state.deliveries.find(req.project, id).ok_or_else(|| not_found().into())
}
