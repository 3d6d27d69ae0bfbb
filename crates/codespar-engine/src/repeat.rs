//! The same question, until an answer is final: polling, pay rounds.

use std::{
    convert::Infallible,
    mem,
    time::{Duration, Instant},
};

use crate::{
    BoxFlow, CallOptions, Error, Event, Flow, Step, Tick, TransportError, flow::out_of_turn,
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

/// Asks, judges the answer, and asks again.
///
/// Each round is a call of its own with the caller's options: its time limit is per round. How
/// long the whole may take is for the judge to say; it is told how long it has taken so far.
pub struct Repeat<A, O> {
    ask: Box<dyn FnMut() -> BoxFlow<A> + Send>,
    judge: Judge<A, O>,
    options: CallOptions,
    begun: Option<Instant>,
    phase: Phase<A>,
}

type Judge<A, O> = Box<dyn FnMut(Result<A, Error>, Duration) -> Next<O> + Send>;

enum Phase<A> {
    New,
    Asking(BoxFlow<A>),
    Pausing,
    Over,
}

impl<A, O> Repeat<A, O> {
    /// `ask` makes the next question, `judge` says what its answer means.
    pub fn new(
        ask: impl FnMut() -> BoxFlow<A> + Send + 'static,
        judge: impl FnMut(Result<A, Error>, Duration) -> Next<O> + Send + 'static,
    ) -> Self {
        Self {
            ask: Box::new(ask),
            judge: Box::new(judge),
            options: CallOptions::default(),
            begun: None,
            phase: Phase::New,
        }
    }

    fn turn(&mut self, tick: Tick) -> Step<Infallible, O> {
        let question = (self.ask)();
        self.forward(tick, Event::Start(self.options.clone()), question)
    }

    fn forward(
        &mut self,
        tick: Tick,
        event: Event,
        mut question: BoxFlow<A>,
    ) -> Step<Infallible, O> {
        match question.resume(tick, event).or_done() {
            Ok(step) => {
                self.phase = Phase::Asking(question);
                step
            }
            Err(answer) => match self.judge(tick, answer) {
                Next::Done(output) => Step::Done(output),
                Next::Again(pause) => {
                    self.phase = Phase::Pausing;
                    Step::Wait(pause)
                }
            },
        }
    }

    fn judge(&mut self, tick: Tick, answer: Result<A, Error>) -> Next<O> {
        let begun = self.begun.unwrap_or(tick.now);
        (self.judge)(answer, tick.now.saturating_duration_since(begun))
    }

    /// A pause was cut short. The judge may add what it knows to the error.
    fn interrupted(&mut self, tick: Tick, error: TransportError) -> Step<Infallible, O> {
        let error = Error::transport(error).maybe_sent(true);
        Step::Done(match self.judge(tick, Err(error)) {
            Next::Done(output) => output,
            Next::Again(_) => Err(Error::stream("the pause between two questions was cut short")),
        })
    }
}

impl<A, O> Flow for Repeat<A, O> {
    type Item = Infallible;
    type Output = O;

    fn resume(&mut self, tick: Tick, event: Event) -> Step<Infallible, O> {
        match (event, mem::replace(&mut self.phase, Phase::Over)) {
            (Event::Start(options), Phase::New) => {
                self.begun = Some(tick.now);
                self.options = options;
                self.turn(tick)
            }
            (event, Phase::Asking(question)) => self.forward(tick, event, question),
            (Event::Woke, Phase::Pausing) => self.turn(tick),
            (Event::Failed(error), Phase::Pausing) => self.interrupted(tick, error),
            (event, _) => Step::Done(Err(out_of_turn("", &event))),
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
        Ok(answer) if !is_final(&answer) && spent.saturating_add(pause) <= limit => {
            Next::Again(pause)
        }
        answer => Next::Done(answer),
    })
}
