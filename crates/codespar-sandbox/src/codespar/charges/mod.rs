//! REST charges: `/v1/charges`. `amount` is in major units, `amount_minor` in minor ones.
//!
//! Only a boleto with a due date is a charge that the service keeps under a key and shows again.
//! All others are made anew by each request, and are neither found nor canceled afterwards.
//!
//! Two amounts fail at the issuer of such a boleto: R$ 6,66 is rejected, and of R$ 6,67 nobody
//! hears again.

pub(crate) mod lifecycle;
pub(crate) mod settle;

use serde_json::{Value, json};

use crate::{
    codespar::charges::lifecycle::{ChargeEvent, NewCharge, apply},
    server::{
        errors::{Refusal, error},
        json_object::{JsonObject, issue},
        paging::page,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::Now,
        context::Context,
        effects::EffectKind,
        json::{matches, member, set, text},
        settings::Settings,
        state::State,
    },
};

const METHODS: [&str; 4] = ["pix", "boleto", "card", "wallet"];

/// Members of a row that are not shown.
const HIDDEN: [&str; 6] =
    ["idempotency_key", "request", "readable", "created_at", "test_payment", "consumer_id"];

/// `POST /v1/charges`: the same key gives the same charge for a boleto with a due date, and for
/// nothing else.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let amount = body.major("amount")?;
    let method = body.choice("method", &METHODS)?;
    let currency = body.text("currency")?;
    let in_body = body.maybe_text("idempotency_key")?;
    let in_header = req.idempotency_key();
    if let (Some(one), Some(other)) = (in_body, in_header) {
        if one != other {
            return Err(error(400, "idempotency_key_conflict", "two different keys").into());
        }
    }
    let key = in_body.or(in_header).map(str::to_owned);
    if method == "boleto" && body.maybe_text("consumer_id")?.is_none() {
        return Err(error(400, "consumer_id_required", "a boleto needs a consumer").into());
    }
    let by_date = body.maybe_text("due_date")?.is_some();
    if by_date && method == "pix" {
        return Err(issue("due_date", "an immediate Pix has none").into());
    }
    let keyed = method == "boleto" && by_date;
    if keyed {
        let code = "charge_idempotency_key_required";
        let key = key.as_deref();
        let key = key.ok_or_else(|| error(400, code, "a boleto with a due date needs a key"))?;
        if let Some(earlier) = find_issued(req, key, &body)? {
            return Ok(Response::ok(earlier));
        }
    }
    let id = req.state.ids.with("ch");
    let honoured = keyed.then(|| (key.clone().unwrap_or_default(), fingerprint(&body)));
    let due_date = body.echo("due_date");
    let charge = NewCharge { method, currency, amount, due_date, key: honoured };
    let row = lifecycle::create(&mut req.context(), &id, &charge);
    if is_unconfirmed(&row) {
        return Err(error(502, "provider_error", "the issuer does not answer").into());
    }
    lifecycle::schedule(&mut req.context(), &id);
    req.state.effects.add(EffectKind::Charge, &id, key.as_deref(), Some(amount.minor()));
    Ok(Response::ok(public(&row)))
}

/// Says what became of a charge that the issuer did not answer for, named by its key in any
/// project; whether there is such. One that was not issued leaves its key free.
pub(crate) fn reconcile(
    state: &mut State,
    settings: &Settings,
    key: &str,
    was_issued: bool,
    now: Now,
) -> bool {
    let waits = |row: &Value| is_unconfirmed(row) && matches(row, "idempotency_key", Some(key));
    let found = state.charges.everywhere().find(|(_, row)| waits(row));
    let Some((project, row)) = found else { return false };
    let (project, id) = (project.to_owned(), text(row, "id").to_owned());
    let amount = member(row, "amount_minor").as_i64();
    if !was_issued {
        lifecycle::tell_link(state, &project, key, now);
        return state.charges.remove(&project, &id).is_some();
    }
    if let Some(row) = state.charges.find_mut(&project, &id) {
        set(row, "issuance_unconfirmed", false);
    }
    state.effects.add(EffectKind::Charge, &id, Some(key), amount);
    let mut context = Context { state, settings, project: &project, now };
    lifecycle::wait_for_issuer(&mut context, &id);
    if !lifecycle::is_of_link(key) {
        lifecycle::schedule(&mut context, &id);
    }
    true
}

/// The charge that was issued under a key, which must have been asked for in the same way.
fn find_issued(req: &Request<'_>, key: &str, body: &JsonObject) -> Result<Option<Value>, Refusal> {
    let mut rows = req.state.charges.list(req.project);
    let Some(row) = rows.find(|row| matches(row, "idempotency_key", Some(key))) else {
        return Ok(None);
    };
    if *member(row, "request") != fingerprint(body) {
        return Err(error(400, "idempotency_key_conflict", "the key is in use").into());
    }
    Ok(Some(public(row)))
}

