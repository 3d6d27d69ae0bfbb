//! What was paid under a mandate: `/v1/consumers/mandates/{id}/receipts`.

use serde_json::{Value, json};

use crate::{
    codespar::{mandates::missing, receipts::Paid},
    server::{
        paging::limit,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::Now,
        json::{matches, member, text},
        state::State,
    },
};

/// Writes a settled payment into the ledger of its mandate.
pub(super) fn debit(
    state: &mut State,
    project: &str,
    mandate: &Value,
    paid: &Paid<'_>,
    wallet: &Value,
    now: Now,
) {
    let id = text(wallet, "debitEntryId");
    let row = json!({
        "ledger_id": id,
        "mandate_id": member(mandate, "id"),
        "amount_minor": paid.amount_minor.to_string(),
        "currency": member(mandate, "currency"),
        "psp_tx_id": paid.transaction_id,
        "payee": paid.payee,
        "purpose": member(mandate, "purpose"),
        "settled_at": now.rfc3339(),
    });
    state.mandate_debits.insert(project, id, row);
}

/// `GET /v1/consumers/mandates/{id}/receipts`: newest first; nothing that failed or is pending.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let limit = limit(req, 50, 200)?;
    req.state.mandates.find(req.project, req.id()).ok_or_else(missing)?;
    let rows: Vec<Value> = debits(req.state, req.project, req.id())
        .take(limit)
        .map(|row| {
            let mut row = row.clone();
            if let Some(members) = row.as_object_mut() {
                members.remove("mandate_id");
            }
            row
        })
        .collect();
    Ok(Response::ok(json!({ "mandate_id": req.id(), "receipts": rows })))
}

/// How much has settled under a mandate.
pub(super) fn settled_minor(state: &State, project: &str, mandate: &str) -> i64 {
    let amounts =
        debits(state, project, mandate).map(|row| text(row, "amount_minor").parse::<i64>());
    amounts.map(Result::unwrap_or_default).fold(0, i64::saturating_add)
}

fn debits<'a>(
    state: &'a State,
    project: &'a str,
    mandate: &'a str,
) -> impl Iterator<Item = &'a Value> {
    let of_mandate = move |row: &&Value| matches(row, "mandate_id", Some(mandate));
    state.mandate_debits.list(project).filter(of_mandate)
}
