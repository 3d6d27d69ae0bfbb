//! What payments that come in leave in the books.

use serde_json::Value;

use crate::{
    codespar::wallets,
    store::{
        books::{Entry, Posting},
        clock::Now,
        json::{member, text},
        state::State,
    },
};

/// Credits what was paid for a charge to whoever is to receive it.
pub(crate) fn credit(state: &mut State, project: &str, id: &str, now: Now) {
    credit_as(state, project, id, id, now);
}

/// The same under another reference, for what was paid once the charge was closed; gives the number
/// of the entry.
pub(crate) fn credit_as(
    state: &mut State,
    project: &str,
    id: &str,
    reference: &str,
    now: Now,
) -> Option<u64> {
    let row = state.charges.find(project, id)?.clone();
    let quoted = member(&row, "amount_minor");
    let paid = member(member(&row, "test_payment"), "paid_minor").as_i64();
    let wallet = wallet_of(state, project, &row, now);
    let posting = Posting {
        wallet,
        currency: text(&row, "currency").to_owned(),
        kind: "fund",
        amount_minor: paid.or(quoted.as_i64()).unwrap_or_default(),
        external_ref: Some(reference.to_owned()),
        rail: Some(text(&row, "method").to_owned()),
        is_sale: true,
        ..Posting::default()
    };
    Some(state.books.post(project, posting, now.wall))
}

/// Credits the account with a Pix that was paid for no charge; gives the number of the entry.
pub(crate) fn received(
    state: &mut State,
    project: &str,
    (amount_minor, reference): (i64, &str),
    now: Now,
) -> u64 {
    let wallet = wallets::of_account(state, project, now);
    let posting = Posting {
        wallet,
        currency: "BRL".to_owned(),
        kind: "fund",
        amount_minor,
        external_ref: Some(reference.to_owned()),
        rail: Some("pix".to_owned()),
        is_sale: true,
        ..Posting::default()
    };
    state.books.post(project, posting, now.wall)
}

/// The entry of a charge that was paid.
pub(crate) fn entry_of<'a>(state: &'a State, project: &'a str, charge: &str) -> Option<&'a Entry> {
    let of_charge = |entry: &&Entry| {
        entry.posting.is_sale && entry.posting.external_ref.as_deref() == Some(charge)
    };
    state.books.list(project).find(of_charge)
}

/// Where a charge is paid to: its consumer's wallet, or else the account's.
fn wallet_of(state: &mut State, project: &str, row: &Value, now: Now) -> String {
    /// Where the request of a charge that is kept names its consumer.
    const CONSUMER: usize = 3;
    match member(row, "request").get(CONSUMER).and_then(Value::as_str) {
        Some(consumer) => wallets::of_consumer(state, project, consumer, now),
        None => wallets::of_account(state, project, now),
    }
}
