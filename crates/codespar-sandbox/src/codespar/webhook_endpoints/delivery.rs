//! What becomes of an event on its way to an endpoint: attempts, waits, the end of them.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};

use crate::{
    codespar::{
        events,
        webhook_endpoints::{
            row::DEAD_STREAK,
            sender::{self, Sent, send},
        },
    },
    store::{
        Store,
        clock::Now,
        json::{member, set, text},
        records::delivery::{Delivery, Purpose},
        state::State,
        timers::Timer,
    },
};

/// How long is waited before the second and the later attempts.
const RETRY_DELAYS: [Duration; 4] = [minutes(1), minutes(5), minutes(30), minutes(120)];

/// How long a delivery waits for a paused endpoint before it looks again.
const PAUSED_RECHECK: Duration = minutes(1);

/// After so many dead deliveries in a row an endpoint is paused. How many the service lets pass is
/// not known.
const MOST_DEAD: u64 = 5;

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

impl Delivery {
    fn new(about: (&str, Value, Value), attempt: u64, purpose: Purpose, now: Now) -> Self {
        let (project, endpoint, event) = about;
        Self {
            project: project.to_owned(),
            endpoint,
            event,
            delivery_id: String::new(),
            repeats: None,
            attempt,
            due: now.instant,
            now,
            purpose,
        }
    }

    /// The same attempt with a row of its own, which says that it is pending.
    fn written(mut self, state: &mut State, now: Now) -> Self {
        self.delivery_id = state.ids.event().to_string();
        self.now = now;
        let row = json!({
            "id": self.delivery_id,
            "trigger_id": member(&self.endpoint, "id"),
            "trigger_name": member(&self.endpoint, "name"),
            "event_id": member(&self.event, "id"),
            "event_type": member(&self.event, "type"),
            "attempt": self.attempt,
            "status": "pending",
            "response_status": null,
            "error": null,
            "created_at": now.rfc3339(),
            "delivered_at": null,
            "next_retry_at": null,
            "dead_at": null,
            "receipt_at": null,
            "request": sender::told(&self, None),
            "response": { "status": null, "body": null, "error": null },
            "event": self.event,
        });
        state.deliveries.insert(&self.project, &self.delivery_id, row);
        self
    }

    /// The attempt after this one, where there is to be one, and how long until then.
    fn next(&self, sent: &Sent, now: Now) -> Option<(Duration, Self)> {
        let index = usize::try_from(self.attempt).ok()?.checked_sub(1)?;
        let is_over = self.purpose == Purpose::Once || sent.is_blocked() || sent.is_taken();
        let wait = RETRY_DELAYS.get(index).copied().filter(|_| !is_over)?;
        let due = now.instant.checked_add(wait)?;
        let repeats = Some(self.delivery_id.clone());
        let attempt = self.attempt + 1;
        Some((wait, Self { repeats, attempt, due, delivery_id: String::new(), ..self.clone() }))
    }
}

/// Queues an attempt, which is written down as pending; gives the id of its row.
pub(crate) fn enqueue(
    state: &mut State,
    about: (&str, Value, Value),
    attempt: u64,
    purpose: Purpose,
    now: Now,
) -> String {
    let delivery = Delivery::new(about, attempt, purpose, now).written(state, now);
    let id = delivery.delivery_id.clone();
    state.timers.after(Duration::ZERO, now, Timer::Delivery(Box::new(delivery)));
    id
}

/// An attempt that a request waits for, written down as pending.
pub(crate) fn once(state: &mut State, about: (&str, Value, Value), now: Now) -> Delivery {
    Delivery::new(about, 1, Purpose::Once, now).written(state, now)
}

/// Takes the endpoint of a due attempt as it is now. A paused one is waited for; of one that was
/// deleted nothing is left to do.
pub(crate) fn make_ready(state: &mut State, delivery: Delivery, now: Now) {
    match is_claimable(state, &delivery) {
        Some(true) => {
            let delivery = claim(state, delivery, now);
            state.ready.push(delivery);
        }
        Some(false) => {
            state.timers.after(PAUSED_RECHECK, now, Timer::Delivery(Box::new(delivery)));
        }
        None => {}
    }
}

/// Whether its endpoint takes deliveries now; none where there is no endpoint any more.
pub(super) fn is_claimable(state: &State, delivery: &Delivery) -> Option<bool> {
    if delivery.purpose == Purpose::Direct {
        return Some(true);
    }
    let id = text(&delivery.endpoint, "id");
    let endpoint = state.endpoints.find(&delivery.project, id)?;
    Some(text(endpoint, "status") == "active")
}

