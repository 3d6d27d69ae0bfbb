//! Consents of consumers at their banks: `/v1/bank-consents`.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    codespar::audit_events,
    server::{
        errors::{ApiError, Refusal, error, not_found},
        json_object::issue,
        paging::limit,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::Now,
        json::{matches, member, set, text},
    },
};

const STATUSES: [&str; 5] = ["pending", "authorised", "revoked", "expired", "consumed"];

/// How long a consumer has at the bank.
const PATIENCE: Duration = Duration::from_secs(30 * 60);

/// How long the bank gives statements.
const LIFETIME: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How many entries the made-up statement of a bank has.
const ENTRIES: u64 = 3;

/// `GET /v1/bank-consents`: newest first.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let limit = limit(req, 50, 200)?;
    let status = req.query("status");
    if status.is_some_and(|status| !STATUSES.contains(&status)) {
        return Err(error(400, "invalid_query", "not a status of consents").into());
    }
    let rows = req.state.bank_consents.list(req.project).map(|row| as_of(row, req.now));
    let rows = rows.filter(|row| matches(row, "status", status)).take(limit);
    let rows: Vec<Value> = rows.map(|row| public(&row)).collect();
    Ok(Response::ok(json!({ "bank_consents": rows })))
}

/// `POST /v1/bank-consents`: one is open per consumer and bank.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let (bank, consumer) = (body.text("bank_id")?, body.text("consumer_id")?);
    if !bank.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
        return Err(issue("bank_id", "small letters, digits and -").into());
    }
    let scopes = body.texts("scopes")?;
    body.text("redirect_url")?;
    not_live(req)?;
    let open = req.state.bank_consents.list(req.project).find(|row| {
        text(row, "bank_id") == bank
            && text(row, "consumer_id") == consumer
            && ["pending", "authorised"].contains(&text(&as_of(row, req.now), "status"))
    });
    if let Some(open) = open {
        let refusal = error(409, "consent_active_for_consumer", "one is open already");
        let refusal = refusal.with("consent_id", member(open, "id").clone());
        return Err(refusal.with("retriable", false).into());
    }
    let id = req.state.ids.with("ofb");
    let row = json!({
        "id": id,
        "bank_id": bank,
        "consumer_id": consumer,
        "wallet_id": body.maybe_text("wallet_id")?,
        "status": "pending",
        "scopes": scopes,
        "bank_consent_id": format!("urn:{bank}:{id}"),
        "authorisation_url": format!("https://{bank}.example.test/authorise/{id}"),
        "token_expires_at": null,
        "created_at": req.now.rfc3339(),
        "authorized_at": null,
        "expires_at": req.now.rfc3339_after(PATIENCE),
        "revoked_at": null,
        "consumed_at": null,
        "metadata": {},
        "imported": false,
    });
    req.state.bank_consents.insert(req.project, &id, row.clone());
    audit_events::record(req, "bank_consent.created", json!({ "bank_consent_id": id }));
    Ok(Response::created(public(&row)))
}

/// `GET /v1/bank-consents/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let row = req.state.bank_consents.find(req.project, req.id()).ok_or_else(not_found)?;
    Ok(Response::ok(public(&as_of(row, req.now))))
}

/// `POST /v1/bank-consents/{id}/callback`: the consumer has come back from the bank with a code.
pub(crate) fn callback(req: &mut Request<'_>) -> HandlerResult {
    req.body()?.text("auth_code")?;
    not_live(req)?;
    let row = step(req, &["pending"], "authorised")?;
    Ok(Response::ok(row))
}

/// `POST /v1/bank-consents/{id}/revoke`: the bank is not told.
pub(crate) fn revoke(req: &mut Request<'_>) -> HandlerResult {
    req.maybe_body()?.maybe_text("reason")?;
    Ok(Response::ok(step(req, &["pending", "authorised"], "revoked")?))
}

/// `POST /v1/bank-consents/{id}/refresh-statement`: the bank's statement never changes, so that
/// the second time everything is there already.
pub(crate) fn refresh_statement(req: &mut Request<'_>) -> HandlerResult {
    let body = req.maybe_body()?;
    for end in ["since", "until"] {
        if body.maybe_text(end)?.is_some_and(|at| at.parse::<Timestamp>().is_err()) {
            return Err(issue(end, "must be a time").into());
        }
    }
    not_live(req)?;
    let (id, now) = (req.id().to_owned(), req.now);
    let row = req.state.bank_consents.find_mut(req.project, &id).ok_or_else(not_found)?;
    match text(&as_of(row, now), "status") {
        "authorised" => {}
        "expired" => return Err(expired().into()),
        status => {
            let refusal = error(409, "consent_not_authorised", "the bank gives no statement");
            return Err(refusal.with("status", status).into());
        }
    }
    let known = *member(row, "imported") == json!(true);
    set(row, "imported", true);
    let run = req.state.ids.with("ofr");
    Ok(Response::accepted(json!({
        "consent_id": id,
        "run_id": run,
        "imported": if known { 0 } else { ENTRIES },
        "duplicates": if known { ENTRIES } else { 0 },
        "next_recon_cycle_within_seconds": 300,
    })))
}

/// Takes a consent from one of these statuses to another, and gives it as it is then.
fn step(req: &mut Request<'_>, from: &[&str], to: &'static str) -> Result<Value, Refusal> {
    let (id, now) = (req.id().to_owned(), req.now);
    let row = req.state.bank_consents.find_mut(req.project, &id).ok_or_else(not_found)?;
    let before = text(&as_of(row, now), "status").to_owned();
    if before == "expired" {
        return Err(expired().into());
    }
    if !from.contains(&&*before) {
        let refusal = error(409, "illegal_transition", "it cannot become that any more");
        return Err(refusal.with("from", before).with("to", to).into());
    }
    set(row, "status", to);
    if to == "authorised" {
        set(row, "authorized_at", now.rfc3339());
        set(row, "token_expires_at", now.rfc3339_after(Duration::from_secs(3_600)));
        set(row, "expires_at", now.rfc3339_after(LIFETIME));
    } else {
        set(row, "revoked_at", now.rfc3339());
    }
    let row = public(row);
    audit_events::record(req, "bank_consent.changed", json!({ "bank_consent_id": id, "to": to }));
    Ok(row)
}

fn expired() -> ApiError {
    error(409, "consent_expired", "its time is over; a new one is needed")
}

/// The service does not serve live projects either.
fn not_live(req: &Request<'_>) -> Result<(), ApiError> {
    match req.settings.test_mode {
        true => Ok(()),
        false => Err(error(422, "ofb_not_live", "banks are not connected in live projects")),
    }
}

/// A consent as it is now: its time may be over, and nobody has to write that down.
fn as_of(row: &Value, now: Now) -> Value {
    let mut row = row.clone();
    let open = ["pending", "authorised"].contains(&text(&row, "status"));
    if open && text(&row, "expires_at") < now.rfc3339().as_str() {
        set(&mut row, "status", "expired");
    }
    row
}

fn public(row: &Value) -> Value {
    let mut row = row.clone();
    if let Some(members) = row.as_object_mut() {
        members.remove("imported");
    }
    row
}
