//! The test money of the project: `/v1/account/test-balance` and `/v1/account/fund/sandbox`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    codespar::{account::summary::day, idempotency, wallets},
    server::{
        errors::{Refusal, error},
        json_object::JsonObject,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        books::{Entry, Funds, Posting},
        clock::rfc3339,
        json::{member, set, text},
        records::idempotency::StoredOutcome,
    },
};

/// What a project begins with, and what a refill fills up to.
const TARGET: i64 = 10_000;

/// Most that is added at once.
const MOST: i64 = 1_000_000;

/// Refills a São Paulo day.
const DAILY: u64 = 3;

const CURRENCY: &str = "BRL";

/// `GET /v1/account/test-balance`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(balance(req)))
}

/// `POST /v1/account/fund/sandbox`: the `idempotency_key`, which has to be there, adds once.
pub(crate) fn fund(req: &mut Request<'_>) -> HandlerResult {
    test_only(req)?;
    let body = req.body()?;
    let amount = body.minor("amount_minor")?;
    let key = body.text("idempotency_key")?.to_owned();
    if body.get("rail").is_some() {
        body.choice("rail", &["pix", "ted"])?;
    }
    let target = target(req, &body)?;
    if amount > MOST {
        let refusal = error(422, "test_funding_amount_over_cap", "too much for one call");
        return Err(refusal.with("cap_minor", MOST).into());
    }
    let consumer = member(&target, "consumer_id").as_str();
    let named = match consumer {
        Some(consumer) => wallets::consumer_wallet(consumer),
        None => wallets::account_wallet(req.project),
    };
    let scope = format!("fund:{}", req.project);
    let request = json!([amount, named]);
    if let Some(mut first) = idempotency::lookup(req.state, &scope, Some(&key), &request)? {
        set(&mut first, "idempotent_replay", true);
        return Ok(Response::ok(first));
    }
    let wallet = match consumer {
        Some(consumer) => wallets::of_consumer(req.state, req.project, consumer, req.now),
        None => wallets::of_account(req.state, req.project, req.now),
    };
    let posting = Posting {
        mandate: member(&target, "mandate_id").as_str().map(str::to_owned),
        rail: body.maybe_text("rail")?.map(str::to_owned),
        ..added(&wallet, amount, "added")
    };
    let mut answer = post(req, posting);
    for (name, value) in target.as_object().into_iter().flatten() {
        set(&mut answer, name, value.clone());
    }
    set(&mut answer, "idempotent_replay", false);
    let end = StoredOutcome::Done(answer.clone());
    idempotency::record(req.state, &scope, Some(&key), request, end);
    Ok(Response::created(answer))
}

/// `POST /v1/account/fund/sandbox/initial`: once for a project.
pub(crate) fn initial(req: &mut Request<'_>) -> HandlerResult {
    test_only(req)?;
    let of_start = |entry: &&Entry| entry.posting.test_funding == Some("initial_balance");
    let earlier = req.state.books.list(req.project).find(of_start).map(|entry| entry.id);
    let granted = earlier.is_none();
    let mut answer = match earlier {
        Some(id) => told(req, id),
        None => {
            let wallet = wallets::of_account(req.state, req.project, req.now);
            post(req, added(&wallet, TARGET, "initial_balance"))
        }
    };
    set(&mut answer, "target", "account");
    set(&mut answer, "granted", granted);
    let status = if granted { StatusCode::CREATED } else { StatusCode::OK };
    Ok(Response::json(status, answer))
}

/// `POST /v1/account/fund/sandbox/refill`: adds what is lacking, three times a day.
pub(crate) fn refill(req: &mut Request<'_>) -> HandlerResult {
    test_only(req)?;
    if req.body()?.maybe_bool("confirm")? != Some(true) {
        return Err(error(400, "confirmation_required", "confirm must be true").into());
    }
    let room = room(req);
    if room > 0 && used_today(req) >= DAILY {
        let (_, next) = day(req.now.wall);
        // The part of a second that is left over is waited for, too.
        let wait = next.duration_since(req.now.wall).as_secs() + 1;
        let refusal = error(429, "test_refill_limit_reached", "three refills a day");
        let refusal = refusal.retry_after(wait.unsigned_abs());
        return Err(refusal.with("resets_at", rfc3339(next)).into());
    }
    let wallet = wallets::of_account(req.state, req.project, req.now);
    let entry = (room > 0).then(|| {
        let posting = added(&wallet, room, "refill");
        req.state.books.post(req.project, posting, req.now.wall)
    });
    let mut answer = balance(req);
    set(&mut answer, "refilled", entry.is_some());
    set(&mut answer, "entry_id", entry.map(|id| id.to_string()));
    set(&mut answer, "wallet_id", wallet);
    set(&mut answer, "amount_minor", room.to_string());
    set(&mut answer, "currency", CURRENCY);
    set(&mut answer, "test_funding", true);
    let status = if entry.is_some() { StatusCode::CREATED } else { StatusCode::OK };
    Ok(Response::json(status, answer))
}

