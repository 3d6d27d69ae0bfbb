//! `POST /v1/sessions/{id}/proxy_execute`: a call to a provider, which here is always mocked.

use serde_json::json;

use crate::{
    codespar::{events, session},
    server::{
        errors::error,
        json_object::issue,
        request::{HandlerResult, Request},
        response::Response,
    },
};

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// Answers like a mocked upstream: what was sent comes back, marked as mocked.
pub(crate) fn execute(req: &mut Request<'_>) -> HandlerResult {
    let session = session::active(req)?;
    let body = req.body()?;
    let server = body.text("server")?;
    let endpoint = body.text("endpoint")?;
    let method = body.choice("method", &METHODS)?;
    for (field, text) in [("server", server), ("endpoint", endpoint)] {
        if text.contains(':') {
            return Err(issue(field, "must not contain a colon").into());
        }
    }
    body.maybe_object("params")?;
    body.maybe_object("headers")?;
    if !session.servers.iter().any(|known| known == server) {
        let refusal = error(400, "server_not_connected", "the session was not opened with it")
            .with("server", server)
            .with("hint", "name the server when the session is created")
            .with("alternative", "codespar_manage_connections");
        return Err(refusal.into());
    }
    let id = req.state.ids.with("px");
    let data = json!({
        "mocked": true,
        "server": server,
        "endpoint": endpoint,
        "method": method,
        "params": req.verbatim("params"),
        "body": req.verbatim("body"),
    });
    let told = json!({
        "proxy_call_id": id,
        "session_id": session.id,
        "agent_id": session.agent,
        "server": server,
        "endpoint": endpoint,
        "method": method,
    });
    events::tell(req.state, req.project, "proxy_call.succeeded", told, req.now);
    Ok(Response::ok(json!({
        "status": 200,
        "data": data,
        "headers": { "content-type": "application/json", "x-codespar-mock": "true" },
        "duration": session::run_tool::CLAIMED_MS,
        "proxy_call_id": id,
    })))
}
