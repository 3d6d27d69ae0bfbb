//! The same question again and again, each answer an item.

use std::{convert::Infallible, time::Duration};

use crate::{
    call::options::CallOptions,
    error::Error,
    flow::{BoxFlow, Event, Flow, Key, Step, out_of_turn, tick::Tick},
};

/// How long to pause between the questions of a poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    next: Duration,
    longest: Duration,
}

impl Pace {
    /// The same pause each time.
    pub const fn every(pause: Duration) -> Self {
        Self { next: pause, longest: pause }
    }

    /// Pauses that grow by half each time, from `first` up to `longest`.
    pub const fn growing(first: Duration, longest: Duration) -> Self {
        Self { next: first, longest }
    }

    /// The pause that comes now.
    fn advance(&mut self) -> Duration {
        let pause = self.next;
        if self.next != self.longest {
            self.next = (self.next.saturating_mul(3) / 2).min(self.longest);
        }
        pause
    }
}

/// Asks, hands the answer out, pauses, and asks again, until an answer [is over](Self::until) or
/// the [time is up](Self::within): what [`Last`](super::map::Last) waits on where the server has no
/// event stream.
///
/// Each question is a call of its own with the caller's options: the time limit is for each, unless
/// `Last` takes it for the whole.
pub struct Polls<I> {
    ask: Ask<I>,
    pace: Pace,
    is_over: Box<dyn FnMut(&I) -> bool + Send>,
    limit: Option<Limit<I>>,
    passes: fn(&Error) -> bool,
    /// Whether the key of the call goes with every question, as they are all the same one.
    keeps_key: bool,
    options: CallOptions,
    begun: Option<Duration>,
    phase: Phase<I>,
}

type Ask<I> = Box<dyn FnMut(Option<&I>) -> Result<BoxFlow<I>, Error> + Send>;

/// How long all questions and pauses may take, and what is said when that is over.
struct Limit<I> {
    whole: Duration,
    /// Without it, the run ends with the answer that comes then.
    late: Option<Late<I>>,
}

type Late<I> = Box<dyn Fn(&I, Duration) -> Error + Send>;

enum Phase<I> {
    New(BoxFlow<I>),
    Asking(BoxFlow<I>),
    /// An answer was handed out; what follows on it.
    Resting(Result<(Duration, BoxFlow<I>), Error>),
    /// The last answer was handed out.
    Ending,
    Pausing(BoxFlow<I>),
    Over,
}

