//! Timestamps, kept as the server wrote them.

use std::{fmt, time::SystemTime};

use serde::{Deserialize, Serialize};

/// A moment as the server wrote it: RFC 3339 text, or whatever else it sent.
///
/// ```
/// use codespar_engine::Timestamp;
///
/// let at = Timestamp::from("2026-10-02T13:05:11.204Z");
/// assert!(at.to_system_time().is_some());
/// assert_eq!(at.as_str(), "2026-10-02T13:05:11.204Z");
/// assert!(Timestamp::from("soon").to_system_time().is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(Box<str>);

impl Timestamp {
    /// The text as the server wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The moment, if the text is RFC 3339.
    pub fn to_system_time(&self) -> Option<SystemTime> {
        let moment: jiff::Timestamp = self.0.parse().ok()?;
        Some(moment.into())
    }
}

impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
