//! Sessions of the chat. What is said in them is in `turn`.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, error},
        request::{Call, Outcome},
        response::Answer,
    },
    store::{
        json::{matches, part, set, text},
        upivia,
    },
    upivia::resource,
};

/// `GET /chat/sessions`: open ones in which something was said, unless others are asked for.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let wants = |name: &str| call.query(name) == Some("true");
    let fits = |row: &Value| {
        matches(row, "agent_id", call.query("agent_id"))
            && matches(row, "team_id", call.query("team_id"))
            && (is_open(row) || wants("include_closed"))
            && (!is_empty(row) || wants("include_empty"))
    };
    let mut sessions = resource::some(&call.state.upivia.chat_sessions, call.project, fits);
    sessions.truncate(resource::limit(call)?);
    Ok(Answer::ok(json!({ "sessions": sessions })))
}

fn is_open(row: &Value) -> bool {
    part(row, "closed_at").is_null()
}

fn is_empty(row: &Value) -> bool {
    part(row, "last_message_at").is_null()
}

/// `POST /chat/sessions`: a new one, or the open one in which nothing was said yet.
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let body = call.maybe_body()?;
    let agent = body.maybe_text("agent_id")?.unwrap_or(upivia::AGENT);
    let books = &mut call.state.upivia;
    let name = part(resource::find(&books.agents, call.project, agent)?, "name").clone();
    let idle = books
        .chat_sessions
        .list(call.project)
        .find(|row| is_open(row) && is_empty(row) && text(row, "agent_id") == agent);
    if let Some(row) = idle {
        return Ok(Answer::ok(row.clone()));
    }
    let row = json!({
        "id": call.state.ids.with("cs"),
        "agent_id": agent,
        "agent_name": name,
        "model_id": body.echo("model_id"),
        "title": body.echo("title"),
        "created_at": call.now.text(),
        "last_message_at": null,
        "closed_at": null,
    });
    let row = resource::keep(&mut call.state.upivia.chat_sessions, call.project, row);
    Ok(Answer::created(row))
}

/// `GET /chat/sessions/{id}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let books = &call.state.upivia;
    let session = resource::find(&books.chat_sessions, call.project, call.id())?;
    let said = |row: &Value| text(row, "session_id") == call.id();
    let mut messages = resource::some(&books.messages, call.project, said);
    messages.reverse();
    Ok(Answer::ok(json!({ "session": session, "messages": messages })))
}

/// `DELETE /chat/sessions`: closes one, or all.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let now = call.now.text();
    if call.query("all") == Some("true") {
        let sessions = call.state.upivia.chat_sessions.list_mut(call.project);
        let open =
            sessions.filter(|row| is_open(row)).map(|row| set(row, "closed_at", now.as_str()));
        return Ok(Answer::ok(json!({ "closed": true, "count": open.count() })));
    }
    let id = resource::wanted(call, "session_id")?.to_owned();
    let row = resource::find_mut(&mut call.state.upivia.chat_sessions, call.project, &id)?;
    if is_open(row) {
        set(row, "closed_at", now);
    }
    Ok(Answer::ok(json!({ "closed": true })))
}

/// A session that is open.
pub(crate) fn active<'a>(call: &'a Call<'_>, id: &str) -> Result<&'a Value, ApiError> {
    let row = resource::find(&call.state.upivia.chat_sessions, call.project, id)?;
    let closed = || error(409, "session_closed", "the session is closed");
    is_open(row).then_some(row).ok_or_else(closed)
}

/// Writes down what was said.
pub(crate) fn keep(call: &mut Call<'_>, session: &str, role: &str, content: Value) -> Value {
    let now = call.now.text();
    let row = json!({
        "id": call.state.ids.with("cm"),
        "session_id": session,
        "role": role,
        "content": content,
        "created_at": now,
    });
    if let Some(row) = call.state.upivia.chat_sessions.find_mut(call.project, session) {
        set(row, "last_message_at", now);
    }
    resource::keep(&mut call.state.upivia.messages, call.project, row)
}
