//! How a run ended: one table of exit codes, and the failure that is written out.

use codespar_blocking::{Error, ErrorKind, Verdict};
use codespar_engine::Effect;
use serde_json::{Map, Value, json};

use crate::text::{one_line, without_credentials};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done,
    Failed,
    Usage,
    NotLoggedIn,
    Refused,
    Held,
    NotSettled,
    Unknown,
    NothingSent,
    RateLimited,
    PartlyDone,
    Internal,
    Interrupted,
}

/// A row of the table.
pub(crate) struct ExitRow {
    pub(crate) exit: Exit,
    pub(crate) code: u8,
    pub(crate) word: &'static str,
    pub(crate) about: &'static str,
}

const fn row(exit: Exit, code: u8, word: &'static str, about: &'static str) -> ExitRow {
    ExitRow { exit, code, word, about }
}

/// The exit codes: what the program ends with, what its help says, what `schema` tells.
pub(crate) const EXITS: [ExitRow; 13] = [
    row(Exit::Done, 0, "ok", "done"),
    row(Exit::Failed, 1, "failed", "failed: nothing moved, or it was a read"),
    row(Exit::Usage, 2, "usage", "wrong usage, nothing sent"),
    row(Exit::NotLoggedIn, 3, "not_logged_in", "no credentials, or they are not accepted"),
    row(Exit::Refused, 4, "refused", "refused, nothing was done"),
    row(
        Exit::Held,
        5,
        "held",
        "held until a person approves; it then happens without another call",
    ),
    row(Exit::NotSettled, 6, "not_settled", "waited, and it was not settled in time"),
    row(Exit::Unknown, 7, "unknown", "unknown: it may have happened, never repeat it unseen"),
    row(Exit::NothingSent, 8, "nothing_sent", "the network failed, nothing was sent"),
    row(Exit::RateLimited, 9, "rate_limited", "too many requests, nothing was done"),
    row(Exit::PartlyDone, 10, "partly_done", "a list was done in part"),
    row(Exit::Internal, 70, "internal", "a fault of this program"),
    row(Exit::Interrupted, 130, "interrupted", "interrupted before anything was sent"),
];

impl Exit {
    fn row(self) -> &'static ExitRow {
        let found = EXITS.iter().find(|row| row.exit == self);
        found.unwrap_or(&EXITS[11])
    }

    /// What the program ends with.
    pub(crate) fn code(self) -> u8 {
        self.row().code
    }

    /// The word for it in documents.
    pub(crate) fn word(self) -> &'static str {
        self.row().word
    }

    /// How a list ended whose lines ended like this: as its worst line, in part where some are done
    /// and others are not, and unknown above all where one is.
    pub(crate) fn of_lines(lines: impl IntoIterator<Item = Self>) -> Self {
        const ORDER: [Exit; 5] =
            [Exit::Done, Exit::Failed, Exit::Refused, Exit::Held, Exit::PartlyDone];
        let rank = |exit: Self| ORDER.iter().position(|it| *it == exit);
        let (mut worst, mut is_any_done, mut is_any_failed) = (0, false, false);
        for line in lines {
            // What may have happened is not outdone by anything.
            let Some(rank) = rank(line) else { return Self::Unknown };
            worst = worst.max(rank);
            is_any_done |= line == Self::Done;
            is_any_failed |= matches!(line, Self::Failed | Self::Refused);
        }
        match is_any_done && is_any_failed {
            true => Self::PartlyDone,
            false => ORDER.get(worst).copied().unwrap_or(Self::Unknown),
        }
    }

    /// What the verdict about a result that arrived says; `None` where all went well.
    pub(crate) const fn of_result(verdict: Verdict) -> Option<Self> {
        match verdict {
            Verdict::Done(_) => None,
            Verdict::NothingSent => Some(Self::Failed),
            Verdict::Refused => Some(Self::Refused),
            Verdict::Held => Some(Self::Held),
            // A verdict that this version does not know promises nothing.
            _ => Some(Self::Unknown),
        }
    }

    /// What an error of an operation of this effect says.
    pub(crate) fn of_error(error: &Error, effect: Effect) -> Self {
        let status = error.status().map(|status| status.as_u16());
        if !effect.is_change() {
            return match (error.kind(), status) {
                (ErrorKind::Config, _) => Self::Usage,
                (_, Some(401)) => Self::NotLoggedIn,
                (_, Some(429)) => Self::RateLimited,
                (ErrorKind::Canceled, _) => Self::Interrupted,
                _ if error.is_wait() => Self::NotSettled,
                (ErrorKind::Timeout, _) if is_wait(error.operation()) => Self::NotSettled,
                _ if !error.may_have_been_sent() => Self::NothingSent,
                _ => Self::Failed,
            };
        }
        match error.verdict() {
            Verdict::Held => Self::Held,
            Verdict::Refused => match status {
                Some(401) => Self::NotLoggedIn,
                Some(429) => Self::RateLimited,
                _ => Self::Refused,
            },
            Verdict::NothingSent => match (error.kind(), status) {
                (ErrorKind::Config, _) => Self::Usage,
                (ErrorKind::Canceled, _) => Self::Interrupted,
                (_, Some(401)) => Self::NotLoggedIn,
                (_, Some(429)) => Self::RateLimited,
                _ if error.status().is_some() => Self::Failed,
                _ => Self::NothingSent,
            },
            // It was done, and what came after it went wrong: to repeat it would be wrong, too.
            _ => Self::Unknown,
        }
    }
}

