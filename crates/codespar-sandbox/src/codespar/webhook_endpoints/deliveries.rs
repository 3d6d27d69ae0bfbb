//! Deliveries to webhook endpoints. The sandbox really delivers, but only to this machine.
//!
//! What has happened is delivered by itself, up to five times; a request that wants a delivery
//! waits for the first attempt.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json, value::RawValue};

use crate::{
    codespar::webhook_endpoints::{
        self,
        sender::{BLOCKED, SendResult, send},
    },
    server::{
        errors::{Refusal, error, not_found},
        paging::limit,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        Store,
        clock::Now,
        json::{matches, member, set, text},
        raw_json::{self, RawObject},
        records::delivery::{Delivery, Purpose},
        state::State,
        timers::Timer,
    },
};

/// How long is waited before the second and the later attempts.
const RETRY_DELAYS: [Duration; 4] = [minutes(1), minutes(5), minutes(30), minutes(120)];

/// How long a delivery waits for a paused endpoint before it looks again.
const PAUSED_RECHECK: Duration = minutes(1);

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

impl Delivery {
    /// The first attempt to deliver an event, which is written down as pending.
    pub(crate) fn first(
        state: &mut State,
        project: &str,
        endpoint: &str,
        event: Value,
        now: Now,
    ) -> Self {
        let endpoint = json!({ "id": endpoint });
        Self::enqueue(state, (project.to_owned(), endpoint, event), 1, Purpose::Event, now)
    }

    /// The same to an address and with a secret of one's own, for which there is no endpoint.
    pub(crate) fn direct(
        state: &mut State,
        (url, secret): (&str, &str),
        event: Value,
        now: Now,
    ) -> Self {
        let id = format!("trg_{:016}", state.ids.event());
        let endpoint = json!({ "id": id, "webhook_url": url, "secret": secret });
        Self::enqueue(state, (String::new(), endpoint, event), 1, Purpose::Direct, now)
    }

    fn enqueue(
        state: &mut State,
        (project, endpoint, event): (String, Value, Value),
        attempt: u64,
        purpose: Purpose,
        now: Now,
    ) -> Self {
        let delivery_id = state.ids.event().to_string();
        let delivery = Self { project, endpoint, event, delivery_id, attempt, now, purpose };
        delivery.save(state, "pending", &Ok(0));
        delivery
    }

    /// The attempt after this one, where there is to be one.
    fn next(&self, sent: &SendResult) -> Option<Duration> {
        let repeats = matches!(self.purpose, Purpose::Event | Purpose::Direct | Purpose::Redeliver);
        let blocked = sent.as_ref().is_err_and(|problem| problem == BLOCKED);
        let index = usize::try_from(self.attempt).ok()?.checked_sub(1)?;
        RETRY_DELAYS.get(index).copied().filter(|_| repeats && !blocked && !succeeded(sent))
    }

    fn save(&self, state: &mut State, status: &str, sent: &SendResult) {
        let answered = sent.as_ref().ok().filter(|code| **code > 0);
        let row = json!({
            "id": self.delivery_id,
            "trigger_id": member(&self.endpoint, "id"),
            "event_id": member(&self.event, "id"),
            "event_type": member(&self.event, "type"),
            "attempt": self.attempt,
            "status": status,
            "response_status": answered,
            "error": error_text(sent),
            "created_at": self.now.rfc3339(),
            "request": { "url": member(&self.endpoint, "webhook_url") },
            "response": { "status": answered },
            "event": self.event,
        });
        match state.deliveries.find_mut(&self.project, &self.delivery_id) {
            Some(known) => *known = row,
            None => drop(state.deliveries.insert(&self.project, &self.delivery_id, row)),
        }
    }
}

fn succeeded(sent: &SendResult) -> bool {
    matches!(sent, Ok(200..=299))
}

