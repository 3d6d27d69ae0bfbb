//! Giving Pix payments back: `/v1/consumers/{id}/pix/devolutions`.

mod original;

use serde_json::{Value, json};

use crate::{
    codespar::{
        consumers::pix_devolutions::original::Original,
        idempotency,
        ledger::undo,
        mandates::payment::Reconciliation,
        organizations::spending,
        payment_rail::{self, RailAnswer},
        wallets,
    },
    server::{
        errors::{ApiError, Refusal, error},
        json_object::JsonObject,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        books::Posting,
        clock::Now,
        effects::EffectKind,
        json::{member, set, text},
        records::{idempotency::StoredOutcome, unanswered::UnansweredDevolution},
        state::State,
        timers::Timer,
    },
};

const CURRENCY: &str = "BRL";

/// What is said of a devolution whose rail does not answer.
const UNCERTAIN: &str = "psp_dispatch_uncertain";

/// What is said of the key of a devolution that has failed.
const FAILED: &str = "devolution_failed";

/// What is asked for.
struct Asked {
    end_to_end: String,
    key: String,
    minor: Option<i64>,
    direction: String,
    reason: Value,
}

/// `POST …/devolutions`: the `idempotency_key` of the body, which has to be there, makes one of
/// several requests. A payment is given back in parts, up to what it was. Which way it went is not
/// compared with the direction that is asked for: the wrong one moves money the wrong way.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let asked = read(&req.body()?)?;
    let scope = format!("devolution:{}:{}", req.project, req.id());
    let request = json!([asked.end_to_end, asked.minor, asked.direction]);
    let key = Some(&*asked.key);
    if let Some(first) = idempotency::lookup(req.state, &scope, key, &request)? {
        // As it stands by now: the row goes on, its key stays.
        let id = place(req.id(), text(&first, "devolution_id"));
        let mut row = req.state.devolutions.find(req.project, &id).cloned().unwrap_or(first);
        set(&mut row, "idempotent_replay", true);
        return Ok(Response::ok(row));
    }
    let (original, minor) = authorize(req, &asked)?;
    let sent = payment_rail::send(minor);
    if sent == RailAnswer::Refused {
        return Err(error(422, "devolution_refused", "the rail refuses this amount").into());
    }
    let row = row(req, &asked, &original, minor);
    let id = text(&row, "devolution_id").to_owned();
    let (project, place) = (req.project.to_owned(), place(req.id(), &id));
    let posting = posting(&row, &original);
    let row = req.state.devolutions.insert(&project, &place, row);
    if sent == RailAnswer::NoAnswer {
        let sent = UnansweredDevolution {
            project,
            id,
            place,
            key: (scope.clone(), asked.key.clone()),
            posting,
        };
        idempotency::record(req.state, &scope, key, request, StoredOutcome::Uncertain(UNCERTAIN));
        return Err(leave_open(req, sent).into());
    }
    req.state.effects.add(EffectKind::Devolution, &id, key, Some(minor));
    req.state.books.post(&project, posting, req.now.wall);
    let timer = Timer::DevolutionSettled { project, id: place };
    req.state.timers.after(req.settings.settle_after, req.now, timer);
    idempotency::record(req.state, &scope, key, request, StoredOutcome::Done(row.clone()));
    Ok(Response::created(row))
}

/// The rail does not answer: what may have left is kept back, and counts as given back.
fn leave_open(req: &mut Request<'_>, mut sent: UnansweredDevolution) -> ApiError {
    if let Some(row) = req.state.devolutions.find_mut(req.project, &sent.place) {
        set(row, "status", "uncertain");
        set(row, "return_identification", Value::Null);
        set(row, "status_message", "the rail does not answer");
    }
    if sent.posting.amount_minor < 0 {
        let hold =
            Posting { kind: "hold", external_ref: None, reverses: None, ..sent.posting.clone() };
        sent.posting.hold = Some(req.state.books.post(req.project, hold, req.now.wall));
    }
    req.state.unanswered.devolutions.push(sent);
    error(502, UNCERTAIN, "the rail does not answer")
}

