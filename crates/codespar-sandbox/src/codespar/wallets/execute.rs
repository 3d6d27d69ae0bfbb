//! Payments of a wallet by any method: `POST /v1/wallets/{id}/execute`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    codespar::{
        currency_swap::rail,
        idempotency, ledger,
        payment_rail::{self, RailAnswer},
        wallets,
    },
    server::{
        errors::{Refusal, error},
        json_object::JsonObject,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        books::Posting,
        effects::EffectKind,
        json::{member, text},
        records::idempotency::StoredOutcome,
    },
};

/// A payment that is to be made.
struct Payment {
    wallet: String,
    currency: String,
    minor: i64,
    mandate: String,
    attempt: Option<String>,
}

/// How it ended: the status of the answer, what it says, and the entries of the books.
struct Ended {
    status: StatusCode,
    says: &'static str,
    /// The step that decided, and why it did so.
    step: (&'static str, &'static str),
    hold: Option<u64>,
    debit: Option<u64>,
    insufficient: bool,
}

/// `POST /v1/wallets/{id}/execute`: each outcome is a result, whatever its status. `amount` is
/// taken for major units. An `attempt_id` gets its first result again.
pub(crate) fn execute(req: &mut Request<'_>) -> HandlerResult {
    wallets::find(req)?;
    let body = req.body()?;
    let payment = read(req, &body)?;
    let scope = format!("execute:{}:{}", req.project, req.id());
    let key = payment.attempt.as_deref();
    let request = body.value();
    if let Some(first) = idempotency::lookup(req.state, &scope, key, &request)? {
        return Ok(answer(&first));
    }
    let ended = match judge(req, &payment) {
        Some(refused) => refused,
        None => match payment_rail::send(payment.minor) {
            RailAnswer::Accepted => pay(req, &payment),
            RailAnswer::Refused => ended(422, "failed", ("dispatch", "the rail refuses it")),
            RailAnswer::NoAnswer => {
                post(req, &payment, "hold", None);
                let code = "psp_dispatch_uncertain";
                let end = StoredOutcome::Uncertain(code);
                idempotency::record(req.state, &scope, key, request, end);
                return Err(error(502, code, "the rail does not answer").into());
            }
        },
    };
    let result = result(req, &ended);
    let stored = json!([ended.status.as_u16(), result]);
    idempotency::record(req.state, &scope, key, request, StoredOutcome::Done(stored.clone()));
    Ok(answer(&stored))
}

fn answer(stored: &Value) -> Response {
    let status = stored.get(0).and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
    let status = status.and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or_default();
    Response::json(status, stored.get(1).cloned().unwrap_or_default())
}

fn read(req: &Request<'_>, body: &JsonObject) -> Result<Payment, Refusal> {
    let minor = body.major("amount")?.minor();
    let currency = ledger::currency(body, "currency")?.to_owned();
    body.text("recipient")?;
    body.text("description")?;
    let mandate = body.text("mandate_id")?.to_owned();
    let attempt = body.maybe_text("attempt_id")?.map(str::to_owned);
    Ok(Payment { wallet: req.id().to_owned(), currency, minor, mandate, attempt })
}

/// Why it is not sent, where it is not.
fn judge(req: &Request<'_>, payment: &Payment) -> Option<Ended> {
    let mandate = req.state.mandates.find(req.project, &payment.mandate);
    let active = mandate.filter(|row| {
        text(row, "status") == "active" && text(row, "expires_at") >= &*req.now.rfc3339()
    });
    let Some(mandate) = active else {
        return Some(ended(403, "denied", ("mandate", "there is no such active mandate")));
    };
    if text(mandate, "currency") != payment.currency {
        return Some(ended(403, "denied", ("mandate", "the mandate is for another currency")));
    }
    if member(mandate, "per_tx_cap_minor").as_i64().is_some_and(|most| payment.minor > most) {
        let step = ("policy", "above the cap of one payment");
        return Some(ended(402, "requires-approval", step));
    }
    let funds = req.state.books.funds(req.project, &payment.wallet, &payment.currency);
    if funds.available() < payment.minor {
        let short = ended(422, "failed", ("hold", "the wallet does not hold as much"));
        return Some(Ended { insufficient: true, ..short });
    }
    None
}

fn pay(req: &mut Request<'_>, payment: &Payment) -> Ended {
    let id = req.state.ids.with("tx");
    let key = payment.attempt.as_deref();
    req.state.effects.add(EffectKind::Payment, &id, key, Some(payment.minor));
    let hold = post(req, payment, "hold", None);
    let debit = post(req, payment, "debit", Some(hold));
    let done = ended(200, "completed", ("dispatch", "sent"));
    Ended { hold: Some(hold), debit: Some(debit), ..done }
}

fn post(req: &mut Request<'_>, payment: &Payment, kind: &'static str, hold: Option<u64>) -> u64 {
    let mandate = req.state.mandates.find(req.project, &payment.mandate);
    let agent = mandate.and_then(|row| member(row, "agent_id").as_str()).map(str::to_owned);
    let posting = Posting {
        wallet: payment.wallet.clone(),
        currency: payment.currency.clone(),
        kind,
        amount_minor: payment.minor.saturating_neg(),
        mandate: Some(payment.mandate.clone()),
        agent,
        attempt: payment.attempt.clone(),
        hold,
        rail: rail(&payment.currency).map(str::to_owned),
        ..Posting::default()
    };
    req.state.books.post(req.project, posting, req.now.wall)
}

fn ended(status: u16, says: &'static str, step: (&'static str, &'static str)) -> Ended {
    let status = StatusCode::from_u16(status).unwrap_or_default();
    Ended { status, says, step, hold: None, debit: None, insufficient: false }
}

fn result(req: &mut Request<'_>, ended: &Ended) -> Value {
    let passed = if ended.status.is_success() { "pass" } else { "fail" };
    let text = |id: Option<u64>| id.map(|id| id.to_string());
    json!({
        "requestId": req.state.ids.with("req"),
        "status": ended.says,
        "audit": [{
            "timestamp": req.now.rfc3339(),
            "step": ended.step.0,
            "status": passed,
            "detail": ended.step.1,
        }],
        "wallet": {
            "holdId": text(ended.hold),
            "debitId": text(ended.debit),
            "releaseId": null,
            "insufficientFunds": ended.insufficient,
        },
    })
}
