//! What a transfer out of a wallet leaves in the books: sent, kept back, or free again.

use serde_json::{Value, json};

use crate::{
    codespar::{
        currency_swap::rail,
        idempotency,
        mandates::{
            caps,
            debits::{self, Debit},
            payment::Reconciliation,
        },
        payment_rail::{self, RailAnswer},
    },
    store::{
        books::Posting,
        clock::Now,
        effects::EffectKind,
        records::{
            idempotency::StoredOutcome, payment::Withdrawal, unanswered::UnansweredTransfer,
        },
        state::State,
    },
};

/// What is said of a transfer whose rail does not answer.
pub(super) const UNCERTAIN: &str = "withdrawal_dispatch_uncertain";

/// What is said of the key of a transfer that has failed.
pub(super) const FAILED: &str = "withdrawal_failed";

/// Takes the amount out of the wallet; gives what the request is answered.
pub(super) fn send(
    state: &mut State,
    project: &str,
    sent: &Withdrawal,
    key: Option<&str>,
    now: Now,
) -> Value {
    state.effects.add(EffectKind::Payment, &sent.id, key, Some(sent.minor));
    let hash = format!("E{:0>31}", sent.id.trim_start_matches("wtd_"));
    let debit = Posting {
        kind: "debit",
        external_ref: Some(hash.clone()),
        rail: rail(&sent.currency).map(str::to_owned),
        hold: sent.hold,
        is_approved: sent.needs_approval,
        ..posting(sent)
    };
    let entry = state.books.post(project, debit, now.wall).to_string();
    if let Some(mandate) = &sent.mandate {
        let (minor, payee) = (sent.minor, &sent.to);
        let debit = Debit { entry: &entry, minor, transaction: &hash, payee };
        debits::record(state, project, mandate, &debit, now);
    }
    json!({
        "withdrawal_id": sent.id,
        "tx_hash": hash,
        "status": "sent",
        "network": if sent.to.starts_with("0x") { "base-sepolia" } else { "pix" },
        "to_address": sent.to,
        "amount_minor": sent.minor,
        "currency": sent.currency,
    })
}

/// Keeps the amount back of what may have been sent or waits for a person; gives the number of the
/// entry.
pub(super) fn hold(state: &mut State, project: &str, held: &Withdrawal, now: Now) -> u64 {
    state.books.post(project, Posting { kind: "hold", ..posting(held) }, now.wall)
}

/// Counts it against the caps of its mandate.
pub(super) fn take(state: &mut State, project: &str, taken: &Withdrawal) {
    if let Some(mandate) = &taken.mandate {
        caps::take(state, project, mandate, taken.minor, taken.taken_at);
    }
}

/// Makes a held transfer now that a person has approved it; says how it failed where it did.
pub(crate) fn make_held(
    state: &mut State,
    project: &str,
    held: &Withdrawal,
    now: Now,
) -> Result<Value, &'static str> {
    match payment_rail::send(held.minor) {
        RailAnswer::Accepted => {
            let key = held.key.as_ref().map(|(_, key)| &**key);
            let answer = send(state, project, held, key, now);
            end(state, held, StoredOutcome::Done(answer.clone()));
            Ok(answer)
        }
        RailAnswer::Refused => {
            release(state, project, held, now);
            Err("send_failed")
        }
        RailAnswer::NoAnswer => {
            leave_open(state, project, held);
            end(state, held, StoredOutcome::Uncertain(UNCERTAIN));
            Err(UNCERTAIN)
        }
    }
}

/// The rail does not answer: what is held stays so, until an operator has looked.
pub(super) fn leave_open(state: &mut State, project: &str, sent: &Withdrawal) {
    let (project, sent) = (project.to_owned(), sent.clone());
    state.unanswered.transfers.push(UnansweredTransfer { project, sent });
}

/// Says what became of a transfer that the rail has not answered, named by its id, its key or the
/// entry that holds its amount; whether there is such.
pub(crate) fn reconcile(
    state: &mut State,
    reference: &str,
    found: Reconciliation,
    now: Now,
) -> bool {
    let is_meant = |it: &UnansweredTransfer| {
        it.sent.id == reference
            || it.sent.key.as_ref().is_some_and(|(_, key)| key == reference)
            || it.sent.hold.is_some_and(|entry| entry.to_string() == reference)
    };
    let Some(index) = state.unanswered.transfers.iter().position(is_meant) else { return false };
    let UnansweredTransfer { project, sent } = state.unanswered.transfers.remove(index);
    match found {
        Reconciliation::Moved => {
            let key = sent.key.as_ref().map(|(_, key)| &**key);
            let answer = send(state, &project, &sent, key, now);
            end(state, &sent, StoredOutcome::Done(answer));
        }
        Reconciliation::NotMoved => release(state, &project, &sent, now),
    }
    true
}

/// Gives back what was held for a transfer that is not made: to the wallet and to the mandate.
pub(crate) fn release(state: &mut State, project: &str, held: &Withdrawal, now: Now) {
    let release =
        Posting { kind: "release", amount_minor: held.minor, hold: held.hold, ..posting(held) };
    state.books.post(project, release, now.wall);
    if let Some(mandate) = &held.mandate {
        caps::give_back(state, project, mandate, held.minor, held.taken_at);
    }
    end(state, held, StoredOutcome::Failed(FAILED));
}

fn end(state: &mut State, held: &Withdrawal, outcome: StoredOutcome) {
    if let Some((scope, key)) = &held.key {
        idempotency::end(state, scope, key, outcome);
    }
}

/// What all entries of a transfer have in common.
fn posting(of: &Withdrawal) -> Posting {
    Posting {
        wallet: of.wallet.clone(),
        currency: of.currency.clone(),
        amount_minor: of.minor.saturating_neg(),
        mandate: of.mandate.clone(),
        // What the organization moves itself is no spending of an agent.
        agent: of.agent.clone().filter(|_| of.mandate.is_some()),
        ..Posting::default()
    }
}
