//! What an error says in one line, and as JSON: never the body of the answer, and no secrets.

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeStruct};

use crate::error::{Error, ErrorKind};
use crate::http::content::Progress;
use crate::verdict::Verdict;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.inner;
        if !inner.operation.is_empty() {
            write!(f, "{}: ", inner.operation)?;
        }
        f.write_str(&inner.message)?;
        let status = self.status().map(|status| status.as_u16().to_string());
        let attempts = (inner.attempts > 1).then(|| format!("after {} requests", inner.attempts));
        let request = inner.request_id.as_ref().map(|id| format!("request {id}"));
        let is_lost =
            matches!(inner.kind, ErrorKind::Timeout | ErrorKind::Io | ErrorKind::Canceled)
                || inner.kind == ErrorKind::Content && self.verdict() == Verdict::Unknown;
        let fate = match self.verdict() {
            _ if is_lost && inner.sent => Some("the request may have reached the server"),
            Verdict::Unknown if inner.whole.is_some() => Some("it may have happened"),
            Verdict::Held => Some("held until a person approves"),
            _ => None,
        };
        let moved = inner.progress.filter(|_| inner.kind != ErrorKind::Content);
        let moved = moved.map(|Progress { bytes, of }| match of {
            Some(of) => format!("{bytes} of {of} bytes of the content"),
            None => format!("{bytes} bytes of the content"),
        });
        let notes = [
            status.as_deref().map(|status| format!("status {status}")),
            inner.code.as_ref().map(|code| format!("code {code}")),
            request,
            attempts,
            moved,
            self.approval().map(|approval| format!("approval {}", approval.id)),
            fate.map(str::to_owned),
        ];
        let notes: Vec<_> = notes.into_iter().flatten().collect();
        if notes.is_empty() { Ok(()) } else { write!(f, " ({})", notes.join(", ")) }
    }
}

/// What happened, for logs and for programs that read JSON: neither the body nor the headers of the
/// answer, which may hold personal data.
impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut error = serializer.serialize_struct("Error", 12)?;
        error.serialize_field("kind", self.kind().as_str())?;
        error.serialize_field("operation", self.operation())?;
        error.serialize_field("message", self.message())?;
        error.serialize_field("verdict", &self.verdict())?;
        error.serialize_field("key_use", &self.key_use())?;
        error.serialize_field("may_have_been_sent", &self.may_have_been_sent())?;
        error.serialize_field("attempts", &self.attempts())?;
        error.serialize_field("field", &self.field())?;
        error.serialize_field("status", &self.status().map(|status| status.as_u16()))?;
        error.serialize_field("code", &self.code())?;
        error.serialize_field("request_id", &self.request_id())?;
        error.serialize_field("approval_id", &self.approval().map(|approval| &approval.id))?;
        error.end()
    }
}