/// Whether an operation waits for something to come about.
pub(crate) fn is_wait(operation: &str) -> bool {
    let last = operation.rsplit('.').next().unwrap_or_default();
    matches!(last, "settled" | "decided" | "wait") || last.ends_with("_and_wait")
}

/// The exit codes as the help says them.
pub(crate) fn help() -> String {
    let rows = EXITS.iter().map(|row| format!("  {:>3}  {}\n", row.code, row.about));
    format!("Exit codes:\n{}", rows.collect::<String>())
}

/// The exit codes as JSON.
pub(crate) fn document() -> Value {
    EXITS
        .iter()
        .map(|row| json!({ "code": row.code, "name": row.word, "about": row.about }))
        .collect()
}

/// A run that did not end well.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    /// What the command line called it.
    pub(crate) operation: Option<&'static str>,
    /// The key it went out under, or would have.
    pub(crate) key: Option<String>,
    /// What to do next.
    pub(crate) next: Option<String>,
    pub(crate) error: Option<Error>,
    /// The approval that is waited for.
    pub(crate) approval: Option<Box<str>>,
    verdict: Option<Verdict>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            operation: None,
            key: None,
            next: None,
            error: None,
            approval: None,
            verdict: None,
        }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// An error of a call.
    pub(crate) fn of_error(error: Error, effect: Effect) -> Self {
        let exit = Exit::of_error(&error, effect);
        let failure = Self::new(exit, error.to_string());
        let approval = error.approval().map(|approval| approval.id.as_str().into());
        let verdict = match error.verdict() {
            // Also where what was sent is no read, as when a session is opened: no money moved.
            Verdict::Unknown if !effect.is_change() => Verdict::NothingSent,
            verdict => verdict,
        };
        Self { verdict: Some(verdict), error: Some(error), approval, ..failure }
    }

    /// A result that says that it was not done.
    pub(crate) fn of_result(exit: Exit, verdict: Verdict) -> Self {
        Self { verdict: Some(verdict), ..Self::new(exit, exit.row().about) }
    }

    /// The same, with the code of a tool's error: what else it says may be anybody's.
    pub(crate) fn because(mut self, error: Option<String>) -> Self {
        let error = error.unwrap_or_default();
        let code = error.split_once(": ").map_or(error.as_str(), |(code, _)| code);
        if codespar_engine::kit::is_code(code) {
            self.message += &format!(" ({code})");
        }
        self
    }

    /// A list whose lines ended like this.
    pub(crate) fn of_lines(exit: Exit) -> Self {
        Self::new(exit, exit.row().about)
    }

    pub(crate) fn next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }

    /// A wait after money that broke off: what was waited for may have happened.
    pub(crate) fn of_broken_wait(mut self) -> Self {
        if self.exit != Exit::NotSettled {
            self.exit = Exit::Unknown;
            self.message = format!("it was sent, and the wait broke off: {}", self.message);
        }
        self
    }

    /// What happened on the server, in a word.
    fn verdict(&self) -> &'static str {
        match (self.verdict, self.exit) {
            // Whoever waited does not know how it ends.
            (_, Exit::Unknown | Exit::NotSettled) => Verdict::Unknown.as_str(),
            (Some(verdict), _) => verdict.as_str(),
            (None, _) => Verdict::NothingSent.as_str(),
        }
    }

    /// One line for people.
    pub(crate) fn line(&self) -> String {
        let mut line = format!("codespar: {}", one_line(&self.message));
        if let Some(key) = &self.key {
            line += &format!("; key {}", one_line(key));
        }
        if let Some(next) = &self.next {
            line += &format!("; next: {}", one_line(next));
        }
        line
    }

    /// The document for programs.
    pub(crate) fn document(&self) -> Value {
        let mut members = Map::new();
        let mut put = |name: &str, value: Value| {
            if !value.is_null() {
                members.insert(name.to_owned(), value);
            }
        };
        put("exit_code", self.exit.code().into());
        put("exit", self.exit.word().into());
        put("verdict", self.verdict().into());
        put("message", without_credentials(&self.message).into());
        put("operation", self.operation.into());
        put("key", self.key.as_deref().into());
        put("next", self.next.as_deref().into());
        if let Some(error) = &self.error {
            put("kind", error.kind().as_str().into());
            put("field", error.field().into());
            put("code", error.code().into());
            put("status", error.status().map(|status| status.as_u16()).into());
            put("request_id", error.request_id().into());
            put("key_use", error.key_use().as_str().into());
            put("attempts", error.attempts().into());
            let wait = error.retry_after().map(|wait| wait.as_secs_f64());
            put("retry_after_seconds", wait.into());
        }
        put("approval_id", self.approval.as_deref().into());
        json!({ "error": members })
    }
}

