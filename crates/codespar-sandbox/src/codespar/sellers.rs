//! Sellers of a marketplace: `/v1/sellers`. No sale of one ever settles in the sandbox, so none has
//! a wallet.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    codespar::{documents, ledger},
    server::{
        errors::{Refusal, error},
        json_object::{JsonObject, issue},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::later,
        json::{matches, member, set, text},
    },
};

/// The kinds of tax payer that go with a company.
const COMPANIES: [&str; 3] = ["PJ", "MEI", "ME"];

/// `POST /v1/sellers`: a document is one seller of the project, who is answered again.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let (name, document) = read(&body)?;
    let (name, now) = (name.to_owned(), req.now.rfc3339());
    let known = |row: &&mut Value| matches(row, "document_number", Some(document));
    if let Some(row) = req.state.sellers.list_mut(req.project).find(known) {
        set(row, "full_name", name);
        set(row, "updated_at", now);
        return Ok(Response::created(row.clone()));
    }
    let id = req.state.ids.with("slr");
    let merchant = id.replace("slr_", "mch_");
    let row = json!({
        "seller_id": id,
        "status": "affiliation_pending",
        "affiliation_status": "PENDING_APPROVAL",
        "rinne_merchant_id": merchant,
        "rinne_affiliation_id": null,
        "document_number": document,
        "linked_consumer_id": body.echo("linked_consumer_id"),
        "full_name": name,
        "wallet_id": null,
        "created_at": now,
        "updated_at": now,
    });
    Ok(Response::created(req.state.sellers.insert(req.project, &id, row)))
}

/// Name and document of a seller, once the rest is right.
fn read(body: &JsonObject) -> Result<(&str, &str), Refusal> {
    let name = body.text("full_name")?;
    let document = body.text("document_number")?;
    let is_person = body.choice("document_type", &["CNPJ", "CPF"])? == "CPF";
    let holds = if is_person { documents::is_cpf } else { documents::is_cnpj };
    if !holds(document) {
        return Err(issue("document_number", "its check digits do not hold").into());
    }
    let taxed = if is_person { &["PF"][..] } else { &COMPANIES };
    body.choice("document_tax_type", taxed)?;
    body.text("mcc")?;
    body.object("contact")?;
    body.object("address")?;
    body.maybe_text("linked_consumer_id")?;
    if let Some(transfers) = body.maybe_object("transfer_configurations")? {
        transfers.choice("transfer_frequency", &["DAILY", "WEEKLY", "MONTHLY"])?;
        transfers.choice("rail", &["PIX"])?;
    }
    Ok((name, document))
}

/// `GET /v1/sellers/{id}`: as it was known last.
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(find(req)?.clone()))
}

/// `GET /v1/sellers/{id}/status`: the acquirer is asked, who takes a seller after a while.
pub(crate) fn status(req: &mut Request<'_>) -> HandlerResult {
    let (now, wall, wait) = (req.now.rfc3339(), req.now.wall, req.settings.settle_after);
    let row = find(req)?;
    let created: Option<Timestamp> = text(row, "created_at").parse().ok();
    let is_due = created.is_some_and(|at| later(at, wait) <= wall);
    if text(row, "status") == "affiliation_pending" && is_due {
        let affiliation = text(row, "seller_id").replace("slr_", "aff_");
        set(row, "status", "active");
        set(row, "affiliation_status", "ACTIVE");
        set(row, "rinne_affiliation_id", affiliation);
        set(row, "updated_at", &*now);
    }
    let mut shown = row.clone();
    set(&mut shown, "refreshed_at", now);
    set(&mut shown, "refresh_error", Value::Null);
    set(&mut shown, "stale", false);
    Ok(Response::ok(shown))
}

/// `GET /v1/sellers/{id}/pending-settlement`
pub(crate) fn pending_settlement(req: &mut Request<'_>) -> HandlerResult {
    let row = find(req)?;
    Ok(Response::ok(json!({
        "seller_id": member(row, "seller_id"),
        "rinne_merchant_id": member(row, "rinne_merchant_id"),
        "total_pending_minor": "0",
        "entries": [],
        "raw_entries": 0,
        "parsed_entries": 0,
        "unparsed_entries": 0,
    })))
}

/// `GET /v1/sellers/{id}/custody`
pub(crate) fn custody(req: &mut Request<'_>) -> HandlerResult {
    let row = find(req)?.clone();
    let held = req.state.books.funds(req.project, text(&row, "wallet_id"), "BRL").booked;
    Ok(Response::ok(json!({
        "seller_id": member(&row, "seller_id"),
        "rinne_merchant_id": member(&row, "rinne_merchant_id"),
        "ledger_minor": held.to_string(),
        "rinne_minor": held.to_string(),
        "difference_minor": "0",
        "state": "reconciled",
        "note": "the acquirer and the books agree",
    })))
}

/// `GET /v1/sellers/{id}/ledger`
pub(crate) fn ledger(req: &mut Request<'_>) -> HandlerResult {
    let wallet = text(find(req)?, "wallet_id").to_owned();
    Ok(ledger::list(req, &wallet)?)
}

fn find<'a>(req: &'a mut Request<'_>) -> Result<&'a mut Value, Refusal> {
    let id = req.id().to_owned();
    let missing = || error(404, "seller_not_found", "no such seller in this project");
    req.state.sellers.find_mut(req.project, &id).ok_or_else(|| missing().into())
}