/// Gives an attempt that is about to be made its endpoint as it is now, and a row.
pub(super) fn claim(state: &mut State, mut delivery: Delivery, now: Now) -> Delivery {
    let id = text(&delivery.endpoint, "id");
    if let Some(endpoint) = state.endpoints.find(&delivery.project, id) {
        delivery.endpoint = endpoint.clone();
    }
    match delivery.delivery_id.is_empty() {
        true => delivery.written(state, now),
        false => delivery,
    }
}

/// Makes an attempt that nobody waits for, and sees to the next one.
pub(crate) async fn attempt(store: Arc<Store>, delivery: Delivery) {
    make(&store, delivery).await;
    store.wake.notify_one();
}

/// Makes an attempt and writes down how it ended; gives its status and what was sent.
pub(crate) async fn make(store: &Store, delivery: Delivery) -> (&'static str, Sent) {
    let sent = send(&delivery).await;
    let now = store.clock.read();
    let status = finish(&mut store.state.lock(), delivery, &sent, now);
    (status, sent)
}

/// Writes an attempt down and queues the next one; gives its status.
fn finish(state: &mut State, delivery: Delivery, sent: &Sent, now: Now) -> &'static str {
    let next = delivery.next(sent, now);
    let is_last = delivery.attempt > RETRY_DELAYS.len() as u64;
    let status = match sent.is_taken() {
        true => "delivered",
        false if is_last => "dead",
        false => "failed",
    };
    if let Some(row) = state.deliveries.find_mut(&delivery.project, &delivery.delivery_id) {
        set(row, "request", sender::told(&delivery, sent.at));
        write_down(row, status, sent, now);
        if let Some((wait, _)) = &next {
            set(row, "next_retry_at", now.rfc3339_after(*wait));
        }
    }
    count(state, &delivery, status, now);
    if let Some((wait, later)) = next {
        state.timers.after(wait, now, Timer::Delivery(Box::new(later)));
    }
    status
}

fn write_down(row: &mut Value, status: &str, sent: &Sent, now: Now) {
    set(row, "status", status);
    set(row, "response_status", sent.status());
    set(row, "error", sent.error());
    match status {
        "delivered" => set(row, "delivered_at", now.rfc3339()),
        "dead" => set(row, "dead_at", now.rfc3339()),
        _ => {}
    }
    let answer = sent.answer.as_ref().ok();
    if answer.is_some_and(|answer| answer.is_receipt) {
        set(row, "receipt_at", now.rfc3339());
    }
    let response = json!({
        "status": sent.status(), "body": answer.map(|it| &it.body), "error": sent.error(),
    });
    set(row, "response", response);
}

/// Counts a delivery for its endpoint, which is paused after too many that died.
fn count(state: &mut State, delivery: &Delivery, status: &str, now: Now) {
    let trigger = text(&delivery.endpoint, "id").to_owned();
    let project = &*delivery.project;
    let Some(endpoint) = state.endpoints.find_mut(project, &trigger) else { return };
    let number = |row: &Value, name: &str| member(row, name).as_u64().unwrap_or_default();
    let mut is_paused = false;
    match status {
        "delivered" => {
            set(endpoint, "total_runs", number(endpoint, "total_runs") + 1);
            set(endpoint, "last_run_at", now.rfc3339());
            set(endpoint, DEAD_STREAK, 0);
        }
        "dead" => {
            let dead = number(endpoint, DEAD_STREAK) + 1;
            set(endpoint, DEAD_STREAK, dead);
            is_paused = dead >= MOST_DEAD && text(endpoint, "status") == "active";
        }
        _ => {}
    }
    if is_paused {
        set(endpoint, "status", "error");
    }
    // What is told of deliveries is not told of itself: that would never end.
    let is_about_itself = text(&delivery.event, "type").starts_with("trigger.");
    if status == "delivered" || delivery.purpose == Purpose::Once || is_about_itself {
        return;
    }
    let mut data = json!({
        "trigger_id": trigger,
        "delivery_id": delivery.delivery_id,
        "event_id": member(&delivery.event, "id"),
        "attempt": delivery.attempt,
        "consecutive_failures": failures(state, project, &trigger),
    });
    events::tell(state, project, "trigger.delivery.failed", data.clone(), now);
    if is_paused {
        set(&mut data, "status", "error");
        events::tell(state, project, "trigger.paused_automatically", data, now);
    }
}

/// How many attempts to reach an endpoint have failed since the last that did not.
pub(super) fn failures(state: &State, project: &str, trigger: &str) -> usize {
    let rows = state.deliveries.list(project).filter(|row| text(row, "trigger_id") == trigger);
    let ended = rows.filter(|row| text(row, "status") != "pending");
    ended.take_while(|row| text(row, "status") != "delivered").count()
}
