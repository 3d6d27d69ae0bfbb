//! The entries of all wallets of the project: `GET /v1/account/ledger`.

use serde_json::{Value, json};

use crate::{
    codespar::{account, ledger},
    server::{
        paging::page,
        query,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        books::Entry,
        clock::rfc3339,
        json::{matches, member, text},
        state::State,
    },
};

/// What an entry is about, as far as it is known.
const CATEGORIES: [&str; 4] = ["compra", "fornecedor", "assinatura", "recebivel"];

/// `GET /v1/account/ledger`, newest first; a reference that is no hold gives no entries.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let kind = ledger::kind(req)?;
    query::choice(req, "category", &CATEGORIES)?;
    let (since, until) = (query::time(req, "since")?, query::time(req, "until")?);
    let fits = |entry: &&Entry| {
        kind.is_none_or(|kind| entry.is(kind))
            && since.is_none_or(|since| entry.posted_at >= since)
            && until.is_none_or(|until| entry.posted_at < until)
    };
    const BY_TEXT: [&str; 6] =
        ["agent_id", "mandate_id", "currency", "hold_ref", "category", "proposal_id"];
    let rows: Vec<Value> = req
        .state
        .books
        .list(req.project)
        .filter(fits)
        .map(|entry| row(req, entry))
        .filter(|row| BY_TEXT.iter().all(|name| matches(row, name, req.query(name))))
        .collect();
    let (rows, next) = page(req, rows, "before", |row| text(row, "id").to_owned())?;
    Ok(Response::ok(json!({ "entries": rows, "next_before": next })))
}

fn row(req: &Request<'_>, entry: &Entry) -> Value {
    let posting = &entry.posting;
    let agent = posting.agent.as_deref();
    let hold = posting.hold.or_else(|| entry.is("hold").then_some(entry.id));
    let category = match posting.is_sale {
        true => Some("recebivel"),
        false => (agent.is_some() && entry.is("debit")).then_some("compra"),
    };
    json!({
        "id": entry.id.to_string(),
        "wallet_id": posting.wallet,
        "currency": posting.currency,
        "kind": posting.kind,
        "amount_minor": posting.amount_minor.to_string(),
        "posted_at": rfc3339(entry.posted_at),
        "mandate_id": posting.mandate,
        "agent_id": agent,
        "agent_display_name": agent.map(|agent| display_name(req.state, req.project, agent)),
        "origin_kind": if agent.is_some() { "agent" } else { "system" },
        "description": posting.description,
        "rail": posting.rail,
        "external_ref": posting.external_ref,
        "hold_ref": hold.map(|id| id.to_string()),
        "receipt_id": posting.receipt,
        "authorization": null,
        "category": category,
        "test_funding": posting.test_funding.is_some(),
        "test_funding_kind": posting.test_funding,
        "proposal_id": null,
        "reverses": posting.reverses.map(|id| id.to_string()),
        "source": null,
        "phase": null,
        "executor": agent.and_then(|_| account::executor(req.settings)),
        "balance_after_minor": entry.balance_after.to_string(),
    })
}

/// The name that an agent was registered with, where it has one.
pub(super) fn display_name(state: &State, project: &str, agent: &str) -> Value {
    let found = state.agents.find(project, agent);
    found.map(|row| member(row, "display_name").clone()).unwrap_or_default()
}
