//! Entries of the books as the service shows them, and what posts them.

pub(crate) mod payments;
pub(crate) mod sales;
pub(crate) mod top_up;
pub(crate) mod undo;

use serde_json::{Value, json};

use crate::{
    codespar::{account::ORGANIZATION, currency_swap::rail},
    server::{
        errors::ApiError,
        json_object::{Issue, JsonObject, issue},
        paging::page,
        query,
        request::Request,
        response::Response,
    },
    store::{
        books::{Entry, KINDS},
        clock::rfc3339,
        json::text,
    },
};

/// An entry as the ledger of a wallet shows it.
pub(crate) fn row(entry: &Entry) -> Value {
    let posting = &entry.posting;
    json!({
        "id": entry.id.to_string(),
        "wallet_id": posting.wallet,
        "org_id": ORGANIZATION,
        "currency": posting.currency,
        "amount_minor": posting.amount_minor.to_string(),
        "kind": posting.kind,
        "mandate_id": posting.mandate,
        "attempt_id": posting.attempt,
        "external_ref": posting.external_ref,
        "reconciled_at": entry.reconciled_at.map(rfc3339),
        "posted_at": rfc3339(entry.posted_at),
        "metadata": if posting.metadata.is_null() { json!({}) } else { posting.metadata.clone() },
    })
}

/// A page of the ledger of a wallet; the cursor comes back as `before_id`.
pub(crate) fn list(req: &Request<'_>, wallet: &str) -> Result<Response, ApiError> {
    let kind = kind(req)?;
    let rows: Vec<Value> = req
        .state
        .books
        .list(req.project)
        .filter(|entry| entry.posting.wallet == wallet && kind.is_none_or(|kind| entry.is(kind)))
        .map(row)
        .collect();
    let (rows, next) = page(req, rows, "before_id", |row| text(row, "id").to_owned())?;
    Ok(Response::ok(json!({ "entries": rows, "next_before": next })))
}

/// The kind of entry that the query asks for, when it asks.
pub(crate) fn kind<'a>(req: &'a Request<'_>) -> Result<Option<&'a str>, ApiError> {
    query::choice(req, "kind", &KINDS)
}

/// A currency that there is.
pub(crate) fn currency<'a>(body: &'a JsonObject, name: &str) -> Result<&'a str, Issue> {
    let currency = body.text(name)?;
    rail(currency).map(|_| currency).ok_or_else(|| issue(name, "not one of the currencies"))
}
