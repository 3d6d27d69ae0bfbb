//! Consumers: `/v1/consumers`. What else is sent about one is kept and shown.

pub(crate) mod contact_verifications;
pub(crate) mod dda;
pub(crate) mod pix;
pub(crate) mod pix_devolutions;
pub(crate) mod receipts;
pub(crate) mod wallet;

use serde_json::{Value, json};

use crate::{
    codespar::{consumers::dda::documents_of, wallets},
    server::{
        errors::{Refusal, not_found},
        json_object::{Issue, JsonObject, issue},
        query,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{matches, set, text},
};

/// What cannot be set: a document is verified elsewhere, and stays.
const FIXED: [&str; 4] = ["document", "person_type", "organization", "org_id"];

const TAX_TYPES: [&str; 4] = ["PJ", "MEI", "ME", "PF"];

/// `GET /v1/consumers`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let verified = query::choice(req, "verified", &["true", "false"])?;
    let status = verified.map(|it| if it == "true" { "verified" } else { "unverified" });
    let limit = query::clamped_limit(req, 50, 200)?;
    let rows = req.state.consumers.list(req.project);
    let rows: Vec<&Value> = rows.filter(|row| matches(row, "status", status)).take(limit).collect();
    Ok(Response::ok(json!({ "consumers": rows })))
}

/// `POST /v1/consumers`: takes an id or makes one.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    check(&body)?;
    let id = match body.maybe_text("consumer_id")?.or(body.maybe_text("id")?) {
        Some(id) => id.to_owned(),
        None => req.state.ids.with("cons"),
    };
    let mut row = json!({
        "display_name": null,
        "metadata": {},
        "status": "unverified",
        "document": null,
        "document_verified_at": null,
        "document_source": null,
        "person_type": null,
        "tax_type": null,
    });
    change(&mut row, &body);
    set(&mut row, "id", id.as_str());
    set(&mut row, "created_at", req.now.rfc3339());
    Ok(Response::created(req.state.consumers.insert(req.project, &id, row)))
}

/// `GET /v1/consumers/{id}`: with what belongs to the consumer.
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let mut row = find(req)?.clone();
    let of_consumer = |row: &&Value| matches(row, "consumer_id", Some(req.id()));
    let ids = |rows: Vec<&Value>| -> Vec<String> {
        rows.into_iter().map(|row| text(row, "id").to_owned()).collect()
    };
    let wallet = wallets::consumer_wallet(req.id());
    let wallet = req.state.wallets.find(req.project, &wallet).map(|_| wallet);
    let sources = req.state.funding_sources.list(req.project).filter(of_consumer).collect();
    let mandates = req.state.mandates.list(req.project).filter(of_consumer).collect();
    set(&mut row, "wallet_id", wallet);
    set(&mut row, "funding_source_ids", ids(sources));
    set(&mut row, "mandate_ids", ids(mandates));
    set(&mut row, "dda_subscription_documents", documents_of(req.state, req.id()));
    Ok(Response::ok(row))
}

/// `PATCH /v1/consumers/{id}`
pub(crate) fn update(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    check(&body)?;
    if body.get("tax_type").is_some() {
        body.choice("tax_type", &TAX_TYPES)?;
    }
    let row = find(req)?;
    change(row, &body);
    Ok(Response::ok(row.clone()))
}

fn check(body: &JsonObject) -> Result<(), Issue> {
    if let Some(fixed) = FIXED.iter().find(|name| body.has(name)) {
        return Err(issue(fixed, "cannot be set"));
    }
    body.maybe_text("display_name")?;
    body.maybe_object("metadata")?;
    Ok(())
}

fn change(row: &mut Value, body: &JsonObject) {
    let sent = body.value();
    for (name, value) in sent.as_object().into_iter().flatten().filter(|(name, _)| *name != "id") {
        set(row, name, value.clone());
    }
}

fn find<'a>(req: &'a mut Request<'_>) -> Result<&'a mut Value, Refusal> {
    let id = req.id().to_owned();
    req.state.consumers.find_mut(req.project, &id).ok_or_else(|| not_found().into())
}
