//! Which version of a workflow is run, where the caller names none.

use std::time::SystemTime;

use codespar_engine::{Timestamp, kit::Error};

use crate::api::workflows::WorkflowVersion;

/// The version that counts as the latest published one: of the published ones, that with the
/// highest number, else the newest date, else the first in the server's order.
pub(super) fn latest_published(versions: &[WorkflowVersion]) -> Result<&WorkflowVersion, Error> {
    let published =
        versions.iter().filter(|version| version.status.as_deref() == Some("published"));
    // `max_by` takes the last of equals; the first of the server's order is wanted.
    let latest = published.rev().max_by(|one, other| one.age().cmp(&other.age()));
    latest.ok_or_else(|| {
        let error = Error::api("the workflow has no published version");
        error.with_code("no_published_version")
    })
}

impl WorkflowVersion {
    /// What orders versions: a number, else a date. The documents name neither, so the usual
    /// names are tried.
    fn age(&self) -> (Option<u64>, Option<SystemTime>) {
        let numbers = ["version", "version_number", "number"];
        let dates = ["published_at", "created_at"];
        let number = numbers.iter().find_map(|name| self.extra.get(name)?.read().ok());
        let date = dates.iter().find_map(|name| {
            let date: Timestamp = self.extra.get(name)?.read().ok()?;
            date.to_system_time()
        });
        (number, date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latest(versions: &str) -> Option<String> {
        let versions: Vec<WorkflowVersion> = serde_json::from_str(versions).unwrap();
        latest_published(&versions).ok().map(|version| version.id.clone())
    }

    #[test]
    fn the_latest_published_version_is_the_one_with_the_highest_number() {
        let numbered = r#"[
            {"id":"v3","status":"draft","version":3},
            {"id":"v1","status":"published","version":1},
            {"id":"v2","status":"published","version":2}
        ]"#;
        assert_eq!(latest(numbered).as_deref(), Some("v2"));
    }

    #[test]
    fn without_numbers_the_newest_date_counts_and_then_the_servers_order() {
        let dated = r#"[
            {"id":"a","status":"published","created_at":"2026-01-02T00:00:00Z"},
            {"id":"b","status":"published","created_at":"2026-03-02T00:00:00Z"},
            {"id":"c","status":"published","created_at":"soon"}
        ]"#;
        assert_eq!(latest(dated).as_deref(), Some("b"));
        let plain = r#"[{"id":"a","status":"published"},{"id":"b","status":"published"}]"#;
        assert_eq!(latest(plain).as_deref(), Some("a"));
        assert_eq!(latest(r#"[{"id":"a","status":"draft"}]"#), None);
    }
}
