//! What becomes of a model's call: an answer, a question, or a call that is ready to be sent.

use std::{fmt, sync::Arc, time::SystemTime};

use codespar_engine::{Call, Verdict, driver::Transport};

use crate::{
    answer::ToolAnswer, outcome::Outcome, question::Question, record::CallRecord, view::ViewOptions,
};

/// The time of a call, and chance: a toolbox has neither.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Moment {
    /// The time of day.
    pub now: SystemTime,
    /// 128 bits that nobody else has, for the key of a call that has no id.
    pub noise: Option<u128>,
}

impl Moment {
    /// A time of day.
    pub const fn new(now: SystemTime) -> Self {
        Self { now, noise: None }
    }

    /// The same, with 128 bits that nobody else has: the key of a call without an id is made of
    /// them. Without them the engine makes one up, where the server honours a header or a member.
    #[must_use]
    pub const fn noise(mut self, noise: u128) -> Self {
        self.noise = Some(noise);
        self
    }
}

/// What becomes of a model's call.
///
/// Closed on purpose: a host that passed over one of them would lose a turn.
#[allow(clippy::exhaustive_enums, reason = "a host has to know all of them")]
pub enum Dispatch<T: Transport> {
    /// It is answered, and nothing is sent.
    Answer(Box<ToolAnswer>),
    /// A person is asked first.
    Ask(Box<Question>),
    /// It is ready to be sent.
    Call(Box<Pending<T>>),
}

/// A call that is ready to be sent. It stands in the record already: if it is dropped unsent, its
/// outcome is unknown. Who does not want to send it withdraws it.
#[non_exhaustive]
pub struct Pending<T: Transport> {
    /// The name of the tool, as the model has it.
    pub tool: String,
    /// The key that it goes out under, where the server honours one: write it down first.
    pub key: Option<String>,
    pub(crate) call: Call<T, ToolAnswer>,
    pub(crate) entry: Option<Entry>,
}

/// Where a call stands in the record.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) record: Arc<dyn CallRecord>,
    pub(crate) conversation: String,
    pub(crate) id: String,
    /// Whether it may have been done before, under the same key.
    pub(crate) may_be_done: bool,
}

impl Entry {
    /// The verdict about the call, given that of this try: where an earlier one may have been done,
    /// one that did nothing does not say that nothing was.
    pub(crate) const fn verdict(&self, of_this: Verdict) -> Verdict {
        match self.may_be_done && of_this.is_nothing_done() {
            true => Verdict::Unknown,
            false => of_this,
        }
    }

    /// Writes down what it came to; an answer that cannot be written down says so.
    pub(crate) fn settle(&self, answer: &mut ToolAnswer) {
        if let Err(error) = self.record.settle(&self.conversation, &self.id, answer) {
            answer.left_out.push(format!("this answer is not in the record: {error}"));
        }
    }
}

impl<T: Transport> Pending<T> {
    /// The call: `.send()` or `.await`. What goes wrong is an answer, too, and is in the record by
    /// the time it is handed out.
    pub fn into_call(self) -> Call<T, ToolAnswer> {
        self.call
    }

    /// Takes it back before it is sent, for a reason that the model is told: nothing happened, and
    /// the record says so; unless it is sent again, as what it came to is not known.
    pub fn withdraw(self, reason: &str) -> ToolAnswer {
        let Some(entry) = &self.entry else { return ToolAnswer::nothing_sent("withdrawn", reason) };
        let mut outcome = Outcome::nothing_sent("withdrawn", reason);
        outcome.verdict = entry.verdict(outcome.verdict);
        outcome.key = self.key.clone();
        let mut answer = ToolAnswer::new(&outcome, &ViewOptions::new());
        entry.settle(&mut answer);
        answer
    }
}

impl<T: Transport> fmt::Debug for Dispatch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer(answer) => answer.fmt(f),
            Self::Ask(question) => question.fmt(f),
            Self::Call(pending) => pending.fmt(f),
        }
    }
}

impl<T: Transport> fmt::Debug for Pending<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending").field("tool", &self.tool).finish_non_exhaustive()
    }
}
