//! Deliveries to webhook endpoints. The sandbox really delivers, but only to this machine.
//!
//! What has happened is delivered by itself, up to five times; a request that wants a delivery waits
//! for the first attempt.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json, value::RawValue};

use crate::{
    codespar::webhook_endpoints::{
        self,
        sender::{BLOCKED, Sent, send},
    },
    server::{
        errors::{Refusal, error, not_found},
        paging::limit,
        request::{Call, Outcome},
        response::Answer,
    },
    store::{
        Store,
        clock::Now,
        json::{matches, part, set, text},
        raw_json::{self, Members},
        records::delivery::{Job, Then},
        state::State,
        timers::What,
    },
};

/// How long is waited before the second and the later attempts.
const WAITS: [Duration; 4] = [minutes(1), minutes(5), minutes(30), minutes(120)];

/// How long a delivery waits for a paused endpoint before it looks again.
const PAUSED: Duration = minutes(1);

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

impl Job {
    /// The first attempt to deliver an event, which is written down as pending.
    pub(crate) fn first(
        state: &mut State,
        project: &str,
        endpoint: &str,
        event: Value,
        now: Now,
    ) -> Self {
        let endpoint = json!({ "id": endpoint });
        Self::queued(state, (project.to_owned(), endpoint, event), 1, Then::Event, now)
    }

    fn queued(
        state: &mut State,
        (project, endpoint, event): (String, Value, Value),
        attempt: u64,
        then: Then,
        now: Now,
    ) -> Self {
        let delivery_id = state.ids.event().to_string();
        let job = Self { project, endpoint, event, delivery_id, attempt, now, then };
        job.write_down(state, "pending", &Ok(0));
        job
    }

    /// The attempt after this one, where there is to be one.
    fn next(&self, sent: &Sent) -> Option<Duration> {
        let repeats = matches!(self.then, Then::Event | Then::Redeliver);
        let blocked = sent.as_ref().is_err_and(|problem| problem == BLOCKED);
        let index = usize::try_from(self.attempt).ok()?.checked_sub(1)?;
        WAITS.get(index).copied().filter(|_| repeats && !blocked && !arrived(sent))
    }

    fn write_down(&self, state: &mut State, status: &str, sent: &Sent) {
        let answered = sent.as_ref().ok().filter(|code| **code > 0);
        let row = json!({
            "id": self.delivery_id,
            "trigger_id": part(&self.endpoint, "id"),
            "event_id": part(&self.event, "id"),
            "event_type": part(&self.event, "type"),
            "attempt": self.attempt,
            "status": status,
            "response_status": answered,
            "error": problem(sent),
            "created_at": self.now.text(),
            "request": { "url": part(&self.endpoint, "webhook_url"), "body": self.event },
            "response": { "status": answered },
            "event": self.event,
        });
        match state.deliveries.find_mut(&self.project, &self.delivery_id) {
            Some(known) => *known = row,
            None => drop(state.deliveries.insert(&self.project, &self.delivery_id, row)),
        }
    }
}

fn arrived(sent: &Sent) -> bool {
    matches!(sent, Ok(200..=299))
}

/// What went wrong; nothing while it is pending.
fn problem(sent: &Sent) -> Option<String> {
    match sent {
        Ok(0 | 200..=299) => None,
        Ok(code) => Some(format!("http_{code}")),
        Err(problem) => Some(problem.clone()),
    }
}

/// `POST /v1/webhook-endpoints/{id}/test-fire`
pub(crate) fn test_fire(call: &mut Call<'_>) -> Outcome {
    let body = call.maybe_body()?;
    let kind = body.maybe_text("event_type")?.unwrap_or("trigger.test_fire").to_owned();
    body.maybe_object("payload")?;
    let payload = call.members();
    let payload = payload.get("payload").map(RawValue::get).unwrap_or_default();
    let mut data = Members::read(payload.as_bytes());
    data.set("test", raw_json::raw("true"));
    let endpoint = webhook_endpoints::find(call)?.clone();
    let id = call.state.ids.event_id();
    let event = json!({
        "id": id,
        "type": kind,
        "source": "sandbox",
        "occurred_at": call.now.text(),
        "test": true,
        "data": data.keep(),
    });
    call.state.events.insert(call.project, &id, event.clone());
    Ok(answer_of(job(call, endpoint, event, Then::TestFire)))
}

/// `POST /v1/webhook-endpoints/deliveries/{delivery_id}/redeliver`
pub(crate) fn redeliver(call: &mut Call<'_>) -> Outcome {
    let old = find(call, call.id())?;
    let endpoint = call.state.endpoints.find(call.project, text(&old, "trigger_id"));
    let endpoint = endpoint.ok_or_else(webhook_endpoints::missing)?.clone();
    let event = part(&old, "event").clone();
    // A redelivery begins with the second attempt.
    let job = Job { attempt: 2, ..job(call, endpoint, event, Then::Redeliver) };
    Ok(answer_of(job))
}

/// `POST /v1/webhook-endpoints/retry-pending`: what is due here is under way already.
pub(crate) fn retry_pending(_: &mut Call<'_>) -> Outcome {
    Ok(Answer::ok(json!({
        "scanned": 0, "redispatched": 0, "delivered": 0, "failed": 0, "dead": 0,
    })))
}

