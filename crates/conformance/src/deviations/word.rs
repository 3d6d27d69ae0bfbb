//! A word of `when`: its name, what it means, and when it holds.

use super::last_answer::LastAnswer;
use crate::recording::Recording;

/// A word that a rule may use in `when`.
#[derive(Debug)]
#[non_exhaustive]
pub struct Word {
    /// How a rule spells it.
    pub name: &'static str,
    /// When it holds, in plain words.
    pub meaning: &'static str,
    /// Whether it says what is wrong with an answer or an argument.
    pub is_fault: bool,
    test: Test,
}

/// What a word looks at.
#[derive(Debug)]
enum Test {
    Recording(fn(&Recording) -> bool),
    LastAnswer(fn(&LastAnswer<'_>) -> bool),
}

impl Word {
    /// A word about the call, its arguments or all of its answers.
    pub(super) const fn new(
        name: &'static str,
        meaning: &'static str,
        test: fn(&Recording) -> bool,
    ) -> Self {
        Self { name, meaning, is_fault: false, test: Test::Recording(test) }
    }

    /// A word about the last answer, which does not hold where there is none.
    pub(super) const fn of_last_answer(
        name: &'static str,
        meaning: &'static str,
        test: fn(&LastAnswer<'_>) -> bool,
    ) -> Self {
        Self { name, meaning, is_fault: false, test: Test::LastAnswer(test) }
    }

    /// The same word, which says what is wrong.
    pub(super) const fn fault(mut self) -> Self {
        self.is_fault = true;
        self
    }

    /// Whether it holds of a case.
    pub(super) fn holds(&self, recording: &Recording) -> bool {
        match self.test {
            Test::Recording(test) => test(recording),
            Test::LastAnswer(test) => LastAnswer::of(recording).is_some_and(|last| test(&last)),
        }
    }
}
