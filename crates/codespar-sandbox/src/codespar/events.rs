//! Events: what the sandbox tells webhook endpoints.

use serde_json::{Value, json};

use crate::{
    codespar::webhook_endpoints::{
        self,
        deliveries::{first_attempt, respond_after},
    },
    server::{
        errors::{error, not_found},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::Now,
        json::{matches, member, text},
        records::delivery::{Delivery, Purpose},
        state::State,
        timers::Timer,
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
    let delivery = Delivery::direct(state, (url, secret), row, now);
    state.timers.after(std::time::Duration::ZERO, now, Timer::Delivery(Box::new(delivery)));
    id
}

/// Writes an event down and queues it for every active endpoint of the project that wants it.
pub(crate) fn emit(state: &mut State, project: &str, event: Event<'_>, now: Now) -> Emitted {
    let Event { kind, source, .. } = event;
    let (id, row) = event.written(state, now);
    state.events.insert(project, &id, row.clone());
    let wanting: Vec<String> = state
        .endpoints
        .list(project)
        .filter(|endpoint| wants(endpoint, kind, source))
        .map(|endpoint| text(endpoint, "id").to_owned())
        .collect();
    for endpoint in wanting.iter().rev() {
        let delivery = Delivery::first(state, project, endpoint, row.clone(), now);
        state.timers.after(std::time::Duration::ZERO, now, Timer::Delivery(Box::new(delivery)));
    }
    Emitted { id, endpoints: wanting.len() }
}

/// Whether an endpoint is for this event, to the letter, and for this provider if it names one.
fn wants(endpoint: &Value, kind: &str, source: &str) -> bool {
    matches(endpoint, "event", Some(kind))
        && matches(endpoint, "status", Some("active"))
        && (member(endpoint, "server_id").is_null() || text(endpoint, "server_id") == source)
}

/// `POST /v1/events/{event_id}/replay`
pub(crate) fn replay(req: &mut Request<'_>) -> HandlerResult {
    let event = req.state.events.find(req.project, req.id()).ok_or_else(not_found)?.clone();
    let named = req.query("trigger_id").map(str::to_owned);
    let wanted = text(&event, "type");
    let endpoint = match &named {
        Some(id) => {
            let found = req.state.endpoints.find(req.project, id);
            Some(found.ok_or_else(webhook_endpoints::missing)?.clone())
        }
        None => {
            let mut rows = req.state.endpoints.list(req.project);
            rows.find(|row| matches(row, "event", Some(wanted))).cloned()
        }
    };
    let Some(endpoint) = endpoint else {
        let body = json!({ "event_id": member(&event, "id"), "dispatched": 0, "trigger_id": null });
        return Ok(Response::accepted(body));
    };
    if text(&endpoint, "status") != "active" {
        return Err(error(409, "trigger_not_active", "the endpoint is paused").into());
    }
    let test = text(&event, "type") == "trigger.test_fire";
    if text(&endpoint, "event") != wanted && !test {
        return Err(error(400, "trigger_event_mismatch", "not an event of this endpoint").into());
    }
    Ok(respond_after(first_attempt(
        req,
        endpoint,
        event,
        Purpose::Replay { named: named.is_some() },
    )))
}
