//! One request until it is answered, repeated where that is safe.

use std::{
    convert::Infallible,
    mem,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    call::{cancel::CancelHandle, options::CallOptions},
    error::Error,
    flow::{Event, Flow, Key, Step, out_of_turn, tick::Tick},
    http::{
        reader::ResponseReader,
        request::RequestBuilder,
        response::Response,
        retry::{Retry, idempotency_key, may_repeat},
        service::Service,
        template::RequestTemplate,
    },
    transport::Exchange,
    verdict::{Effect, KeyRule},
};

/// One request until it is answered.
///
/// One time budget covers everything from the first byte sent to the last byte read, waits
/// between attempts included.
pub struct Unary<O> {
    service: Arc<Service>,
    decode: fn(Response) -> Result<O, Error>,
    outgoing: RequestTemplate,
    run: Option<Run>,
}

/// What is known once the call has begun.
struct Run {
    key: Option<Box<str>>,
    cancel: Option<CancelHandle>,
    budget: Duration,
    deadline: Instant,
    retries: u32,
    attempts: u32,
    /// Whether the server may have seen one of the attempts.
    sent: bool,
    phase: Phase,
}

enum Phase {
    Opening,
    Reading(ResponseReader),
    Pausing,
    Over,
}

impl RequestBuilder {
    /// One request and its answer, read by `decode`.
    pub fn unary<O>(
        self,
        service: &Arc<Service>,
        decode: fn(Response) -> Result<O, Error>,
    ) -> Unary<O> {
        Unary::new(service, self, decode)
    }
}

impl<O> Unary<O> {
    pub(crate) fn new(
        service: &Arc<Service>,
        draft: RequestBuilder,
        decode: fn(Response) -> Result<O, Error>,
    ) -> Self {
        Self {
            service: Arc::clone(service),
            decode,
            outgoing: RequestTemplate::new(draft),
            run: None,
        }
    }

    /// The name of the operation.
    pub const fn operation(&self) -> &'static str {
        self.outgoing.draft.operation
    }

    /// Says anew when repeating it is safe and how it names its effect, where that depends on the
    /// arguments.
    #[must_use]
    pub fn depending(mut self, retry: Retry, key: KeyRule) -> Self {
        (self.outgoing.draft.retry, self.outgoing.draft.key) = (retry, key);
        self
    }

    /// Says anew what it does to the world, where that depends on the arguments.
    #[must_use]
    pub fn with_effect(mut self, effect: Effect) -> Self {
        self.outgoing.draft.effect = effect;
        self
    }

    fn start(&mut self, tick: Tick, options: CallOptions) -> Result<Box<Exchange>, Error> {
        options.check()?;
        self.outgoing.draft.check_key(options.idempotency_key.as_deref())?;
        self.service.check()?;
        self.outgoing.begin(options.headers)?;
        let budget = options.timeout.unwrap_or(self.service.timeout);
        let class = self.outgoing.draft.retry;
        let run = self.run.insert(Run {
            key: idempotency_key(options.idempotency_key, class, tick.noise),
            cancel: options.cancel,
            budget,
            deadline: tick.now + budget,
            retries: options.retries.unwrap_or(self.service.retry.retries),
            attempts: 0,
            sent: false,
            phase: Phase::Over,
        });
        run.open(&self.outgoing, &self.service, tick)
    }

    /// Reads on if the last piece was fine, for as long as there is time.
    fn read_on(&mut self, tick: Tick, fine: Result<(), Error>) -> Step<Infallible, O> {
        let Some(run) = &mut self.run else { return self.lost(&Event::End) };
        let left = run.left(tick);
        let error = match fine {
            Ok(()) if !left.is_zero() => return Step::Read { idle: Some(left) },
            Ok(()) => Error::timeout(format!("the answer took longer than {:?}", run.budget))
                .transient(true),
            Err(error) => error,
        };
        let error = run.cut_off(error);
        self.fails(error)
    }

    /// The answer is whole: it is what was asked for, or a reason to ask again.
    fn answered(&mut self, tick: Tick) -> Step<Infallible, O> {
        let Some(Phase::Reading(incoming)) = self.run.as_mut().map(Run::end) else {
            return self.lost(&Event::End);
        };
        let answer = incoming.answer(self.outgoing.draft.asked(), &self.service, tick.wall);
        if !answer.is_success() && self.outgoing.draft.retry != Retry::Once {
            if let Some(wait) = self.pause(&answer.refusal(), tick) {
                return Step::Wait(wait);
            }
        }
        match (self.decode)(answer) {
            Ok(output) => Step::Done(Ok(output)),
            Err(error) => self.fails(error),
        }
    }

    fn opens(&mut self, exchange: Result<Box<Exchange>, Error>) -> Step<Infallible, O> {
        match exchange {
            Ok(exchange) => Step::Open(exchange),
            Err(error) => self.fails(error),
        }
    }

    /// No whole answer came.
    fn failed(&mut self, error: Error, tick: Tick) -> Step<Infallible, O> {
        match self.pause(&error, tick) {
            Some(wait) => Step::Wait(wait),
            None => self.fails(error),
        }
    }

    /// How long to wait before the next attempt, if there is to be one.
    fn pause(&mut self, error: &Error, tick: Tick) -> Option<Duration> {
        let run = self.run.as_mut()?;
        let repeats =
            run.attempts <= run.retries && may_repeat(self.outgoing.draft.retry, error, run.sent);
        run.sent |= error.may_have_been_sent();
        if !repeats {
            return None;
        }
        let done = run.attempts.saturating_sub(1);
        let wait = self.service.retry.wait(done, error.retry_after(), tick.noise)?;
        // A wait that ends after the deadline helps nobody.
        if wait >= run.left(tick) {
            return None;
        }
        run.phase = Phase::Pausing;
        Some(wait)
    }

    /// Ends with an error, to which it adds what the call knows.
    fn fails(&mut self, error: Error) -> Step<Infallible, O> {
        let error = error.at(self.operation()).with_rule(self.outgoing.draft.key);
        Step::Done(Err(match &mut self.run {
            Some(run) => {
                run.end();
                error.with_attempts(run.attempts, run.key.as_deref())
            }
            None => error,
        }))
    }

    fn lost(&mut self, event: &Event) -> Step<Infallible, O> {
        self.fails(out_of_turn(self.operation(), event))
    }
}