/// An error before anything was sent.
pub(crate) fn unsent(error: Error) -> Failure {
    Failure::of_error(error, Effect::Reads)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ending_has_one_row_and_one_code() {
        for (at, row) in EXITS.iter().enumerate() {
            assert_eq!(row.exit.code(), row.code);
            assert!(EXITS.iter().skip(at + 1).all(|it| it.code != row.code && it.exit != row.exit));
            assert!(help().contains(row.about));
        }
        let codes: Vec<u8> = EXITS.iter().map(|row| row.code).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 70, 130]);
    }

    #[test]
    fn what_may_have_happened_is_never_called_nothing() {
        let lost = || Error::timeout("t").maybe_sent(true);
        assert_eq!(Exit::of_error(&lost(), Effect::MovesMoney), Exit::Unknown);
        assert_eq!(Exit::of_error(&lost(), Effect::Reads), Exit::Failed);
        let unsent = || Error::timeout("t").maybe_sent(false);
        assert_eq!(Exit::of_error(&unsent(), Effect::MovesMoney), Exit::NothingSent);
        assert_eq!(Exit::of_error(&unsent(), Effect::Reads), Exit::NothingSent);
        let failure = Failure::new(Exit::Unknown, "closed pipe");
        assert_eq!(failure.document()["error"]["verdict"], "unknown");
        let mut failure = Failure::of_error(unsent(), Effect::Reads);
        failure.exit = Exit::NotSettled;
        assert_eq!(failure.document()["error"]["verdict"], "unknown");
        let broken = Failure::of_error(unsent(), Effect::Reads).of_broken_wait();
        assert_eq!(broken.exit, Exit::Unknown);
    }

    #[test]
    fn a_list_is_as_its_worst_line_and_unknown_above_all() {
        use Exit::{Done, Failed, Held, PartlyDone, Refused, Unknown};

        for (lines, whole) in [
            (&[][..], Done),
            (&[Done, Done], Done),
            (&[Done, Refused], PartlyDone),
            (&[Failed, Done, Held], PartlyDone),
            (&[Refused, Failed], Refused),
            (&[Done, Held], Held),
            (&[Refused, Held], Held),
            (&[Done, PartlyDone, Held], PartlyDone),
            (&[Done, Refused, Unknown, Held], Unknown),
            // A line that ended in a way that is not one of a line's.
            (&[Done, Exit::Internal], Unknown),
        ] {
            assert_eq!(Exit::of_lines(lines.iter().copied()), whole, "{lines:?}");
        }
    }
}
