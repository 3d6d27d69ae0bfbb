//! Made-up money for consumers: `/v1/test/fund`, `/v1/test/pix-in` and `/v1/test/settle-pix-in`.

use serde_json::json;

use crate::{
    codespar::{
        events::{self, Event},
        pix_code, wallets,
    },
    server::{
        errors::{Refusal, error},
        json_object::JsonObject,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        books::Posting,
        json::{member, set, text},
        money::Amount,
    },
};

const CURRENCY: &str = "BRL";

/// `POST /v1/test/fund`: credits the wallet of a consumer, each time that it is asked for.
pub(crate) fn fund(req: &mut Request<'_>) -> HandlerResult {
    test_only(req)?;
    let body = req.body()?;
    let (consumer, amount) = (consumer(&body)?, body.minor("amount_minor")?);
    let account = body.maybe_text("account")?.map_or_else(|| account_of(consumer), str::to_owned);
    let attempt = req.state.ids.with("fund");
    let deposit = req.state.ids.with("dep");
    let posting = Posting { attempt: Some(attempt.clone()), ..deposited(&deposit, amount) };
    credit(req, consumer, posting);
    Ok(Response::created(json!({
        "attempt_id": attempt,
        "deposit_id": deposit,
        "status": "settled",
        "account": account,
        "amount_minor": amount,
        "currency": CURRENCY,
        "money_credited": true,
    })))
}

/// `POST /v1/test/pix-in`: a code to pay, which credits nothing until it is settled.
pub(crate) fn pix_in(req: &mut Request<'_>) -> HandlerResult {
    test_only(req)?;
    let body = req.body()?;
    let (consumer, amount) = (consumer(&body)?, body.minor("amount_minor")?);
    body.maybe_text("description")?;
    let charge = req.state.ids.with("ch");
    let transaction = charge.replace("ch_", "txn");
    let row = json!({
        "charge_id": charge,
        "consumer_id": consumer,
        "status": "pending",
        "amount_minor": amount,
        "currency": CURRENCY,
        "transaction_id": transaction,
        "client_request_id": charge.replace("ch_", "cr_"),
        "wallet_id": wallets::consumer_wallet(consumer),
        "created_at": req.now.rfc3339(),
        "settled_at": null,
        "end_to_end_id": null,
        "deposit_id": null,
    });
    req.state.pix_codes.insert(req.project, &transaction, row);
    Ok(Response::created(json!({
        "pix_copia_e_cola": pix_code::copy_paste(Amount::from_minor(amount), &transaction),
        "transaction_id": transaction,
        "pix_key": account_of(consumer),
        "amount_minor": amount,
        "currency": CURRENCY,
        "rail": "pix-celcoin",
    })))
}

/// `POST /v1/test/settle-pix-in`: pays a code; it is credited once, however often this is asked.
pub(crate) fn settle_pix_in(req: &mut Request<'_>) -> HandlerResult {
    test_only(req)?;
    let body = req.body()?;
    let (consumer, amount) = (consumer(&body)?.to_owned(), body.minor("amount_minor")?);
    let transaction = body.text("transaction_id").map_err(|_| missing("transaction_id"))?;
    let found = req.state.pix_codes.find(req.project, transaction).filter(|row| {
        text(row, "consumer_id") == consumer && *member(row, "amount_minor") == json!(amount)
    });
    let unknown = || error(422, "sandbox_funding_failed", "no such code of this amount");
    let row = found.ok_or_else(unknown)?;
    let deposit = text(row, "charge_id").replace("ch_", "dep_");
    if text(row, "status") == "pending" {
        let end_to_end = format!("E{:0>31}", deposit.trim_start_matches("dep_"));
        credit(req, &consumer, deposited(&end_to_end, amount));
        let data = json!({
            "payment_id": end_to_end,
            "consumer_id": consumer,
            "amount_minor": amount,
            "currency": CURRENCY,
            "rail": "pix",
        });
        let event = Event { kind: "commerce.payment.received", source: "celcoin", data };
        events::emit(req.state, req.project, event, req.now);
        let now = req.now.rfc3339();
        if let Some(row) = req.state.pix_codes.find_mut(req.project, transaction) {
            set(row, "status", "settled");
            set(row, "settled_at", now);
            set(row, "end_to_end_id", end_to_end);
            set(row, "deposit_id", &*deposit);
        }
    }
    Ok(Response::created(json!({
        "settled": true,
        "transaction_id": transaction,
        "deposit_id": deposit,
        "amount_minor": amount,
        "currency": CURRENCY,
        "money_credited": true,
    })))
}

fn test_only(req: &Request<'_>) -> Result<(), Refusal> {
    if req.settings.test_mode {
        return Ok(());
    }
    let refusal = error(403, "sandbox_funding_not_permitted", "test projects only");
    Err(refusal.with("environment", "live").into())
}

fn consumer(body: &JsonObject) -> Result<&str, Refusal> {
    body.text("consumer_id").map_err(|_| missing("consumer_id"))
}

fn missing(name: &str) -> Refusal {
    let refusal = error(400, "missing_required_field", "a member is missing");
    refusal.with("field", name).into()
}

/// The account of a consumer, which is also its random Pix key.
fn account_of(consumer: &str) -> String {
    format!("sandbox-account-{consumer}")
}

fn deposited(reference: &str, amount: i64) -> Posting {
    Posting {
        currency: CURRENCY.to_owned(),
        kind: "fund",
        amount_minor: amount,
        external_ref: Some(reference.to_owned()),
        rail: Some("pix".to_owned()),
        test_funding: Some("added"),
        ..Posting::default()
    }
}

fn credit(req: &mut Request<'_>, consumer: &str, posting: Posting) -> u64 {
    let wallet = wallets::of_consumer(req.state, req.project, consumer, req.now);
    req.state.books.post(req.project, Posting { wallet, ..posting }, req.now.wall)
}
