//! One request until it is answered, repeated where that is safe.

use std::{
    convert::Infallible,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Request, response::Parts};

use crate::{
    Answer, CallOptions, CancelHandle, Draft, Error, Event, Exchange, Flow, IDEMPOTENCY_KEY,
    Payload, Retry, Service, Step, Tick, TransportError,
    flow::out_of_turn,
    retry::{may_repeat, retry_after},
};

/// One request until it is answered.
///
/// One time budget covers everything from the first byte sent to the last byte read, waits
/// between attempts included.
pub struct Unary<O> {
    service: Arc<Service>,
    operation: &'static str,
    class: Retry,
    decode: fn(Answer) -> Result<O, Error>,
    draft: Option<Draft>,
    run: Option<Run>,
}

/// What is known once the call has begun.
struct Run {
    request: Request<Payload>,
    key: Option<Box<str>>,
    cancel: Option<CancelHandle>,
    deadline: Instant,
    budget: Duration,
    retries: u32,
    attempts: u32,
    sent: bool,
    head: Option<Box<Parts>>,
    body: Body,
}

impl<O> Unary<O> {
    pub(crate) fn new(
        service: &Arc<Service>,
        draft: Draft,
        decode: fn(Answer) -> Result<O, Error>,
    ) -> Self {
        Self {
            service: Arc::clone(service),
            operation: draft.operation(),
            class: draft.class(),
            decode,
            draft: Some(draft),
            run: None,
        }
    }

    /// The name of the operation.
    pub const fn operation(&self) -> &'static str {
        self.operation
    }

    fn start(&mut self, tick: Tick, options: CallOptions) -> Result<Exchange, Error> {
        options.check()?;
        let Some(draft) = self.draft.take() else {
            return Err(Error::stream("the call was started twice"));
        };
        let budget = options.timeout.unwrap_or(self.service.timeout);
        let key = match options.idempotency_key {
            None if self.class == Retry::Keyed => Some(made_up_key(tick.noise)),
            key => key,
        };
        let mut request = draft.request(&self.service, options.headers)?;
        if let Some(key) = &key {
            // Checked with the options, or made up of hexadecimal digits.
            let value = HeaderValue::from_str(key)
                .map_err(|_| Error::config("idempotency_key", "expected visible ASCII"))?;
            request.headers_mut().insert(IDEMPOTENCY_KEY, value);
        }
        let run = self.run.insert(Run {
            request,
            key,
            cancel: options.cancel,
            deadline: tick.now + budget,
            budget,
            retries: options.retries.unwrap_or(self.service.retry.retries),
            attempts: 0,
            sent: false,
            head: None,
            body: Body::default(),
        });
        Ok(run.open(tick))
    }

    /// The answer is whole: it is what was asked for, or a reason to ask again.
    fn answered(&mut self, tick: Tick) -> Step<Infallible, O> {
        let Some(run) = &mut self.run else { return self.lost(&Event::End) };
        let Some(head) = run.head.take() else { return self.lost(&Event::End) };
        let answer = Answer {
            operation: self.operation,
            status: head.status,
            retry_after: retry_after(&head.headers, tick.wall),
            headers: head.headers,
            body: run.body.take(),
            dialect: self.service.dialect,
        };
        if !answer.is_success() && self.class != Retry::Once {
            let error = answer.refusal();
            if let Some(wait) = self.repeats(&error, tick) {
                return Step::Wait(wait);
            }
        }
        let output = (self.decode)(answer);
        Step::Done(output.map_err(|error| self.finished(error)))
    }

    /// No whole answer came.
    fn failed(&mut self, error: TransportError, tick: Tick) -> Step<Infallible, O> {
        // A body that cannot be read whole belongs to a request that arrived.
        let head = self.run.as_mut().and_then(|run| run.head.take());
        let error = Error::transport(error).at(self.operation);
        let error = match head {
            Some(head) => error.with_answer(head.status, head.headers, Bytes::new()),
            None => error,
        };
        self.give_up_or_repeat(error, tick)
    }

    fn give_up_or_repeat(&mut self, error: Error, tick: Tick) -> Step<Infallible, O> {
        match self.repeats(&error, tick) {
            Some(wait) => Step::Wait(wait),
            None => Step::Done(Err(self.finished(error))),
        }
    }

    /// How long to wait before the next attempt, if there is to be one.
    fn repeats(&mut self, error: &Error, tick: Tick) -> Option<Duration> {
        let run = self.run.as_mut()?;
        let repeats = run.attempts <= run.retries && may_repeat(self.class, error, run.sent);
        run.sent |= error.may_have_been_sent();
        if !repeats {
            return None;
        }
        let policy = &self.service.retry;
        let wait = policy.wait(run.attempts - 1, error.retry_after(), tick.noise)?;
        // A wait that ends after the deadline helps nobody.
        (tick.now + wait < run.deadline).then_some(wait)
    }

    /// Adds what the call knows to the error it ends with.
    fn finished(&self, error: Error) -> Error {
        let error = error.at(self.operation);
        match &self.run {
            Some(run) => error.maybe_sent(run.sent).with_attempts(run.attempts, run.key.as_deref()),
            None => error,
        }
    }

    fn lost(&self, event: &Event) -> Step<Infallible, O> {
        Step::Done(Err(self.finished(out_of_turn(self.operation, event))))
    }
}

