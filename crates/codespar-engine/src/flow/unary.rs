//! One request until it is answered, repeated where that is safe.

use std::{convert::Infallible, mem, sync::Arc, time::Duration};

use crate::{
    call::options::CallOptions,
    error::Error,
    flow::{Event, Flow, Key, Step, attempts::Attempts, out_of_turn, tick::Tick},
    http::{
        request::RequestBuilder, request_template::RequestTemplate, response::Response,
        response_reader::ResponseReader, retry::Retry, service::Service,
    },
    transport::Exchange,
    verdict::{Effect, KeyRule},
};

/// One request until it is answered.
///
/// One time budget covers everything from the first byte sent to the last byte read, waits
/// between attempts included.
pub struct Unary<O> {
    request: Request,
    decode: fn(Response) -> Result<O, Error>,
}

/// What does not depend on the type of the answer, so that it is compiled once.
struct Request {
    service: Arc<Service>,
    template: RequestTemplate,
    run: Option<Run>,
}

/// What is known once the call has begun.
struct Run {
    attempts: Attempts,
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
        builder: RequestBuilder,
        decode: fn(Response) -> Result<O, Error>,
    ) -> Self {
        let template = RequestTemplate::new(builder);
        let request = Request { service: Arc::clone(service), template, run: None };
        Self { request, decode }
    }

    /// The name of the operation.
    pub const fn operation(&self) -> &'static str {
        self.request.operation()
    }

    /// Says anew when repeating it is safe and how it names its effect, where that depends on the
    /// arguments.
    #[must_use]
    pub fn depending(mut self, retry: Retry, key: KeyRule) -> Self {
        (self.request.template.builder.retry, self.request.template.builder.key) = (retry, key);
        self
    }

    /// Says anew what it does to the world, where that depends on the arguments.
    #[must_use]
    pub fn with_effect(mut self, effect: Effect) -> Self {
        self.request.template.builder.effect = effect;
        self
    }

    /// Refuses to send, unless the check went well.
    #[must_use]
    pub fn checked(mut self, check: Result<(), Error>) -> Self {
        self.request.template.builder.refuse_unless(check);
        self
    }
}

impl Request {
    const fn operation(&self) -> &'static str {
        self.template.builder.operation
    }

    fn start(&mut self, tick: Tick<'_>, options: CallOptions) -> Result<Box<Exchange>, Error> {
        let attempts = Attempts::begin(&self.service, &mut self.template, options, tick)?;
        let run = self.run.insert(Run { attempts, phase: Phase::Over });
        run.open(&self.template, &self.service, tick)
    }

    /// Reads on if the last piece was fine, for as long as there is time.
    fn read_on(&mut self, tick: Tick<'_>, fine: Result<(), Error>) -> Step<Infallible, Response> {
        let Some(run) = &mut self.run else { return self.lost(&Event::End) };
        let left = run.attempts.left(tick);
        let error = match fine {
            Ok(()) if !left.is_zero() => return Step::Read { idle: Some(left) },
            Ok(()) => {
                Error::timeout(format!("the answer took longer than {:?}", run.attempts.limit))
                    .transient(true)
            }
            Err(error) => error,
        };
        let error = run.cut_off(error);
        self.fails(error)
    }

    /// The answer is whole: it is what was asked for, or a reason to ask again.
    fn answered(&mut self, tick: Tick<'_>) -> Step<Infallible, Response> {
        let Some(Phase::Reading(incoming)) = self.run.as_mut().map(Run::end) else {
            return self.lost(&Event::End);
        };
        let answer = incoming.answer(self.template.builder.asked(), &self.service, tick);
        if !answer.is_success() && self.template.builder.retry != Retry::Once {
            if let Some(wait) = self.pause(&answer.refusal(), tick) {
                return Step::Wait(wait);
            }
        }
        Step::Done(Ok(answer))
    }

    fn opens(&mut self, exchange: Result<Box<Exchange>, Error>) -> Step<Infallible, Response> {
        match exchange {
            Ok(exchange) => Step::Open(exchange),
            Err(error) => self.fails(error),
        }
    }

    /// No whole answer came.
    fn failed(&mut self, error: Error, tick: Tick<'_>) -> Step<Infallible, Response> {
        match self.pause(&error, tick) {
            Some(wait) => Step::Wait(wait),
            None => self.fails(error),
        }
    }

    /// How long to wait before the next attempt, if there is to be one.
    fn pause(&mut self, error: &Error, tick: Tick<'_>) -> Option<Duration> {
        let run = self.run.as_mut()?;
        let attempts = &mut run.attempts;
        let wait = attempts.pause(&self.template.builder, &self.service, error, tick)?;
        run.phase = Phase::Pausing;
        Some(wait)
    }

    /// Ends with an error, to which it adds what the call knows.
    fn fails(&mut self, error: Error) -> Step<Infallible, Response> {
        Step::Done(Err(self.failure(error)))
    }

    #[cold]
    fn failure(&mut self, error: Error) -> Error {
        let error = error.at(self.operation()).with_rule(self.template.builder.key);
        match &mut self.run {
            Some(run) => {
                run.end();
                run.attempts.annotate(error).with_progress(self.template.builder.payload.progress())
            }
            None => error,
        }
    }

    fn lost(&mut self, event: &Event) -> Step<Infallible, Response> {
        self.fails(out_of_turn(self.operation(), event))
    }

    fn resume(&mut self, tick: Tick<'_>, event: Event) -> Step<Infallible, Response> {
        let Some(run) = &mut self.run else {
            let exchange = match event {
                Event::Start(options) => self.start(tick, options),
                event => return self.lost(&event),
            };
            return self.opens(exchange);
        };
        match (event, &mut run.phase) {
            (Event::Head(head), Phase::Opening) => {
                run.attempts.arrived();
                self.service.answered(self.template.builder.auth, &head.headers, tick);
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
                let exchange = run.open(&self.template, &self.service, tick);
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

impl<O> Flow for Unary<O> {
    type Item = Infallible;
    type Output = O;

    fn key(&self) -> Key<'_> {
        if self.request.template.builder.key.takes_option() { Key::Open } else { Key::None }
    }

    fn is_one_exchange(&self) -> bool {
        true
    }

    fn resume(&mut self, tick: Tick<'_>, event: Event) -> Step<Infallible, O> {
        let step = self.request.resume(tick, event);
        step.map_done(|answer| (self.decode)(answer?).map_err(|error| self.request.failure(error)))
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
        template: &RequestTemplate,
        service: &Service,
        tick: Tick<'_>,
    ) -> Result<Box<Exchange>, Error> {
        self.phase = Phase::Opening;
        self.attempts.open(template, service, tick)
    }
}
