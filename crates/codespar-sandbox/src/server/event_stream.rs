//! The frames of an event stream (SSE).

use bytes::Bytes;
use serde_json::Value;

use crate::store::raw_json;

/// One frame: event name, and the data as one line of JSON.
pub(crate) fn frame(event: &str, data: &Value) -> Bytes {
    Bytes::from(format!("event: {event}\ndata: {}\n\n", raw_json::to_text(data)))
}
