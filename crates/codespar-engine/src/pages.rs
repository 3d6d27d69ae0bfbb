//! Lists that come in pages, as one run of items.

use std::{
    collections::{HashSet, VecDeque},
};

use crate::{
    BoxFlow, CallOptions, Error, Event, Flow, Step, Tick, flow::out_of_turn,
};

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
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
/// the server would lead in circles.
pub struct Pages<I> {
    operation: &'static str,
    ask: Box<dyn FnMut(Option<&str>) -> BoxFlow<Page<I>> + Send>,
    inner: Option<BoxFlow<Page<I>>>,
    options: CallOptions,
    rows: VecDeque<I>,
    next: Option<String>,
    seen: HashSet<String>,
    limit: u32,
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
            inner: None,
            options: CallOptions::default(),
            rows: VecDeque::new(),
            next: None,
            seen: HashSet::new(),
            limit,
        }
    }

    fn turn(&mut self, tick: Tick) -> Step<I, ()> {
        if self.limit == 0 {
            return Step::Done(Err(self.error("the list has more pages than the limit")));
        }
        self.limit -= 1;
        self.inner = Some((self.ask)(self.next.as_deref()));
        let start = Event::Start(self.options.clone());
        self.forward(tick, start)
    }

    fn forward(&mut self, tick: Tick, event: Event) -> Step<I, ()> {
        let Some(inner) = &mut self.inner else {
            return Step::Done(Err(out_of_turn(self.operation, &event)));
        };
        match inner.resume(tick, event).or_done() {
            Ok(step) => step.widen(),
            Err(Err(error)) => Step::Done(Err(error)),
            Err(Ok(page)) => {
                self.inner = None;
                self.rows.extend(page.items);
                self.next = page.next;
                self.hand_out(tick)
            }
        }
    }

    fn hand_out(&mut self, tick: Tick) -> Step<I, ()> {
        if let Some(row) = self.rows.pop_front() {
            return Step::Yield(row);
        }
        match &self.next {
            None => Step::Done(Ok(())),
            Some(cursor) if !self.seen.insert(cursor.clone()) => {
                Step::Done(Err(self.error("the server gave the same cursor twice")))
            }
            Some(_) => self.turn(tick),
        }
    }

    fn error(&self, message: &str) -> Error {
        Error::decode(message).at(self.operation).maybe_sent(true)
    }
}

impl<I: Send> Flow for Pages<I> {
    type Item = I;
    type Output = ();

    fn resume(&mut self, tick: Tick, event: Event) -> Step<I, ()> {
        match event {
            Event::Start(options) => {
                self.options = options;
                self.turn(tick)
            }
            Event::Taken => self.hand_out(tick),
            Event::Failed(error) if self.inner.is_none() => {
                Step::Done(Err(Error::transport(error).at(self.operation)))
            }
            event => self.forward(tick, event),
        }
    }
}
