//! What a call came to, as its source tells it.

use std::time::Duration;

use codespar_engine::{Error, ErrorKind, Json, KeyUse, PendingApproval, Stage, Verdict};

/// What a call came to, as its source tells it, before it is written for a model.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Outcome {
    /// What happened on the server.
    pub verdict: Verdict,
    /// Why, as a code, where there is one.
    pub code: Option<String>,
    /// Why, in words.
    pub message: Option<String>,
    /// The idempotency key that it went out under.
    pub key: Option<String>,
    /// What becomes of that key.
    pub key_use: KeyUse,
    /// The id that the server gave the request.
    pub request_id: Option<String>,
    /// The server's name for the call, by which its payment is asked about later.
    pub tool_call_id: Option<String>,
    /// The approval that it waits for.
    pub approval: Option<PendingApproval>,
    /// How long the server asked to wait before another try.
    pub retry_after: Option<Duration>,
    /// What it gave.
    pub data: Option<Json>,
}

impl Outcome {
    /// An outcome of which the verdict is all that is known.
    pub const fn new(verdict: Verdict) -> Self {
        Self {
            verdict,
            code: None,
            message: None,
            key: None,
            key_use: KeyUse::None,
            request_id: None,
            tool_call_id: None,
            approval: None,
            retry_after: None,
            data: None,
        }
    }

    /// It was done, and gave this.
    pub fn done(stage: Stage, data: Json) -> Self {
        let mut done = Self::new(Verdict::Done(stage));
        done.data = Some(data);
        done
    }

    /// Nothing was sent, for this reason.
    pub fn nothing_sent(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: Some(code.to_owned()),
            message: Some(message.into()),
            ..Self::new(Verdict::NothingSent)
        }
    }

    /// What an error says.
    pub fn of_error(error: &Error) -> Self {
        let code = match error.kind() {
            ErrorKind::Config => Some("invalid_arguments"),
            _ => error.code(),
        };
        Self {
            verdict: error.verdict(),
            code: Some(code.unwrap_or_else(|| error.kind().as_str()).to_owned()),
            message: Some(error.message().to_owned()),
            key: error.idempotency_key().map(str::to_owned),
            key_use: error.key_use(),
            request_id: error.request_id().map(str::to_owned),
            tool_call_id: None,
            approval: error.approval().cloned(),
            retry_after: error.retry_after(),
            data: None,
        }
    }

    /// The same for a tool that only reads: whatever it came to, nothing can have been done.
    #[must_use]
    pub fn of_read(mut self) -> Self {
        if self.verdict == Verdict::Unknown {
            self.verdict = Verdict::NothingSent;
        }
        self
    }
}