/// What is asked for of whom; the words beside it may differ under one key.
fn fingerprint(body: &JsonObject) -> Value {
    let names = ["amount", "currency", "method", "consumer_id", "due_date"];
    names.map(|name| body.echo(name)).to_vec().into()
}

/// `GET /v1/charges`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    const SETTLEMENTS: [&str; 4] = ["confirmed", "pending", "unconfirmable", "none"];
    let settlement = req.query("settlement");
    if settlement.is_some_and(|it| !SETTLEMENTS.contains(&it)) {
        return Err(error(400, "invalid_settlement_filter", "not a settlement").into());
    }
    if req.query("limit").is_some_and(|it| !it.parse().is_ok_and(|it| (1..=200).contains(&it))) {
        return Err(error(400, "invalid_limit", "1 to 200").into());
    }
    let fits = |row: &&Value| match settlement {
        Some("none") => member(row, "settlement").is_null(),
        other => matches(row, "settlement", other),
    };
    let by = |name: &str, row: &Value| matches(row, name, req.query("status"));
    let now = req.now.rfc3339();
    let rows: Vec<Value> = req
        .state
        .charges
        .list(req.project)
        .filter(|row| readable(row) && (by("status", row) || by("local_status", row)))
        .filter(fits)
        .map(|row| short(row, &now))
        .collect();
    let (rows, next) = page(req, rows, "cursor", |row| text(row, "created_at").to_owned())?;
    Ok(Response::ok(json!({ "data": rows, "next_cursor": next })))
}

/// `GET /v1/charges/{id or idempotency key}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(public(find(req, readable)?)))
}

/// `POST /v1/charges/{id}/cancel`: nothing is refunded, and a second cancel changes nothing.
pub(crate) fn cancel(req: &mut Request<'_>) -> HandlerResult {
    let row = find(req, readable)?;
    let (id, status) = (text(row, "id").to_owned(), text(row, "status").to_owned());
    if lifecycle::is_in_flight(row) {
        let code = "already_payment_notified";
        return Err(error(409, code, "a payment was notified").into());
    }
    if !["PROCESSING", "PENDING", "CANCELLED"].contains(&&*status) {
        let code = "not_cancellable_in_this_state";
        return Err(error(409, code, "the charge is not open").into());
    }
    apply(req.state, req.project, &id, ChargeEvent::Cancelled, req.now);
    Ok(Response::ok(public(find(req, readable)?)))
}

/// Whether the issuer has not said whether there is a charge: no more than its key is taken.
pub(crate) fn is_unconfirmed(row: &Value) -> bool {
    *member(row, "issuance_unconfirmed") == json!(true)
}

/// Whether the service shows it again.
fn readable(row: &Value) -> bool {
    *member(row, "readable") == json!(true)
}

/// The charge of the path, by its id or by its key.
pub(crate) fn find<'a>(
    req: &'a mut Request<'_>,
    seen: impl Fn(&Value) -> bool,
) -> Result<&'a mut Value, Refusal> {
    let reference = req.id().to_owned();
    let named = |row: &Value, member| seen(row) && text(row, member) == reference;
    let by = |member| req.state.charges.list(req.project).find(|row| named(row, member));
    let missing = || error(404, "charge_not_found", "no such charge in this project");
    let id = match (by("id").filter(|row| !is_unconfirmed(row)), by("idempotency_key")) {
        (Some(one), Some(other)) if text(one, "id") != text(other, "id") => {
            let code = "charge_reference_ambiguous";
            return Err(error(409, code, "the id of one charge and the key of another").into());
        }
        (None, Some(row)) if is_unconfirmed(row) => {
            let code = "issuance_unconfirmed";
            return Err(error(409, code, "the issuer has not answered yet").into());
        }
        (one, other) => text(one.or(other).ok_or_else(missing)?, "id").to_owned(),
    };
    Ok(req.state.charges.find_mut(req.project, &id).ok_or_else(missing)?)
}

fn public(row: &Value) -> Value {
    let mut row = row.clone();
    if is_unconfirmed(&row) {
        set(&mut row, "id", Value::Null);
    }
    if let Some(members) = row.as_object_mut() {
        members.retain(|name, _| !HIDDEN.contains(&name.as_str()));
    }
    row
}

/// A row of the list, which says less.
fn short(row: &Value, now: &str) -> Value {
    const SHOWN: [&str; 9] = [
        "id",
        "status",
        "local_status",
        "status_conflict",
        "currency",
        "amount_minor",
        "due_date",
        "created_at",
        "settlement",
    ];
    let mut shown = json!({});
    for name in SHOWN {
        set(&mut shown, name, member(row, name).clone());
    }
    if is_unconfirmed(row) {
        set(&mut shown, "id", Value::Null);
    }
    let as_of = (!member(row, "settlement").is_null()).then_some(now);
    set(&mut shown, "settlement_as_of", as_of);
    shown
}