impl<O> Flow for Unary<O> {
    type Item = Infallible;
    type Output = O;

    fn resume(&mut self, tick: Tick, event: Event) -> Step<Infallible, O> {
        match (event, &mut self.run) {
            (Event::Start(options), None) => match self.start(tick, options) {
                Ok(exchange) => Step::Open(exchange),
                Err(error) => Step::Done(Err(error.at(self.operation))),
            },
            (Event::Head(head), Some(run)) => {
                let declared = run.body.declare(&head, self.service.limits.body_bytes);
                run.head = Some(head);
                match declared {
                    Ok(()) => run.read(tick, self.operation),
                    Err(error) => {
                        let error = run.cut_off(error);
                        Step::Done(Err(self.finished(error)))
                    }
                }
            }
            (Event::Chunk(chunk), Some(run)) => {
                match run.body.push(chunk, self.service.limits.body_bytes) {
                    Ok(()) => run.read(tick, self.operation),
                    Err(error) => {
                        let error = run.cut_off(error);
                        Step::Done(Err(self.finished(error)))
                    }
                }
            }
            (Event::End, Some(_)) => self.answered(tick),
            (Event::Woke, Some(run)) => Step::Open(run.open(tick)),
            (Event::Failed(error), Some(_)) => self.failed(error, tick),
            (event, _) => self.lost(&event),
        }
    }
}

impl Run {
    fn open(&mut self, tick: Tick) -> Exchange {
        self.attempts += 1;
        self.head = None;
        self.body = Body::default();
        let left = self.deadline.saturating_duration_since(tick.now);
        let mut exchange = Exchange::new(self.request.clone());
        exchange.timeout = Some(left);
        exchange.idle = Some(left);
        exchange.cancel = self.cancel.clone();
        exchange
    }

    fn read<O>(&mut self, tick: Tick, operation: &'static str) -> Step<Infallible, O> {
        let left = self.deadline.saturating_duration_since(tick.now);
        if !left.is_zero() {
            return Step::Read { idle: Some(left) };
        }
        let limit = self.budget;
        let error = Error::timeout(format!("the answer took longer than {limit:?}"));
        let error = self.cut_off(error).transient(true).at(operation);
        Step::Done(Err(error.with_attempts(self.attempts, self.key.as_deref())))
    }

    /// An error that ends the reading of an answer.
    fn cut_off(&mut self, error: Error) -> Error {
        match self.head.take() {
            Some(head) => error.with_answer(head.status, head.headers, self.body.take()),
            None => error,
        }
    }
}

/// A body as it comes in: not copied while it is one piece.
#[derive(Default)]
pub(crate) struct Body {
    first: Bytes,
    rest: BytesMut,
}

impl Body {
    /// Refuses a body that says of itself that it is too long.
    pub(crate) fn declare(&self, head: &Parts, limit: u64) -> Result<(), Error> {
        let declared = head.headers.get(http::header::CONTENT_LENGTH);
        let declared = declared.and_then(|text| text.to_str().ok()?.trim().parse::<u64>().ok());
        match declared {
            Some(length) if length > limit => Err(too_long(limit)),
            _ => Ok(()),
        }
    }

    pub(crate) fn push(&mut self, chunk: Bytes, limit: u64) -> Result<(), Error> {
        if (self.first.len() + self.rest.len() + chunk.len()) as u64 > limit {
            return Err(too_long(limit));
        }
        if self.first.is_empty() && self.rest.is_empty() {
            self.first = chunk;
            return Ok(());
        }
        if self.rest.is_empty() {
            self.rest.reserve(2 * (self.first.len() + chunk.len()));
            self.rest.extend_from_slice(&std::mem::take(&mut self.first));
        }
        self.rest.extend_from_slice(&chunk);
        Ok(())
    }

    pub(crate) fn take(&mut self) -> Bytes {
        if self.rest.is_empty() {
            return std::mem::take(&mut self.first);
        }
        std::mem::take(&mut self.rest).freeze()
    }
}

fn too_long(limit: u64) -> Error {
    Error::decode(format!("the answer is longer than {limit} bytes"))
}

/// 128 bits of noise in the form of a version 4 UUID.
fn made_up_key(noise: u128) -> Box<str> {
    let bits = noise & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    let part = |from, to| hex.get(from..to).unwrap_or_default();
    let parts = [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)];
    parts.join("-").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_up_key_is_a_version_4_uuid() {
        assert_eq!(&*made_up_key(u128::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(&*made_up_key(0), "00000000-0000-4000-8000-000000000000");
    }

    #[test]
    fn a_body_in_one_piece_is_not_copied() {
        let chunk = Bytes::from_static(b"whole");
        let mut body = Body::default();
        body.push(chunk.clone(), 5).unwrap();
        assert_eq!(body.take().as_ptr(), chunk.as_ptr());
        body.push(Bytes::from_static(b"ab"), 5).unwrap();
        body.push(Bytes::from_static(b"cde"), 5).unwrap();
        assert!(body.push(Bytes::from_static(b"f"), 5).is_err());
        assert_eq!(&body.take()[..], b"abcde");
    }
}
