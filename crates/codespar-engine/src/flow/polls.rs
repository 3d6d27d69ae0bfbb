//! The same question again and again, each answer an item.

use std::time::Duration;

use crate::{
    call::options::CallOptions,
    error::Error,
    flow::{BoxFlow, Event, Flow, Step, out_of_turn, tick::Tick},
};

/// Asks, hands the answer out, pauses, and asks again, without an end of its own: what
/// [`Last`](super::map::Last) waits on where the server has no event stream.
///
/// Each question is a call of its own with the caller's options.
pub struct Polls<I> {
    ask: Box<dyn FnMut() -> BoxFlow<I> + Send>,
    pause: Duration,
    passes: fn(&Error) -> bool,
    options: CallOptions,
    phase: Phase<I>,
}

enum Phase<I> {
    New,
    Asking(BoxFlow<I>),
    Resting,
    Pausing,
    Over,
}

impl<I> Polls<I> {
    /// `ask` makes the question; errors of which `passes` says so do not end the run.
    pub fn new(
        ask: impl FnMut() -> BoxFlow<I> + Send + 'static,
        pause: Duration,
        passes: fn(&Error) -> bool,
    ) -> Self {
        let options = CallOptions::default();
        Self { ask: Box::new(ask), pause, passes, options, phase: Phase::New }
    }

    fn ask(&mut self, tick: Tick) -> Step<I, ()> {
        let question = (self.ask)();
        self.forward(tick, Event::Start(self.options.clone()), question)
    }

    fn forward(&mut self, tick: Tick, event: Event, mut question: BoxFlow<I>) -> Step<I, ()> {
        match question.resume(tick, event).or_done() {
            Ok(step) => {
                self.phase = Phase::Asking(question);
                step.widen()
            }
            Err(Ok(item)) => {
                self.phase = Phase::Resting;
                Step::Yield(item)
            }
            Err(Err(error)) if (self.passes)(&error) => self.rest(),
            Err(Err(error)) => Step::Done(Err(error)),
        }
    }

    fn rest(&mut self) -> Step<I, ()> {
        self.phase = Phase::Pausing;
        Step::Wait(self.pause)
    }
}

impl<I: Send> Flow for Polls<I> {
    type Item = I;
    type Output = ();

    fn resume(&mut self, tick: Tick, event: Event) -> Step<I, ()> {
        match (event, std::mem::replace(&mut self.phase, Phase::Over)) {
            (Event::Start(options), Phase::New) => {
                self.options = options;
                self.ask(tick)
            }
            (event, Phase::Asking(question)) => self.forward(tick, event, question),
            (Event::Taken, Phase::Resting) => self.rest(),
            (Event::Woke, Phase::Pausing) => self.ask(tick),
            (Event::Failed(error), _) => Step::Done(Err(Error::transport(error))),
            (event, _) => Step::Done(Err(out_of_turn("", &event))),
        }
    }
}
