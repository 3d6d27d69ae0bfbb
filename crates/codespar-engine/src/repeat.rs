//! The same question, until an answer is final: polling, pay rounds.

use std::{
    convert::Infallible,
    time::{Duration, Instant},
};

use crate::{BoxFlow, CallOptions, Error, Event, Flow, Step, Tick, flow::out_of_turn};

/// What to make of one answer.
#[derive(Debug)]
#[non_exhaustive]
pub enum Next<O> {
    /// Ask again after this long.
    Again(Duration),
    /// That is it.
    Done(Result<O, Error>),
}

/// Asks, judges the answer, and asks again.
///
/// Each round is a call of its own with the caller's options: its time limit is per round. How
/// long the whole may take is for the judge to say; it is told how long it has taken so far.
pub struct Repeat<A, O> {
    ask: Box<dyn FnMut() -> BoxFlow<A> + Send>,
    judge: Judge<A, O>,
    inner: BoxFlow<A>,
    options: CallOptions,
    begun: Option<Instant>,
    waiting: bool,
}

type Judge<A, O> = Box<dyn FnMut(Result<A, Error>, Duration) -> Next<O> + Send>;

impl<A, O> Repeat<A, O> {
    /// `ask` makes the next question, `judge` says what its answer means.
    pub fn new(
        mut ask: impl FnMut() -> BoxFlow<A> + Send + 'static,
        judge: impl FnMut(Result<A, Error>, Duration) -> Next<O> + Send + 'static,
    ) -> Self {
        Self {
            inner: ask(),
            ask: Box::new(ask),
            judge: Box::new(judge),
            options: CallOptions::default(),
            begun: None,
            waiting: false,
        }
    }
}

impl<A, O> Flow for Repeat<A, O> {
    type Item = Infallible;
    type Output = O;

    fn resume(&mut self, tick: Tick, event: Event) -> Step<Infallible, O> {
        let begun = *self.begun.get_or_insert(tick.now);
        let event = match event {
            Event::Start(options) => {
                self.options = options.clone();
                Event::Start(options)
            }
            Event::Woke if self.waiting => {
                self.waiting = false;
                self.inner = (self.ask)();
                Event::Start(self.options.clone())
            }
            Event::Failed(error) if self.waiting => return Step::Done(Err(Error::transport(error))),
            event if self.waiting => return Step::Done(Err(out_of_turn("", &event))),
            event => event,
        };
        match self.inner.resume(tick, event).or_done() {
            Ok(step) => step,
            Err(answer) => match (self.judge)(answer, tick.now.saturating_duration_since(begun)) {
                Next::Done(output) => Step::Done(output),
                Next::Again(pause) => {
                    self.waiting = true;
                    Step::Wait(pause)
                }
            },
        }
    }
}

/// A question asked every `pause` until its answer is final, for at most `limit`.
///
/// The caller gets the last answer either way, and can see for itself whether it is final.
pub fn poll_until<A: 'static>(
    ask: impl FnMut() -> BoxFlow<A> + Send + 'static,
    is_final: impl Fn(&A) -> bool + Send + 'static,
    pause: Duration,
    limit: Duration,
) -> Repeat<A, A> {
    Repeat::new(ask, move |answer, spent| match answer {
        Ok(answer) if !is_final(&answer) && spent + pause <= limit => Next::Again(pause),
        answer => Next::Done(answer),
    })
}
