//! `POST /v1/consumers/mandates/{id}/spend`: a payment under a mandate.

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::call::{Call, Outcome};
use crate::consents;
use crate::effects::EffectKind;
use crate::errors::{Refusal, error};
use crate::fields::Fields;
use crate::mandates::missing;
use crate::pix;
use crate::receipts::{self, Paid};
use crate::table::{part, set, text};

/// A spend that was made, kept under its `attempt_id`.
pub(crate) struct Attempt {
    project: String,
    id: String,
    /// The request that made it; another one under the same id is a conflict.
    request: Value,
    answer: Value,
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

fn pay(call: &mut Call<'_>, mandate: &str, body: &Fields) -> Outcome {
    let amount = body.minor("amount_minor")?;
    let payee = body.text("payee")?.to_owned();
    let request = json!({ "mandate": mandate, "body": body.value() });
    if let Some(id) = body.maybe_text("attempt_id")? {
        if let Some(replay) = replay(call, id, &request)? {
            return Ok(replay);
        }
    }
    if payee.starts_with("0002") && !pix::checksum_holds(&payee) {
        return Err(error(422, "carrier_crc_invalid", "the checksum does not hold").into());
    }
    let attempt_id = match body.maybe_text("attempt_id")? {
        Some(id) => id.to_owned(),
        None => call.state.ids.with("att"),
    };
    let mandate = authorize(call, mandate, amount, body)?;
    let transaction = call.state.ids.with("tx");
    call.state.effects.add(EffectKind::Payment, &transaction, Some(&attempt_id), Some(amount));
    let paid = Paid {
        consumer: text(&mandate, "consumer_id"),
        mandate: &mandate,
        payee: &payee,
        amount_minor: amount,
        attempt_id: &attempt_id,
        transaction_id: &transaction,
        rail: "pix",
    };
    let receipt = receipts::issue(call.state, call.project, &paid, call.now);
    let answer = answer(call, &mandate, &paid, &receipt);
    call.state.attempts.push(Attempt {
        project: call.project.to_owned(),
        id: attempt_id,
        request,
        answer: answer.clone(),
    });
    Ok(Answer::ok(answer))
}

fn replay(call: &Call<'_>, id: &str, request: &Value) -> Result<Option<Answer>, Refusal> {
    let mut attempts = call.state.attempts.iter();
    let Some(made) = attempts.find(|made| made.project == call.project && made.id == id) else {
        return Ok(None);
    };
    if made.request != *request {
        return Err(error(409, "attempt_id_conflict", "other parameters under this id").into());
    }
    let mut answer = made.answer.clone();
    set(&mut answer, "idempotent_replay", true);
    Ok(Some(Answer::ok(answer)))
}

/// Checks a mandate and takes the amount from its cap.
fn authorize(call: &mut Call<'_>, id: &str, amount: i64, body: &Fields) -> Result<Value, Refusal> {
    let now = call.now.text();
    let row = call.state.mandates.find_mut(call.project, id).ok_or_else(missing)?;
    let denied = |reason: &str, rule: &str| {
        error(403, "policy_denied", "the mandate does not allow it")
            .with("reason", reason)
            .with("ruleType", rule)
            .with("ruleId", "sandbox")
    };
    if text(row, "status") != "active" {
        return Err(denied("the mandate is not active", "mandate_status").into());
    }
    if text(row, "expires_at") < now.as_str() {
        return Err(denied("the mandate has expired", "mandate_expiry").into());
    }
    if body.maybe_text("agent_id")?.is_some_and(|agent| part(row, "agent_id") != agent) {
        return Err(error(422, "mandate_verify", "the mandate is another agent's").into());
    }
    let minor = |name: &str| row.get(name).and_then(Value::as_i64).unwrap_or_default();
    if amount > minor("per_tx_cap_minor") {
        return Err(denied("above the cap of one payment", "per_tx_cap").into());
    }
    let spent = minor("spent_minor").saturating_add(amount);
    if spent > minor("cap_minor") {
        return Err(denied("above the cap of the mandate", "cap").into());
    }
    set(row, "spent_minor", spent);
    Ok(row.clone())
}

fn answer(call: &mut Call<'_>, mandate: &Value, paid: &Paid<'_>, receipt: &Value) -> Value {
    let request_id = call.state.ids.with("req");
    let hold = call.state.ids.with("le");
    let debit = call.state.ids.with("le");
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
            "endToEndId": format!("E{:0>31}", paid.transaction_id.trim_start_matches("tx_")),
            "amountMinor": paid.amount_minor,
            "rail": paid.rail,
            "provider": "celcoin",
            "moneyMoved": true,
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
