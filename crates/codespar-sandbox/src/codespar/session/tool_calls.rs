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
        request::{Call, Outcome},
        response::Answer,
    },
    store::{clock, records::tool_call::ToolCall},
};

/// `GET /v1/sessions/{id}/tool-calls`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    session::find(call)?;
    let limit = limit(call, 100, 500)?;
    let rows: Vec<Value> =
        rows(call).filter(|row| row.session == call.id()).take(limit).map(ToolCall::row).collect();
    Ok(Answer::ok(json!({ "tool_calls": rows })))
}

/// `GET /v1/sessions/{id}/logs`: the same calls in fewer words.
pub(crate) fn logs(call: &mut Call<'_>) -> Outcome {
    session::find(call)?;
    let log = |row: &ToolCall| {
        json!({
            "id": row.id(),
            "tool": row.tool,
            "server": row.server,
            "status": row.status,
            "duration_ms": row.duration_ms,
            "called_at": clock::text(row.called_at),
        })
    };
    let rows: Vec<Value> = rows(call).filter(|row| row.session == call.id()).map(log).collect();
    Ok(Answer::ok(json!({ "data": rows })))
}

/// `POST /v1/sessions/{id}/tool-calls`: records a call, runs nothing.
pub(crate) fn record(call: &mut Call<'_>) -> Outcome {
    let session = session::active(call)?;
    let body = call.body()?;
    let status = match body.maybe_text("status")? {
        None | Some("running") => "running",
        Some(other) => final_status(other)?,
    };
    let row = ToolCall {
        number: call.state.ids.number(),
        project: call.project.to_owned(),
        session: session.id,
        server: body.text("server_id")?.to_owned(),
        tool: body.text("tool_name")?.to_owned(),
        status,
        duration_ms: body.maybe_integer("duration_ms")?,
        error_code: body.maybe_text("error_code")?.map(str::to_owned),
        input: call.verbatim("input"),
        output: call.verbatim("output"),
        called_at: call.now.wall,
        tracking: None,
    };
    let answer = Answer::created(row.row());
    call.state.tool_calls.push(row);
    Ok(answer)
}

/// `PATCH /v1/sessions/{id}/tool-calls/{tool_call_id}`
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let session = session::find(call)?.id.clone();
    let body = call.body()?;
    if body.is_empty() {
        return Err(issue("", "nothing to change").into());
    }
    let status = body.maybe_text("status")?.map(final_status).transpose()?;
    let duration = body.maybe_integer("duration_ms")?;
    let error_code = body.maybe_text("error_code")?.map(str::to_owned);
    let number = parse_id(call.second_id())?;
    let output = call.verbatim("output");
    let row = find_mut(call.state, call.project, number)?;
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
    Ok(Answer::ok(row.row()))
}

fn final_status(text: &str) -> Result<&'static str, Refusal> {
    match text {
        "success" => Ok("success"),
        "error" => Ok("error"),
        _ => Err(issue("status", "must be success or error").into()),
    }
}
