//! Flows made of other flows.

use std::{convert::Infallible, marker::PhantomData};

use http::{HeaderMap, StatusCode};

use crate::{
    BoxFlow, Error, Event, Flow, Reply, Step, Tick,
    flow::{Sorted, out_of_turn},
};

/// Turns the output of a flow into something else.
pub(crate) struct Map<F: Flow, P> {
    inner: F,
    map: Option<Mapping<F::Output, P>>,
}

type Mapping<O, P> = Box<dyn FnOnce(O) -> Result<P, Error> + Send>;

impl<F: Flow, P> Map<F, P> {
    pub(crate) fn new(
        inner: F,
        map: impl FnOnce(F::Output) -> Result<P, Error> + Send + 'static,
    ) -> Self {
        Self { inner, map: Some(Box::new(map)) }
    }
}

impl<F: Flow, P> Flow for Map<F, P> {
    type Item = F::Item;
    type Output = P;

    fn resume(&mut self, tick: Tick, event: Event) -> Step<F::Item, P> {
        match self.inner.resume(tick, event).or_done() {
            Ok(step) => step,
            Err(Err(error)) => Step::Done(Err(error)),
            Err(Ok(output)) => Step::Done(match self.map.take() {
                Some(map) => map(output),
                None => Err(Error::stream("the conversation is over")),
            }),
        }
    }
}

/// Keeps the head of the answer beside the output.
pub(crate) struct WithResponse<O> {
    inner: BoxFlow<O>,
    head: Option<(StatusCode, HeaderMap)>,
    attempts: u32,
    key: Option<Box<str>>,
}

impl<O> WithResponse<O> {
    pub(crate) fn new(inner: BoxFlow<O>) -> Self {
        Self { inner, head: None, attempts: 0, key: None }
    }
}

impl<O> Flow for WithResponse<O> {
    type Item = Infallible;
    type Output = Reply<O>;

    fn resume(&mut self, tick: Tick, event: Event) -> Step<Infallible, Reply<O>> {
        if let Event::Head(head) = &event {
            self.head = Some((head.status, head.headers.clone()));
        }
        match self.inner.resume(tick, event).or_done() {
            Ok(step) => {
                if let Step::Open(exchange) = &step {
                    self.attempts += 1;
                    let key = exchange.request.headers().get(crate::IDEMPOTENCY_KEY);
                    self.key = key.and_then(|key| key.to_str().ok()).map(Into::into);
                }
                step
            }
            Err(output) => Step::Done(output.map(|output| {
                Reply::new(output, self.head.take(), self.attempts, self.key.take())
            })),
        }
    }
}

/// Runs a flow of items to its end, or until an item settles the matter, and gives the last
/// item.
pub struct LastItem<I> {
    inner: Box<dyn Flow<Item = I, Output = ()>>,
    settles: fn(&I) -> bool,
    last: Option<I>,
    operation: &'static str,
}

impl<I> LastItem<I> {
    /// Stops early when `settles` says of an item that it is final.
    pub fn new(
        operation: &'static str,
        inner: impl Flow<Item = I, Output = ()> + 'static,
        settles: fn(&I) -> bool,
    ) -> Self {
        Self { inner: Box::new(inner), settles, last: None, operation }
    }
}

impl<I: Send> Flow for LastItem<I> {
    type Item = Infallible;
    type Output = I;

    fn resume(&mut self, tick: Tick, mut event: Event) -> Step<Infallible, I> {
        loop {
            match self.inner.resume(tick, event).sort() {
                Sorted::Pass(step) => return step,
                Sorted::Item(item) if (self.settles)(&item) => return Step::Done(Ok(item)),
                Sorted::Item(item) => self.last = Some(item),
                Sorted::Done(Err(error)) => return Step::Done(Err(error)),
                Sorted::Done(Ok(())) => {
                    let none = || Error::stream("the stream ended before its first item");
                    let last = self.last.take().ok_or_else(|| none().at(self.operation));
                    return Step::Done(last);
                }
            }
            event = Event::Taken;
        }
    }
}

/// A flow that fails at once: an argument was wrong.
pub struct Failed<I, O> {
    error: Option<Error>,
    kind: PhantomData<fn() -> (I, O)>,
}

impl<I, O> Failed<I, O> {
    /// A flow that ends with this error.
    pub const fn with(error: Error) -> Self {
        Self { error: Some(error), kind: PhantomData }
    }
}

impl<I, O> Flow for Failed<I, O> {
    type Item = I;
    type Output = O;

    fn resume(&mut self, _: Tick, event: Event) -> Step<I, O> {
        Step::Done(Err(self.error.take().unwrap_or_else(|| out_of_turn("", &event))))
    }
}
