//! The record of tool calls: `/v1/tool-calls`.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, error},
        paging::page,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{clock, json::text, records::tool_call::ToolCallRecord, state::State},
};

impl ToolCallRecord {
    pub(crate) fn row(&self) -> Value {
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
            "called_at": clock::rfc3339(self.called_at),
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

/// `GET /v1/tool-calls`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let since = match req.query("since").map(str::parse::<Timestamp>) {
        None => Timestamp::MIN,
        Some(Ok(since)) => since,
        Some(Err(_)) => return Err(error(400, "invalid_query", "since is no timestamp").into()),
    };
    let rows: Vec<Value> =
        rows(req).filter(|row| row.called_at >= since).map(ToolCallRecord::row).collect();
    if req.query("count_only") == Some("true") {
        return Ok(Response::ok(json!({ "total": rows.len() })));
    }
    let (rows, next) = page(req, rows, "before", cursor)?;
    Ok(Response::ok(json!({ "tool_calls": rows, "next_before": next })))
}

/// `GET /v1/tool-calls/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let number = parse_id(req.id())?;
    Ok(Response::ok(find_mut(req.state, req.project, number)?.row()))
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
) -> Result<&'a mut ToolCallRecord, ApiError> {
    let found =
        state.tool_calls.iter_mut().find(|row| row.number == number && row.project == project);
    found.ok_or_else(missing)
}

pub(crate) fn missing() -> ApiError {
    error(404, "tool_call_not_found", "no such tool call in this project")
}

/// The calls of a project, newest first.
pub(crate) fn rows<'a>(req: &'a Request<'_>) -> impl Iterator<Item = &'a ToolCallRecord> {
    req.state.tool_calls.iter().rev().filter(|row| row.project == req.project)
}

/// `<timestamp>:<id>`
fn cursor(row: &Value) -> String {
    let member = |name| text(row, name);
    format!("{}:{}", member("called_at"), member("id"))
}
