//! Flows made of other flows.

use std::{convert::Infallible, marker::PhantomData, time::Duration};

use http::{HeaderMap, StatusCode};

use crate::{
    call::reply::Reply,
    error::Error,
    flow::{BoxFlow, Event, Flow, Key, Sorted, Step, out_of_turn, tick::Tick},
    transport::TransportErrorKind,
};

/// Turns the output of a flow into something else.
pub struct Map<F: Flow, P> {
    inner: F,
    map: Option<Mapping<F::Output, P>>,
}

type Mapping<O, P> = Box<dyn FnOnce(Result<O, Error>) -> Result<P, Error> + Send>;

impl<F: Flow, P> Map<F, P> {
    /// Turns it into something else, or into an error.
    pub fn new(inner: F, map: impl FnOnce(F::Output) -> Result<P, Error> + Send + 'static) -> Self {
        Self::outcome(inner, |outcome| outcome.and_then(map))
    }

    /// Turns it, or the error that it ends with, into something else.
    pub fn outcome(
        inner: F,
        map: impl FnOnce(Result<F::Output, Error>) -> Result<P, Error> + Send + 'static,
    ) -> Self {
        Self { inner, map: Some(Box::new(map)) }
    }
}

impl<F: Flow, P> Flow for Map<F, P> {
    type Item = F::Item;
    type Output = P;

    fn resume(&mut self, tick: Tick<'_>, event: Event) -> Step<F::Item, P> {
        let Self { inner, map } = self;
        inner.resume(tick, event).map_done(|output| match map.take() {
            Some(map) => map(output),
            None => Err(Error::stream("the conversation is over")),
        })
    }

    fn key(&self) -> Key<'_> {
        self.inner.key()
    }

    fn is_one_exchange(&self) -> bool {
        self.inner.is_one_exchange()
    }
}

/// Turns the items of a flow into something else.
pub(crate) struct MapItems<F: Flow, J> {
    inner: F,
    map: ItemMapping<F::Item, J>,
}

type ItemMapping<I, J> = Box<dyn FnMut(I) -> Result<J, Error> + Send>;

impl<F: Flow, J> MapItems<F, J> {
    pub(crate) fn new(
        inner: F,
        map: impl FnMut(F::Item) -> Result<J, Error> + Send + 'static,
    ) -> Self {
        Self { inner, map: Box::new(map) }
    }
}

impl<F: Flow, J> Flow for MapItems<F, J> {
    type Item = J;
    type Output = F::Output;

    fn resume(&mut self, tick: Tick<'_>, event: Event) -> Step<J, F::Output> {
        match self.inner.resume(tick, event).sort() {
            Sorted::Pass(step) => step,
            Sorted::Item(item) => match (self.map)(item) {
                Ok(item) => Step::Yield(item),
                Err(error) => Step::Done(Err(error)),
            },
            Sorted::Done(output) => Step::Done(output),
        }
    }

    fn may_read_ahead(&self) -> bool {
        self.inner.may_read_ahead()
    }

    fn is_one_exchange(&self) -> bool {
        self.inner.is_one_exchange()
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

    fn resume(&mut self, tick: Tick<'_>, event: Event) -> Step<Infallible, Reply<O>> {
        if let Event::Head(head) = &event {
            self.head = Some((head.status, head.headers.clone()));
        }
        match self.inner.resume(tick, event).or_done() {
            Ok(step) => {
                if let Step::Open(exchange) = &step {
                    self.attempts += 1;
                    let key = exchange.request.headers().get(crate::http::IDEMPOTENCY_KEY);
                    self.key = key.and_then(|key| key.to_str().ok()).map(Into::into);
                }
                step
            }
            Err(output) => {
                Step::Done(output.map(|output| {
                    Reply::of(output, self.head.take(), self.attempts, self.key.take())
                }))
            }
        }
    }

    fn key(&self) -> Key<'_> {
        self.inner.key()
    }

    fn is_one_exchange(&self) -> bool {
        self.inner.is_one_exchange()
    }
}

/// Runs a flow of items to its end, or until an item settles the matter, and gives the last
/// item.
///
/// The time limit of the call is one for the whole, unless it is
/// [for each question](Self::timeout_for_each); when it runs out, the error holds the last item.
pub struct Last<I> {
    inner: Box<dyn Flow<Item = I, Output = ()>>,
    settles: fn(&I) -> bool,
    last: Option<I>,
    tell: fn(Error, I) -> Error,
    operation: &'static str,
    for_each: bool,
    limit: Option<(Duration, Duration)>,
    /// Whether a pause was cut for the sake of a last look.
    hurried: bool,
}

/// What is left of the limit for the last look, at most.
const LAST_LOOK: Duration = Duration::from_secs(1);

