//! What most resources do alike: make a row of what was sent, find it, change it, list it.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, error},
        json_object::JsonObject,
        paging::{self, page_of},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        json::{set, text},
        table::Table,
    },
    upivia::path::PREFIX,
};

/// A row of what was sent, with an id and the time, and these members whatever was sent.
pub(crate) fn new_row(
    req: &mut Request<'_>,
    prefix: &str,
    body: &JsonObject,
    fixed: Value,
) -> Value {
    let mut row = body.value();
    set(&mut row, "id", req.state.ids.with(prefix));
    set(&mut row, "created_at", req.now.rfc3339());
    merge(&mut row, &JsonObject::of(&fixed), &[]);
    row
}

/// Takes over every member that was sent, but for the id and these.
pub(crate) fn merge(row: &mut Value, body: &JsonObject, fixed: &[&str]) {
    let Value::Object(sent) = body.value() else { return };
    for (name, value) in sent {
        if name != "id" && !fixed.contains(&name.as_str()) {
            set(row, &name, value);
        }
    }
}

/// Keeps a row under its own id.
pub(crate) fn insert(table: &mut Table, workspace: &str, row: Value) -> Value {
    let id = text(&row, "id").to_owned();
    table.insert(workspace, &id, row)
}

pub(crate) fn find<'a>(table: &'a Table, workspace: &str, id: &str) -> Result<&'a Value, ApiError> {
    table.find(workspace, id).ok_or_else(missing)
}

pub(crate) fn find_mut<'a>(
    table: &'a mut Table,
    workspace: &str,
    id: &str,
) -> Result<&'a mut Value, ApiError> {
    table.find_mut(workspace, id).ok_or_else(missing)
}

pub(crate) fn missing() -> ApiError {
    error(404, "not_found", "there is no such thing in this workspace")
}

/// The rows of a workspace, newest first, that this holds for.
pub(crate) fn filter(table: &Table, workspace: &str, holds: impl Fn(&Value) -> bool) -> Vec<Value> {
    table.list(workspace).filter(|row| holds(row)).cloned().collect()
}

/// One page of rows under this name, and the cursor of the next.
pub(crate) fn paged(req: &Request<'_>, name: &str, rows: Vec<Value>) -> HandlerResult {
    let (rows, next) = page(req, rows)?;
    Ok(Response::ok(json!({ name: rows, "next_cursor": next })))
}

/// One page of rows, and the cursor of the next.
pub(crate) fn page(
    req: &Request<'_>,
    rows: Vec<Value>,
) -> Result<(Vec<Value>, Option<String>), ApiError> {
    page_of(req, limit(req)?, rows, "cursor", |row| text(row, "id").to_owned())
}

/// The query parameter `limit`.
pub(crate) fn limit(req: &Request<'_>) -> Result<usize, ApiError> {
    paging::limit(req, 100, 500)
}

/// The rows that the query parameters `limit` and `offset` ask for.
pub(crate) fn offset_page(req: &Request<'_>, rows: Vec<Value>) -> Result<Vec<Value>, ApiError> {
    let limit = limit(req)?;
    let offset = req.query("offset").map_or(Ok(0), str::parse::<usize>);
    let offset = offset.map_err(|_| error(400, "invalid_request", "offset is no number"))?;
    Ok(rows.into_iter().skip(offset).take(limit).collect())
}

/// The answer of what has nothing to say.
pub(crate) fn ok() -> Response {
    Response::ok(json!({ "ok": true }))
}

/// A query parameter that must be there.
pub(crate) fn required_query<'a>(req: &'a Request<'_>, name: &str) -> Result<&'a str, ApiError> {
    let value = req.query(name).filter(|value| !value.is_empty());
    value.ok_or_else(|| {
        error(400, "invalid_request", "a query parameter is missing").with("field", name)
    })
}

/// Where this server is, as the client has called it.
pub(crate) fn origin(req: &Request<'_>) -> String {
    let host = req.received.header("host").unwrap_or("127.0.0.1");
    format!("http://{host}{}", PREFIX)
}

/// Whether a row lies between the query parameters `from` and `to`, the latter excluded.
pub(crate) fn in_time(req: &Request<'_>, row: &Value) -> bool {
    let read = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let Some(at) = read(text(row, "created_at")) else { return true };
    let bound = |name: &str| req.query(name).and_then(read);
    bound("from").is_none_or(|from| from <= at) && bound("to").is_none_or(|to| at < to)
}
