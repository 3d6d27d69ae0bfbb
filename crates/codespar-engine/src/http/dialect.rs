//! How a service words what it refuses.

use std::{fmt, time::Duration};

use crate::{error::PendingApproval, http::response::Response, verdict::table::VerdictRow};

/// How a service words its refusals.
#[derive(Debug)]
#[non_exhaustive]
pub struct Dialect {
    /// Reads code, message and the rest out of an answer that is no success.
    pub read: fn(&Response) -> Refusal,
    /// The JSON text that an empty or `null` success stands for; without one, it is no answer.
    pub nothing: Option<&'static str>,
    /// What its codes say about effects.
    pub verdicts: &'static [VerdictRow],
}

impl Dialect {
    /// A dialect made of its reader.
    pub const fn new(read: fn(&Response) -> Refusal) -> Self {
        Self { read, nothing: None, verdicts: &[] }
    }

    /// Says what its codes say about effects.
    #[must_use]
    pub const fn with_verdicts(mut self, rows: &'static [VerdictRow]) -> Self {
        self.verdicts = rows;
        self
    }

    /// Says that an empty or `null` success is an answer, and which JSON text it stands for.
    #[must_use]
    pub const fn with_nothing(mut self, text: &'static str) -> Self {
        self.nothing = Some(text);
        self
    }
}

/// What a service said with an answer that is no success.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Refusal {
    /// The machine-readable code.
    pub code: Option<String>,
    /// What else may be a code: in a place that counts less, or before the colon of its words.
    pub other_codes: Vec<String>,
    /// The words for people.
    pub message: Option<String>,
    /// The service's name for the request.
    pub request_id: Option<String>,
    /// The wait it asked for in the body.
    pub retry_after: Option<Duration>,
    /// The approval it waits for.
    pub approval: Option<PendingApproval>,
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal").field("code", &self.code).finish_non_exhaustive()
    }
}
