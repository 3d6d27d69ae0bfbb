//! Pages of a list: what `limit` and the cursor of a request ask for.

use serde_json::Value;

use crate::server::{
    errors::{ApiError, error},
    request::Request,
};

/// One page of rows, newest first, and the cursor of the next.
///
/// The cursor is what `cursor_of` says of the last row; it comes back in the query parameter
/// `parameter`.
pub(crate) fn page(
    req: &Request<'_>,
    rows: Vec<Value>,
    parameter: &str,
    cursor_of: impl Fn(&Value) -> String,
) -> Result<(Vec<Value>, Option<String>), ApiError> {
    page_of(req, limit(req, 50, 200)?, rows, parameter, cursor_of)
}

/// One page of at most so many rows.
pub(crate) fn page_of(
    req: &Request<'_>,
    limit: usize,
    rows: Vec<Value>,
    parameter: &str,
    cursor_of: impl Fn(&Value) -> String,
) -> Result<(Vec<Value>, Option<String>), ApiError> {
    let start = match req.query(parameter) {
        None => 0,
        Some(cursor) => match rows.iter().position(|row| cursor_of(row) == cursor) {
            Some(index) => index + 1,
            None => return Err(error(400, "invalid_query", "the cursor is not one of ours")),
        },
    };
    let more = rows.len() > start + limit;
    let rows: Vec<Value> = rows.into_iter().skip(start).take(limit).collect();
    let next = if more { rows.last().map(cursor_of) } else { None };
    Ok((rows, next))
}

/// The query parameter `limit`.
pub(crate) fn limit(req: &Request<'_>, default: usize, most: usize) -> Result<usize, ApiError> {
    match req.query("limit").map(str::parse::<usize>) {
        None => Ok(default),
        Some(Ok(limit)) if (1..=most).contains(&limit) => Ok(limit),
        Some(_) => Err(error(400, "invalid_query", "limit is out of range")),
    }
}