/// What went wrong; nothing while it is pending.
fn error_text(sent: &SendResult) -> Option<String> {
    match sent {
        Ok(0 | 200..=299) => None,
        Ok(code) => Some(format!("http_{code}")),
        Err(problem) => Some(problem.clone()),
    }
}

/// `POST /v1/webhook-endpoints/{id}/test-fire`
pub(crate) fn test_fire(req: &mut Request<'_>) -> HandlerResult {
    let body = req.maybe_body()?;
    let kind = body.maybe_text("event_type")?.unwrap_or("trigger.test_fire").to_owned();
    body.maybe_object("payload")?;
    let payload = req.members();
    let payload = payload.get("payload").map(RawValue::get).unwrap_or_default();
    let mut data = RawObject::read(payload.as_bytes());
    let endpoint = webhook_endpoints::find(req)?.clone();
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
    Ok(respond_after(first_attempt(req, endpoint, event, Purpose::TestFire)))
}

/// `POST /v1/webhook-endpoints/deliveries/{delivery_id}/redeliver`
pub(crate) fn redeliver(req: &mut Request<'_>) -> HandlerResult {
    let old = find(req, req.id())?;
    let endpoint = req.state.endpoints.find(req.project, text(&old, "trigger_id"));
    let endpoint = endpoint.ok_or_else(webhook_endpoints::missing)?.clone();
    let event = member(&old, "event").clone();
    // A redelivery begins with the second attempt.
    let delivery =
        Delivery { attempt: 2, ..first_attempt(req, endpoint, event, Purpose::Redeliver) };
    Ok(respond_after(delivery))
}

/// `POST /v1/webhook-endpoints/retry-pending`: what is due here is under way already.
pub(crate) fn retry_pending(_: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(json!({
        "scanned": 0, "redispatched": 0, "delivered": 0, "failed": 0, "dead": 0,
    })))
}

/// `GET /v1/webhook-endpoints/{id}/deliveries`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    rows(req, "deliveries", |_| true)
}

/// `GET /v1/webhook-endpoints/{id}/dlq`
pub(crate) fn dlq(req: &mut Request<'_>) -> HandlerResult {
    rows(req, "dead_letters", |row| text(row, "status") == "dead")
}

