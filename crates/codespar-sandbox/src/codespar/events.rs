//! Events: what the sandbox tells webhook endpoints.

use serde_json::{Value, json};

use crate::{
    codespar::{timers::What, webhook_endpoints::deliveries::Job},
    store::{
        clock::Now,
        state::State,
        table::{matches, part, text},
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

/// Writes an event down and queues it for every active endpoint of the project that wants it.
pub(crate) fn emit(state: &mut State, project: &str, event: Event<'_>, now: Now) -> Emitted {
    let id = state.ids.event_id();
    let Event { kind, source, data } = event;
    let row = json!({
        "id": id, "type": kind, "source": source, "occurred_at": now.text(), "data": data,
    });
    state.events.insert(project, &id, row.clone());
    let wanting: Vec<String> = state
        .endpoints
        .list(project)
        .filter(|endpoint| wants(endpoint, kind, source))
        .map(|endpoint| text(endpoint, "id").to_owned())
        .collect();
    for endpoint in wanting.iter().rev() {
        let job = Job::first(state, project, endpoint, row.clone(), now);
        state.agenda.after(std::time::Duration::ZERO, now, What::Delivery(Box::new(job)));
    }
    Emitted { id, endpoints: wanting.len() }
}

/// Whether an endpoint is for this event, to the letter, and for this provider if it names one.
fn wants(endpoint: &Value, kind: &str, source: &str) -> bool {
    matches(endpoint, "event", Some(kind))
        && matches(endpoint, "status", Some("active"))
        && (part(endpoint, "server_id").is_null() || text(endpoint, "server_id") == source)
}
