//! Lists that come in pages, as one run of items.

use std::{
    collections::{HashSet, VecDeque},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    time::Duration,
};

use serde::Serialize;

use crate::{
    call::options::CallOptions,
    error::Error,
    flow::{BoxFlow, Event, Flow, Step, out_of_turn, tick::Tick},
};

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Page<I> {
    /// The rows of this page.
    pub items: Vec<I>,
    /// The cursor of the page after it; `None` on the last one.
    pub next: Option<String>,
}

impl<I> Page<I> {
    /// Rows, and the cursor of what follows. An empty cursor is none.
    pub fn new(items: Vec<I>, next: Option<String>) -> Self {
        Self { items, next: next.filter(|cursor| !cursor.is_empty()) }
    }
}

/// Asks for page after page and hands their rows out one by one.
///
/// An empty page goes on to the next. A cursor that was seen before ends the list with an error:
/// the server would lead in circles. The caller's options, the time limit among them, are for
/// each page. All pages together have a budget of time, in which the time between them, while the
/// caller has the rows, does not count: when it is used up, no other page is asked for, and the
/// list ends with a `Timeout` error.
pub struct Pages<I> {
    operation: &'static str,
    ask: Ask<I>,
    options: CallOptions,
    phase: Phase<I>,
    rows: VecDeque<I>,
    next: Option<String>,
    /// Cursors by their hashes: a server's cursors can be long, and there can be many.
    seen: HashSet<u64>,
    /// How many pages may still be asked for.
    left: u32,
    /// How long may still be waited for pages.
    budget: Duration,
    /// Since when the page at hand is waited for.
    asked: Option<Duration>,
}

/// How long all pages of a list may take together.
pub(crate) const LIST_TIME: Duration = Duration::from_secs(60 * 60);

type Ask<I> = Box<dyn FnMut(Option<&str>) -> BoxFlow<Page<I>> + Send>;

enum Phase<I> {
    New,
    Asking(BoxFlow<Page<I>>),
    /// A row was handed out.
    Resting,
    Over,
}

impl<I> Pages<I> {
    /// `ask` makes the question for the page at a cursor; at most `limit` pages are asked for.
    pub fn new(
        operation: &'static str,
        limit: u32,
        ask: impl FnMut(Option<&str>) -> BoxFlow<Page<I>> + Send + 'static,
    ) -> Self {
        Self {
            operation,
            ask: Box::new(ask),
            options: CallOptions::default(),
            phase: Phase::New,
            rows: VecDeque::new(),
            next: None,
            seen: HashSet::new(),
            left: limit,
            budget: LIST_TIME,
            asked: None,
        }
    }

    /// Limits all pages together by time. Default one hour.
    #[must_use]
    pub const fn within(mut self, budget: Duration) -> Self {
        self.budget = budget;
        self
    }

    /// Asks for the next page.
    fn turn(&mut self, tick: Tick<'_>) -> Step<I, ()> {
        if self.left == 0 {
            return self.fails(Error::decode("the list has more pages than the limit"));
        }
        if self.budget.is_zero() {
            return self.fails(Error::timeout("the list took longer than the limit of its pages"));
        }
        self.left -= 1;
        self.asked = Some(tick.now);
        let question = (self.ask)(self.next.as_deref());
        self.forward(tick, Event::Start(self.options.clone()), question)
    }

    fn forward(
        &mut self,
        tick: Tick<'_>,
        event: Event,
        mut question: BoxFlow<Page<I>>,
    ) -> Step<I, ()> {
        match question.resume(tick, event).or_done() {
            Ok(step) => {
                self.phase = Phase::Asking(question);
                step.widen()
            }
            Err(Err(error)) => self.fails(error),
            Err(Ok(page)) => {
                let spent = self.asked.take().map(|then| tick.now.saturating_sub(then));
                self.budget = self.budget.saturating_sub(spent.unwrap_or_default());
                self.rows.extend(page.items);
                self.next = page.next;
                self.hand_out(tick)
            }
        }
    }

    fn hand_out(&mut self, tick: Tick<'_>) -> Step<I, ()> {
        if let Some(row) = self.rows.pop_front() {
            self.phase = Phase::Resting;
            return Step::Yield(row);
        }
        match &self.next {
            None => Step::Done(Ok(())),
            Some(cursor) if !self.seen.insert(hash(cursor)) => {
                self.fails(Error::decode("the server gave the same cursor twice"))
            }
            Some(_) => self.turn(tick),
        }
    }

    fn fails(&self, error: Error) -> Step<I, ()> {
        Step::Done(Err(error.named(self.operation)))
    }
}

/// The same for the same text, in every process: what is done must not depend on chance.
fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

impl<I: Send> Flow for Pages<I> {
    type Item = I;
    type Output = ();

    fn resume(&mut self, tick: Tick<'_>, event: Event) -> Step<I, ()> {
        match (event, std::mem::replace(&mut self.phase, Phase::Over)) {
            (Event::Start(options), Phase::New) => {
                self.options = options;
                self.turn(tick)
            }
            (event, Phase::Asking(question)) => self.forward(tick, event, question),
            (Event::Taken, Phase::Resting) => self.hand_out(tick),
            (Event::Failed(error), Phase::Resting) => self.fails(Error::transport(error)),
            (event, _) => self.fails(out_of_turn(self.operation, &event)),
        }
    }

    fn may_read_ahead(&self) -> bool {
        true
    }
}
