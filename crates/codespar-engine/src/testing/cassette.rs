//! What is recorded, and when: the settings of a recorder.

use std::sync::Arc;

use crate::testing::{
    matcher::Matcher, recorder::Recorder, recording, redaction::Redaction, script::Script,
};

/// When a recorder records, and when it answers from its cassette.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RecordMode {
    /// Records where there is no cassette yet, and answers from it afterwards: a test that reaches
    /// the service once.
    #[default]
    Once,
    /// Always records: the cassette is made anew.
    All,
    /// Never records: without a cassette the test fails. For CI.
    None,
}

/// The settings of a [`Recorder`]: the name of the recording, when it is made, what is hidden in
/// it, how closely requests have to agree with it.
///
/// What is hidden stands as `[redacted]` in the cassette, in requests and in answers. A request is
/// compared without it, so that it still fits: any value fits there, what stands around it in the
/// same text has to agree. Keys that were made up, which are UUIDs of version 4 in
/// `Idempotency-Key`, `attempt_id` and the like, are numbered: another key fits, if it is one
/// wherever the recording has one. Hidden, unless [`show`](Self::show) names it:
///
/// - credentials: headers as [`header`](crate::Call::header) knows them, cookies, members whose
///   names end in `token`, `secret`, `password`, `api_key`, `signature` and the like, the query of
///   signed addresses;
/// - what is paid with: Pix codes and keys, boleto lines, card numbers;
/// - people: `buyer`, `customer`, `user_id`, `email`, `phone`, `document`, addresses, the `name`
///   of who has one of these;
/// - what people say: `message`, `content` and `delta`, except in a refusal; `description`, `title`
///   and the like in requests, and in what an answer tells of the input of a tool;
/// - all of these values wherever they stand again, as a whole or within a text, unless they are
///   short or common words;
/// - all of that in JSON that is itself a text;
/// - what looks like a key, a Pix code, an e-mail address or a CPF or CNPJ, wherever it stands;
/// - the content of files, on both sides.
///
/// What no name and no look tells is not hidden: read a cassette before it is committed.
#[doc(alias = "vcr")]
#[doc(alias = "fixture")]
#[doc(alias = "redaction")]
#[derive(Clone)]
pub struct Cassette {
    case: String,
    mode: RecordMode,
    matcher: Matcher,
    redaction: Redaction,
}

impl Cassette {
    /// A recording of this name. Several may stand in one file.
    pub fn new(case: impl Into<String>) -> Self {
        Self {
            case: case.into(),
            mode: RecordMode::default(),
            matcher: Matcher::default(),
            redaction: Redaction::default(),
        }
    }

    /// Sets when it is recorded. Default [`RecordMode::Once`].
    #[must_use]
    pub fn mode(mut self, mode: RecordMode) -> Self {
        self.mode = mode;
        self
    }

    /// Sets how closely requests have to agree with the recorded ones. Default
    /// [`Matcher::exact`], where hidden values are any.
    #[must_use]
    pub fn matching(mut self, matcher: Matcher) -> Self {
        self.matcher = matcher;
        self
    }

    /// Hides these members of JSON, with all that is in them, and these names of the query, in
    /// requests and answers. Case and separators do not count: `order_note` is `orderNote`.
    #[must_use]
    pub fn redact<N: AsRef<str>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        names.into_iter().for_each(|name| self.redaction.hide(name.as_ref()));
        self
    }

    /// Hides the values of these headers, in requests and answers.
    #[must_use]
    pub fn redact_headers<N: AsRef<str>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        names.into_iter().for_each(|name| self.redaction.hide_header(name.as_ref()));
        self
    }

    /// Does not hide these members by their names.
    #[must_use]
    pub fn show<N: AsRef<str>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        names.into_iter().for_each(|name| self.redaction.show(name.as_ref()));
        self
    }

    /// A recorder over a transport, with what was kept of earlier recordings: the text of a file,
    /// or none.
    ///
    /// # Panics
    /// When it is to answer from a cassette that is not there, or cannot be read.
    pub fn open<T>(self, kept: Option<&str>, transport: T) -> Recorder<T> {
        let Self { case, mode, matcher, redaction } = self;
        let kept = kept.unwrap_or_default();
        let is_there = kept.lines().any(|line| recording::is_case(line, &case));
        let replays = match mode {
            RecordMode::Once => is_there,
            RecordMode::All => false,
            RecordMode::None if is_there => true,
            RecordMode::None => {
                panic!("{case}: no such case in the cassette, and its mode is not to record one")
            }
        };
        if !replays {
            let others = kept.lines().filter(|line| !recording::is_case(line, &case));
            let others = others.map(|line| format!("{line}\n")).collect();
            return Recorder::recording(transport, case, others, redaction);
        }
        let script = Script::default();
        match recording::turns(kept, &case) {
            Ok(turns) => turns.into_iter().for_each(|turn| script.push(turn)),
            Err(reason) => panic!("{case}: {reason}"),
        }
        script.set_matcher(matcher);
        Recorder::replaying(transport, Arc::new(script), kept)
    }
}

/// By its name.
impl std::fmt::Debug for Cassette {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cassette")
            .field("case", &self.case)
            .field("mode", &self.mode)
            .field("matcher", &self.matcher)
            .finish_non_exhaustive()
    }
}
