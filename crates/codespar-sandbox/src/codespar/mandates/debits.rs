//! What has settled under a mandate, through whatever door.

use serde_json::{Value, json};

use crate::store::{
    clock::Now,
    json::{matches, member, text},
    state::State,
};

/// A payment that has settled.
pub(crate) struct Debit<'a> {
    /// Its entry in the books.
    pub(crate) entry: &'a str,
    pub(crate) minor: i64,
    pub(crate) transaction: &'a str,
    pub(crate) payee: &'a str,
}

/// Writes it into the ledger of its mandate.
pub(crate) fn record(state: &mut State, project: &str, mandate: &str, debit: &Debit<'_>, now: Now) {
    let row = state.mandates.find(project, mandate).cloned().unwrap_or_default();
    let row = json!({
        "ledger_id": debit.entry,
        "mandate_id": mandate,
        "amount_minor": debit.minor.to_string(),
        "currency": member(&row, "currency"),
        "psp_tx_id": debit.transaction,
        "payee": debit.payee,
        "purpose": member(&row, "purpose"),
        "settled_at": now.rfc3339(),
    });
    state.mandate_debits.insert(project, debit.entry, row);
}

/// How much has settled under a mandate.
pub(super) fn settled_minor(state: &State, project: &str, mandate: &str) -> i64 {
    let amounts = list(state, project, mandate).map(|row| text(row, "amount_minor").parse::<i64>());
    amounts.map(Result::unwrap_or_default).fold(0, i64::saturating_add)
}

/// What has settled under a mandate, newest first.
pub(super) fn list<'a>(
    state: &'a State,
    project: &'a str,
    mandate: &'a str,
) -> impl Iterator<Item = &'a Value> {
    let of_mandate = move |row: &&Value| matches(row, "mandate_id", Some(mandate));
    state.mandate_debits.list(project).filter(of_mandate)
}