impl<O> Flow for Unary<O> {
    type Item = Infallible;
    type Output = O;

    fn key(&self) -> Key<'_> {
        if self.outgoing.draft.key.takes_option() { Key::Open } else { Key::None }
    }

    fn resume(&mut self, tick: Tick, event: Event) -> Step<Infallible, O> {
        let Some(run) = &mut self.run else {
            let exchange = match event {
                Event::Start(options) => self.start(tick, options),
                event => return self.lost(&event),
            };
            return self.opens(exchange);
        };
        match (event, &mut run.phase) {
            (Event::Head(head), Phase::Opening) => {
                run.sent = true;
                self.service.answered(self.outgoing.draft.auth, &head.headers, tick.wall);
                let incoming = ResponseReader::new(head, self.service.limits.body_bytes);
                let fine = incoming.check_declared();
                run.phase = Phase::Reading(incoming);
                self.read_on(tick, fine)
            }
            (Event::Chunk(chunk), Phase::Reading(incoming)) => {
                let fine = incoming.push(chunk);
                self.read_on(tick, fine)
            }
            (Event::End, Phase::Reading(_)) => self.answered(tick),
            (Event::Woke, Phase::Pausing) => {
                let exchange = run.open(&self.outgoing, &self.service, tick);
                self.opens(exchange)
            }
            (Event::Failed(error), Phase::Pausing) => self.fails(Error::transport(error)),
            (Event::Failed(error), Phase::Opening | Phase::Reading(_)) => {
                // A body that breaks off belongs to a request that arrived.
                let error = run.cut_off(Error::transport(error));
                self.failed(error, tick)
            }
            (event, _) => self.lost(&event),
        }
    }
}

impl Run {
    /// Ends the phase, whatever it was: what comes now comes out of turn.
    const fn end(&mut self) -> Phase {
        mem::replace(&mut self.phase, Phase::Over)
    }

    /// Adds what has come of the answer to the error that ends the reading.
    fn cut_off(&mut self, error: Error) -> Error {
        match self.end() {
            Phase::Reading(incoming) => incoming.cut_off(error),
            _ => error,
        }
    }

    fn open(
        &mut self,
        outgoing: &RequestTemplate,
        service: &Service,
        tick: Tick,
    ) -> Result<Box<Exchange>, Error> {
        let request = outgoing.request(service, self.key.as_deref(), tick.wall)?;
        self.attempts = self.attempts.saturating_add(1);
        self.phase = Phase::Opening;
        let left = self.left(tick);
        let mut exchange = Box::new(Exchange::new(request));
        exchange.timeout = Some(left);
        exchange.idle = Some(left);
        exchange.cancel = self.cancel.clone();
        exchange.effect = outgoing.draft.effect;
        exchange.keyed = self.key.is_some();
        Ok(exchange)
    }

    fn left(&self, tick: Tick) -> Duration {
        self.deadline.saturating_duration_since(tick.now)
    }
}
