//! Questions that follow from one another.

use std::{convert::Infallible, mem, time::Duration};

use crate::{
    call::options::CallOptions,
    error::Error,
    flow::{BoxFlow, Event, Flow, Key, Step, out_of_turn, tick::Tick},
};

/// What follows on an answer.
#[non_exhaustive]
pub enum Then<A, O> {
    /// The next question.
    Ask(BoxFlow<A>),
    /// The next question, after this long.
    AskAfter(Duration, BoxFlow<A>),
    /// That is it.
    Done(Result<O, Error>),
}

/// Asks, looks at the answer, and asks what follows from it.
///
/// Each question is a call of its own with the caller's options: the time limit is for each. An
/// idempotency key goes with the first one only. How long the whole may take is for the judge to
/// say; it is told how long it has taken so far.
pub struct Chain<A, O> {
    judge: Judge<A, O>,
    options: CallOptions,
    begun: Option<Duration>,
    phase: Phase<A>,
}

type Judge<A, O> = Box<dyn FnMut(Result<A, Error>, Duration) -> Then<A, O> + Send>;

enum Phase<A> {
    New(BoxFlow<A>),
    Asking(BoxFlow<A>),
    Pausing(BoxFlow<A>),
    Over,
}

impl<A, O> Chain<A, O> {
    /// Begins with `first`; `judge` says what its answer and all later ones mean.
    pub fn new(
        first: impl Flow<Item = Infallible, Output = A> + 'static,
        judge: impl FnMut(Result<A, Error>, Duration) -> Then<A, O> + Send + 'static,
    ) -> Self {
        Self {
            judge: Box::new(judge),
            options: CallOptions::default(),
            begun: None,
            phase: Phase::New(Box::new(first)),
        }
    }

    fn ask(&mut self, tick: Tick<'_>, question: BoxFlow<A>) -> Step<Infallible, O> {
        self.forward(tick, Event::Start(self.options.clone()), question)
    }

    fn forward(
        &mut self,
        tick: Tick<'_>,
        event: Event,
        mut question: BoxFlow<A>,
    ) -> Step<Infallible, O> {
        match question.resume(tick, event).or_done() {
            Ok(step) => {
                self.phase = Phase::Asking(question);
                step
            }
            Err(answer) => self.answered(tick, answer),
        }
    }

    fn judge(&mut self, tick: Tick<'_>, answer: Result<A, Error>) -> Then<A, O> {
        let begun = self.begun.unwrap_or(tick.now);
        (self.judge)(answer, tick.now.saturating_sub(begun))
    }

    fn answered(&mut self, tick: Tick<'_>, answer: Result<A, Error>) -> Step<Infallible, O> {
        match self.judge(tick, answer) {
            Then::Done(output) => Step::Done(output),
            Then::Ask(question) => self.ask(tick, question),
            Then::AskAfter(pause, question) => {
                self.phase = Phase::Pausing(question);
                Step::Wait(pause)
            }
        }
    }
}

impl<A, O> Flow for Chain<A, O> {
    type Item = Infallible;
    type Output = O;

    fn key(&self) -> Key<'_> {
        match &self.phase {
            Phase::New(first) => first.key(),
            _ => Key::None,
        }
    }

    fn resume(&mut self, tick: Tick<'_>, event: Event) -> Step<Infallible, O> {
        match (event, mem::replace(&mut self.phase, Phase::Over)) {
            (Event::Start(options), Phase::New(first)) => {
                self.begun = Some(tick.now);
                self.options = options.clone();
                self.options.idempotency_key = None;
                self.forward(tick, Event::Start(options), first)
            }
            (event, Phase::Asking(question)) => self.forward(tick, event, question),
            (Event::Woke, Phase::Pausing(question)) => self.ask(tick, question),
            (Event::Failed(error), Phase::Pausing(_)) => {
                // The judge may add what it knows, but a pause that was cut short is the end.
                match self.judge(tick, Err(Error::transport(error))) {
                    Then::Done(output) => Step::Done(output),
                    _ => Step::Done(Err(Error::stream("the pause was cut short"))),
                }
            }
            (event, _) => Step::Done(Err(out_of_turn("", &event))),
        }
    }
}
