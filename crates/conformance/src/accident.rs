//! What a recording is besides what it says: an accident, a sequence of cases.

use crate::recording::{Earlier, RecordedError, Recording};

impl Recording {
    /// An earlier call as a case of its own, on the same client and session.
    #[must_use]
    pub fn of_earlier(&self, earlier: &Earlier) -> Self {
        let Earlier { call, exchanges, result, error } = earlier.clone();
        Self {
            before: Vec::new(),
            updates: None,
            batch_from_error: None,
            call,
            exchanges,
            result,
            error,
            ..self.clone()
        }
    }

    /// Whether the outcome is an accident or a defect of that SDK, as somebody noted, or as an error of its language
    /// shows that escaped from reading an answer.
    #[must_use]
    pub fn is_accident(&self) -> bool {
        const OWN: [&str; 8] = [
            "ApiError",
            "ConfigError",
            "MandateDecodeError",
            "NotConnectedError",
            "PixKeyDeleteNotConfirmedError",
            "StreamError",
            "TimeoutError",
            "UpiviaError",
        ];
        let escaped = |error: &RecordedError| !OWN.contains(&&*error.class);
        self.quirk.is_some()
            || !self.exchanges.is_empty() && self.error.as_ref().is_some_and(escaped)
    }
}
