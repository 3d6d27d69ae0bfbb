//! Triggers: service requests that a signed call or the clock sets off.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::{
    server::{
        errors::{ApiError, error},
        json_object::{JsonObject, issue},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        hex::hex,
        json::{member, set, text},
        upivia::{ServiceCall, WORKSPACE},
    },
    upivia::{catalog, resource, service_requests::execution},
};

const SIGNATURE: &str = "x-agentwallet-signature";

/// `GET /triggers`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let triggers = resource::filter(&req.state.upivia.triggers, req.project, |_| true);
    resource::paged(req, "triggers", triggers)
}

/// `POST /triggers`: the only answer with the secret.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    resource::find(&req.state.upivia.agents, req.project, body.text("agent_id")?)?;
    let kind = body.choice("kind", &["webhook", "cron"])?;
    let operation = body.text("operation")?;
    if catalog::named(operation).is_none() {
        return Err(issue("operation", "not one of the known values").into());
    }
    let schedule = match kind {
        "cron" => Some(body.text("schedule_expr")?),
        _ => None,
    };
    let id = req.state.ids.with("trg");
    let fire_url = format!("{}/api/v1/triggers/{id}/fire", resource::origin(req));
    let fire_url = Some(fire_url).filter(|_| kind == "webhook");
    let row = json!({
        "id": id,
        "agent_id": body.text("agent_id")?,
        "kind": kind,
        "operation": operation,
        "schedule_expr": schedule,
        "payload_template": body.maybe_object("payload_template")?.unwrap_or_default().value(),
        "disabled": false,
        "fire_url": fire_url,
    });
    let secret = format!("whsec_{}", hex(&Sha256::digest(id.as_bytes())));
    let upivia = &mut req.state.upivia;
    upivia.secrets.insert(id, secret.clone());
    let row = resource::insert(&mut upivia.triggers, req.project, row);
    Ok(Response::created(json!({ "trigger": row, "secret": secret, "fire_url": fire_url })))
}

/// `GET /triggers/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let row = resource::find(&req.state.upivia.triggers, req.project, req.id())?;
    Ok(Response::ok(json!({ "trigger": row })))
}

/// `PATCH /triggers/{id}`: only some members can change.
pub(crate) fn update(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    if let Some(name) =
        ["secret", "agent_id", "kind", "operation"].iter().find(|name| body.has(name))
    {
        return Err(issue(name, "cannot change").into());
    }
    body.maybe_bool("disabled")?;
    body.maybe_object("payload_template")?;
    let id = req.id().to_owned();
    let row = resource::find_mut(&mut req.state.upivia.triggers, req.project, &id)?;
    resource::merge(row, &body, &["fire_url"]);
    Ok(Response::ok(json!({ "trigger": row })))
}

/// `DELETE /triggers/{id}`: switches it off, or with `purge` takes it away.
pub(crate) fn delete(req: &mut Request<'_>) -> HandlerResult {
    let id = req.id().to_owned();
    let purge = req.query("purge") == Some("true");
    let upivia = &mut req.state.upivia;
    if purge {
        upivia.triggers.remove(req.project, &id).ok_or_else(resource::missing)?;
        upivia.secrets.remove(&id);
        return Ok(Response::ok(json!({ "purged": true })));
    }
    set(resource::find_mut(&mut upivia.triggers, req.project, &id)?, "disabled", true);
    Ok(Response::ok(json!({ "disabled": true })))
}

/// `POST /triggers/{id}/fire`: signed rather than authorized.
pub(crate) fn fire(req: &mut Request<'_>) -> HandlerResult {
    // Without credentials a call is nobody's: triggers are looked for in the first workspace.
    let row = resource::find(&req.state.upivia.triggers, WORKSPACE, req.id())?.clone();
    check_signature(req)?;
    if text(&row, "kind") != "webhook" {
        return Err(error(409, "conflict", "this one is set off by the clock").into());
    }
    let payload = req.body()?;
    if member(&row, "disabled") == true {
        let refused = json!({
            "accepted": true, "dispatch_status": "blocked", "reason_code": "trigger_disabled",
        });
        return Ok(Response::accepted(refused));
    }
    let call = ServiceCall {
        agent: text(&row, "agent_id").to_owned(),
        operation: text(&row, "operation").to_owned(),
        payload: filled(member(&row, "payload_template"), &payload),
        metadata: Value::Null,
        key: None,
        needs_approval: false,
    };
    Ok(Response::accepted(match execution::submit(&mut req.context(), call) {
        Ok(outcome) => {
            let status = member(&outcome, "status");
            let mut body = json!({ "accepted": true, "dispatch_status": status });
            if let Some(reason) = outcome.get("reason_code") {
                set(&mut body, "reason_code", reason.clone());
            }
            body
        }
        Err(_) => json!({
            "accepted": true, "dispatch_status": "failed", "reason_code": "invalid_request",
        }),
    }))
}

fn check_signature(req: &Request<'_>) -> Result<(), ApiError> {
    let wrong = || error(401, "invalid_signature", "the signature is not of this body");
    let secret = req.state.upivia.secrets.get(req.id()).ok_or_else(wrong)?;
    let header = req.received.header(SIGNATURE).and_then(|text| text.strip_prefix("sha256="));
    let code = header.and_then(unhex).ok_or_else(wrong)?;
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| wrong())?;
    mac.chain_update(&req.received.body).verify_slice(&code).map_err(|_| wrong())
}

/// The bytes of lower-case hexadecimal digits.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(*pair.first()?)? * 16 + digit(*pair.get(1)?)?)).collect()
}

/// A template with every `{{name}}` in its texts replaced.
fn filled(template: &Value, payload: &JsonObject) -> Value {
    match template {
        Value::String(text) => fill(text, payload).into(),
        Value::Array(list) => list.iter().map(|value| filled(value, payload)).collect(),
        Value::Object(members) => {
            let filled = |(name, value): (&String, &Value)| (name.clone(), filled(value, payload));
            members.iter().map(filled).collect::<Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

fn fill(template: &str, payload: &JsonObject) -> String {
    let mut pieces = template.split("{{");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once("}}") {
            Some((name, rest)) => {
                match payload.echo(name.trim()) {
                    Value::Null => {}
                    Value::String(value) => text.push_str(&value),
                    value => text.push_str(&value.to_string()),
                }
                text.push_str(rest);
            }
            None => {
                text.push_str("{{");
                text.push_str(piece);
            }
        }
    }
    text
}
