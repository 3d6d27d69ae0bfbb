//! REST charges: `/v1/charges`. `amount` is in major units, `amount_minor` in minor ones.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::call::{Call, Outcome};
use crate::effects::EffectKind;
use crate::errors::{Refusal, error};
use crate::execute::World;
use crate::fields::{Fields, issue};
use crate::money::{self, Amount};
use crate::pix;
use crate::status;
use crate::table::{matches, page, part, set, text};

const METHODS: [&str; 4] = ["pix", "boleto", "card", "wallet"];

/// `POST /v1/charges`: the same idempotency key gives the same charge.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let amount = money::major(&body, "amount")?;
    let method = body.choice("method", &METHODS)?;
    let currency = body.text("currency")?;
    let in_body = body.maybe_text("idempotency_key")?;
    let in_header = call.idempotency_key();
    if let (Some(one), Some(other)) = (in_body, in_header) {
        if one != other {
            return Err(error(400, "idempotency_key_conflict", "two different keys").into());
        }
    }
    let key = in_body.or(in_header).map(str::to_owned);
    if method == "boleto" && body.maybe_text("consumer_id")?.is_none() {
        return Err(error(400, "consumer_id_required", "a boleto needs a consumer").into());
    }
    let by_date = method == "boleto" && body.maybe_text("due_date")?.is_some();
    if by_date && key.is_none() {
        let code = "charge_idempotency_key_required";
        return Err(error(400, code, "a boleto with a due date needs a key").into());
    }
    let request = wanted(&body);
    if let Some(earlier) = key.as_deref().and_then(|key| by_key(&call.world(), key)) {
        if *part(&earlier, "request") != request {
            return Err(error(400, "idempotency_key_conflict", "the key is in use").into());
        }
        return Ok(Answer::ok(public(&earlier)));
    }
    let id = call.state.ids.with("ch");
    let mut row = charge(&id, method, currency, amount);
    set(&mut row, "idempotency_key", key.as_deref());
    set(&mut row, "request", request);
    set(&mut row, "due_date", body.echo("due_date"));
    if by_date {
        set(&mut row, "status", "PROCESSING");
        set(&mut row, "payable", false);
    }
    call.state.charges.insert(call.project, &id, row.clone());
    call.state.effects.add(EffectKind::Charge, &id, key.as_deref(), Some(amount.minor()));
    Ok(Answer::ok(public(&row)))
}

/// `GET /v1/charges`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    const SETTLEMENTS: [&str; 3] = ["confirmed", "pending", "unconfirmable"];
    if call.query("settlement").is_some_and(|it| !SETTLEMENTS.contains(&it)) {
        return Err(error(400, "invalid_settlement_filter", "not a settlement").into());
    }
    if call.query("limit").is_some_and(|it| !it.parse().is_ok_and(|it| (1..=200).contains(&it))) {
        return Err(error(400, "invalid_limit", "1 to 200").into());
    }
    catch_up(call);
    let rows: Vec<Value> = call
        .state
        .charges
        .list(call.project)
        .filter(|row| ["status", "settlement"].iter().all(|it| matches(row, it, call.query(it))))
        .map(public)
        .collect();
    let (rows, next) = page(call, rows, "cursor", |row| text(row, "id").to_owned())?;
    Ok(Answer::ok(json!({ "data": rows, "next_cursor": next })))
}

/// `GET /v1/charges/{id or idempotency key}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    Ok(Answer::ok(public(find(call)?)))
}

/// `POST /v1/charges/{id}/cancel`
pub(crate) fn cancel(call: &mut Call<'_>) -> Outcome {
    let row = find(call)?;
    if !["PROCESSING", "PENDING"].contains(&text(row, "status")) {
        let code = "not_cancellable_in_this_state";
        return Err(error(409, code, "the charge is not open").into());
    }
    set(row, "status", "CANCELLED");
    set(row, "local_status", "expired");
    set(row, "payable", false);
    Ok(Answer::ok(public(row)))
}

