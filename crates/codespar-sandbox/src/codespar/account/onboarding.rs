//! How far somebody new has come: `GET /v1/onboarding`.

use serde_json::json;

use crate::{
    server::{
        errors::not_found,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{books::Entry, clock::rfc3339, json::member},
};

/// `GET /v1/onboarding`: an agent, a session, and money that came or went. It is about the project
/// of the key alone.
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    if req.query("project_id").is_some_and(|project| project != req.project) {
        return Err(not_found().into());
    }
    let agent = req.state.agents.list(req.project).last();
    let session = req.state.sessions.iter().find(|session| session.project == req.project);
    let is_result = |entry: &&Entry| entry.is("debit") || entry.posting.is_sale;
    let result = req.state.books.list(req.project).filter(is_result).last();
    Ok(Response::ok(json!({
        "project_id": req.project,
        "environment": if req.settings.test_mode { "test" } else { "live" },
        "agent": {
            "done": agent.is_some(),
            "agent_id": agent.map(|row| member(row, "agent_id")),
            "in_project": agent.is_some(),
            "at": agent.map(|row| member(row, "created_at")),
        },
        "scenario": {
            "done": session.is_some(),
            "session_id": session.map(|session| &session.id),
            "scene": null,
            "at": session.map(|session| rfc3339(session.created_at)),
        },
        "result": {
            "done": result.is_some(),
            "ledger_entry_id": result.map(|entry| entry.id.to_string()),
            "at": result.map(|entry| rfc3339(entry.posted_at)),
        },
    })))
}
