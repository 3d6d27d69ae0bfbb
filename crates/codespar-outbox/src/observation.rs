//! What was learned about a row: by presenting it, by reading, or from an event.

use std::{fmt, time::Duration};

use codespar_engine::{KeyUse, Verdict};

/// What was learned about a row.
#[derive(Clone)]
#[non_exhaustive]
pub struct Observation {
    /// What happened; `None` where nothing was learned.
    pub verdict: Option<Verdict>,
    /// What becomes of the id.
    pub key_use: KeyUse,
    /// Whether it comes of reading, and not of presenting the id.
    pub is_read: bool,
    /// Whether it holds whatever was sent before, and not for the last request alone.
    pub is_final_word: bool,
    /// Whether a refusal may pass.
    pub is_for_later: bool,
    /// The code of the answer.
    pub code: Option<String>,
    /// Its HTTP status.
    pub status: Option<u16>,
    /// How long the server asked to wait.
    pub retry_after: Option<Duration>,
    /// The approval that it waits for.
    pub approval: Option<String>,
    /// The server's name for what was made.
    pub resource: Option<String>,
    /// The receipt of what was paid.
    pub receipt: Option<String>,
    /// What a receipt says of what was sent: `agrees`, `disagrees`.
    pub evidence: Option<&'static str>,
    /// The body of an answer that is to be given again.
    pub answer: Option<Vec<u8>>,
    /// The cursor of the next page of a list, where this one did not tell of it.
    pub next_page: Option<String>,
    /// Whether the answer says that it was given before; `None` where it does not say.
    pub is_replay: Option<bool>,
}

impl Observation {
    /// That nothing was learned.
    pub const NOTHING: Self = Self {
        verdict: None,
        key_use: KeyUse::Same,
        is_read: false,
        is_final_word: false,
        is_for_later: false,
        code: None,
        status: None,
        retry_after: None,
        approval: None,
        resource: None,
        receipt: None,
        evidence: None,
        answer: None,
        next_page: None,
        is_replay: None,
    };

    /// What one request came to.
    pub const fn of_request(verdict: Verdict) -> Self {
        Self { verdict: Some(verdict), ..Self::NOTHING }
    }

    /// What has become of the effect, whatever was sent for it.
    pub const fn of_effect(verdict: Verdict) -> Self {
        Self { verdict: Some(verdict), is_final_word: true, ..Self::NOTHING }
    }
}

/// Without the answer, which is personal data.
impl fmt::Debug for Observation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observation")
            .field("verdict", &self.verdict)
            .field("key_use", &self.key_use)
            .field("is_final_word", &self.is_final_word)
            .field("is_for_later", &self.is_for_later)
            .field("code", &self.code)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
