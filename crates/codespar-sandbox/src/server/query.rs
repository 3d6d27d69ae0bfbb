//! Query parameters that are read as what they stand for.

use jiff::Timestamp;

use crate::server::{
    errors::{ApiError, error},
    request::Request,
};

/// One of the known values, where the parameter is there.
pub(crate) fn choice<'a>(
    req: &'a Request<'_>,
    name: &str,
    known: &[&str],
) -> Result<Option<&'a str>, ApiError> {
    match req.query(name) {
        Some(value) if !known.contains(&value) => Err(wrong(name, "not one of the known values")),
        value => Ok(value),
    }
}

/// A moment, where the parameter is there.
pub(crate) fn time(req: &Request<'_>, name: &str) -> Result<Option<Timestamp>, ApiError> {
    let read = |text: &str| text.parse().map_err(|_| wrong(name, "no timestamp"));
    req.query(name).map(read).transpose()
}

/// The query parameter `limit`, made to fit where it does not.
pub(crate) fn clamped_limit(
    req: &Request<'_>,
    default: usize,
    most: usize,
) -> Result<usize, ApiError> {
    match req.query("limit").map(str::parse::<usize>) {
        None => Ok(default),
        Some(Ok(limit)) => Ok(limit.clamp(1, most)),
        Some(Err(_)) => Err(wrong("limit", "no number")),
    }
}

fn wrong(name: &str, message: &str) -> ApiError {
    error(400, "invalid_query", &format!("{name}: {message}"))
}
