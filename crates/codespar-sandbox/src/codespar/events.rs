//! Events: what the sandbox tells webhook endpoints.

use serde_json::{Value, json};

use crate::{
    codespar::webhook_endpoints::{
        action, condition, delivery,
        row::{check_active, is_delivered, missing},
    },
    server::{
        errors::{ApiError, error, not_found},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::Now,
        json::{matches, member, text},
        records::delivery::{Delivery, Purpose},
        state::State,
    },
};

/// Something that has happened.
pub(crate) struct Event<'a> {
    /// Such as `commerce.charge.paid`.
    pub(crate) kind: &'a str,
    /// The provider it comes from.
    pub(crate) source: &'a str,
    pub(crate) data: Value,
}

/// An event that was written down.
pub(crate) struct Emitted {
    pub(crate) id: String,
    /// How many endpoints it goes to.
    pub(crate) endpoints: usize,
}

impl Event<'_> {
    /// The event as it is delivered, and its id.
    fn written(self, state: &mut State, now: Now) -> (String, Value) {
        let id = state.ids.event_id();
        let Self { kind, source, data } = self;
        let row = json!({
            "id": id, "type": kind, "source": source, "occurred_at": now.rfc3339(), "data": data,
        });
        (id, row)
    }
}

/// Queues an event for an address that no endpoint is registered for; gives its id.
pub(crate) fn send_to(
    state: &mut State,
    (url, secret): (&str, &str),
    event: Event<'_>,
    now: Now,
) -> String {
    let (id, row) = event.written(state, now);
    let endpoint = format!("trg_{:016}", state.ids.event());
    let endpoint = json!({ "id": endpoint, "webhook_url": url, "secret": secret });
    delivery::enqueue(state, ("", endpoint, row), 1, Purpose::Direct, now);
    id
}

/// Writes an event down, and does what every active endpoint of the project for it is there for.
pub(crate) fn emit(state: &mut State, project: &str, event: Event<'_>, now: Now) -> Emitted {
    emit_to(state, project, event, now, |_| true)
}

/// The same for those endpoints alone that are also like this.
fn emit_to(
    state: &mut State,
    project: &str,
    event: Event<'_>,
    now: Now,
    is_meant: impl Fn(&Value) -> bool,
) -> Emitted {
    let (id, row) = event.written(state, now);
    state.events.insert(project, &id, row.clone());
    let rows = state.endpoints.list(project);
    let wanting = rows.filter(|endpoint| wants(endpoint, &row) && is_meant(endpoint));
    let wanting: Vec<Value> = wanting.cloned().collect();
    let endpoints = wanting.len();
    for endpoint in wanting.into_iter().rev() {
        act(state, project, endpoint, &row, now);
    }
    Emitted { id, endpoints }
}

/// Does what an endpoint is there for.
fn act(state: &mut State, project: &str, endpoint: Value, event: &Value, now: Now) {
    if is_delivered(&endpoint) {
        delivery::enqueue(state, (project, endpoint, event.clone()), 1, Purpose::Event, now);
    } else {
        action::carry_out(state, project, &endpoint, event, now);
    }
}

/// The same of what happens in the service itself.
pub(crate) fn tell(state: &mut State, project: &str, kind: &str, data: Value, now: Now) {
    emit(state, project, Event { kind, source: "codespar", data }, now);
}

/// Tells of balances that have fallen below what an endpoint asks about: once, as they fall.
pub(crate) fn tell_falls(state: &mut State, now: Now) {
    const BELOW: &str = "wallet.balance.below";
    for fall in state.books.take_falls() {
        let data = |balance: i64| {
            json!({
                "wallet_id": fall.wallet, "currency": fall.currency, "balance_minor": balance,
            })
        };
        let (before, after) = (data(fall.before), data(fall.after));
        let is_crossed = |endpoint: &Value| {
            let condition = member(endpoint, "condition");
            matches(endpoint, "event", Some(BELOW))
                && condition::holds(condition, &after)
                && !condition::holds(condition, &before)
        };
        if state.endpoints.list(&fall.project).any(is_crossed) {
            let event = Event { kind: BELOW, source: "codespar", data: after.clone() };
            emit_to(state, &fall.project, event, now, is_crossed);
        }
    }
}

/// Whether an endpoint is for this event, to the letter, for its provider if it names one, and for
/// what it says if it has a condition.
fn wants(endpoint: &Value, event: &Value) -> bool {
    matches(endpoint, "event", Some(text(event, "type")))
        && matches(endpoint, "status", Some("active"))
        && is_fitting(endpoint, event)
}

fn is_fitting(endpoint: &Value, event: &Value) -> bool {
    let server = member(endpoint, "server_id");
    (server.is_null() || server == member(event, "source"))
        && condition::holds(member(endpoint, "condition"), member(event, "data"))
}

/// `POST /v1/events/{event_id}/replay`: to one endpoint or to all that want the event, once.
pub(crate) fn replay(req: &mut Request<'_>) -> HandlerResult {
    let event = req.state.events.find(req.project, req.id()).ok_or_else(not_found)?.clone();
    let named = req.query("trigger_id").map(str::to_owned);
    let wanting: Vec<Value> = match &named {
        Some(id) => {
            let found = req.state.endpoints.find(req.project, id);
            let found = found.ok_or_else(missing)?;
            check_named(found, &event)?;
            [found].into_iter().filter(|it| is_fitting(it, &event)).cloned().collect()
        }
        None => {
            let rows = req.state.endpoints.list(req.project);
            rows.filter(|row| wants(row, &event)).cloned().collect()
        }
    };
    let (delivered, others): (Vec<Value>, Vec<Value>) = wanting.into_iter().partition(is_delivered);
    let acted = others.len();
    let (project, now) = (req.project, req.now);
    for endpoint in others {
        act(req.state, project, endpoint, &event, now);
    }
    let once = |endpoint| delivery::once(req.state, (project, endpoint, event.clone()), now);
    let attempts: Vec<Delivery> = delivered.into_iter().map(once).collect();
    let id = member(&event, "id").clone();
    Ok(Response::deferred(move |store| async move {
        let (mut dispatched, mut rejected) = (acted, 0);
        for attempt in attempts {
            match delivery::make(&store, attempt).await.1.is_blocked() {
                true => rejected += 1,
                false => dispatched += 1,
            }
        }
        Response::accepted(json!({
            "event_id": id, "dispatched": dispatched, "rejected": rejected, "trigger_id": named,
        }))
    }))
}

/// Whether an event may be replayed to the endpoint that a request names.
fn check_named(endpoint: &Value, event: &Value) -> Result<(), ApiError> {
    check_active(endpoint)?;
    let (wanted, kind) = (text(endpoint, "event"), text(event, "type"));
    if wanted != kind && kind != "trigger.test_fire" {
        let refusal = error(400, "trigger_event_mismatch", "not an event of this endpoint");
        return Err(refusal.with("trigger_event", wanted).with("event_type", kind));
    }
    Ok(())
}
