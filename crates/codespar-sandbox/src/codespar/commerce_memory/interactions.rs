//! What happened with counterparties: `/v1/commerce-memory/interactions`.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    codespar::{
        commerce_memory::{Window, choice_or, maybe_minor, moment},
        counterparties::named,
    },
    server::{
        json_object::issue,
        paging::limit,
        query,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{matches, text},
};

const KINDS: [&str; 8] =
    ["quote", "negotiation", "order", "invoice", "payment", "shipment", "message", "other"];
const SOURCES: [&str; 4] = ["agent_execute", "webhook", "manual", "backfill"];

/// `GET /v1/commerce-memory/interactions`: the newest first.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let limit = limit(req, 50, 500)?;
    let kind = query::choice(req, "kind", &KINDS)?;
    let window = Window::read(req)?;
    let rows = req.state.interactions.list(req.project).filter(|row| {
        matches(row, "counterparty_id", req.query("counterparty_id"))
            && matches(row, "kind", kind)
            && window.has(row, "occurred_at")
    });
    let mut rows: Vec<&Value> = rows.collect();
    rows.sort_by(|one, other| text(other, "occurred_at").cmp(text(one, "occurred_at")));
    rows.truncate(limit);
    Ok(Response::ok(json!({ "interactions": rows })))
}

/// `POST /v1/commerce-memory/interactions`: one for each `source_ref` of a source.
pub(crate) fn record(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let kind = body.choice("kind", &KINDS)?;
    let source = choice_or(&body, "source", &SOURCES, "agent_execute")?;
    let reference = body.maybe_text("source_ref")?;
    let amount = maybe_minor(&body, "amount_minor")?;
    if amount.is_some() != body.maybe_text("currency")?.is_some() {
        return Err(issue("currency", "with an amount, and not without").into());
    }
    let occurred_at = moment(&body, "occurred_at", req.now)?;
    let metadata = body.maybe_object("metadata")?.unwrap_or_default();
    let counterparty = named(req, &body)?;
    let is_same = |row: &&Value| {
        reference.is_some()
            && matches(row, "source", Some(source))
            && matches(row, "source_ref", reference)
    };
    if let Some(known) = req.state.interactions.list(req.project).find(is_same) {
        return Ok(Response::ok(json!({ "idempotent": true, "interaction": known })));
    }
    let id = req.state.ids.with("ci");
    let currency = body.maybe_text("currency")?;
    let row = json!({
        "id": id,
        "counterparty_id": counterparty,
        "kind": kind,
        "amount_minor": amount,
        "amount_native": amount.map(|amount| native(amount, currency)),
        "amount": amount.map(|amount| Decimal::new(amount, 2).to_string()),
        "currency": currency,
        "occurred_at": occurred_at,
        "source": source,
        "source_ref": reference,
        "agent_id": body.echo("agent_id"),
        "metadata": metadata.value(),
    });
    Ok(Response::created(req.state.interactions.insert(req.project, &id, row)))
}

/// Hundredths in the unit that wallets count in: millionths of a USDC, else hundredths.
fn native(minor: i64, currency: Option<&str>) -> String {
    let unit = if currency == Some("USDC") { 10_000 } else { 1 };
    (i128::from(minor) * unit).to_string()
}
