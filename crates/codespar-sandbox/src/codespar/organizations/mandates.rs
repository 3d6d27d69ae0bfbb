//! Mandates that the organization itself gives to its agents: `/v1/orgs/{org_id}/mandates`. Which
//! organization the path names is not looked at: it is the key's.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    codespar::{
        account::ORGANIZATION, agents::keys::active_kid, audit_events, mandates::missing,
        organizations::KEY,
    },
    server::{
        errors::{ApiError, Refusal, error},
        json_object::JsonObject,
        paging::limit,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::{Now, rfc3339},
        hex::hex,
        json::{matches, member, set, text},
    },
};

/// `GET /v1/orgs/{org_id}/mandates`: the active ones, unless a status is named.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let limit = limit(req, 50, 100)?;
    let wanted = req.query("status").unwrap_or("active");
    let rows: Vec<Value> = req
        .state
        .org_mandates
        .list(ORGANIZATION)
        .map(|row| as_of(row, req.now))
        .filter(|row| text(row, "status") == wanted)
        .filter(|row| matches(row, "agent_id", req.query("agent_id")))
        .take(limit)
        .collect();
    Ok(Response::ok(json!({ "count": rows.len(), "mandates": rows })))
}

/// `POST /v1/orgs/{org_id}/mandates`: signed for a registered agent by its key, too.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let mut row = read(&req.body()?, req.now)?;
    let id = req.state.ids.with("mnd");
    let registered = req.state.agents.find(req.project, text(&row, "agent_id"));
    let registered = registered.map(|row| (member(row, "did").clone(), active_kid(row)));
    let version = if registered.is_some() { 3 } else { 2 };
    let signature = hex(&Sha256::digest(format!("org mandate {id}").as_bytes()));
    set(&mut row, "id", id.as_str());
    set(&mut row, "format_version", version);
    set(&mut row, "signature", signature.as_str());
    let said = json!({ "mandate_id": id, "agent_id": member(&row, "agent_id") });
    let mut answer = json!({
        "mandate_id": id,
        "signed_token": format!("{id}.{signature}"),
        "expires_at": member(&row, "expires_at"),
    });
    req.state.org_mandates.insert(ORGANIZATION, &id, row);
    audit_events::record(req, "org_mandate.created", said);
    if let Some((did, kid)) = registered {
        set(&mut answer, "format_version", version);
        set(&mut answer, "agent_did", did);
        set(&mut answer, "kid", kid);
        set(&mut answer, "principal_kyc_verified", false);
    }
    Ok(Response::created(answer))
}

/// Reads the mandate that is wanted; it has neither id nor signature yet.
fn read(body: &JsonObject, now: Now) -> Result<Value, Refusal> {
    let missing = |_| error(400, "missing_required_field", "a member is missing or wrong");
    let kinds = ["payment", "subscription", "delegation"];
    let amount = major(body, "amount")?;
    let most = match body.get("max_amount") {
        Some(_) => Some(major(body, "max_amount")?),
        None => None,
    };
    let purposes = body.texts("purposes").map_err(missing)?;
    if purposes.is_empty() {
        return Err(error(400, "missing_required_field", "purposes").into());
    }
    if !purposes.iter().all(|purpose| purpose.bytes().all(|b| (b' '..=b'~').contains(&b))) {
        return Err(error(400, "invalid_purpose_encoding", "printable ASCII alone").into());
    }
    let expires_at = Timestamp::from_second(body.integer("expires_at").map_err(missing)?);
    let expires_at = expires_at.ok().filter(|at| *at > now.wall);
    let past = || error(400, "expires_at_in_past", "seconds since 1970, in the future");
    Ok(json!({
        "id": null,
        "org_id": ORGANIZATION,
        "agent_id": body.text("agent_id").map_err(missing)?,
        "type": body.choice("type", &kinds).map_err(missing)?,
        "status": "active",
        "format_version": null,
        "secret_version": 1,
        "amount": amount,
        "remaining_amount": amount,
        "currency": body.text("currency").map_err(missing)?,
        "purposes": purposes,
        "max_amount": most,
        "denomination": body.maybe_text("denomination")?,
        "parent_id": body.maybe_text("parent_id")?,
        "expires_at": rfc3339(expires_at.ok_or_else(past)?),
        "revoked_at": null,
        "revocation_reason": null,
        "expired_at": null,
        "signature": null,
        "authorized_by": KEY,
        "created_at": now.rfc3339(),
    }))
}

/// An amount in major units: a text with two decimals at most.
fn major(body: &JsonObject, name: &str) -> Result<String, Refusal> {
    let wrong = || error(400, "missing_required_field", "a text with two decimals at most");
    let amount = body.text(name).ok().and_then(|text| text.parse::<Decimal>().ok());
    let amount = amount.filter(|it| *it > Decimal::ZERO && it.scale() <= 2).ok_or_else(wrong)?;
    Ok(format!("{amount:.2}"))
}

/// `GET /v1/orgs/{org_id}/mandates/{id}`: with what was taken from it, which is nothing here.
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let row = req.state.org_mandates.find(ORGANIZATION, req.second_id()).ok_or_else(missing)?;
    let mut row = as_of(row, req.now);
    set(&mut row, "consumptions", json!([]));
    Ok(Response::ok(row))
}

/// `POST /v1/orgs/{org_id}/mandates/{id}/revoke`
pub(crate) fn revoke(req: &mut Request<'_>) -> HandlerResult {
    let reason = req.maybe_body()?.maybe_text("reason")?.map(str::trim).map(str::to_owned);
    let (id, now) = (req.second_id().to_owned(), req.now);
    let row = req.state.org_mandates.find_mut(ORGANIZATION, &id).ok_or_else(missing)?;
    match text(&as_of(row, now), "status") {
        "active" => {}
        "revoked" => return Err(gone(409, "mandate_already_revoked").into()),
        _ => return Err(gone(410, "mandate_already_expired").into()),
    }
    let reason = reason.filter(|reason| !reason.is_empty());
    set(row, "status", "revoked");
    set(row, "revoked_at", now.rfc3339());
    set(row, "revocation_reason", reason.unwrap_or_else(|| "revoked without a reason".into()));
    audit_events::record(req, "org_mandate.revoked", json!({ "mandate_id": id }));
    Ok(Response::ok(json!({ "revoked_at": now.rfc3339(), "prior_status": "active" })))
}

fn gone(status: u16, code: &'static str) -> ApiError {
    error(status, code, "it is over already")
}

/// A mandate as it is now: its time may be over, and nobody has to write that down.
fn as_of(row: &Value, now: Now) -> Value {
    let mut row = row.clone();
    if text(&row, "status") == "active" && text(&row, "expires_at") < now.rfc3339().as_str() {
        let at = member(&row, "expires_at").clone();
        set(&mut row, "status", "expired");
        set(&mut row, "expired_at", at);
    }
    row
}
