//! The same question, until an answer is final: polling, pay rounds.

use std::{convert::Infallible, time::Duration};

use crate::{
    error::Error,
    flow::{
        BoxFlow, Event, Flow, Step,
        chain::{Chain, Then},
        tick::Tick,
    },
};

/// What to make of one answer.
#[derive(Debug)]
#[non_exhaustive]
pub enum Next<O> {
    /// Ask again after this long.
    Again(Duration),
    /// That is it.
    Done(Result<O, Error>),
}

/// Asks, judges the answer, and asks again: a [`Chain`] of the same question.
///
/// Each round is a call of its own with the caller's options: its time limit is per round, and an
/// idempotency key is the same in all of them. How long the whole may take is for the judge to
/// say; it is told how long it has taken so far.
pub struct Repeat<A, O> {
    chain: Chain<A, O>,
}

impl<A: 'static, O> Repeat<A, O> {
    /// `ask` makes the next question, `judge` says what its answer means.
    pub fn new(
        mut ask: impl FnMut() -> BoxFlow<A> + Send + 'static,
        mut judge: impl FnMut(Result<A, Error>, Duration) -> Next<O> + Send + 'static,
    ) -> Self {
        let first = ask();
        let chain = Chain::new(first, move |answer, spent| match judge(answer, spent) {
            Next::Again(pause) => Then::AskAfter(pause, ask()),
            Next::Done(output) => Then::Done(output),
        });
        Self { chain: chain.keeping_key() }
    }
}

impl<A, O> Flow for Repeat<A, O> {
    type Item = Infallible;
    type Output = O;

    fn resume(&mut self, tick: Tick, event: Event) -> Step<Infallible, O> {
        self.chain.resume(tick, event)
    }
}
