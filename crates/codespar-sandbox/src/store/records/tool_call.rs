//! A row of the record of tool calls.

use jiff::Timestamp;
use serde_json::Value;

use crate::store::records::tracking::Tracking;

/// One row of the record.
pub(crate) struct ToolCallRecord {
    pub(crate) number: u64,
    pub(crate) project: String,
    pub(crate) session: String,
    pub(crate) server: String,
    pub(crate) tool: String,
    pub(crate) status: &'static str,
    pub(crate) duration_ms: Option<i64>,
    pub(crate) error_code: Option<String>,
    pub(crate) input: Value,
    pub(crate) output: Value,
    pub(crate) called_at: Timestamp,
    /// What its status polls follow, where there is something to follow.
    pub(crate) tracking: Option<Tracking>,
}

impl ToolCallRecord {
    pub(crate) fn id(&self) -> String {
        format!("tc_{}", self.number)
    }
}
