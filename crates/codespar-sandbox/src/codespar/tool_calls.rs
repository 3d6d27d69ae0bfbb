//! The record of tool calls : `/v1/tool-calls` and `/v1/sessions/{id}/tool-calls`.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    codespar::sessions,
    server::{
        errors::{ApiError, Refusal, error},
        json_object::issue,
        paging::{limit, page},
        request::{Call, Outcome},
        response::Answer,
    },
    store::{clock, records::tool_call::ToolCall, state::State},
};

impl ToolCall {
    pub(crate) fn id(&self) -> String {
        format!("tc_{}", self.number)
    }

    fn row(&self) -> Value {
        json!({
            "id": self.id(),
            "session_id": self.session,
            "server_id": self.server,
            "tool_name": self.tool,
            "status": self.status,
            "duration_ms": self.duration_ms,
            "error_code": self.error_code,
            "input": self.input,
            "output": self.output,
            "called_at": clock::text(self.called_at),
        })
    }

    /// The form it has inside an answer of `send`.
    pub(crate) fn chat_record(&self) -> Value {
        json!({
            "id": self.id(),
            "tool_name": self.tool,
            "server_id": self.server,
            "status": self.status,
            "duration_ms": self.duration_ms.unwrap_or_default(),
            "input": self.input,
            "output": self.output,
            "error_code": self.error_code,
        })
    }
}

/// `GET /v1/sessions/{id}/tool-calls`
pub(crate) fn of_session(call: &mut Call<'_>) -> Outcome {
    sessions::find(call)?;
    let limit = limit(call, 100, 500)?;
    let rows: Vec<Value> =
        rows(call).filter(|row| row.session == call.id()).take(limit).map(ToolCall::row).collect();
    Ok(Answer::ok(json!({ "tool_calls": rows })))
}

/// `GET /v1/sessions/{id}/logs`: the same calls in fewer words.
pub(crate) fn logs(call: &mut Call<'_>) -> Outcome {
    sessions::find(call)?;
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
    let session = sessions::active(call)?;
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
    let session = sessions::find(call)?.id.clone();
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

/// `GET /v1/tool-calls`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let since = match call.query("since").map(str::parse::<Timestamp>) {
        None => Timestamp::MIN,
        Some(Ok(since)) => since,
        Some(Err(_)) => return Err(error(400, "invalid_query", "since is no timestamp").into()),
    };
    let rows: Vec<Value> =
        rows(call).filter(|row| row.called_at >= since).map(ToolCall::row).collect();
    if call.query("count_only") == Some("true") {
        return Ok(Answer::ok(json!({ "total": rows.len() })));
    }
    let (rows, next) = page(call, rows, "before", cursor)?;
    Ok(Answer::ok(json!({ "tool_calls": rows, "next_before": next })))
}

/// `GET /v1/tool-calls/{id}`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let number = parse_id(call.id())?;
    Ok(Answer::ok(find_mut(call.state, call.project, number)?.row()))
}

/// The number in `tc_<digits>` or bare digits.
pub(crate) fn parse_id(id: &str) -> Result<u64, ApiError> {
    let digits = id.strip_prefix("tc_").unwrap_or(id);
    digits
        .parse()
        .ok()
        .filter(|_| digits.bytes().all(|byte| byte.is_ascii_digit()))
        .ok_or_else(|| error(400, "invalid_tool_call_id", "not the id of a tool call"))
}

pub(crate) fn find_mut<'a>(
    state: &'a mut State,
    project: &str,
    number: u64,
) -> Result<&'a mut ToolCall, ApiError> {
    let found =
        state.tool_calls.iter_mut().find(|row| row.number == number && row.project == project);
    found.ok_or_else(missing)
}

fn missing() -> ApiError {
    error(404, "tool_call_not_found", "no such tool call in this project")
}

fn rows<'a>(call: &'a Call<'_>) -> impl Iterator<Item = &'a ToolCall> {
    call.state.tool_calls.iter().rev().filter(|row| row.project == call.project)
}

/// `<timestamp>:<id>`
fn cursor(row: &Value) -> String {
    let part = |name| crate::store::json::text(row, name);
    format!("{}:{}", part("called_at"), part("id"))
}

fn final_status(text: &str) -> Result<&'static str, Refusal> {
    match text {
        "success" => Ok("success"),
        "error" => Ok("error"),
        _ => Err(issue("status", "must be success or error").into()),
    }
}
