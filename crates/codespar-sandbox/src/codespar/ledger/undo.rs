//! Entries posted by hand that spend, give back or take back what another entry of their wallet
//! did: which one that is, and whether there is as much of it left.

use crate::{
    server::json_object::{Issue, issue},
    store::{
        books::{Entry, Posting},
        json::text,
        records::payment::{Approval, Attempt, AttemptState, HeldMoney},
        state::State,
    },
};

/// Points an entry at the one that it undoes, which has its attempt, or else its reference from
/// outside. A release and a reversal undo something; a debit does where its name holds something.
///
/// What a payment under way holds is not undone by hand: the payment itself spends it or gives it
/// back.
pub(crate) fn point(state: &State, project: &str, posting: &mut Posting) -> Result<(), Issue> {
    match posting.kind {
        "release" => posting.hold = Some(find(state, project, posting, is_hold)?),
        "debit" if is_named(posting) => {
            let open = |entry: &&Entry| is_hold(entry, posting) && left_of(state, entry) > 0;
            if named_alike(state, project, posting).any(|entry| open(&entry)) {
                posting.hold = Some(find(state, project, posting, is_hold)?);
            }
        }
        "reverse" => posting.reverses = Some(find(state, project, posting, is_reversible)?),
        _ => {}
    }
    Ok(())
}

/// The number of the newest entry that fits and of which as much is left.
fn find(
    state: &State,
    project: &str,
    posting: &Posting,
    fits: fn(&Entry, &Posting) -> bool,
) -> Result<u64, Issue> {
    let wanted = posting.amount_minor.saturating_abs();
    let has_left = |entry: &&Entry| {
        fits(entry, posting)
            && left_of(state, entry) >= wanted
            && !is_under_way(state, project, entry)
    };
    let found = named_alike(state, project, posting).find(has_left).map(|entry| entry.id);
    found.ok_or_else(|| issue("amount_minor", "there is not as much of this name to undo"))
}

/// How much of an entry can still be undone. What may have been given back of it cannot.
pub(crate) fn left_of(state: &State, entry: &Entry) -> i64 {
    let unknown = state.unanswered.given_back_of(entry.id);
    state.books.left_of(entry).saturating_sub(unknown)
}

fn is_hold(entry: &Entry, _: &Posting) -> bool {
    entry.is("hold")
}

/// What came in is taken back by less, what went out by more.
fn is_reversible(entry: &Entry, reversal: &Posting) -> bool {
    let (one, other) = (entry.posting.amount_minor, reversal.amount_minor);
    ["fund", "debit", "fee"].contains(&entry.posting.kind) && one.signum() == -other.signum()
}

fn is_named(posting: &Posting) -> bool {
    posting.attempt.is_some() || posting.external_ref.is_some()
}

/// The entries of the same wallet and currency that have the same name, newest first: no name is
/// one, too.
fn named_alike<'a>(
    state: &'a State,
    project: &'a str,
    posting: &'a Posting,
) -> impl Iterator<Item = &'a Entry> {
    state.books.list(project).filter(move |entry| {
        let known = &entry.posting;
        let has_name = match (&posting.attempt, &posting.external_ref) {
            (None, None) => !is_named(known),
            (None, reference) => known.external_ref == *reference,
            (attempt, _) => known.attempt == *attempt,
        };
        has_name && known.wallet == posting.wallet && known.currency == posting.currency
    })
}

/// Whether an entry is what a payment under a mandate holds that has not ended, a transfer that
/// waits for a person, or what the rail has not answered.
fn is_under_way(state: &State, project: &str, entry: &Entry) -> bool {
    let is_open = |made: &Attempt| {
        made.project == project
            && entry.is_of_payment(text(&made.request, "mandate_id"), &made.id)
            && !matches!(made.end, AttemptState::Settled(_) | AttemptState::Failed)
    };
    let waits = |row: &Approval| {
        row.status == "pending"
            && matches!(&row.money, HeldMoney::Withdrawal(held) if held.hold == Some(entry.id))
    };
    entry.is("hold")
        && (state.attempts.iter().any(is_open)
            || state.approvals.iter().any(waits)
            || state.unanswered.is_held_by(entry.id))
}