impl<I: Send + Sync + 'static> Last<I> {
    /// Stops early when `settles` says of an item that it is final.
    pub fn new(
        operation: &'static str,
        inner: impl Flow<Item = I, Output = ()> + 'static,
        settles: fn(&I) -> bool,
    ) -> Self {
        Self {
            inner: Box::new(inner),
            settles,
            last: None,
            tell: |error, last| if error.has_last() { error } else { error.with_last(last) },
            operation,
            for_each: false,
            limit: None,
            hurried: false,
        }
    }

    /// Says how an error is told of the last item. Without this, the item hangs on it unless
    /// something else does.
    #[must_use]
    pub const fn telling(mut self, tell: fn(Error, I) -> Error) -> Self {
        self.tell = tell;
        self
    }

    /// Leaves the time limit of the call to each question: the flow of items has one of its own for
    /// the whole.
    #[must_use]
    pub const fn timeout_for_each(mut self) -> Self {
        self.for_each = true;
        self
    }

    /// Lets no step last beyond the limit.
    fn within(&mut self, tick: Tick<'_>, step: Step<Infallible, I>) -> Step<Infallible, I> {
        let Some((deadline, limit)) = self.limit else { return step };
        let left = deadline.saturating_sub(tick.now);
        if left.is_zero() {
            return Step::Done(Err(self.too_late(limit)));
        }
        match step {
            Step::Open(mut exchange) => {
                exchange.timeout = Some(exchange.timeout.map_or(left, |timeout| timeout.min(left)));
                Step::Open(exchange)
            }
            Step::Read { idle } => {
                Step::Read { idle: Some(idle.map_or(left, |idle| idle.min(left))) }
            }
            // The caller has time, and the server may ask for a longer pause than that: it is
            // looked at once more before the end, and then the time is waited out.
            Step::Wait(pause) if pause >= left => {
                let look = if self.hurried { Duration::ZERO } else { LAST_LOOK.min(left / 2) };
                self.hurried = true;
                Step::Wait(left.saturating_sub(look))
            }
            step => step,
        }
    }

    fn too_late(&mut self, limit: Duration) -> Error {
        let error = Error::waited(format!("not settled within {limit:?}")).at(self.operation);
        self.told(error)
    }

    fn told(&mut self, error: Error) -> Error {
        match self.last.take() {
            Some(last) => (self.tell)(error, last),
            None => error,
        }
    }
}

impl<I: Send + Sync + 'static> Flow for Last<I> {
    type Item = Infallible;
    type Output = I;

    fn resume(&mut self, tick: Tick<'_>, mut event: Event) -> Step<Infallible, I> {
        if let Event::Start(options) = &mut event {
            if let Err(error) = options.check() {
                return Step::Done(Err(error.at(self.operation)));
            }
            if !self.for_each {
                self.limit = options.timeout.take().map(|limit| (tick.now + limit, limit));
            }
        }
        match (&event, self.limit) {
            (Event::Failed(error), Some((deadline, limit)))
                if error.kind() == TransportErrorKind::Timeout && tick.now >= deadline =>
            {
                return Step::Done(Err(self.too_late(limit)));
            }
            (Event::Woke, Some((deadline, limit))) if tick.now >= deadline => {
                return Step::Done(Err(self.too_late(limit)));
            }
            _ => {}
        }
        loop {
            match self.inner.resume(tick, event).sort() {
                Sorted::Pass(step) => return self.within(tick, step),
                Sorted::Item(item) if (self.settles)(&item) => return Step::Done(Ok(item)),
                Sorted::Item(item) => self.last = Some(item),
                Sorted::Done(Err(error)) => {
                    return Step::Done(Err(self.told(error.named(self.operation))));
                }
                Sorted::Done(Ok(())) => {
                    let none = || Error::stream("the stream ended before its first item");
                    let last = self.last.take();
                    return Step::Done(last.ok_or_else(|| none().at(self.operation)));
                }
            }
            event = Event::Taken;
        }
    }

    fn key(&self) -> Key<'_> {
        self.inner.key()
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

    fn resume(&mut self, _: Tick<'_>, event: Event) -> Step<I, O> {
        Step::Done(Err(self.error.take().unwrap_or_else(|| out_of_turn("", &event))))
    }
}

/// A flow that needs nothing from the server.
pub struct Ready<O> {
    output: Option<O>,
}

impl<O> Ready<O> {
    /// A flow that ends with this output.
    pub const fn with(output: O) -> Self {
        Self { output: Some(output) }
    }
}

impl<O: Send> Flow for Ready<O> {
    type Item = Infallible;
    type Output = O;

    fn resume(&mut self, _: Tick<'_>, event: Event) -> Step<Infallible, O> {
        Step::Done(self.output.take().ok_or_else(|| out_of_turn("", &event)))
    }
}
