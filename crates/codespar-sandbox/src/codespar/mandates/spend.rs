//! Payments under a mandate: `POST /v1/consumers/mandates/{id}/spend`, and with the signed mandate
//! in the body `POST /v1/consumer-payments/execute` and `…/execute-stream`.

use serde_json::{Value, json};

use crate::{
    codespar::{
        consents,
        mandates::{
            attempts::{self, End},
            authorize, missing,
        },
        payment_rail::{self, Rail},
        pix_code,
        receipts::{self, Paid},
        session::status_stream::frame,
    },
    server::{
        errors::{Envelope, Refusal, error},
        json_object::{Fields, issue},
        request::{Call, Outcome},
        response::Answer,
    },
    store::{
        clock::Now,
        effects::EffectKind,
        state::State,
        table::{part, set, text},
    },
};

/// A payment that is to be made, or is held.
#[derive(Clone)]
pub(crate) struct Payment {
    pub(crate) mandate: String,
    pub(crate) attempt: String,
    pub(crate) amount_minor: i64,
    pub(crate) payee: String,
    pub(crate) rail: &'static str,
    /// What a repetition under the same id must have in common with it.
    pub(crate) request: Value,
}

/// Pays; the same `attempt_id` with the same parameters pays once.
pub(crate) fn spend(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let mandate = call.id().to_owned();
    pay(call, &mandate, &body)
}

/// `POST /v1/consumer-payments/execute`: the same with the signed mandate in the body.
pub(crate) fn execute(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    body.text("purpose")?;
    let mandate = body.object("mandate")?;
    let known = call.state.mandates.find(call.project, mandate.text("id")?).ok_or_else(missing)?;
    if body.text("signature")? != consents::signature(known) {
        return Err(error(422, "mandate_verify", "the signature does not hold").into());
    }
    pay(call, mandate.text("id")?, &body)
}

/// `POST /v1/consumer-payments/execute-stream`: the same as events, of which the last is the
/// outcome or, as `error`, the refusal.
pub(crate) fn execute_stream(call: &mut Call<'_>) -> Outcome {
    let answer = execute(call).unwrap_or_else(|refusal| refusal.shape(Envelope::Nested, ""));
    let Some(body) = answer.value() else { return Ok(answer) };
    if !answer.status.is_success() {
        return Ok(Answer::frames(vec![frame("error", body)]));
    }
    let step = |name: &str| frame("step", &json!({ "step": name }));
    let steps = ["verify", "route", "hold", "debit", "seal"].map(step);
    Ok(Answer::frames(steps.into_iter().chain([frame("outcome", body)]).collect()))
}

fn pay(call: &mut Call<'_>, mandate: &str, body: &Fields) -> Outcome {
    let given = attempts::id(body)?.map(str::to_owned);
    let payment = read(call, mandate, body, given.as_deref())?;
    let (project, now) = (call.project, call.now);
    if let Some(replay) = attempts::again(call.state, project, &payment)? {
        return Ok(Answer::ok(replay));
    }
    let carrier = payment.payee.starts_with("0002");
    if carrier && !pix_code::checksum_holds(&payment.payee) {
        return Err(error(422, "carrier_crc_invalid", "the checksum does not hold").into());
    }
    authorize::authorize(call, &payment, body)?;
    match payment_rail::dispatch(payment.amount_minor) {
        Rail::Takes => Ok(Answer::ok(settle(call.state, project, &payment, now))),
        Rail::Refuses => {
            released(call.state, project, &payment);
            Err(error(502, "psp_dispatch_failed", "the rail refuses this amount").into())
        }
        Rail::IsSilent => {
            attempts::keep(call.state, project, &payment, End::Uncertain(payment.clone()));
            Err(error(502, "psp_dispatch_uncertain", "the rail does not answer").into())
        }
    }
}

