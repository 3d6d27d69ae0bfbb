//! Consents, which become mandates: `/v1/consents`.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{
    codespar::{account::DEFAULT_PROJECT, events},
    server::{
        errors::{Refusal, error, not_found},
        json_object::JsonObject,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        hex::hex,
        json::{member, pick, set, text},
    },
};

const RAILS: [&str; 5] =
    ["pix-consent", "card-token", "ted-debit-auth", "usd-ach-debit", "usdc-onchain"];

/// What a consumer may agree to beside the caps.
const PARTICULARS: [&str; 8] = [
    "dda_allowlist",
    "display_name",
    "intent_note",
    "merchant_allowlist",
    "merchant_pin_kind",
    "periodic_cap",
    "slots",
    "withdrawal_allowlist",
];

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// `POST /v1/consents`
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let agent = body.text("agent_id")?;
    let intent = body.object("intent")?;
    intent.text("purpose")?;
    intent.text("currency")?;
    intent.minor("cap_minor")?;
    intent.minor("per_tx_cap_minor")?;
    intent.minor("mandate_ttl_seconds")?;
    if let Some(periodic) = intent.maybe_object("periodic_cap")? {
        periodic.choice("window", &["day", "month"])?;
        if periodic.minor("cap_minor")? >= intent.minor("cap_minor")? {
            let code = "periodic_cap_never_binds";
            return Err(error(400, code, "it is not below the cap of the whole").into());
        }
    }
    let surface = match body.get("surface") {
        None => "hosted",
        Some(_) => body.choice("surface", &["hosted", "partner"])?,
    };
    let token = req.state.ids.with("ctk");
    let expires_at = req.now.rfc3339_after(DAY);
    let row = json!({
        "token": token,
        "agent_id": agent,
        "consumer_email_hint": body.echo("consumer_email_hint"),
        "callback_url": body.echo("callback_url"),
        "intent": intent.value(),
        "surface": surface,
        "expires_at": expires_at,
        "resolved": false,
        "project_id": req.project,
    });
    // The token alone opens it later, so it is kept apart from projects.
    req.state.consents.insert(DEFAULT_PROJECT, &token, row);
    Ok(Response::created(json!({
        "token": token,
        "expires_at": expires_at,
        "surface": surface,
        "consent_url": format!("https://consent.example.test/{token}"),
    })))
}

/// `GET /v1/consents/{token}`, without a credential.
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let row = open(req)?;
    let mut body = json!({ "org_name": "Sandbox", "rails_supported": RAILS });
    for name in ["token", "agent_id", "consumer_email_hint", "intent", "expires_at", "surface"] {
        set(&mut body, name, member(row, name).clone());
    }
    Ok(Response::ok(body))
}

/// `POST /v1/consents/{token}/submit`, without a credential.
pub(crate) fn submit(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let consumer = body.text("consumer_id")?.to_owned();
    let rail = body.choice("rail", &RAILS)?.to_owned();
    body.text("provider_token")?;
    let row = open(req)?;
    let attested = body.get("attestation").is_some();
    match (text(row, "surface"), attested) {
        ("partner", false) => {
            return Err(error(400, "attestation_required", "a partner attests").into());
        }
        ("hosted", true) => {
            return Err(error(400, "attestation_not_accepted", "hosted consents do not").into());
        }
        _ => {}
    }
    set(row, "resolved", true);
    let row = row.clone();
    let mandate = grant(req, &row, &consumer, &rail, &body);
    Ok(Response::created(json!({
        "mandate_id": member(&mandate, "id"),
        "mandate": mandate,
        "signature": signature(&mandate),
        "callback_url": member(&row, "callback_url"),
    })))
}

/// The server's signature of a mandate, over all that its consumer has agreed to: what changes
/// afterwards is how it stands and what was spent.
pub(crate) fn signature(mandate: &Value) -> String {
    const SIGNED: [&str; 12] = [
        "agent_id",
        "cap_minor",
        "consumer_id",
        "created_at",
        "currency",
        "expires_at",
        "funding_source_id",
        "id",
        "per_tx_cap_minor",
        "purpose",
        "rail",
        "type",
    ];
    let names: Vec<&str> = SIGNED.into_iter().chain(PARTICULARS).collect();
    // A client may have put the members of what is in it into another order.
    let signed = serde_json_canonicalizer::to_string(&pick(mandate, &names)).unwrap_or_default();
    Hmac::<Sha256>::new_from_slice(b"codespar-sandbox mandates")
        .map(|mac| hex(&mac.chain_update(signed).finalize().into_bytes()))
        .unwrap_or_default()
}

