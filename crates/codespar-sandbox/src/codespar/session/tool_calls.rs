//! The record of the tool calls of a session: `/v1/sessions/{id}/tool-calls`.

use serde_json::{Value, json};

use crate::{
    codespar::{
        session,
        tool_calls::{find_mut, missing, parse_id, rows},
    },
    server::{
        errors::Refusal,
        json_object::issue,
        paging::limit,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{clock, records::tool_call::ToolCallRecord},
};

/// `GET /v1/sessions/{id}/tool-calls`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    session::find(req)?;
    let limit = limit(req, 100, 500)?;
    let rows: Vec<Value> = rows(req)
        .filter(|row| row.session == req.id())
        .take(limit)
        .map(ToolCallRecord::row)
        .collect();
    Ok(Response::ok(json!({ "tool_calls": rows })))
}

/// `GET /v1/sessions/{id}/logs`: the same calls in fewer words.
pub(crate) fn logs(req: &mut Request<'_>) -> HandlerResult {
    session::find(req)?;
    let log = |row: &ToolCallRecord| {
        json!({
            "id": row.id(),
            "tool": row.tool,
            "server": row.server,
            "status": row.status,
            "duration_ms": row.duration_ms,
            "called_at": clock::rfc3339(row.called_at),
        })
    };
    let rows: Vec<Value> = rows(req).filter(|row| row.session == req.id()).map(log).collect();
    Ok(Response::ok(json!({ "data": rows })))
}

/// `POST /v1/sessions/{id}/tool-calls`: records a call, runs nothing.
pub(crate) fn record(req: &mut Request<'_>) -> HandlerResult {
    let session = session::active(req)?;
    let body = req.body()?;
    let status = match body.maybe_text("status")? {
        None | Some("running") => "running",
        Some(other) => final_status(other)?,
    };
    let row = ToolCallRecord {
        number: req.state.ids.number(),
        project: req.project.to_owned(),
        session: session.id,
        server: body.text("server_id")?.to_owned(),
        tool: body.text("tool_name")?.to_owned(),
        status,
        duration_ms: body.maybe_integer("duration_ms")?,
        error_code: body.maybe_text("error_code")?.map(str::to_owned),
        input: req.verbatim("input"),
        output: req.verbatim("output"),
        called_at: req.now.wall,
        tracking: None,
    };
    let answer = Response::created(row.row());
    req.state.tool_calls.push(row);
    Ok(answer)
}

/// `PATCH /v1/sessions/{id}/tool-calls/{tool_call_id}`
pub(crate) fn update(req: &mut Request<'_>) -> HandlerResult {
    let session = session::find(req)?.id.clone();
    let body = req.body()?;
    if body.is_empty() {
        return Err(issue("", "nothing to change").into());
    }
    let status = body.maybe_text("status")?.map(final_status).transpose()?;
    let duration = body.maybe_integer("duration_ms")?;
    let error_code = body.maybe_text("error_code")?.map(str::to_owned);
    let number = parse_id(req.second_id())?;
    let output = req.verbatim("output");
    let row = find_mut(req.state, req.project, number)?;
    if row.session != session {
        return Err(missing().into());
    }
    row.status = status.unwrap_or(row.status);
    row.duration_ms = duration.or(row.duration_ms);
    if body.has("error_code") {
        row.error_code = error_code;
    }
    if body.has("output") {
        row.output = output;
    }
    Ok(Response::ok(row.row()))
}

fn final_status(text: &str) -> Result<&'static str, Refusal> {
    match text {
        "success" => Ok("success"),
        "error" => Ok("error"),
        _ => Err(issue("status", "must be success or error").into()),
    }
}