impl<I: 'static> Polls<I> {
    /// `ask` makes the question; errors of which `passes` says so do not end the run.
    pub fn new(
        mut ask: impl FnMut() -> BoxFlow<I> + Send + 'static,
        pause: Duration,
        passes: fn(&Error) -> bool,
    ) -> Self {
        let polls = Self::after(ask(), move |_| Ok(ask()), Pace::every(pause));
        polls.keeping_key().passing(passes)
    }

    /// Begins with `first`; `ask` makes the next question of the answer before it, or of `None`
    /// where a look failed for a moment. An idempotency key goes with the first question only.
    pub fn after(
        first: impl Flow<Item = Infallible, Output = I> + 'static,
        ask: impl FnMut(Option<&I>) -> Result<BoxFlow<I>, Error> + Send + 'static,
        pace: Pace,
    ) -> Self {
        Self {
            ask: Box::new(ask),
            pace,
            is_over: Box::new(|_| false),
            limit: None,
            passes: |_| false,
            keeps_key: false,
            options: CallOptions::default(),
            begun: None,
            phase: Phase::New(Box::new(first)),
        }
    }

    /// Ends the run after an answer of which `is_over` says so. It is asked once for each answer.
    #[must_use]
    pub fn until(mut self, is_over: impl FnMut(&I) -> bool + Send + 'static) -> Self {
        self.is_over = Box::new(is_over);
        self
    }

    /// Limits all questions and pauses together. The last pause is cut to what is left; after the
    /// answer to the question that follows, the run ends with the error that `late` makes of it and
    /// of the limit.
    #[must_use]
    pub fn within(
        mut self,
        whole: Duration,
        late: impl Fn(&I, Duration) -> Error + Send + 'static,
    ) -> Self {
        self.limit = Some(Limit { whole, late: Some(Box::new(late)) });
        self
    }

    /// The same, but that there is no error: the run ends with the answer to the last question.
    #[must_use]
    pub fn for_at_most(mut self, whole: Duration) -> Self {
        self.limit = Some(Limit { whole, late: None });
        self
    }

    /// Lets an idempotency key go with every question, as they are all the same one.
    #[must_use]
    pub const fn keeping_key(mut self) -> Self {
        self.keeps_key = true;
        self
    }

    /// Looks again after errors of which `passes` says so, as long as there is time.
    #[must_use]
    pub fn passing(mut self, passes: fn(&Error) -> bool) -> Self {
        self.passes = passes;
        self
    }

    fn forward(&mut self, tick: Tick<'_>, event: Event, mut question: BoxFlow<I>) -> Step<I, ()> {
        match question.resume(tick, event).or_done() {
            Ok(step) => {
                self.phase = Phase::Asking(question);
                step.widen()
            }
            Err(answer) => self.take_answer(tick, answer),
        }
    }

    fn take_answer(&mut self, tick: Tick<'_>, answer: Result<I, Error>) -> Step<I, ()> {
        match answer {
            Ok(item) => {
                self.phase = match (self.is_over)(&item) {
                    true => Phase::Ending,
                    false => self.follow(tick, &item),
                };
                Step::Yield(item)
            }
            Err(error) if (self.passes)(&error) => match (self.pause(tick), (self.ask)(None)) {
                (Some(pause), Ok(question)) => self.rest(pause, question),
                _ => Step::Done(Err(error)),
            },
            Err(error) => Step::Done(Err(error)),
        }
    }

    /// What follows on an answer that is no end.
    fn follow(&mut self, tick: Tick<'_>, item: &I) -> Phase<I> {
        let question = match (self.ask)(Some(item)) {
            Ok(question) => question,
            Err(error) => return Phase::Resting(Err(error)),
        };
        match (self.pause(tick), &self.limit) {
            (Some(pause), _) => Phase::Resting(Ok((pause, question))),
            (None, Some(Limit { whole, late: Some(late) })) => {
                Phase::Resting(Err(late(item, *whole)))
            }
            (None, _) => Phase::Ending,
        }
    }

    /// How long to pause now; `None` when the time is up.
    fn pause(&mut self, tick: Tick<'_>) -> Option<Duration> {
        let Some(limit) = &self.limit else { return Some(self.pace.advance()) };
        let begun = self.begun.unwrap_or(tick.now);
        let left = limit.whole.checked_sub(tick.now.saturating_sub(begun))?;
        (!left.is_zero()).then(|| self.pace.advance().min(left))
    }

    fn rest(&mut self, pause: Duration, question: BoxFlow<I>) -> Step<I, ()> {
        self.phase = Phase::Pausing(question);
        Step::Wait(pause)
    }
}

impl<I: Send + 'static> Flow for Polls<I> {
    type Item = I;
    type Output = ();

    fn resume(&mut self, tick: Tick<'_>, event: Event) -> Step<I, ()> {
        match (event, std::mem::replace(&mut self.phase, Phase::Over)) {
            (Event::Start(options), Phase::New(first)) => {
                self.begun = Some(tick.now);
                self.options = options.clone();
                if !self.keeps_key {
                    self.options.idempotency_key = None;
                }
                self.forward(tick, Event::Start(options), first)
            }
            (event, Phase::Asking(question)) => self.forward(tick, event, question),
            (Event::Taken, Phase::Resting(Ok((pause, question)))) => self.rest(pause, question),
            (Event::Taken, Phase::Resting(Err(error))) => Step::Done(Err(error)),
            (Event::Taken, Phase::Ending) => Step::Done(Ok(())),
            (Event::Woke, Phase::Pausing(question)) => {
                self.forward(tick, Event::Start(self.options.clone()), question)
            }
            (Event::Failed(error), _) => Step::Done(Err(Error::transport(error))),
            (event, _) => Step::Done(Err(out_of_turn("", &event))),
        }
    }

    fn key(&self) -> Key<'_> {
        match &self.phase {
            Phase::New(first) => first.key(),
            _ => Key::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_by_half_up_to_the_longest() {
        let mut pace = Pace::growing(Duration::from_secs(2), Duration::from_secs(10));
        let pauses: Vec<_> = (0..6).map(|_| pace.advance().as_secs_f64()).collect();
        assert_eq!(pauses, [2.0, 3.0, 4.5, 6.75, 10.0, 10.0]);
    }

    #[test]
    fn the_longest_pause_is_no_overflow_and_a_long_first_one_is_kept() {
        let mut pace = Pace::growing(Duration::MAX, Duration::from_secs(10));
        assert_eq!(pace.advance(), Duration::MAX);
        assert_eq!(pace.advance(), Duration::from_secs(10));
        let mut pace = Pace::every(Duration::MAX);
        assert_eq!([pace.advance(), pace.advance()], [Duration::MAX; 2]);
    }
}
