//! Making a payment under a mandate, or giving back what was held for it.

use serde_json::{Value, json};

use crate::{
    codespar::{
        events::{self, Event},
        ledger::payments::{self, PaymentEntries},
        mandates::{
            attempts, caps,
            debits::{self, Debit},
        },
        payment_rail::{self, RailAnswer},
        receipts::{self, Paid},
        wallets,
    },
    store::{
        clock::Now,
        effects::EffectKind,
        json::{member, set, text},
        records::payment::{AttemptState, Payment},
        state::State,
    },
};

/// The provider behind payments.
const PROVIDER: &str = "celcoin";

/// The rail has not made a payment.
const FAILED: &str = "psp_dispatch_failed";

/// Makes a held payment now that a person has approved it; says how it failed where it did.
pub(crate) fn execute_approved(
    state: &mut State,
    project: &str,
    payment: &Payment,
    now: Now,
) -> Result<Value, &'static str> {
    match payment_rail::send(payment.amount_minor) {
        RailAnswer::Accepted => Ok(settle(state, project, payment, now)),
        RailAnswer::Refused => {
            fail(state, project, payment, now);
            Err(FAILED)
        }
        RailAnswer::NoAnswer => {
            leave_open(state, project, payment, now);
            Err("psp_dispatch_uncertain")
        }
    }
}

/// What an operator finds of a payment, a transfer or a devolution that the rail has not answered,
/// or of a charge that its issuer did not answer for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reconciliation {
    /// The money has moved; the charge was issued.
    Moved,
    /// It has not; the attempt has failed, and there is no charge.
    NotMoved,
}

/// Says what became of an attempt that the rail has not answered; whether there is such.
pub(crate) fn reconcile(state: &mut State, attempt: &str, found: Reconciliation, now: Now) -> bool {
    let Some((project, payment)) = attempts::find_open(state, attempt) else { return false };
    match found {
        Reconciliation::Moved => drop(settle(state, &project, &payment, now)),
        Reconciliation::NotMoved => fail(state, &project, &payment, now),
    }
    true
}

/// The rail has not made a payment, and will not: what was held is free, the attempt has failed.
pub(crate) fn fail(state: &mut State, project: &str, payment: &Payment, now: Now) {
    release(state, project, payment, now);
    let rail = json!({ "payment_id": null, "failure_code": FAILED });
    tell_rail(state, project, payment, ("failed", rail), now);
    tell_spend(state, project, payment, ("failed", json!({ "failure_code": FAILED })), now);
}

/// The same of a payment that never went to the rail, as nobody approved it.
pub(crate) fn withdraw(state: &mut State, project: &str, payment: &Payment, now: Now) {
    release(state, project, payment, now);
    tell_spend(state, project, payment, ("failed", json!({ "failure_code": null })), now);
}

/// The rail does not answer: what is held stays so, until an operator has looked.
pub(crate) fn leave_open(state: &mut State, project: &str, payment: &Payment, now: Now) {
    attempts::record(state, project, payment, AttemptState::Uncertain(payment.clone()));
    tell_rail(state, project, payment, ("unconfirmed", json!({ "payment_id": null })), now);
}

/// Gives back to the mandate and to the wallet what was taken from them.
fn release(state: &mut State, project: &str, payment: &Payment, now: Now) {
    payments::release(state, project, payment, now);
    let (mandate, minor) = (&payment.mandate, payment.amount_minor);
    caps::give_back(state, project, mandate, minor, payment.taken_at);
    attempts::record(state, project, payment, AttemptState::Failed);
}

/// Moves the money and says how it went.
pub(crate) fn settle(state: &mut State, project: &str, payment: &Payment, now: Now) -> Value {
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
        request: &payment.request,
    };
    let receipt = receipts::issue(state, project, &paid, now);
    let entries = payments::settle(state, project, payment, text(&receipt, "receipt_id"), now);
    let answer = answer(state, &mandate, (&paid, &receipt), &entries);
    let entry = entries.debit.to_string();
    let payee = &payment.payee;
    let debit = Debit { entry: &entry, minor: amount, transaction: &transaction, payee };
    debits::record(state, project, &payment.mandate, &debit, now);
    attempts::record(state, project, payment, AttemptState::Settled(answer.clone()));
    let rail = json!({ "payment_id": transaction });
    tell_rail(state, project, payment, ("succeeded", rail), now);
    let more = json!({ "receipt_id": member(&receipt, "receipt_id") });
    tell_spend(state, project, payment, ("settled", more), now);
    answer
}

/// Tells how a payment under a mandate has ended.
fn tell_spend(
    state: &mut State,
    project: &str,
    payment: &Payment,
    (end, more): (&str, Value),
    now: Now,
) {
    let data = about(state, project, payment, more);
    events::tell(state, project, &format!("commerce.spend.{end}"), data, now);
}

/// Tells what the rail has made of a Pix; of no other rail there are such events.
fn tell_rail(
    state: &mut State,
    project: &str,
    payment: &Payment,
    (end, more): (&str, Value),
    now: Now,
) {
    if payment.rail == "pix" {
        let data = about(state, project, payment, more);
        let kind = &format!("commerce.pix_out.{end}");
        events::emit(state, project, Event { kind, source: PROVIDER, data }, now);
    }
}

/// What every event of a payment says, and what only this one does.
fn about(state: &State, project: &str, payment: &Payment, more: Value) -> Value {
    let mandate = state.mandates.find(project, &payment.mandate);
    let of_mandate = |name| mandate.map(|row| member(row, name).clone());
    let mut data = json!({
        "attempt_id": payment.attempt,
        "mandate_id": payment.mandate,
        "agent_id": of_mandate("agent_id"),
        "amount_minor": payment.amount_minor,
        "currency": of_mandate("currency"),
        "rail": payment.rail,
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        set(&mut data, name, value.clone());
    }
    data
}

fn answer(
    state: &mut State,
    mandate: &Value,
    (paid, receipt): (&Paid<'_>, &Value),
    entries: &PaymentEntries,
) -> Value {
    let request_id = state.ids.with("req");
    let end_to_end = format!("E{:0>31}", paid.transaction_id.trim_start_matches("tx_"));
    json!({
        "status": "completed",
        "requestId": request_id,
        "mandate": {
            "consumer_id": member(mandate, "consumer_id"),
            "purpose": member(mandate, "purpose"),
            "currency": member(mandate, "currency"),
        },
        "payment": {
            "transactionId": paid.transaction_id,
            "endToEndId": (paid.rail == "pix").then_some(end_to_end),
            "amountMinor": paid.amount_minor,
            "rail": paid.rail,
            "provider": PROVIDER,
            "moneyMoved": false,
            "adapter": "sandbox",
        },
        "wallet": {
            "walletId": wallets::consumer_wallet(paid.consumer),
            "holdEntryId": entries.hold.to_string(),
            "fundEntryId": entries.fund.map(|id| id.to_string()),
            "debitEntryId": entries.debit.to_string(),
        },
        "receipt": {
            "id": member(receipt, "receipt_id"),
            "state": member(receipt, "state"),
            "chain": member(receipt, "chain"),
            "exceptions": [],
        },
        "audit": [],
        "attempt_id": paid.attempt_id,
        "idempotent_replay": false,
    })
}
