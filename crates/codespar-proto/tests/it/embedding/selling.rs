//! Charging and collecting: what is particular to single operations.

use serde_json::Value;

/// What cannot be made up from the description of the arguments.
pub(super) fn arguments(_name: &str) -> Option<Value> {
    None
}

/// Operations that make no request, or may make several.
pub(super) const SEVERAL: &[&str] = &["charges.list", "charges.settled"];

/// Event streams.
pub(super) const STREAMS: &[&str] = &[];