/// `POST /v1/test/charges/{id}/pay`: plays the buyer, test projects only.
pub(crate) fn pay(call: &mut Call<'_>) -> Outcome {
    if !call.settings.test_mode {
        return Err(error(403, "sandbox_pay_not_permitted", "test projects only").into());
    }
    let body = call.maybe_body()?;
    let paid = body.maybe_integer("amount_minor")?;
    let row = find(call)?;
    if text(row, "status") == "CONFIRMED" {
        return Err(error(409, "already_payment_notified", "the charge is paid").into());
    }
    if paid.is_some_and(|paid| part(row, "amount_minor") != paid) {
        return Err(issue("amount_minor", "not the amount of the charge").into());
    }
    confirm(row);
    let answer = public(row);
    let now = call.now;
    status::post_to_subject(call.state, text(&answer, "id"), "commerce.payment.succeeded", now);
    Ok(Answer::ok(answer))
}

/// The charge that was made under this key, and of which request.
pub(crate) fn by_key(world: &World<'_>, key: &str) -> Option<Value> {
    let mut rows = world.state.charges.list(world.project);
    rows.find(|row| matches(row, "idempotency_key", Some(key))).cloned()
}

/// What is asked for of whom; the words beside it may differ under one key.
pub(crate) fn wanted(body: &Fields) -> Value {
    let names = ["amount", "currency", "method", "consumer_id", "due_date"];
    names.map(|name| body.echo(name)).to_vec().into()
}

/// Keeps a charge that a tool has made.
pub(crate) fn remember(
    world: &mut World<'_>,
    id: &str,
    method: &str,
    currency: &str,
    amount: Amount,
    (key, request): (Option<&str>, Value),
) {
    let mut row = charge(id, method, currency, amount);
    set(&mut row, "idempotency_key", key);
    set(&mut row, "request", request);
    world.state.charges.insert(world.project, id, row);
}

fn charge(id: &str, method: &str, currency: &str, amount: Amount) -> Value {
    let boleto = method == "boleto";
    json!({
        "id": id,
        "status": "PENDING",
        "local_status": "pending",
        "status_conflict": false,
        "method": method,
        "currency": currency,
        "amount": amount.major(),
        "amount_minor": amount.minor(),
        "due_date": null,
        "payable": true,
        "boleto_bar_code": boleto.then_some("00191000000000000000000000000000000000000000"),
        "boleto_bank_line": boleto.then_some("00190000000000000000000000000000000000000000000"),
        "pix_copy_paste": (method == "pix").then(|| pix::copy_paste(amount, id)),
        "credit_correlation_armed": true,
        "payment_in_flight": false,
        "settlement": null,
        "issuance_unconfirmed": false,
    })
}

fn confirm(row: &mut Value) {
    set(row, "status", "CONFIRMED");
    set(row, "local_status", "settled");
    set(row, "settlement", "confirmed");
    set(row, "payable", false);
}

/// Confirms the charges whose payment has settled since the last look.
fn catch_up(call: &mut Call<'_>) {
    let open = call.state.charges.list(call.project).filter(|row| text(row, "status") == "PENDING");
    let open: Vec<String> = open.map(|row| text(row, "id").to_owned()).collect();
    for id in open {
        if status::of_subject(call.state, &id, call.now) == Some("succeeded") {
            call.state.charges.find_mut(call.project, &id).into_iter().for_each(confirm);
        }
    }
}

fn find<'a>(call: &'a mut Call<'_>) -> Result<&'a mut Value, Refusal> {
    catch_up(call);
    let id = call.id().to_owned();
    let mut rows = call.state.charges.list_mut(call.project);
    let found = rows.find(|row| text(row, "id") == id || text(row, "idempotency_key") == id);
    found.ok_or_else(|| error(404, "charge_not_found", "no such charge in this project").into())
}

fn public(row: &Value) -> Value {
    let mut row = row.clone();
    if let Some(members) = row.as_object_mut() {
        members.retain(|name, _| !["idempotency_key", "request"].contains(&name.as_str()));
    }
    row
}
