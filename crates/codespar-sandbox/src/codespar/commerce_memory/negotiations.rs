//! What was negotiated with counterparties: `/v1/commerce-memory/negotiations`.

use serde_json::{Value, json};

use crate::{
    codespar::{
        commerce_memory::{choice_or, maybe_minor, moment},
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

const OUTCOMES: [&str; 4] = ["agreed", "declined", "pending", "expired"];

/// `GET /v1/commerce-memory/negotiations`: the newest first.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let limit = limit(req, 50, 500)?;
    let outcome = query::choice(req, "outcome", &OUTCOMES)?;
    let rows = req.state.negotiations.list(req.project).filter(|row| {
        matches(row, "outcome", outcome)
            && ["counterparty_id", "item_ref"].iter().all(|it| matches(row, it, req.query(it)))
    });
    let mut rows: Vec<&Value> = rows.collect();
    rows.sort_by(|one, other| text(other, "started_at").cmp(text(one, "started_at")));
    rows.truncate(limit);
    Ok(Response::ok(json!({ "negotiations": rows })))
}

/// `POST /v1/commerce-memory/negotiations`: each request makes one.
pub(crate) fn record(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let item = body.text("item")?;
    let currency = body.text("currency")?;
    let outcome = choice_or(&body, "outcome", &OUTCOMES, "pending")?;
    let initial = maybe_minor(&body, "initial_price_minor")?;
    let agreed = maybe_minor(&body, "agreed_price_minor")?;
    if outcome == "agreed" && agreed.is_none() {
        return Err(issue("agreed_price_minor", "required of what was agreed").into());
    }
    let rounds = match body.maybe_integer("rounds")? {
        Some(rounds) if rounds < 1 => return Err(issue("rounds", "must be positive").into()),
        rounds => rounds.unwrap_or(1),
    };
    let started_at = moment(&body, "started_at", req.now)?;
    let closed_at = moment(&body, "closed_at", req.now)?;
    let metadata = body.maybe_object("metadata")?.unwrap_or_default();
    let counterparty = named(req, &body)?;
    let id = req.state.ids.with("neg");
    let row = json!({
        "id": id,
        "counterparty_id": counterparty,
        "item": item,
        "item_ref": body.echo("item_ref"),
        "initial_price_minor": initial,
        "agreed_price_minor": agreed,
        "currency": currency,
        "rounds": rounds,
        "outcome": outcome,
        "agent_id": body.echo("agent_id"),
        "started_at": started_at,
        "closed_at": (outcome != "pending").then_some(closed_at),
        "metadata": metadata.value(),
    });
    Ok(Response::created(req.state.negotiations.insert(req.project, &id, row)))
}