/// `GET /v1/webhook-endpoints/{id}/deliveries`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    rows(call, |_| true)
}

/// `GET /v1/webhook-endpoints/{id}/dlq`
pub(crate) fn dead(call: &mut Call<'_>) -> Outcome {
    rows(call, |row| text(row, "status") == "dead")
}

/// `GET /v1/webhook-endpoints/{id}/deliveries/{delivery_id}`: with request, answer and event.
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    webhook_endpoints::find(call)?;
    let row = find(call, call.second_id())?;
    if text(&row, "trigger_id") != call.id() {
        return Err(not_found().into());
    }
    Ok(Answer::ok(row))
}

fn rows(call: &mut Call<'_>, keep: impl Fn(&Value) -> bool) -> Outcome {
    webhook_endpoints::find(call)?;
    let limit = limit(call, 50, 200)?;
    let rows: Vec<Value> = call
        .state
        .deliveries
        .list(call.project)
        .filter(|row| matches(row, "trigger_id", Some(call.id())) && keep(row))
        .take(limit)
        .map(short)
        .collect();
    Ok(Answer::ok(json!({ "deliveries": rows })))
}

fn find(call: &Call<'_>, id: &str) -> Result<Value, Refusal> {
    if id.is_empty() || id.len() > 19 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(error(400, "invalid_delivery_id", "at most 19 digits").into());
    }
    call.state.deliveries.find(call.project, id).cloned().ok_or_else(|| not_found().into())
}

/// A row without the request, the answer and the event.
fn short(row: &Value) -> Value {
    let mut row = row.clone();
    if let Some(members) = row.as_object_mut() {
        for name in ["request", "response", "event"] {
            members.remove(name);
        }
    }
    row
}

/// The first attempt to deliver an event, for the request that wants it.
pub(crate) fn job(call: &mut Call<'_>, endpoint: Value, event: Value, then: Then) -> Job {
    Job {
        project: call.project.to_owned(),
        endpoint,
        event,
        delivery_id: call.state.ids.event().to_string(),
        attempt: 1,
        now: call.now,
        then,
    }
}

/// Takes the endpoint of a due attempt as it is now. A paused one is waited for; of one that was
/// deleted nothing is left to do.
pub(crate) fn make_ready(state: &mut State, mut job: Job, now: Now) {
    let id = text(&job.endpoint, "id");
    let Some(endpoint) = state.endpoints.find(&job.project, id) else { return };
    if text(endpoint, "status") != "active" {
        state.agenda.after(PAUSED, now, What::Delivery(Box::new(job)));
        return;
    }
    job.endpoint = endpoint.clone();
    job.now = now;
    state.ready.push(job);
}

/// Makes an attempt that a request waits for, and answers it.
pub(crate) fn answer_of(job: Job) -> Answer {
    Answer::after(|store| async move {
        let sent = send(&job).await;
        let now = store.clock.read();
        finish(&mut store.state.lock(), job, sent, now)
    })
}

/// Makes an attempt that nobody waits for, and sees to the next one.
pub(crate) async fn carry_out(store: Arc<Store>, job: Job) {
    let sent = send(&job).await;
    finish(&mut store.state.lock(), job, sent, store.clock.read());
    store.wake.notify_one();
}

/// Writes an attempt down, queues the next one, and answers the request that wanted it.
pub(crate) fn finish(state: &mut State, job: Job, sent: Sent, now: Now) -> Answer {
    let next = job.next(&sent);
    let last = job.attempt > WAITS.len() as u64;
    let status = match arrived(&sent) {
        true => "delivered",
        false if last => "dead",
        false => "failed",
    };
    job.write_down(state, status, &sent);
    let trigger = text(&job.endpoint, "id");
    if let Some(endpoint) = state.endpoints.find_mut(&job.project, trigger) {
        let runs = part(endpoint, "total_runs").as_u64().unwrap_or_default();
        set(endpoint, "total_runs", runs + 1);
        set(endpoint, "last_run_at", job.now.text());
    }
    if let Some(wait) = next {
        let about = (job.project.clone(), job.endpoint.clone(), job.event.clone());
        let later = Job::queued(state, about, job.attempt + 1, Then::Event, now);
        state.agenda.after(wait, now, What::Delivery(Box::new(later)));
    }
    job.answer(status, &sent)
}

impl Job {
    /// What the request that wanted this attempt is answered.
    fn answer(&self, status: &str, sent: &Sent) -> Answer {
        let trigger = text(&self.endpoint, "id");
        match self.then {
            Then::Event => Answer::no_content(),
            Then::TestFire => Answer::ok(json!({
                "trigger_id": trigger,
                "event_id": part(&self.event, "id"),
                "delivery_id": self.delivery_id,
                "status": status,
                "response_status": sent.as_ref().ok(),
                "error": problem(sent),
            })),
            Then::Replay { named } => Answer::accepted(json!({
                "event_id": part(&self.event, "id"),
                "dispatched": 1,
                "trigger_id": named.then_some(trigger),
            })),
            Then::Redeliver => Answer::accepted(json!({
                "redelivery_id": self.delivery_id,
                "trigger_id": trigger,
                "event_id": part(&self.event, "id"),
                "trigger_status": part(&self.endpoint, "status"),
            })),
        }
    }
}
