//! One session: finding it and closing it. What is done in it is in the files beside.

pub(crate) mod connections;
pub(crate) mod execute;
pub(crate) mod proxy_execute;
pub(crate) mod script;
pub(crate) mod send;
pub(crate) mod status;
pub(crate) mod status_stream;
pub(crate) mod tool_call;
pub(crate) mod tool_calls;
pub(crate) mod tools;
pub(crate) mod tracking;

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{Refusal, error, not_found},
        request::{Call, Outcome},
        response::Answer,
    },
    store::{
        clock::text,
        records::session::{Session, SessionInfo},
    },
};

/// `DELETE /v1/sessions/{id}` of the managed service; a second one changes nothing.
pub(crate) fn close(call: &mut Call<'_>) -> Outcome {
    let now = call.now.wall;
    let session = find_mut(call)?;
    let closed_at = *session.closed_at.get_or_insert(now);
    session.status = "closed";
    let body = json!({ "id": session.id, "status": "closed", "closed_at": text(closed_at) });
    Ok(Answer::ok(body))
}

/// `DELETE /sessions/{id}` of the self-hosted runtime.
pub(crate) fn close_thin(call: &mut Call<'_>) -> Outcome {
    let session = find_mut(call).map_err(|_| error(404, "not_found", "Session not found"))?;
    session.status = "closed";
    Ok(Answer::no_content())
}

/// `GET /v1/sessions/{id}/mocks`
pub(crate) fn mocks(call: &mut Call<'_>) -> Outcome {
    let session = find(call)?;
    let (declared, counters) = match &session.mocks {
        Some(mocks) => (mocks.declared().clone(), mocks.counters()),
        None => (Value::Null, json!({})),
    };
    Ok(Answer::ok(json!({ "mocks": declared, "counters": counters })))
}

/// The session named in the path.
pub(crate) fn find<'a>(call: &'a Call<'_>) -> Result<&'a Session, Refusal> {
    let mine = |session: &&Session| session.id == call.id() && visible(session, call);
    call.state.sessions.iter().find(mine).ok_or_else(|| not_found().into())
}

/// The session named in the path, which must still be open.
pub(crate) fn active(call: &Call<'_>) -> Result<SessionInfo, Refusal> {
    if !call.settings.managed() {
        return find(call)
            .ok()
            .filter(|session| session.status == "active")
            .map(Session::info)
            .ok_or_else(|| error(404, "not_found", "Session not found or closed").into());
    }
    let session = find(call)?;
    if session.status == "active" {
        return Ok(session.info());
    }
    let refusal = error(409, "session_not_active", "the session is closed");
    Err(refusal.with("status", session.status).into())
}

fn find_mut<'a>(call: &'a mut Call<'_>) -> Result<&'a mut Session, Refusal> {
    let id = find(call)?.id.clone();
    call.state
        .sessions
        .iter_mut()
        .find(|session| session.id == id)
        .ok_or_else(|| not_found().into())
}

fn visible(session: &Session, call: &Call<'_>) -> bool {
    session.project == call.project || !call.settings.managed()
}