fn test_only(req: &Request<'_>) -> Result<(), Refusal> {
    if req.settings.test_mode {
        return Ok(());
    }
    Err(error(409, "fund_requires_test_project", "money is made up in test projects only").into())
}

/// What the money is for: the account, or the consumer that the request or its mandate names.
fn target(req: &Request<'_>, body: &JsonObject) -> Result<Value, Refusal> {
    let mandate = body.maybe_text("mandate_id")?;
    let mut consumer = body.maybe_text("consumer_id")?;
    if let Some(id) = mandate {
        let row = req.state.mandates.find(req.project, id);
        let missing = || error(404, "mandate_not_found", "no such mandate in this project");
        consumer = Some(text(row.ok_or_else(missing)?, "consumer_id"));
    }
    let named = match body.get("target") {
        Some(_) => body.choice("target", &["account", "consumer"])?,
        None => "account",
    };
    if named == "consumer" && consumer.is_none() {
        let mut candidates: Vec<&str> =
            req.state.mandates.list(req.project).map(|row| text(row, "consumer_id")).collect();
        candidates.sort_unstable();
        candidates.dedup();
        let refusal = error(409, "test_funding_target_required", "say for which consumer");
        return Err(refusal.with("candidates", candidates).into());
    }
    let target = if consumer.is_some() { "consumer" } else { "account" };
    Ok(json!({ "target": target, "consumer_id": consumer, "mandate_id": mandate }))
}

fn added(wallet: &str, amount: i64, how: &'static str) -> Posting {
    Posting {
        wallet: wallet.to_owned(),
        currency: CURRENCY.to_owned(),
        kind: "fund",
        amount_minor: amount,
        test_funding: Some(how),
        ..Posting::default()
    }
}

fn post(req: &mut Request<'_>, posting: Posting) -> Value {
    let id = req.state.books.post(req.project, posting, req.now.wall);
    told(req, id)
}

/// An entry of test money, and what its wallet holds by now.
fn told(req: &Request<'_>, id: u64) -> Value {
    let entry = req.state.books.find(req.project, id);
    let wallet = entry.map_or("", |entry| &entry.posting.wallet);
    let funds = req.state.books.funds(req.project, wallet, CURRENCY);
    json!({
        "entry_id": id.to_string(),
        "wallet_id": wallet,
        "amount_minor": entry.map(|entry| entry.posting.amount_minor.to_string()),
        "currency": CURRENCY,
        "test_funding": true,
        "balance": {
            "balance_minor": funds.booked.to_string(),
            "available_minor": funds.available().to_string(),
        },
    })
}

/// What the wallet of the account holds.
fn funds(req: &Request<'_>) -> Funds {
    req.state.books.funds(req.project, &wallets::account_wallet(req.project), CURRENCY)
}

fn room(req: &Request<'_>) -> i64 {
    TARGET.saturating_sub(funds(req).booked).max(0)
}

fn used_today(req: &Request<'_>) -> u64 {
    let (begun, _) = day(req.now.wall);
    let entries = req.state.books.list(req.project);
    let of_today =
        |entry: &&Entry| entry.posting.test_funding == Some("refill") && entry.posted_at >= begun;
    entries.filter(of_today).count() as u64
}

fn balance(req: &Request<'_>) -> Value {
    let (funds, used) = (funds(req), used_today(req));
    let test = req.settings.test_mode;
    json!({
        "environment": if test { "test" } else { "live" },
        "mode": if test { "account" } else { "sandbox_float" },
        "balance": {
            "total_minor": funds.booked.to_string(),
            "available_minor": funds.available().to_string(),
            "held_minor": funds.held.to_string(),
        },
        "refill": {
            "target_minor": TARGET.to_string(),
            "daily_limit": DAILY,
            "used_today": used,
            "left_today": DAILY.saturating_sub(used),
            "resets_at": rfc3339(day(req.now.wall).1),
            "room_minor": room(req).to_string(),
        },
        "add_funds": {
            "max_per_call_minor": MOST.to_string(),
            "cumulative_cap": null,
            "counts_toward_refills": false,
        },
    })
}
