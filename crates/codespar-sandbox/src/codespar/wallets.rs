//! The wallets of the organization: `/v1/wallets`.

use serde_json::{Value, json};

use crate::{
    codespar::{
        account::ORGANIZATION,
        currency_swap::{Swap, preview},
        idempotency,
        payment_rail::{self, RailAnswer},
    },
    server::{
        errors::{Refusal, error, not_found},
        json_object::JsonObject,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{effects::EffectKind, json::set, records::idempotency::StoredOutcome},
};

/// `POST /v1/wallets/{id}/transfer`: out of the wallet, or between its currencies. The
/// `idempotency_key` of the body makes one transfer of several requests.
pub(crate) fn transfer(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let key = body.maybe_text("idempotency_key")?.filter(|key| !key.is_empty());
    let scope = format!("wallet:{}:{}", req.project, req.id());
    let out = body.has("to_address") || body.has("currency");
    let swap = if out { None } else { Some(Swap::read(&body)?) };
    if let Some(swap) = swap.as_ref().filter(|swap| !swap.execute) {
        return Ok(Response::ok(preview(req, swap)));
    }
    let (minor, status) = match &swap {
        Some(swap) => (swap.minor, 200),
        None => (withdrawal_amount(&body)?, 201),
    };
    let mut request = body.value();
    set(&mut request, "idempotency_key", Value::Null);
    let answered = |answer| {
        let status = http::StatusCode::from_u16(status).unwrap_or_default();
        Ok(Response::json(status, answer))
    };
    if let Some(first) = idempotency::lookup(req.state, &scope, key, &request)? {
        return answered(first);
    }
    match payment_rail::send(minor) {
        RailAnswer::Accepted => {}
        RailAnswer::Refused => {
            idempotency::record(
                req.state,
                &scope,
                key,
                request,
                StoredOutcome::Failed("withdrawal_failed"),
            );
            return Err(error(502, "send_failed", "the rail refuses this amount").into());
        }
        RailAnswer::NoAnswer => {
            let code = "withdrawal_dispatch_uncertain";
            idempotency::record(req.state, &scope, key, request, StoredOutcome::Uncertain(code));
            return Err(error(502, code, "the rail does not answer").into());
        }
    }
    let noted = key.or_else(|| req.idempotency_key()).map(str::to_owned);
    let answer = match &swap {
        Some(swap) => swap.execute(req, noted.as_deref()),
        None => withdrawal(req, &body, minor, noted.as_deref()),
    };
    idempotency::record(req.state, &scope, key, request, StoredOutcome::Done(answer.clone()));
    answered(answer)
}

/// The amount of a transfer out of a wallet, which must say where to.
fn withdrawal_amount(body: &JsonObject) -> Result<i64, Refusal> {
    body.text("currency")?;
    body.text("to_address")?;
    Ok(body.minor("amount_minor")?)
}

fn withdrawal(req: &mut Request<'_>, body: &JsonObject, minor: i64, key: Option<&str>) -> Value {
    let id = req.state.ids.with("wtd");
    req.state.effects.add(EffectKind::Payment, &id, key, Some(minor));
    let on_chain = body.text("to_address").is_ok_and(|address| address.starts_with("0x"));
    json!({
        "withdrawal_id": id,
        "tx_hash": format!("E{:0>31}", id.trim_start_matches("wtd_")),
        "status": "sent",
        "network": if on_chain { "base-sepolia" } else { "pix" },
        "to_address": body.echo("to_address"),
        "amount_minor": minor,
        "currency": body.echo("currency"),
    })
}

/// `GET /v1/wallets`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let rows: Vec<&Value> = req.state.wallets.list(req.project).collect();
    Ok(Response::ok(json!({ "wallets": rows })))
}

/// `POST /v1/wallets`
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let id = req.state.ids.with("wal");
    let row = json!({
        "id": id,
        "org_id": ORGANIZATION,
        "project_id": req.project,
        "agent_id": body.echo("agent_id"),
        "display_name": body.maybe_text("display_name")?.unwrap_or("Wallet"),
        "status": "active",
        "created_at": req.now.rfc3339(),
        "closed_at": null,
        "metadata": body.maybe_object("metadata")?.unwrap_or_default().value(),
        "balances": [balance(&id, 0, &req.now.rfc3339())],
    });
    Ok(Response::created(req.state.wallets.insert(req.project, &id, row)))
}

/// `GET /v1/wallets/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let found = req.state.wallets.find(req.project, req.id());
    Ok(Response::ok(found.ok_or_else(not_found)?.clone()))
}

/// A balance row; its amounts are decimal strings.
fn balance(wallet: &str, minor: i64, now: &str) -> Value {
    json!({
        "wallet_id": wallet,
        "currency": "BRL",
        "balance_minor": minor.to_string(),
        "available_minor": minor.to_string(),
        "updated_at": now,
    })
}