/// `GET /v1/webhook-endpoints/{id}/deliveries/{delivery_id}`: with request, answer and event.
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    webhook_endpoints::find(req)?;
    let row = find(req, req.second_id())?;
    if text(&row, "trigger_id") != req.id() {
        return Err(not_found().into());
    }
    let event = member(&row, "event");
    Ok(Response::ok(json!({
        "delivery": summary(&row),
        "request": {
            "url": member(member(&row, "request"), "url"),
            "body": raw_json::to_text(event),
        },
        "response": member(&row, "response"),
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

fn rows(req: &mut Request<'_>, name: &str, keep: impl Fn(&Value) -> bool) -> HandlerResult {
    webhook_endpoints::find(req)?;
    let limit = limit(req, 50, 200)?;
    let rows: Vec<Value> = req
        .state
        .deliveries
        .list(req.project)
        .filter(|row| matches(row, "trigger_id", Some(req.id())) && keep(row))
        .take(limit)
        .map(summary)
        .collect();
    Ok(Response::ok(json!({ name: rows })))
}

fn find(req: &Request<'_>, id: &str) -> Result<Value, Refusal> {
    if id.is_empty() || id.len() > 19 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(error(400, "invalid_delivery_id", "at most 19 digits").into());
    }
    req.state.deliveries.find(req.project, id).cloned().ok_or_else(|| not_found().into())
}

/// A row without the request, the answer and the event.
fn summary(row: &Value) -> Value {
    let mut row = row.clone();
    if let Some(members) = row.as_object_mut() {
        for name in ["request", "response", "event"] {
            members.remove(name);
        }
    }
    row
}

/// The first attempt to deliver an event, for the request that wants it.
pub(crate) fn first_attempt(
    req: &mut Request<'_>,
    endpoint: Value,
    event: Value,
    purpose: Purpose,
) -> Delivery {
    Delivery {
        project: req.project.to_owned(),
        endpoint,
        event,
        delivery_id: req.state.ids.event().to_string(),
        attempt: 1,
        now: req.now,
        purpose,
    }
}

/// Takes the endpoint of a due attempt as it is now. A paused one is waited for; of one that was
/// deleted nothing is left to do.
pub(crate) fn make_ready(state: &mut State, mut delivery: Delivery, now: Now) {
    if delivery.purpose != Purpose::Direct {
        let id = text(&delivery.endpoint, "id");
        let Some(endpoint) = state.endpoints.find(&delivery.project, id) else { return };
        if text(endpoint, "status") != "active" {
            state.timers.after(PAUSED_RECHECK, now, Timer::Delivery(Box::new(delivery)));
            return;
        }
        delivery.endpoint = endpoint.clone();
    }
    delivery.now = now;
    state.ready.push(delivery);
}

/// Makes an attempt that a request waits for, and answers it.
pub(crate) fn respond_after(delivery: Delivery) -> Response {
    Response::deferred(|store| async move {
        let sent = send(&delivery).await;
        let now = store.clock.read();
        finish(&mut store.state.lock(), delivery, sent, now)
    })
}

/// Makes an attempt that nobody waits for, and sees to the next one.
pub(crate) async fn attempt(store: Arc<Store>, delivery: Delivery) {
    let sent = send(&delivery).await;
    finish(&mut store.state.lock(), delivery, sent, store.clock.read());
    store.wake.notify_one();
}

/// Writes an attempt down, queues the next one, and answers the request that wanted it.
pub(crate) fn finish(
    state: &mut State,
    delivery: Delivery,
    sent: SendResult,
    now: Now,
) -> Response {
    let next = delivery.next(&sent);
    let last = delivery.attempt > RETRY_DELAYS.len() as u64;
    let status = match succeeded(&sent) {
        true => "delivered",
        false if last => "dead",
        false => "failed",
    };
    delivery.save(state, status, &sent);
    let trigger = text(&delivery.endpoint, "id");
    if let Some(endpoint) = state.endpoints.find_mut(&delivery.project, trigger) {
        let runs = member(endpoint, "total_runs").as_u64().unwrap_or_default();
        set(endpoint, "total_runs", runs + 1);
        set(endpoint, "last_run_at", delivery.now.rfc3339());
    }
    if let Some(wait) = next {
        let about = (delivery.project.clone(), delivery.endpoint.clone(), delivery.event.clone());
        let purpose = match delivery.purpose {
            Purpose::Direct => Purpose::Direct,
            _ => Purpose::Event,
        };
        let later = Delivery::enqueue(state, about, delivery.attempt + 1, purpose, now);
        state.timers.after(wait, now, Timer::Delivery(Box::new(later)));
    }
    delivery.answer(status, &sent)
}

impl Delivery {
    /// What the request that wanted this attempt is answered.
    fn answer(&self, status: &str, sent: &SendResult) -> Response {
        let trigger = text(&self.endpoint, "id");
        match self.purpose {
            Purpose::Event | Purpose::Direct => Response::no_content(),
            Purpose::TestFire => Response::ok(json!({
                "trigger_id": trigger,
                "event_id": member(&self.event, "id"),
                "delivery_id": self.delivery_id,
                "status": status,
                "response_status": sent.as_ref().ok(),
                "error": error_text(sent),
            })),
            Purpose::Replay { named } => Response::accepted(json!({
                "event_id": member(&self.event, "id"),
                "dispatched": 1,
                "trigger_id": named.then_some(trigger),
            })),
            Purpose::Redeliver => Response::accepted(json!({
                "redelivery_id": self.delivery_id,
                "trigger_id": trigger,
                "event_id": member(&self.event, "id"),
                "trigger_status": member(&self.endpoint, "status"),
            })),
        }
    }
}
