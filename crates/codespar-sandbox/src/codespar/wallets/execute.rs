//! Payments of a wallet by any method: `POST /v1/wallets/{id}/execute`.

use http::StatusCode;
use serde_json::json;

use crate::{
    codespar::{
        approvals::TOOL,
        currency_swap::rail,
        ledger,
        mandates::{
            caps::{self, Exceeded},
            debits::{self, Debit},
            destination,
        },
        organizations::spending,
        payment_rail::{self, RailAnswer},
        policies::judge::{self, Asked, Ruling},
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
    },
};

/// A payment that is to be made.
struct Payment {
    wallet: String,
    currency: String,
    minor: i64,
    recipient: String,
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
/// taken for major units. What the service does with an `attempt_id` that it has seen is not
/// described: it is written down and makes nothing one.
pub(crate) fn execute(req: &mut Request<'_>) -> HandlerResult {
    wallets::find(req)?;
    let payment = read(req, &req.body()?)?;
    spending::check_running(req.state)?;
    if let Some(refused) = judge(req, &payment)? {
        return Ok(answer(req, &refused));
    }
    let ended = match payment_rail::send(payment.minor) {
        RailAnswer::Accepted => pay(req, &payment),
        RailAnswer::Refused => ended(422, "failed", ("dispatch", "the rail refuses it")),
        RailAnswer::NoAnswer => {
            take(req, &payment);
            post(req, &payment, "hold", None);
            let code = "psp_dispatch_uncertain";
            return Err(error(502, code, "the rail does not answer").into());
        }
    };
    Ok(answer(req, &ended))
}

fn read(req: &Request<'_>, body: &JsonObject) -> Result<Payment, Refusal> {
    let minor = body.major("amount")?.minor();
    let currency = ledger::currency(body, "currency")?.to_owned();
    let recipient = body.text("recipient")?.to_owned();
    body.text("description")?;
    let mandate = body.text("mandate_id")?.to_owned();
    let attempt = body.maybe_text("attempt_id")?.map(str::to_owned);
    let wallet = req.id().to_owned();
    Ok(Payment { wallet, currency, minor, recipient, mandate, attempt })
}

/// Why it is not sent, where it is not.
fn judge(req: &mut Request<'_>, payment: &Payment) -> Result<Option<Ended>, Refusal> {
    let denied = |step, why| Ok(Some(ended(403, "denied", (step, why))));
    let mandate = req.state.mandates.find(req.project, &payment.mandate);
    let active = mandate.filter(|row| {
        text(row, "status") == "active" && text(row, "expires_at") >= &*req.now.rfc3339()
    });
    let Some(mandate) = active.cloned() else {
        return denied("mandate", "there is no such active mandate");
    };
    let agent = text(&mandate, "agent_id");
    spending::may_spend(req.state, req.project, agent)?;
    let consumer = wallets::consumer_of(wallets::find(req)?);
    if consumer.is_some_and(|consumer| consumer != text(&mandate, "consumer_id")) {
        return denied("mandate", "the mandate is another consumer's");
    }
    if text(&mandate, "currency") != payment.currency {
        return denied("mandate", "the mandate is for another currency");
    }
    if !destination::allows_merchant(&mandate, &payment.recipient) {
        return denied("mandate", "the mandate does not name this recipient");
    }
    let exceeded = caps::exceeded(&mandate, payment.minor, req.now);
    match exceeded {
        None | Some(Exceeded::Single(_)) => {}
        Some(Exceeded::Total) => return denied("policy", "above the cap of the mandate"),
        Some(Exceeded::Period) => return denied("policy", "above the cap of this time"),
    }
    let (asked, now) = (Asked { project: req.project, agent, tool: TOOL }, req.now);
    match judge::judge(req.state, &asked, now) {
        Ruling::Allow => {}
        Ruling::Deny(_) => return denied("policy", "a policy denies it"),
        Ruling::Hold(rule) => {
            judge::held(req.state, &asked, &rule, None, now);
            return Ok(Some(held("a policy asks for approval")));
        }
    }
    if exceeded.is_some() {
        return Ok(Some(held("above the cap of one payment")));
    }
    let funds = req.state.books.funds(req.project, &payment.wallet, &payment.currency);
    if funds.available() < payment.minor {
        let short = ended(422, "failed", ("hold", "the wallet does not hold as much"));
        return Ok(Some(Ended { insufficient: true, ..short }));
    }
    Ok(None)
}

/// A person would have to approve it. The answer names no approval, and none is opened.
fn held(why: &'static str) -> Ended {
    ended(402, "requires-approval", ("policy", why))
}

fn pay(req: &mut Request<'_>, payment: &Payment) -> Ended {
    let id = req.state.ids.with("tx");
    let key = payment.attempt.as_deref();
    req.state.effects.add(EffectKind::Payment, &id, key, Some(payment.minor));
    take(req, payment);
    let hold = post(req, payment, "hold", None);
    let debit = post(req, payment, "debit", Some(hold));
    let (entry, payee) = (debit.to_string(), &payment.recipient);
    let settled = Debit { entry: &entry, minor: payment.minor, transaction: &id, payee };
    debits::record(req.state, req.project, &payment.mandate, &settled, req.now);
    let done = ended(200, "completed", ("dispatch", "sent"));
    Ended { hold: Some(hold), debit: Some(debit), ..done }
}

fn take(req: &mut Request<'_>, payment: &Payment) {
    caps::take(req.state, req.project, &payment.mandate, payment.minor, req.now.wall);
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

fn answer(req: &mut Request<'_>, ended: &Ended) -> Response {
    let passed = if ended.status.is_success() { "pass" } else { "fail" };
    let text = |id: Option<u64>| id.map(|id| id.to_string());
    let body = json!({
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
    });
    Response::json(ended.status, body)
}