/// Says what became of a devolution that the rail has not answered, named by its id or its key;
/// whether there is such.
pub(crate) fn reconcile(
    state: &mut State,
    reference: &str,
    found: Reconciliation,
    now: Now,
) -> bool {
    let is_meant = |it: &UnansweredDevolution| it.id == reference || it.key.1 == reference;
    let Some(index) = state.unanswered.devolutions.iter().position(is_meant) else { return false };
    let UnansweredDevolution { project, id, place, key: (scope, key), posting } =
        state.unanswered.devolutions.remove(index);
    let minor = posting.amount_minor.saturating_abs();
    if found == Reconciliation::Moved {
        state.effects.add(EffectKind::Devolution, &id, Some(&key), Some(minor));
        if let Some(row) = state.devolutions.find_mut(&project, &place) {
            set(row, "return_identification", posting.external_ref.clone());
        }
        state.books.post(&project, posting, now.wall);
        settle(state, &project, &place, now);
        let row = state.devolutions.find(&project, &place).cloned().unwrap_or_default();
        idempotency::end(state, &scope, &key, StoredOutcome::Done(row));
        return true;
    }
    if posting.hold.is_some() {
        let (kind, amount_minor) = ("release", minor);
        let free = Posting { kind, amount_minor, external_ref: None, reverses: None, ..posting };
        state.books.post(&project, free, now.wall);
    }
    if let Some(row) = state.devolutions.find_mut(&project, &place) {
        set(row, "status", "failed");
        set(row, "failure_reason", "the rail has not made it");
        set(row, "status_message", "nothing has moved");
    }
    idempotency::end(state, &scope, &key, StoredOutcome::Failed(FAILED));
    true
}

/// The payment, and how much of it may be given back now.
fn authorize(req: &Request<'_>, asked: &Asked) -> Result<(Original, i64), Refusal> {
    let goes_out = asked.direction == "inbound";
    if goes_out {
        spending::check_running(req.state)?;
    }
    let unknown = || error(404, "devolution_source_not_found", "no such payment of this consumer");
    let original = Original::find(req, &asked.end_to_end).ok_or_else(unknown)?;
    let wallet = wallets::consumer_wallet(req.id());
    let left = left_of(req, &original, given_back(req, &wallet, &asked.end_to_end));
    if left <= 0 {
        let code = "devolution_already_reversed";
        return Err(error(409, code, "all of it was given back").into());
    }
    let minor = match asked.minor {
        Some(minor) => minor,
        None if goes_out && original.received => left,
        None => return Err(error(400, "amount_required", "the amount has to be named").into()),
    };
    if minor > left {
        let code = "devolution_amount_exceeds_received";
        return Err(error(422, code, "more than is left of the payment").into());
    }
    let funds = req.state.books.funds(req.project, &wallet, CURRENCY);
    if goes_out && funds.available() < minor {
        return Err(error(409, "insufficient_funds", "the wallet does not hold as much").into());
    }
    Ok((original, minor))
}

/// How much of a payment is left to be given back: what was not by devolutions, nor taken back by
/// an entry that was posted.
fn left_of(req: &Request<'_>, original: &Original, given_back: i64) -> i64 {
    let entry = req.state.books.find(req.project, original.entry);
    let booked = entry.map(|entry| undo::left_of(req.state, entry));
    original.minor.saturating_sub(given_back).min(booked.unwrap_or_default())
}

/// What was given back of a payment, or may have been.
fn given_back(req: &Request<'_>, wallet: &str, end_to_end: &str) -> i64 {
    let rows = req.state.devolutions.list(req.project).filter(|row| {
        text(row, "wallet_id") == wallet
            && text(row, "end_to_end_id") == end_to_end
            && text(row, "status") != "failed"
    });
    let amounts = rows.filter_map(|row| member(row, "amount_minor").as_i64());
    amounts.fold(0, i64::saturating_add)
}

