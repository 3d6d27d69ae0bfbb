//! What a bank says against what the books say: `/v1/wallets/{id}/statement-import` and
//! `…/recon-anomalies`.
//!
//! A cycle runs a minute after an import, at the next look: what both know, and of the same amount,
//! is reconciled, and what one of them alone knows is an anomaly.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    codespar::{
        account::ORGANIZATION,
        currency_swap::rail,
        events::{self, Event},
        ledger, wallets,
    },
    server::{
        errors::{Refusal, not_found},
        json_object::{JsonObject, issue},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::{later, rfc3339},
        json::{matches, member, set, text},
    },
};

/// How long after an import it is looked at.
const CYCLE: Duration = Duration::from_secs(60);

/// Where the lines of the statements of a wallet are kept.
struct Line {
    provider_event: String,
    minor: i64,
    currency: String,
    at: String,
}

/// `POST /v1/wallets/{id}/statement-import`: all of it, or nothing where a line is wrong. A line
/// that came before is a duplicate.
pub(crate) fn import(req: &mut Request<'_>) -> HandlerResult {
    let wallet = text(wallets::find(req)?, "id").to_owned();
    let body = req.body()?;
    let source = body.text("source")?;
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !source.bytes().all(is_word) {
        return Err(issue("source", "lower-case letters, digits and hyphens").into());
    }
    let lines: Result<Vec<Line>, Refusal> =
        body.list("entries")?.iter().map(|line| read(req, &JsonObject::of(line))).collect();
    let (mut imported, lines) = (0, lines?);
    for line in &lines {
        let place = format!("{source}\n{}", line.provider_event);
        if req.state.statement_lines.find(req.project, &place).is_some() {
            continue;
        }
        imported += 1;
        let row = json!({
            "wallet_id": wallet,
            "provider_event_id": line.provider_event,
            "amount_minor": line.minor.to_string(),
            "currency": line.currency,
            "imported_at": req.now.rfc3339(),
            "is_seen": false,
        });
        req.state.statement_lines.insert(req.project, &place, row);
        let data = json!({
            "payment_id": line.provider_event,
            "amount_minor": line.minor,
            "currency": line.currency,
            "rail": rail(&line.currency),
            "occurred_at": line.at,
        });
        let event = Event { kind: "commerce.payment.received", source: "statement-import", data };
        events::emit(req.state, req.project, event, req.now);
    }
    Ok(Response::accepted(json!({
        "wallet_id": wallet,
        "source": source,
        "imported": imported,
        "duplicates": lines.len() - imported,
        "next_recon_cycle_within_seconds": CYCLE.as_secs(),
    })))
}

fn read(req: &Request<'_>, line: &JsonObject) -> Result<Line, Refusal> {
    Ok(Line {
        provider_event: line.text("provider_event_id")?.to_owned(),
        minor: line.integer("amount_minor")?,
        currency: ledger::currency(line, "currency")?.to_owned(),
        at: line.maybe_text("occurred_at")?.map_or_else(|| req.now.rfc3339(), str::to_owned),
    })
}

/// `GET /v1/wallets/{id}/recon-anomalies`: the open ones, unless others are asked for.
pub(crate) fn anomalies(req: &mut Request<'_>) -> HandlerResult {
    wallets::find(req)?;
    run_cycle(req);
    let status = req.query("status").unwrap_or("open");
    let of_wallet = |row: &&Value| {
        matches(row, "wallet_id", Some(req.id())) && matches(row, "status", Some(status))
    };
    let rows: Vec<&Value> = req.state.anomalies.list(req.project).filter(of_wallet).collect();
    Ok(Response::ok(json!({ "anomalies": rows })))
}

/// `POST /v1/wallets/{id}/recon-anomalies/{anomaly}`: one that was decided about stays as it is.
pub(crate) fn resolve(req: &mut Request<'_>) -> HandlerResult {
    wallets::find(req)?;
    let body = req.body()?;
    let status = body.choice("status", &["resolved", "dismissed"])?;
    let note = body.maybe_text("note")?;
    run_cycle(req);
    let (wallet, id) = (req.id().to_owned(), req.second_id().to_owned());
    let found = req.state.anomalies.find_mut(req.project, &id);
    let row = found.filter(|row| matches(row, "wallet_id", Some(&wallet))).ok_or_else(not_found)?;
    if text(row, "status") == "open" {
        set(row, "status", status);
        set(row, "resolved_at", req.now.rfc3339());
        set(row, "resolution_note", note);
    }
    Ok(Response::ok(row.clone()))
}

/// Compares what was imported a minute ago or more with the books.
pub(super) fn run_cycle(req: &mut Request<'_>) {
    let wallet = req.id().to_owned();
    let due = |row: &Value| {
        let imported: Option<Timestamp> = text(row, "imported_at").parse().ok();
        *member(row, "is_seen") == json!(false)
            && imported.is_some_and(|at| later(at, CYCLE) <= req.now.wall)
    };
    let mut lines = Vec::new();
    for row in req.state.statement_lines.list_mut(req.project) {
        if matches(row, "wallet_id", Some(&wallet)) && due(row) {
            set(row, "is_seen", true);
            lines.insert(0, row.clone());
        }
    }
    if lines.is_empty() {
        return;
    }
    for line in &lines {
        let mut entries = req.state.books.list_mut(req.project);
        let known = entries.find(|entry| {
            entry.posting.wallet == wallet
                && entry.posting.currency == text(line, "currency")
                && entry.posting.external_ref.as_deref() == Some(text(line, "provider_event_id"))
                && entry.posting.amount_minor.to_string() == text(line, "amount_minor")
        });
        match known {
            Some(entry) => entry.reconciled_at = Some(req.now.wall),
            None => {
                drop(entries);
                let found = (text(line, "provider_event_id"), text(line, "amount_minor"));
                add(req, &wallet, "receipt_without_debit", (None, found, text(line, "currency")));
            }
        }
    }
    unmatched_debits(req, &wallet);
}

/// Debits that no statement shows are anomalies, too.
fn unmatched_debits(req: &mut Request<'_>, wallet: &str) {
    let rows: Vec<Value> = req
        .state
        .books
        .list(req.project)
        .filter(|entry| entry.posting.wallet == wallet && entry.is("debit"))
        .filter(|entry| entry.reconciled_at.is_none() && entry.posting.external_ref.is_some())
        .filter(|entry| later(entry.posted_at, CYCLE) <= req.now.wall)
        .map(ledger::row)
        .collect();
    for row in rows.iter().rev() {
        let id = text(row, "id");
        let same = |known: &Value| text(known, "ledger_entry_id") == id;
        if !req.state.anomalies.list(req.project).any(same) {
            let found = (text(row, "external_ref"), text(row, "amount_minor"));
            add(req, wallet, "debit_without_receipt", (Some(id), found, text(row, "currency")));
        }
    }
}

fn add(
    req: &mut Request<'_>,
    wallet: &str,
    kind: &str,
    (entry, (reference, minor), currency): (Option<&str>, (&str, &str), &str),
) {
    let id = req.state.ids.with("anm");
    let row = json!({
        "id": id,
        "wallet_id": wallet,
        "org_id": ORGANIZATION,
        "kind": kind,
        "ledger_entry_id": entry,
        "external_ref": reference,
        "amount_minor": minor,
        "currency": currency,
        "detected_at": rfc3339(req.now.wall),
        "status": "open",
        "resolved_at": null,
        "resolution_note": null,
        "metadata": {},
    });
    req.state.anomalies.insert(req.project, &id, row);
}
