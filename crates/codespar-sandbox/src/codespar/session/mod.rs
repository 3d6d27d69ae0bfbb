//! One session: finding it and closing it. What is done in it is in the files beside.

pub(crate) mod connections;
pub(crate) mod execute;
pub(crate) mod proxy_execute;
pub(crate) mod run_tool;
pub(crate) mod scripted_agent;
pub(crate) mod send;
pub(crate) mod status;
pub(crate) mod status_stream;
pub(crate) mod tool_calls;
pub(crate) mod tools;
pub(crate) mod tracking;

use serde_json::{Value, json};

use crate::{
    codespar::events,
    server::{
        errors::{Refusal, error, not_found},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::rfc3339,
        records::session::{Session, SessionInfo},
    },
};

/// `DELETE /v1/sessions/{id}` of the managed service; a second one changes nothing.
pub(crate) fn close(req: &mut Request<'_>) -> HandlerResult {
    let (project, now) = (req.project, req.now);
    let session = find_mut(req)?;
    let is_first = session.status != "closed";
    let closed_at = *session.closed_at.get_or_insert(now.wall);
    session.status = "closed";
    let id = session.id.clone();
    if is_first {
        let data = json!({
            "session_id": id, "user_id": session.user, "agent_id": session.agent,
        });
        events::tell(req.state, project, "session.closed", data, now);
    }
    let body = json!({ "id": id, "status": "closed", "closed_at": rfc3339(closed_at) });
    Ok(Response::ok(body))
}

/// `DELETE /sessions/{id}` of the self-hosted runtime.
pub(crate) fn close_self_hosted(req: &mut Request<'_>) -> HandlerResult {
    let session = find_mut(req).map_err(|_| error(404, "not_found", "Session not found"))?;
    session.status = "closed";
    Ok(Response::no_content())
}

/// `GET /v1/sessions/{id}/mocks`
pub(crate) fn mocks(req: &mut Request<'_>) -> HandlerResult {
    let session = find(req)?;
    let (declared, counters) = match &session.mocks {
        Some(mocks) => (mocks.declared().clone(), mocks.counters()),
        None => (Value::Null, json!({})),
    };
    Ok(Response::ok(json!({ "mocks": declared, "counters": counters })))
}

/// The session named in the path.
pub(crate) fn find<'a>(req: &'a Request<'_>) -> Result<&'a Session, Refusal> {
    let mine = |session: &&Session| session.id == req.id() && visible(session, req);
    req.state.sessions.iter().find(mine).ok_or_else(|| not_found().into())
}

/// The session named in the path, which must still be open.
pub(crate) fn active(req: &Request<'_>) -> Result<SessionInfo, Refusal> {
    if !req.settings.managed() {
        return find(req)
            .ok()
            .filter(|session| session.status == "active")
            .map(Session::info)
            .ok_or_else(|| error(404, "not_found", "Session not found or closed").into());
    }
    let session = find(req)?;
    if session.status == "active" {
        return Ok(session.info());
    }
    let refusal = error(409, "session_not_active", "the session is closed");
    Err(refusal.with("status", session.status).into())
}

fn find_mut<'a>(req: &'a mut Request<'_>) -> Result<&'a mut Session, Refusal> {
    let id = find(req)?.id.clone();
    req.state.sessions.iter_mut().find(|session| session.id == id).ok_or_else(|| not_found().into())
}

fn visible(session: &Session, req: &Request<'_>) -> bool {
    session.project == req.project || !req.settings.managed()
}