/// The consent of the token in the path, which must still wait for its answer.
fn open<'a>(req: &'a mut Request<'_>) -> Result<&'a mut Value, Refusal> {
    let (token, now) = (req.id().to_owned(), req.now.rfc3339());
    let row = req.state.consents.find_mut(DEFAULT_PROJECT, &token).ok_or_else(not_found)?;
    if *member(row, "resolved") == json!(true) {
        return Err(error(409, "consent_already_resolved", "this consent was given").into());
    }
    if text(row, "expires_at") < now.as_str() {
        return Err(error(410, "consent_expired", "this consent has expired").into());
    }
    Ok(row)
}

/// Turns a consent into a mandate with its funding source and its record.
fn grant(
    req: &mut Request<'_>,
    consent: &Value,
    consumer: &str,
    rail: &str,
    body: &JsonObject,
) -> Value {
    let project = text(consent, "project_id").to_owned();
    let intent = JsonObject::of(member(consent, "intent"));
    let ttl = intent.integer("mandate_ttl_seconds").unwrap_or_default();
    let expires_at = req.now.rfc3339_after(Duration::from_secs(ttl.unsigned_abs()));
    let funding = req.state.ids.with("cfs");
    let source = json!({
        "id": funding,
        "project_id": project,
        "consumer_id": consumer,
        "rail": rail,
        "currency": intent.echo("currency"),
        "provider": "celcoin",
        "display_label": body.echo("display_label"),
        "status": "active",
        "pix_key": null,
        "pix_key_type": null,
        "balance_minor": null,
        "created_at": req.now.rfc3339(),
        "expires_at": null,
        "revoked_at": null,
        "metadata": {},
    });
    req.state.funding_sources.insert(&project, &funding, source);
    let id = req.state.ids.with("mnd");
    let mut mandate = json!({
        "id": id,
        "agent_id": member(consent, "agent_id"),
        "consumer_id": consumer,
        "type": "payment",
        "status": "active",
        "purpose": intent.echo("purpose"),
        "currency": intent.echo("currency"),
        "cap_minor": intent.echo("cap_minor"),
        "per_tx_cap_minor": intent.echo("per_tx_cap_minor"),
        "spent_minor": 0,
        "funding_source_id": funding,
        "rail": rail,
        "withdrawal_allowlist": intent.echo("withdrawal_allowlist"),
        "dda_allowlist": intent.echo("dda_allowlist"),
        "created_at": req.now.rfc3339(),
        "expires_at": expires_at,
    });
    for name in PARTICULARS.iter().filter(|name| intent.get(name).is_some()) {
        set(&mut mandate, name, intent.echo(name));
    }
    req.state.mandates.insert(&project, &id, mandate.clone());
    let record_id = req.state.ids.with("ccsnt");
    let decimal = |name| intent.integer(name).map(|minor| minor.to_string()).unwrap_or_default();
    let record = json!({
        "id": record_id,
        "consumer_id": consumer,
        "funding_source_id": funding,
        "agent_id": member(consent, "agent_id"),
        "kind": "grant",
        "hmac_secret_version": 1,
        "cap_minor": decimal("cap_minor"),
        "per_tx_cap_minor": decimal("per_tx_cap_minor"),
        "currency": intent.echo("currency"),
        "purpose": intent.echo("purpose"),
        "ip_address": "127.0.0.1",
        "signed_at": req.now.rfc3339(),
        "expires_at": expires_at,
        "metadata": {},
    });
    req.state.consent_records.insert(&project, &record_id, record);
    let data = json!({ "mandate_id": id, "consumer_id": consumer });
    events::tell(req.state, &project, "commerce.mandate.granted", data, req.now);
    mandate
}
