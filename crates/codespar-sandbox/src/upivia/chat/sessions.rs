//! Sessions of the chat. What is said in them is in `turn`.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, error},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        json::{matches, member, set, text},
        upivia,
    },
    upivia::resource,
};

/// `GET /chat/sessions`: open ones in which something was said, unless others are asked for.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let wants = |name: &str| req.query(name) == Some("true");
    let fits = |row: &Value| {
        matches(row, "agent_id", req.query("agent_id"))
            && matches(row, "team_id", req.query("team_id"))
            && (is_open(row) || wants("include_closed"))
            && (!is_empty(row) || wants("include_empty"))
    };
    let mut sessions = resource::filter(&req.state.upivia.chat_sessions, req.project, fits);
    sessions.truncate(resource::limit(req)?);
    Ok(Response::ok(json!({ "sessions": sessions })))
}

fn is_open(row: &Value) -> bool {
    member(row, "closed_at").is_null()
}

fn is_empty(row: &Value) -> bool {
    member(row, "last_message_at").is_null()
}

/// `POST /chat/sessions`: a new one, or the open one in which nothing was said yet.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.maybe_body()?;
    let agent = body.maybe_text("agent_id")?.unwrap_or(upivia::AGENT);
    let upivia = &mut req.state.upivia;
    let name = member(resource::find(&upivia.agents, req.project, agent)?, "name").clone();
    let idle = upivia
        .chat_sessions
        .list(req.project)
        .find(|row| is_open(row) && is_empty(row) && text(row, "agent_id") == agent);
    if let Some(row) = idle {
        return Ok(Response::ok(row.clone()));
    }
    let row = json!({
        "id": req.state.ids.with("cs"),
        "agent_id": agent,
        "agent_name": name,
        "model_id": body.echo("model_id"),
        "title": body.echo("title"),
        "created_at": req.now.rfc3339(),
        "last_message_at": null,
        "closed_at": null,
    });
    let row = resource::insert(&mut req.state.upivia.chat_sessions, req.project, row);
    Ok(Response::created(row))
}

/// `GET /chat/sessions/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let upivia = &req.state.upivia;
    let session = resource::find(&upivia.chat_sessions, req.project, req.id())?;
    let said = |row: &Value| text(row, "session_id") == req.id();
    let mut messages = resource::filter(&upivia.messages, req.project, said);
    messages.reverse();
    Ok(Response::ok(json!({ "session": session, "messages": messages })))
}

/// `DELETE /chat/sessions`: closes one, or all.
pub(crate) fn delete(req: &mut Request<'_>) -> HandlerResult {
    let now = req.now.rfc3339();
    if req.query("all") == Some("true") {
        let sessions = req.state.upivia.chat_sessions.list_mut(req.project);
        let open =
            sessions.filter(|row| is_open(row)).map(|row| set(row, "closed_at", now.as_str()));
        return Ok(Response::ok(json!({ "closed": true, "count": open.count() })));
    }
    let id = resource::required_query(req, "session_id")?.to_owned();
    let row = resource::find_mut(&mut req.state.upivia.chat_sessions, req.project, &id)?;
    if is_open(row) {
        set(row, "closed_at", now);
    }
    Ok(Response::ok(json!({ "closed": true })))
}

/// A session that is open.
pub(crate) fn active<'a>(req: &'a Request<'_>, id: &str) -> Result<&'a Value, ApiError> {
    let row = resource::find(&req.state.upivia.chat_sessions, req.project, id)?;
    let closed = || error(409, "session_closed", "the session is closed");
    is_open(row).then_some(row).ok_or_else(closed)
}

/// Writes down what was said.
pub(crate) fn add_message(
    req: &mut Request<'_>,
    session: &str,
    role: &str,
    content: Value,
) -> Value {
    let now = req.now.rfc3339();
    let row = json!({
        "id": req.state.ids.with("cm"),
        "session_id": session,
        "role": role,
        "content": content,
        "created_at": now,
    });
    if let Some(row) = req.state.upivia.chat_sessions.find_mut(req.project, session) {
        set(row, "last_message_at", now);
    }
    resource::insert(&mut req.state.upivia.messages, req.project, row)
}