/// What a devolution leaves in the books: money that goes back to who paid, or that comes back.
fn posting(row: &Value, original: &Original) -> Posting {
    let minor = member(row, "amount_minor").as_i64().unwrap_or_default();
    let goes_out = text(row, "payment_direction") == "inbound";
    Posting {
        wallet: text(row, "wallet_id").to_owned(),
        currency: CURRENCY.to_owned(),
        kind: "reverse",
        amount_minor: if goes_out { minor.saturating_neg() } else { minor },
        external_ref: member(row, "return_identification").as_str().map(str::to_owned),
        rail: Some("pix".to_owned()),
        reverses: Some(original.entry),
        ..Posting::default()
    }
}

fn read(body: &JsonObject) -> Result<Asked, Refusal> {
    let end_to_end = body.text("end_to_end_id")?;
    let is_id = end_to_end.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_id || !(16..=64).contains(&end_to_end.len()) {
        return Err(error(400, "invalid_end_to_end_id", "16 to 64 letters and digits").into());
    }
    let Some(key) = body.maybe_text("idempotency_key")?.filter(|key| !key.is_empty()) else {
        return Err(error(400, "idempotency_key_required", "a devolution needs a key").into());
    };
    let amount = body.get("amount_minor").map(|_| body.minor("amount_minor")).transpose();
    let minor = amount.map_err(|_| error(400, "invalid_amount", "whole, and more than zero"))?;
    let direction = match body.get("payment_direction") {
        None => Ok("inbound"),
        Some(_) => body.choice("payment_direction", &["inbound", "outbound"]),
    };
    let wrong = |_| error(400, "invalid_payment_direction", "inbound or outbound");
    let direction = direction.map_err(wrong)?.to_owned();
    let reason = body.maybe_text("reason")?;
    if !reason.is_none_or(|reason| is_reason(reason.as_bytes())) {
        return Err(error(400, "invalid_reason", "two letters and two digits").into());
    }
    let reason = body.echo("reason");
    Ok(Asked { end_to_end: end_to_end.to_owned(), key: key.to_owned(), minor, direction, reason })
}

fn is_reason(code: &[u8]) -> bool {
    let (letters, digits) = code.split_at(code.len().min(2));
    code.len() == 4
        && letters.iter().all(u8::is_ascii_alphabetic)
        && digits.iter().all(u8::is_ascii_digit)
}

fn row(req: &mut Request<'_>, asked: &Asked, original: &Original, minor: i64) -> Value {
    let (id, consumer) = (req.state.ids.with("dev"), req.id().to_owned());
    let wallet = wallets::of_consumer(req.state, req.project, &consumer, req.now);
    json!({
        "devolution_id": id,
        "status": "accepted",
        "payment_direction": asked.direction,
        "end_to_end_id": asked.end_to_end,
        "amount_minor": minor,
        "currency": CURRENCY,
        "reason": asked.reason,
        "client_code": id,
        "return_identification": format!("D{:0>31}", id.trim_start_matches("dev_")),
        "original_payment_id": original.payment,
        "wallet_id": wallet,
        "charge_id": original.charge,
        "failure_reason": null,
        "created_at": req.now.rfc3339(),
        "settled_at": null,
        "idempotent_replay": false,
        "status_message": "the rail has taken it",
    })
}

/// The consumer's statement shows it.
pub(crate) fn settle(state: &mut State, project: &str, id: &str, now: Now) {
    if let Some(row) = state.devolutions.find_mut(project, id) {
        set(row, "status", "settled");
        set(row, "settled_at", now.rfc3339());
        set(row, "status_message", "given back");
    }
}

/// Where a devolution is kept: it is found under its own consumer alone.
fn place(consumer: &str, id: &str) -> String {
    format!("{consumer}/{id}")
}

/// `GET …/devolutions/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let missing = || error(404, "devolution_not_found", "no such devolution of this consumer");
    let found = req.state.devolutions.find(req.project, &place(req.id(), req.second_id()));
    let mut row: Value = found.ok_or_else(missing)?.clone();
    // The statement shows nothing of what the rail has not answered for.
    let is_known = text(&row, "status") != "uncertain";
    set(&mut row, "provider_truth", if is_known { "statement" } else { "unavailable" });
    Ok(Response::ok(row))
}
