//! Paying a bill under a mandate: `POST /v1/payables/{id}/pay`. It is paid once, whatever happens.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    codespar::{
        mandates::{authorize::authorize, missing, payment},
        payables::documents::{checks, input::KEY, present, rail},
        payment_rail::{self, RailAnswer},
    },
    server::{
        errors::{Refusal, error},
        json_object::JsonObject,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::Now,
        context::Context,
        hex::hex,
        json::{member, set, text},
        records::payment::{AttemptState, Payment},
        state::State,
    },
};

/// Asks the rail again and pays what it says; the request names no amount.
pub(crate) fn pay(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let mandate = body.text("mandate_id")?.to_owned();
    let id = req.id().to_owned();
    let bill = open(req, &id)?;
    let line = text(member(&bill, "carriers"), "boleto").to_owned();
    if line.is_empty() {
        return Err(error(422, "payable_rail_unsupported", "only boletos are paid").into());
    }
    check_mandate(req, &mandate, &line)?;
    let bill = check_quote(req, bill)?;
    let payment = claim(req, &bill, mandate, line);
    let (project, now) = (req.project, req.now);
    if let Err(refusal) = authorize(req, &payment, &JsonObject::default()) {
        return Err(refused(req, &id, &payment, refusal));
    }
    match payment_rail::send(payment.amount_minor) {
        RailAnswer::Accepted => {
            let answer = payment::settle(req.state, project, &payment, now);
            let row = present(req, &id)?;
            let mut row = row.clone();
            set(&mut row, "receipt", member(&answer, "receipt").clone());
            Ok(Response::ok(row))
        }
        RailAnswer::Refused => {
            payment::fail(req.state, project, &payment, now);
            let refusal = error(502, "psp_dispatch_failed", "the rail refuses this amount");
            Err(refused(req, &id, &payment, refusal.into()))
        }
        RailAnswer::NoAnswer => {
            payment::leave_open(req.state, project, &payment, now);
            let code = "psp_dispatch_uncertain";
            let change = json!({ "state": "uncertain", "uncertain_code": code });
            change_payment(req.state, project, &id, &change);
            Err(error(502, code, "the rail does not answer").into())
        }
    }
}

/// The bill, where it may be paid now.
fn open(req: &mut Request<'_>, id: &str) -> Result<Value, Refusal> {
    let bill = present(req, id)?.clone();
    let payment = member(&bill, "payment");
    match (text(&bill, "status"), text(payment, "state")) {
        ("READY", _) => Ok(bill),
        ("EXECUTED", _) => {
            let refusal = error(409, "payable_already_paid", "the bill is paid");
            Err(refusal.with("receipt_id", member(payment, "receipt_id").clone()).into())
        }
        ("APPROVED", "awaiting_approval") => {
            if is_failed(req.state, req.project, text(payment, "attempt_id")) {
                release(req.state, req.project, id, "approval_not_given", req.now);
                return Ok(present(req, id)?.clone());
            }
            let code = "payable_payment_pending_approval";
            let refusal = error(409, code, "a person has to approve the payment");
            Err(refusal.with("approval_id", member(payment, "approval_id").clone()).into())
        }
        ("APPROVED", _) => {
            let code = "payable_payment_uncertain";
            Err(error(409, code, "nobody knows yet whether it is paid").into())
        }
        (status, _) => {
            let refusal = error(409, "payable_not_payable", "the bill is not ready");
            Err(refusal.with("payable_status", status).into())
        }
    }
}

/// The mandate has to be of the project and to name the line among whom it pays.
fn check_mandate(req: &Request<'_>, mandate: &str, line: &str) -> Result<(), Refusal> {
    let mandate = req.state.mandates.find(req.project, mandate).ok_or_else(missing)?;
    let allowed = member(mandate, "merchant_allowlist").as_array();
    let is_line = |it: &Value| {
        let named = it.as_str().and_then(rail::barcode);
        named.is_some() && named == rail::barcode(line)
    };
    if allowed.into_iter().flatten().any(is_line) {
        return Ok(());
    }
    Err(error(403, "payee_not_allowed", "the mandate does not name this boleto").into())
}

/// Asks the rail again; where it says something else than before, the bill is to be looked at.
fn check_quote(req: &mut Request<'_>, mut bill: Value) -> Result<Value, Refusal> {
    let before = rail::quote_hash(member(&bill, "rail_quote"));
    let confirmed = member(member(&bill, "review"), "confirmed_by").as_array();
    let confirmed = confirmed.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    let confirmed: Vec<String> = confirmed.collect();
    checks::judge(&mut bill, &[], &confirmed, req.now);
    let is_same = before == rail::quote_hash(member(&bill, "rail_quote"));
    if let Some(row) = req.state.payables.find_mut(req.project, text(&bill, "payable_id")) {
        *row = bill.clone();
    }
    if is_same && text(&bill, "status") == "READY" {
        return Ok(bill);
    }
    let refusal = error(409, "payable_quote_diverged", "the rail says something else than before");
    Err(refusal.with("review", member(&bill, "review").clone()).into())
}

