//! Bills that are read, checked and paid one by one: `/v1/payables`.

mod checks;
mod days;
mod input;
pub(crate) mod payment;
mod rail;
pub(crate) mod review;
pub(crate) mod upload;

use serde_json::{Value, json};

use crate::{
    codespar::idempotency,
    server::{
        errors::{Refusal, error, not_found},
        paging::page,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        json::{member, set, set_in, text},
        records::idempotency::StoredOutcome,
    },
};

const STATUSES: [&str; 12] = [
    "RECEIVED",
    "EXTRACTING",
    "EXTRACTED",
    "VALIDATING",
    "VALIDATED",
    "NEEDS_REVIEW",
    "READY",
    "APPROVED",
    "EXECUTED",
    "REJECTED",
    "FAILED_EXTRACTION",
    "EXPIRED",
];

/// `POST /v1/payables`: the same key gives the same bill, as it is now.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    if req.received.media_type().as_deref() == Some("multipart/form-data") {
        let refusal = error(415, "payable_document_endpoint", "documents are uploaded elsewhere");
        return Err(refusal.with("endpoint", "/v1/payables/documents").into());
    }
    let body = req.body()?;
    let request = body.value();
    if let Some(known) = replay(req, &request)? {
        return Ok(known);
    }
    let bill = input::read(&body)?;
    keep(req, bill, request)
}

/// The bill that was made under the key of this request, where one was.
fn replay(req: &mut Request<'_>, request: &Value) -> Result<Option<Response>, Refusal> {
    let key = req.idempotency_key();
    if key.is_some_and(|key| key.len() > 255) {
        return Err(error(400, "invalid_idempotency_key", "1 to 255 characters").into());
    }
    let found = idempotency::lookup(req.state, &scope(req), key, request)?;
    let Some(id) = found.as_ref().and_then(Value::as_str) else { return Ok(None) };
    let mut bill = present(req, id)?.clone();
    set(&mut bill, "idempotent_replay", true);
    Ok(Some(Response::ok(bill)))
}

fn scope(req: &Request<'_>) -> String {
    format!("payables:{}", req.project)
}

/// Makes the checks of a new bill and keeps it, unless it is there already.
fn keep(req: &mut Request<'_>, mut bill: Value, request: Value) -> HandlerResult {
    let axes = axes(&bill);
    if axes.is_empty() {
        let code = "payable_no_duplicate_key";
        return Err(error(422, code, "nothing tells this bill from another").into());
    }
    set(&mut bill, "created_at", req.now.rfc3339());
    set(&mut bill, "payment", Value::Null);
    let triggers: &[&str] = if is_known_supplier(req, &bill) { &[] } else { &["new_supplier"] };
    checks::judge(&mut bill, triggers, &[], req.now);
    if let Some((id, axes)) = duplicate(req, &axes) {
        let found = json!({ "outcome": "needs_review" });
        set_in(&mut bill, "validation", "duplicate_document", found);
        let refusal = error(409, "payable_duplicate", "the bill is there already");
        let refusal = refusal.with("existing_payable_id", id).with("axes", axes);
        return Err(refusal.with("validation", member(&bill, "validation").clone()).into());
    }
    let id = req.state.ids.with("pbl");
    set(&mut bill, "payable_id", &*id);
    let (key, scope) = (req.idempotency_key(), scope(req));
    let end = StoredOutcome::Done(Value::from(&*id));
    idempotency::record(req.state, &scope, key, request, end);
    let mut bill = req.state.payables.insert(req.project, &id, bill);
    set(&mut bill, "idempotent_replay", false);
    Ok(Response::created(bill))
}

