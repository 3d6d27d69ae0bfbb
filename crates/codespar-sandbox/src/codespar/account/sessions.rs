//! The sessions of the project with what was done in them: `GET /v1/account/sessions`.

use serde_json::{Value, json};

use crate::{
    codespar::account::{self, ledger::display_name},
    server::{
        paging::page,
        query,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::rfc3339,
        json::{matches, text},
        records::session::Session,
        state::State,
    },
};

const STATUSES: [&str; 3] = ["active", "closed", "error"];
const ORIGINS: [&str; 4] = ["agent", "person", "playground", "api"];

/// `GET /v1/account/sessions`, newest first. Which payments were made in a session is not
/// kept.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    query::choice(req, "status", &STATUSES)?;
    query::choice(req, "origin", &ORIGINS)?;
    let since = query::time(req, "since")?;
    let rows: Vec<Value> = req
        .state
        .sessions
        .iter()
        .rev()
        .filter(|session| session.project == req.project)
        .filter(|session| since.is_none_or(|since| session.created_at >= since))
        .map(|session| row(req.state, session))
        .filter(|row| {
            matches(row, "status", req.query("status"))
                && matches(row, "origin_kind", req.query("origin"))
                && matches(row, "agent_id", req.query("agent_id"))
        })
        .collect();
    let total = rows.len();
    let (rows, next) = page(req, rows, "before", |row| text(row, "id").to_owned())?;
    Ok(Response::ok(json!({ "sessions": rows, "next_before": next, "total": total })))
}

fn row(state: &State, session: &Session) -> Value {
    let agent = session.agent.as_deref();
    let calls = || state.tool_calls.iter().filter(|call| call.session == session.id);
    json!({
        "id": session.id,
        "status": session.status,
        "created_at": rfc3339(session.created_at),
        "closed_at": session.closed_at.map(rfc3339),
        "agent_id": agent,
        "agent_display_name": agent.map(|agent| display_name(state, &session.project, agent)),
        "origin_kind": "api",
        "opened_by_user_id": null,
        "tool_calls": {
            "count": calls().count(),
            "errors": calls().filter(|call| account::is_error(call)).count(),
            "denied": calls().filter(|call| account::is_denied(call)).count(),
        },
        "mandate_id": null,
        "amount_minor": null,
        "review": { "pending": 0, "decided": 0 },
        "title": null,
        "scene": null,
        "executor": null,
    })
}
