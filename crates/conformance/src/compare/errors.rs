//! What a recorded error means in our words.

use super::refusals;
use crate::operations::Failure;
use crate::recording::{RecordedError, Recording, Response};

/// The error that is expected. What is `None` is not compared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ErrorExpectation {
    /// Any of these kinds.
    pub kinds: Vec<String>,
    /// This status; `Some(None)` is an error without one.
    pub status: Option<Option<u16>>,
    /// This code; `Some(None)` is an error without one.
    pub code: Option<Option<String>>,
    /// This request id.
    pub request_id: Option<String>,
    /// This wait in seconds.
    pub retry_after: Option<f64>,
    /// The server's words, which are among those of the error.
    pub said: Option<String>,
}

impl ErrorExpectation {
    /// An error of one of these kinds, before any answer.
    #[must_use]
    pub fn of(kinds: &[&str]) -> Self {
        Self { kinds: kinds.iter().map(|&kind| kind.to_owned()).collect(), ..Self::default() }
    }

    fn with_code(mut self, code: Option<String>) -> Self {
        self.code = Some(code);
        self
    }

    /// The same without an answer: no status and no code.
    #[must_use]
    pub fn unanswered(self) -> Self {
        Self { status: Some(None), ..self }.with_code(None)
    }

    /// The error an answer with a status outside 2xx is: its status, its code by the rule of both
    /// APIs, the server's words, and what its headers say.
    #[must_use]
    pub fn of_answer(answer: &Response) -> Self {
        Self {
            status: Some(answer.status),
            code: Some(refusals::code(answer)),
            request_id: refusals::request_id(answer),
            retry_after: refusals::wait(answer),
            // A code that stands for the words is compared already.
            said: refusals::message(answer)
                .filter(|said| refusals::code(answer).as_ref() != Some(said)),
            ..Self::of(&["Api"])
        }
    }

    /// The error that was recorded. `answers` is what the call was answered.
    #[must_use]
    pub fn recorded(error: &RecordedError, answers: &[&Response]) -> Self {
        let class = error.class.rsplit('.').next().unwrap_or_default();
        match class {
            "ConfigError" | "ValueError" | "TypeError" | "KeyError" => Self::of(&["Config"]),
            "PixKeyDeleteNotConfirmedError" => Self::of(&["Config"]),
            "TimeoutError" => Self::of(&["Timeout"]),
            "MandateDecodeError" => Self::of(&["Decode"]).with_code(Some(error.message.clone())),
            "StreamError" if error.message.starts_with("malformed") => {
                Self::of(&["Decode", "Stream"])
            }
            "StreamError" | "RemoteProtocolError" if answers.iter().any(|answer| answer.cut) => {
                Self::of(&["Io", "Stream"])
            }
            "StreamError" | "RemoteProtocolError" => Self::of(&["Io"]),
            "ApiError" => codespar(error),
            "UpiviaError" => upivia(error),
            // What escaped from a library below: an argument it could not read.
            _ => Self::of(&["Config", "Decode"]),
        }
    }

    /// The differences, one line each.
    #[must_use]
    pub fn compare(&self, failure: &Failure) -> Vec<String> {
        let mut found = Vec::new();
        let mut check = |what: &str, agree: bool, wanted: String, given: String| {
            if !agree {
                found.push(format!("error {what}: expected {wanted}, got {given}"));
            }
        };
        let kinds = self.kinds.join(" or ");
        let text = format!("{} ({})", failure.kind, failure.message);
        check("kind", self.kinds.contains(&failure.kind), kinds, text);
        let words = failure.message.clone();
        check("message", !words.trim().is_empty(), "some words".to_owned(), "none".to_owned());
        if let Some(said) = &self.said {
            let agree = refusals::is_said(&words, said);
            check("message", agree, format!("{said:?} in it"), format!("{words:?}"));
        }
        if let Some(status) = self.status {
            let (wanted, given) = (format!("{status:?}"), format!("{:?}", failure.status));
            check("status", status == failure.status, wanted, given);
        }
        if let Some(code) = &self.code {
            let (wanted, given) = (format!("{code:?}"), format!("{:?}", failure.code));
            check("code", *code == failure.code, wanted, given);
        }
        if let Some(id) = &self.request_id {
            let given = format!("{:?}", failure.request_id);
            check("request id", failure.request_id.as_ref() == Some(id), id.clone(), given);
        }
        if let Some(wait) = self.retry_after {
            let given = format!("{:?}", failure.retry_after);
            check("retry after", failure.retry_after == Some(wait), wait.to_string(), given);
        }
        found
    }
}

/// CodeSpar's `ApiError`: status 0 stands for everything that is not an error answer.
fn codespar(error: &RecordedError) -> ErrorExpectation {
    let status = error.status.filter(|&status| status != 0);
    if let Some(status) = status {
        let expected =
            ErrorExpectation { status: Some(Some(status)), ..ErrorExpectation::of(&["Api"]) };
        return expected.with_code(error.code.clone());
    }
    match &*error.message {
        message if message.ends_with("malformed response") => ErrorExpectation::of(&["Decode"]),
        message if message.contains("closed before snapshot") => ErrorExpectation::of(&["Stream"]),
        _ if error.cause.is_some() => ErrorExpectation::of(&["Io"]),
        // A tool that refused: HTTP 200 with `success: false`.
        _ => ErrorExpectation::of(&["Api"]),
    }
}

/// Upivia's one error: its kind is partly the status, partly what broke.
fn upivia(error: &RecordedError) -> ErrorExpectation {
    let failed = |status: u16| status >= 300;
    let mut expected = match (error.kind.as_deref(), error.status) {
        // A redirect that does not say what it was asked for.
        (Some("invalid_response"), Some(300..400)) => ErrorExpectation::of(&["Decode"]),
        (_, Some(status)) if failed(status) => {
            ErrorExpectation { status: Some(Some(status)), ..ErrorExpectation::of(&["Api"]) }
                .with_code(error.code.clone())
        }
        (_, Some(_)) => ErrorExpectation::of(&["Decode"]),
        (Some("unauthorized" | "invalid_response"), None) => ErrorExpectation::of(&["Config"]),
        (Some("network"), None)
            if error.cause.as_deref().is_some_and(|cause| cause.contains("Timeout")) =>
        {
            ErrorExpectation::of(&["Timeout"])
        }
        (Some("network"), None) => ErrorExpectation::of(&["Io"]),
        // A wait whose time was up, or something that was not there to wait for.
        _ => ErrorExpectation::of(&["Timeout", "Api"]),
    };
    expected.request_id.clone_from(&error.request_id);
    expected.retry_after = error.retry_after;
    expected
}

/// The answers to the call itself, without those of the earlier calls.
pub(crate) fn own_answers(recording: &Recording) -> Vec<&Response> {
    recording.exchanges.iter().map(|exchange| &exchange.response).collect()
}
