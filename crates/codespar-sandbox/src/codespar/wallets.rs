//! Wallets: what a consumer may spend, and the wallets of the organization.

use serde_json::{Value, json};

use crate::{
    codespar::{
        account::ORGANIZATION,
        currency_swap::{Swap, plan},
        idempotency,
        payment_rail::{self, Rail},
    },
    server::{
        errors::{Refusal, error, not_found},
        json_object::Fields,
        request::{Call, Outcome},
        response::Answer,
    },
    store::{effects::EffectKind, json::set, records::idempotency::End},
};

/// `POST /v1/wallets/{id}/transfer`: out of the wallet, or between its currencies. The
/// `idempotency_key` of the body makes one transfer of several requests.
pub(crate) fn transfer(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let key = body.maybe_text("idempotency_key")?.filter(|key| !key.is_empty());
    let scope = format!("wallet:{}:{}", call.project, call.id());
    let out = body.has("to_address") || body.has("currency");
    let swap = if out { None } else { Some(Swap::read(&body)?) };
    if let Some(swap) = swap.as_ref().filter(|swap| !swap.execute) {
        return Ok(Answer::ok(plan(call, swap)));
    }
    let (minor, status) = match &swap {
        Some(swap) => (swap.minor, 200),
        None => (out_of_wallet(&body)?, 201),
    };
    let mut request = body.value();
    set(&mut request, "idempotency_key", Value::Null);
    let answered = |answer| {
        let status = http::StatusCode::from_u16(status).unwrap_or_default();
        Ok(Answer::json(status, answer))
    };
    if let Some(first) = idempotency::ended(call.state, &scope, key, &request)? {
        return answered(first);
    }
    match payment_rail::dispatch(minor) {
        Rail::Takes => {}
        Rail::Refuses => {
            idempotency::keep(call.state, &scope, key, request, End::Failed("withdrawal_failed"));
            return Err(error(502, "send_failed", "the rail refuses this amount").into());
        }
        Rail::IsSilent => {
            let code = "withdrawal_dispatch_uncertain";
            idempotency::keep(call.state, &scope, key, request, End::Uncertain(code));
            return Err(error(502, code, "the rail does not answer").into());
        }
    }
    let noted = key.or_else(|| call.idempotency_key()).map(str::to_owned);
    let answer = match &swap {
        Some(swap) => swap.done(call, noted.as_deref()),
        None => sent(call, &body, minor, noted.as_deref()),
    };
    idempotency::keep(call.state, &scope, key, request, End::Done(answer.clone()));
    answered(answer)
}

/// The amount of a transfer out of a wallet, which must say where to.
fn out_of_wallet(body: &Fields) -> Result<i64, Refusal> {
    body.text("currency")?;
    body.text("to_address")?;
    Ok(body.minor("amount_minor")?)
}

fn sent(call: &mut Call<'_>, body: &Fields, minor: i64, key: Option<&str>) -> Value {
    let id = call.state.ids.with("wtd");
    call.state.effects.add(EffectKind::Payment, &id, key, Some(minor));
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
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let rows: Vec<&Value> = call.state.wallets.list(call.project).collect();
    Ok(Answer::ok(json!({ "wallets": rows })))
}

/// `POST /v1/wallets`
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let id = call.state.ids.with("wal");
    let row = json!({
        "id": id,
        "org_id": ORGANIZATION,
        "project_id": call.project,
        "agent_id": body.echo("agent_id"),
        "display_name": body.maybe_text("display_name")?.unwrap_or("Wallet"),
        "status": "active",
        "created_at": call.now.text(),
        "closed_at": null,
        "metadata": body.maybe_object("metadata")?.unwrap_or_default().value(),
        "balances": [balance(&id, 0, &call.now.text())],
    });
    Ok(Answer::created(call.state.wallets.insert(call.project, &id, row)))
}

/// `GET /v1/wallets/{id}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let found = call.state.wallets.find(call.project, call.id());
    Ok(Answer::ok(found.ok_or_else(not_found)?.clone()))
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