/// Writes down that this payment is being made; gives it a name of its own.
fn claim(req: &mut Request<'_>, bill: &Value, mandate: String, payee: String) -> Payment {
    let (id, quote) = (text(bill, "payable_id"), member(bill, "rail_quote"));
    let (hash, amount_minor) = (rail::quote_hash(quote), rail::amount(quote));
    let tries = member(member(bill, "payment"), "tries").as_u64().unwrap_or_default() + 1;
    let name = hex(&Sha256::digest(format!("{id}:{hash}:{tries}").as_bytes()));
    let attempt = format!("pay_{}", name.get(..32).unwrap_or(&name));
    let document = member(member(member(bill, "totals"), "grand_total_minor"), "value").clone();
    let payment = json!({
        "state": "dispatching",
        "mandate_id": mandate,
        "attempt_id": attempt,
        "tries": tries,
        "amount_minor": amount_minor,
        "document_amount_minor": document,
        "quote_hash": hash,
        "claimed_at": req.now.rfc3339(),
        "key_id": KEY,
        "via": "api",
    });
    if let Some(row) = req.state.payables.find_mut(req.project, id) {
        set(row, "payment", payment);
        set(row, "status", "APPROVED");
        set(row, "updated_at", req.now.rfc3339());
    }
    let request = json!({
        "payable_id": id,
        "tries": tries,
        "mandate_id": mandate,
        "amount_minor": amount_minor,
        "payee": payee,
        "rail": "boleto",
    });
    let taken_at = req.now.wall;
    Payment { mandate, attempt, amount_minor, payee, rail: "boleto", taken_at, request }
}

/// What a refusal leaves behind: a held payment waits; after any other the bill is ready again.
fn refused(req: &mut Request<'_>, id: &str, payment: &Payment, refusal: Refusal) -> Refusal {
    let (project, now) = (req.project, req.now);
    let held = attempt(req.state, project, &payment.attempt).and_then(|end| match end {
        AttemptState::Held(body) => Some(body.clone()),
        _ => None,
    });
    if let Some(held) = held {
        let change = json!({
            "state": "awaiting_approval",
            "approval_id": member(&held, "approval_id"),
            "hold_entry_id": member(&held, "hold_ref"),
        });
        change_payment(req.state, project, id, &change);
        return refusal;
    }
    release(req.state, project, id, refusal.code().unwrap_or("refused"), now);
    match refusal {
        // Here it is told with a status of its own.
        Refusal::Error(error) if error.code() == "insufficient_funds" => {
            Refusal::Error(error.status(422).with("payable_status", "READY"))
        }
        Refusal::Error(error) => Refusal::Error(error.with("payable_status", "READY")),
        other => other,
    }
}

/// Lets bills follow what has become of their payments by now.
pub(super) fn follow_all(req: &mut Request<'_>) {
    let ids: Vec<String> = req
        .state
        .payables
        .list(req.project)
        .map(|row| text(row, "payable_id").to_owned())
        .collect();
    ids.iter().for_each(|id| follow(&mut req.context(), id));
}

/// Lets a bill follow what has become of its payment: approved and made, or found by an operator.
pub(super) fn follow(context: &mut Context<'_>, id: &str) {
    let (project, now) = (context.project, context.now);
    let against = if context.settings.test_mode { "sandbox_fixture" } else { "document_line" };
    let state = &mut *context.state;
    let Some(bill) = state.payables.find(project, id) else { return };
    let payment = member(bill, "payment");
    let name = text(payment, "attempt_id").to_owned();
    let stands = text(payment, "state").to_owned();
    if !["awaiting_approval", "dispatching", "uncertain"].contains(&&*stands) {
        return;
    }
    match attempt(state, project, &name) {
        Some(AttemptState::Settled(answer)) => {
            let (paid, receipt) = (member(answer, "payment"), member(answer, "receipt"));
            let change = json!({
                "state": "executed",
                "settled_against": against,
                "executed_at": now.rfc3339(),
                "receipt_id": member(receipt, "id"),
                "transaction_id": member(paid, "transactionId"),
                "end_to_end_id": member(paid, "endToEndId"),
                "money_moved": member(paid, "moneyMoved"),
            });
            change_payment(state, project, id, &change);
            if let Some(row) = state.payables.find_mut(project, id) {
                set(row, "status", "EXECUTED");
                set(row, "updated_at", now.rfc3339());
            }
        }
        Some(AttemptState::Uncertain(_)) if stands != "uncertain" => {
            let code = "psp_dispatch_uncertain";
            let change = json!({ "state": "uncertain", "uncertain_code": code });
            change_payment(state, project, id, &change);
        }
        Some(AttemptState::Failed) if stands == "uncertain" => {
            release(state, project, id, "psp_dispatch_failed", now);
        }
        _ => {}
    }
}

fn attempt<'a>(state: &'a State, project: &str, id: &str) -> Option<&'a AttemptState> {
    let mut made = state.attempts.iter();
    made.find(|it| it.id == id && it.project == project).map(|it| &it.end)
}

fn is_failed(state: &State, project: &str, id: &str) -> bool {
    matches!(attempt(state, project, id), Some(AttemptState::Failed))
}

/// Makes a bill ready again after a payment that has not moved anything.
fn release(state: &mut State, project: &str, id: &str, code: &str, now: Now) {
    let Some(row) = state.payables.find_mut(project, id) else { return };
    let name = member(member(row, "payment"), "attempt_id").clone();
    let refusal = json!({ "code": code, "attempt_id": name, "at": now.rfc3339() });
    set(row, "status", "READY");
    set(row, "updated_at", now.rfc3339());
    change_payment(state, project, id, &json!({ "state": "released", "last_refusal": refusal }));
}

fn change_payment(state: &mut State, project: &str, id: &str, change: &Value) {
    let Some(row) = state.payables.find_mut(project, id) else { return };
    let mut payment = member(row, "payment").clone();
    for (name, value) in change.as_object().into_iter().flatten() {
        set(&mut payment, name, value.clone());
    }
    set(row, "payment", payment);
}
