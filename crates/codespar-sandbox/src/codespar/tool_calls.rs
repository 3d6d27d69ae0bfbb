//! The record of tool calls: `/v1/tool-calls`.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    codespar::webhook_endpoints::event_types,
    server::{
        errors::{ApiError, error},
        paging::page,
        query,
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

/// `GET /v1/tool-calls/stats`: a row for each server that was called in the window, the one that
/// was called last first.
pub(crate) fn stats(req: &mut Request<'_>) -> HandlerResult {
    let window = query::choice(req, "window", &["24h", "7d"])?.unwrap_or("24h");
    let begin = event_types::begin(window, req.now);
    let mut servers: Vec<(&str, Vec<&ToolCallRecord>)> = Vec::new();
    for row in rows(req) {
        match servers.iter_mut().find(|(server, _)| *server == row.server) {
            Some((_, calls)) => calls.push(row),
            None => servers.push((&row.server, vec![row])),
        }
    }
    let row = |(server, calls): &(&str, Vec<&ToolCallRecord>)| {
        let last = calls.iter().map(|call| call.called_at).max();
        let late = calls.iter().filter(|call| clock::rfc3339(call.called_at) >= begin);
        let mut times: Vec<i64> = late.clone().filter_map(|call| call.duration_ms).collect();
        times.sort_unstable();
        let p95 = times.get((times.len() * 95).div_ceil(100).saturating_sub(1));
        json!({
            "server_id": server,
            "calls": late.clone().count(),
            "errors": late.filter(|call| call.status == "error").count(),
            "p95_ms": p95,
            "last_called_at": last.map(clock::rfc3339),
        })
    };
    let servers: Vec<Value> = servers.iter().map(row).collect();
    Ok(Response::ok(json!({
        "window": window,
        "window_start": begin,
        "window_end": req.now.rfc3339(),
        "servers": servers,
    })))
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