/// Reads a request; an attempt without an id gets one.
fn read(
    call: &mut Call<'_>,
    mandate: &str,
    body: &Fields,
    attempt: Option<&str>,
) -> Result<Payment, Refusal> {
    let amount_minor = body.minor("amount_minor")?;
    let payee = body.text("payee")?.to_owned();
    if payee.chars().count() > 1024 {
        return Err(issue("payee", "at most 1024 characters").into());
    }
    let ted = body.maybe_object("ted")?.is_some();
    if ted && attempt.is_none() {
        return Err(error(400, "attempt_id_required", "a wire needs an attempt_id").into());
    }
    if let Some(session) = body.maybe_text("session_id")? {
        let ours = |known: &&crate::codespar::sessions::Session| known.project == call.project;
        if !call.state.sessions.iter().filter(ours).any(|known| known.id == session) {
            return Err(error(422, "session_not_found", "no such session in this project").into());
        }
    }
    let rail = if ted { "ted" } else { "pix" };
    let request = json!({
        "amount_minor": amount_minor,
        "payee": payee,
        "mandate_id": mandate,
        "rail": rail,
        "ted": body.echo("ted"),
        "quote": body.echo("quote"),
        "approval": body.echo("approval"),
    });
    let attempt = match attempt {
        Some(id) => id.to_owned(),
        None => call.state.ids.with("att"),
    };
    let mandate = mandate.to_owned();
    Ok(Payment { mandate, attempt, amount_minor, payee, rail, request })
}

/// Makes a held payment now that a person has approved it.
pub(crate) fn approved(
    state: &mut State,
    project: &str,
    payment: &Payment,
    now: Now,
) -> Result<Value, &'static str> {
    match payment_rail::dispatch(payment.amount_minor) {
        Rail::Takes => Ok(settle(state, project, payment, now)),
        _ => Err("psp_dispatch_failed"),
    }
}

/// Says what became of an attempt that the rail did not answer; whether there is such.
pub(crate) fn reconcile(state: &mut State, attempt: &str, moved: bool, now: Now) -> bool {
    let Some((project, payment)) = attempts::uncertain(state, attempt) else { return false };
    if moved {
        settle(state, &project, &payment, now);
    } else {
        released(state, &project, &payment);
    }
    true
}

/// Gives back to the mandate what was taken from it for a payment that failed for good.
pub(crate) fn released(state: &mut State, project: &str, payment: &Payment) {
    if let Some(row) = state.mandates.find_mut(project, &payment.mandate) {
        let spent = part(row, "spent_minor").as_i64().unwrap_or_default();
        set(row, "spent_minor", spent.saturating_sub(payment.amount_minor));
    }
    attempts::keep(state, project, payment, End::Failed);
}

/// Moves the money and says how it went.
fn settle(state: &mut State, project: &str, payment: &Payment, now: Now) -> Value {
    let mandate = state.mandates.find(project, &payment.mandate).cloned().unwrap_or_default();
    let transaction = state.ids.with("tx");
    let (attempt, amount) = (&*payment.attempt, payment.amount_minor);
    state.effects.add(EffectKind::Payment, &transaction, Some(attempt), Some(amount));
    let paid = Paid {
        consumer: text(&mandate, "consumer_id"),
        mandate: &mandate,
        payee: &payment.payee,
        amount_minor: amount,
        attempt_id: attempt,
        transaction_id: &transaction,
        rail: payment.rail,
    };
    let receipt = receipts::issue(state, project, &paid, now);
    let answer = answer(state, &mandate, &paid, &receipt);
    attempts::keep(state, project, payment, End::Settled(answer.clone()));
    answer
}

fn answer(state: &mut State, mandate: &Value, paid: &Paid<'_>, receipt: &Value) -> Value {
    let request_id = state.ids.with("req");
    let hold = state.ids.with("le");
    let debit = state.ids.with("le");
    let end_to_end = format!("E{:0>31}", paid.transaction_id.trim_start_matches("tx_"));
    json!({
        "status": "completed",
        "requestId": request_id,
        "mandate": {
            "consumer_id": part(mandate, "consumer_id"),
            "purpose": part(mandate, "purpose"),
            "currency": part(mandate, "currency"),
        },
        "payment": {
            "transactionId": paid.transaction_id,
            "endToEndId": (paid.rail == "pix").then_some(end_to_end),
            "amountMinor": paid.amount_minor,
            "rail": paid.rail,
            "provider": "celcoin",
            "moneyMoved": false,
            "adapter": "sandbox",
        },
        "wallet": {
            "walletId": format!("wal_{}", paid.consumer),
            "holdEntryId": hold,
            "fundEntryId": null,
            "debitEntryId": debit,
        },
        "receipt": {
            "id": part(receipt, "receipt_id"),
            "state": part(receipt, "state"),
            "chain": part(receipt, "chain"),
            "exceptions": [],
        },
        "audit": [],
        "attempt_id": paid.attempt_id,
        "idempotent_replay": false,
    })
}