/// What tells a bill from others: of two that have one of these in common, one is a copy.
fn axes(bill: &Value) -> Vec<(&'static str, String)> {
    let carriers = member(bill, "carriers");
    let of = |name: &str| text(member(bill, name), "value").to_owned();
    let supplier = text(member(member(bill, "supplier"), "document"), "value");
    let number = of("invoice_number");
    let number = (!supplier.is_empty() && !number.is_empty())
        .then(|| format!("{supplier}:{number}:{}", of("serie")));
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let axes = [
        ("document_hash", filled(text(bill, "document_hash"))),
        ("boleto", rail::barcode(text(carriers, "boleto"))),
        ("br_code", filled(text(carriers, "br_code"))),
        ("nfe", filled(text(carriers, "nfe"))),
        ("invoice_number", number),
    ];
    axes.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// The bill, open or paid, that is the same as one with these marks, and which of them it shares.
fn duplicate(
    req: &Request<'_>,
    marks: &[(&'static str, String)],
) -> Option<(String, Vec<&'static str>)> {
    let is_over = |row: &&Value| ["REJECTED", "EXPIRED"].contains(&text(row, "status"));
    let mut rows = req.state.payables.list(req.project).filter(|row| !is_over(row));
    rows.find_map(|row| {
        let known = axes(row);
        let shared = marks.iter().filter(|mark| known.contains(mark)).map(|mark| mark.0);
        let shared: Vec<_> = shared.collect();
        (!shared.is_empty()).then(|| (text(row, "payable_id").to_owned(), shared))
    })
}

/// Whether a bill of the same supplier has been let pass before.
fn is_known_supplier(req: &Request<'_>, bill: &Value) -> bool {
    let supplier = |bill: &Value| {
        let supplier = member(bill, "supplier");
        let document = text(member(supplier, "document"), "value").to_owned();
        if document.is_empty() {
            text(member(supplier, "name"), "value").to_owned()
        } else {
            document
        }
    };
    let passed = ["READY", "APPROVED", "EXECUTED"];
    let mut rows = req.state.payables.list(req.project);
    rows.any(|row| passed.contains(&text(row, "status")) && supplier(row) == supplier(bill))
}

/// `GET /v1/payables`: by the days that are printed on them, those without one last.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    payment::follow_all(req);
    let wanted: Vec<&str> =
        req.query("status").map(|it| it.split(',').collect()).unwrap_or_default();
    if wanted.iter().any(|status| !STATUSES.contains(status)) {
        return Err(error(400, "invalid_query", "status: not one of the known values").into());
    }
    let mut rows: Vec<Value> = req
        .state
        .payables
        .list(req.project)
        .filter(|row| wanted.is_empty() || wanted.contains(&text(row, "status")))
        .map(|row| {
            let effective = rail::due_date(row).map(|due| days::effective(due).to_string());
            let mut row = row.clone();
            set(&mut row, "due_date_effective", effective);
            row
        })
        .collect();
    rows.reverse();
    rows.sort_by_key(|row| {
        let due = rail::due_date(row);
        (due.is_none(), due)
    });
    let (rows, next) = page(req, rows, "before", |row| text(row, "payable_id").to_owned())?;
    Ok(Response::ok(json!({ "payables": rows, "next_before": next })))
}

/// `GET /v1/payables/counts`
pub(crate) fn counts(req: &mut Request<'_>) -> HandlerResult {
    payment::follow_all(req);
    let rows: Vec<&Value> = req.state.payables.list(req.project).collect();
    let of = |status: &str| rows.iter().filter(|row| text(row, "status") == status).count();
    let open = rows.iter().filter(|row| ["READY", "APPROVED"].contains(&text(row, "status")));
    let due: Vec<_> = open.filter_map(|row| rail::due_date(row)).map(days::effective).collect();
    let today = days::today(req.now);
    let week = today..=days::end_of_week(today);
    Ok(Response::ok(json!({
        "needs_review": of("NEEDS_REVIEW"),
        "ready": of("READY"),
        "due_this_week": due.iter().filter(|day| week.contains(day)).count(),
        "overdue": due.iter().filter(|day| **day < today).count(),
    })))
}

/// `GET /v1/payables/{id}`: no check is made again.
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let id = req.id().to_owned();
    Ok(Response::ok(present(req, &id)?.clone()))
}

/// A bill of the project, after what may have become of its payment.
fn present<'a>(req: &'a mut Request<'_>, id: &str) -> Result<&'a mut Value, Refusal> {
    payment::follow(&mut req.context(), id);
    req.state.payables.find_mut(req.project, id).ok_or_else(|| not_found().into())
}
