//! Boletos that are issued to a document: `/v1/consumers/{id}/dda`.
//!
//! A subscription becomes active after a while, and one boleto shows up with it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    codespar::{
        documents,
        events::{self, Event},
    },
    server::{
        errors::{ApiError, Refusal, error, not_found},
        json_object::issue,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::Now,
        json::{matches, member, pick, set, text},
        state::State,
        timers::Timer,
    },
};

/// Subscriptions belong to the organization, so their rows are kept under no project.
const SCOPE: &str = "";

/// In how much time the boleto is due that shows up.
const DUE: Duration = Duration::from_secs(10 * 24 * 60 * 60);

/// `POST …/dda/subscriptions`: a document is subscribed once.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let document = documents::plain(body.text("document")?);
    if !documents::is_valid(&document) {
        return Err(issue("document", "not a CPF or a CNPJ").into());
    }
    let key = body.text("idempotency_key")?;
    if key.trim().is_empty() {
        return Err(issue("idempotency_key", "required").into());
    }
    body.maybe_text("client_name")?;
    let mandate = mandate_for(req, &document)?;
    let place = place(req.id(), &document);
    let known = req.state.dda_subscriptions.find(SCOPE, &place);
    if let Some(known) = known.filter(|row| text(row, "status") != "deleted") {
        return Ok(Response::ok(registration(known, true)));
    }
    req.state.dda_subscriptions.remove(SCOPE, &place);
    let row = json!({
        "consumer_id": req.id(),
        "document": document,
        "status": "pending",
        "client_request_id": req.state.ids.with("dda"),
        "celcoin_subscription_id": null,
        "mandate_id": mandate,
        "boletos": [],
    });
    let row = req.state.dda_subscriptions.insert(SCOPE, &place, row);
    let timer = Timer::DdaActivated { project: req.project.to_owned(), id: place };
    req.state.timers.after(req.settings.settle_after, req.now, timer);
    Ok(Response::created(registration(&row, false)))
}

/// The active mandate of the consumer that names the document.
fn mandate_for(req: &Request<'_>, document: &str) -> Result<String, Refusal> {
    let names = |row: &&Value| {
        let list = member(row, "dda_allowlist").as_array();
        let mut named = list.into_iter().flatten().filter_map(Value::as_str);
        matches(row, "consumer_id", Some(req.id()))
            && matches(row, "status", Some("active"))
            && named.any(|named| documents::plain(named) == document)
    };
    let found = req.state.mandates.list(req.project).find(names);
    let refused = || error(403, "dda_document_unauthorized", "no active mandate names it");
    Ok(text(found.ok_or_else(refused)?, "id").to_owned())
}

fn registration(row: &Value, replayed: bool) -> Value {
    let mut shown = pick(row, &["document", "status", "client_request_id", "mandate_id"]);
    set(&mut shown, "replayed", replayed);
    shown
}

/// `GET …/dda/subscriptions/{document}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let found = req.state.dda_subscriptions.find(SCOPE, &named(req));
    let names = ["document", "status", "client_request_id", "celcoin_subscription_id"];
    Ok(Response::ok(pick(found.ok_or_else(not_found)?, &names)))
}

/// `DELETE …/dda/subscriptions/{document}`: a second one changes nothing.
pub(crate) fn delete(req: &mut Request<'_>) -> HandlerResult {
    let place = named(req);
    let row = req.state.dda_subscriptions.find_mut(SCOPE, &place).ok_or_else(not_found)?;
    set(row, "status", "deleted");
    Ok(Response::ok(pick(row, &["document", "status"])))
}

/// `GET …/dda/boletos`: those of all documents of the consumer that are due in a while.
pub(crate) fn boletos(req: &mut Request<'_>) -> HandlerResult {
    let (from, to) = (day(req, "from_date")?, day(req, "to_date")?);
    if from > to {
        return Err(error(400, "invalid_query", "from_date is after to_date").into());
    }
    let due = |row: &&Value| {
        text(row, "due_date").get(..10).is_some_and(|day| (from..=to).contains(&day))
    };
    let boletos: Vec<&Value> = of_consumer(req.state, req.id())
        .filter_map(|row| member(row, "boletos").as_array())
        .flatten()
        .filter(due)
        .collect();
    Ok(Response::ok(json!({
        "from_date": from, "to_date": to, "count": boletos.len(), "boletos": boletos,
    })))
}

fn day<'a>(req: &'a Request<'_>, name: &str) -> Result<&'a str, ApiError> {
    let day = req.query(name).filter(|day| day.parse::<jiff::civil::Date>().is_ok());
    let day = day.filter(|day| day.len() == "2026-12-31".len());
    day.ok_or_else(|| error(400, "invalid_query", "from_date and to_date are days"))
}

/// The documents that a consumer is subscribed to.
pub(super) fn documents_of(state: &State, consumer: &str) -> Vec<String> {
    let there = |row: &&Value| text(row, "status") != "deleted";
    let rows = of_consumer(state, consumer).filter(there);
    rows.map(|row| text(row, "document").to_owned()).collect()
}

fn of_consumer<'a>(state: &'a State, consumer: &'a str) -> impl Iterator<Item = &'a Value> {
    let rows = state.dda_subscriptions.list(SCOPE);
    rows.filter(move |row| matches(row, "consumer_id", Some(consumer)))
}

fn named(req: &Request<'_>) -> String {
    place(req.id(), &documents::plain(req.second_id()))
}

fn place(consumer: &str, document: &str) -> String {
    format!("{consumer}\n{document}")
}

/// The bank has taken the subscription: it is active, and shows what is due.
pub(crate) fn activate(state: &mut State, project: &str, id: &str, now: Now) {
    let found = state.dda_subscriptions.find_mut(SCOPE, id);
    let Some(row) = found.filter(|row| text(row, "status") == "pending") else { return };
    let due = now.rfc3339_after(DUE);
    let day = due.get(..10).unwrap_or_default();
    let boleto = json!({
        "linha_digitavel": "00190000000000000000000000000000000000000000000",
        "due_date": format!("{day}T00:00:00.000Z"),
        "original_amount_minor": 12_500,
        "beneficiary": "Papelaria Sol",
        "status": "Aberto",
    });
    let subscription = text(row, "client_request_id").replace("dda_", "sub_");
    set(row, "status", "active");
    set(row, "celcoin_subscription_id", subscription);
    set(row, "boletos", vec![boleto.clone()]);
    let data = pick(row, &["consumer_id", "document", "status", "client_request_id"]);
    let mut found = pick(row, &["consumer_id", "document"]);
    for (name, value) in boleto.as_object().into_iter().flatten() {
        set(&mut found, name, value.clone());
    }
    for (kind, data) in [("dda.subscription.activated", data), ("dda.boleto.registered", found)] {
        events::emit(state, project, Event { kind, source: "celcoin", data }, now);
    }
}
