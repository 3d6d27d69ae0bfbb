//! What payments under a mandate leave in the books: what is held, spent or given back.

use crate::{
    codespar::{ledger::top_up, wallets},
    server::errors::ApiError,
    store::{
        books::{Entry, Posting},
        clock::Now,
        context::Context,
        json::{member, text},
        records::payment::{AttemptState, Payment},
        state::State,
    },
};

/// The numbers of the entries of a payment.
pub(crate) struct PaymentEntries {
    /// The test money that it was paid from, where the wallet had too little.
    pub(crate) fund: Option<u64>,
    pub(crate) hold: u64,
    pub(crate) debit: u64,
}

/// Holds the amount of a payment in the wallet of its consumer; gives the number of the entry. What
/// the wallet lacks comes in first in a test project; anywhere else the payment is refused.
pub(crate) fn hold(context: &mut Context<'_>, payment: &Payment) -> Result<u64, ApiError> {
    let Context { state, settings, project, now } = context;
    let mandate = state.mandates.find(project, &payment.mandate);
    let of_mandate = |name| mandate.map_or("", |row| text(row, name));
    let wallet = wallets::consumer_wallet(of_mandate("consumer_id"));
    let place = (*project, &*wallet, of_mandate("currency"));
    let lacking = top_up::lacking(&state.books, settings, place, payment.amount_minor)?;
    let posting = posting(state, project, payment, *now);
    top_up::post(&mut state.books, project, &posting, lacking, *now);
    Ok(post_hold(state, project, posting, payment, *now))
}

fn post_hold(
    state: &mut State,
    project: &str,
    posting: Posting,
    payment: &Payment,
    now: Now,
) -> u64 {
    let amount_minor = payment.amount_minor.saturating_neg();
    state.books.post(project, Posting { kind: "hold", amount_minor, ..posting }, now.wall)
}

/// Takes the amount of a payment out of the wallet; gives the numbers of all its entries.
pub(crate) fn settle(
    state: &mut State,
    project: &str,
    payment: &Payment,
    receipt: &str,
    now: Now,
) -> PaymentEntries {
    let posting = posting(state, project, payment, now);
    let hold = match open_hold(state, project, &posting.wallet, payment).map(|entry| entry.id) {
        Some(open) => open,
        None => post_hold(state, project, posting.clone(), payment, now),
    };
    let held = |made: &AttemptState| matches!(made, AttemptState::Held(_));
    let is_approved =
        state.attempts.iter().any(|made| made.id == payment.attempt && held(&made.end));
    let debit = Posting {
        kind: "debit",
        amount_minor: payment.amount_minor.saturating_neg(),
        hold: Some(hold),
        receipt: Some(receipt.to_owned()),
        is_approved,
        ..posting
    };
    let debit = state.books.post(project, debit, now.wall);
    let top_up = |entry: &&Entry| {
        entry.is("fund") && entry.is_of_payment(&payment.mandate, &payment.attempt)
    };
    let fund = state.books.list(project).find(top_up).map(|entry| entry.id);
    PaymentEntries { fund, hold, debit }
}

/// Gives back what was held for a payment that failed for good.
pub(crate) fn release(state: &mut State, project: &str, payment: &Payment, now: Now) {
    let wallet = posting(state, project, payment, now).wallet;
    let Some(hold) = open_hold(state, project, &wallet, payment) else { return };
    let release = Posting {
        kind: "release",
        amount_minor: state.books.left_of(hold),
        hold: Some(hold.id),
        ..hold.posting.clone()
    };
    state.books.post(project, release, now.wall);
}

/// What is still held for a payment.
fn open_hold<'a>(
    state: &'a State,
    project: &'a str,
    wallet: &str,
    payment: &Payment,
) -> Option<&'a Entry> {
    state.books.open_hold(project, (wallet, &payment.mandate, &payment.attempt))
}

/// What all entries of a payment have in common.
fn posting(state: &mut State, project: &str, payment: &Payment, now: Now) -> Posting {
    let mandate = state.mandates.find(project, &payment.mandate).cloned().unwrap_or_default();
    let wallet = wallets::of_consumer(state, project, text(&mandate, "consumer_id"), now);
    Posting {
        wallet,
        currency: text(&mandate, "currency").to_owned(),
        mandate: Some(payment.mandate.clone()),
        agent: member(&mandate, "agent_id").as_str().map(str::to_owned),
        attempt: Some(payment.attempt.clone()),
        rail: Some(payment.rail.to_owned()),
        ..Posting::default()
    }
}
