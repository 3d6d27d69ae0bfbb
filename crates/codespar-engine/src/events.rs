//! Event streams: opening, the idle limit, opening again.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, StatusCode, response::Parts};

use crate::{
    Answer, CallOptions, CancelHandle, Draft, Error, ErrorKind, Event, Exchange, Flow, Payload,
    Retry, Service, Step, Tick,
    flow::out_of_turn,
    retry::{may_repeat, retry_after},
    service::content_type,
    sse::{Frame, FrameDecoder},
    unary::Body,
};

/// Makes items of the frames of one kind of stream.
pub trait Frames: Send {
    /// What the stream hands out.
    type Item;

    /// Reads one event. Comments are dealt with before.
    ///
    /// # Errors
    /// When the event cannot be read, or reports a failure. The stream ends with it.
    fn event(&mut self, frame: &Frame<'_>) -> Result<Progress<Self::Item>, Error>;

    /// Whether the body may end here, without an event that says so.
    fn may_end(&self) -> bool {
        false
    }

    /// Adds what is known to the error the stream ends with, such as the last state.
    fn annotate(&self, error: Error) -> Error {
        error
    }
}

/// What one event means for the stream.
#[derive(Debug)]
#[non_exhaustive]
pub enum Progress<I> {
    /// Nothing for the caller.
    Skip,
    /// An item.
    Item(I),
    /// An item, after which the stream is over.
    Last(I),
    /// The stream is over.
    Done,
    /// The server will send no more on this connection, but there is more to come.
    Reopen,
}

/// An event stream, as a flow of items.
///
/// Up to the head of the answer it is a call like any other, with a time limit and the retries
/// that are safe. After that only the idle limit counts: complete frames, comments included,
/// start it anew, and it stands still while the caller works on an item. When asked to, a read
/// that breaks off is opened again.
pub struct EventStream<F: Frames> {
    service: Arc<Service>,
    operation: &'static str,
    class: Retry,
    frames: F,
    decoder: FrameDecoder,
    draft: Option<Draft>,
    run: Option<Run>,
    phase: Phase,
    reconnect: bool,
    attempts: u32,
    failures: u32,
    sent: bool,
}

struct Run {
    request: Request<Payload>,
    cancel: Option<CancelHandle>,
    timeout: Duration,
    idle: Duration,
    retries: u32,
    deadline: Instant,
    /// When the stream last showed life.
    alive: Instant,
    opened: Instant,
}

enum Phase {
    /// Waiting for the head.
    Opening,
    /// Reading an answer that is no event stream.
    Refused { head: Box<Parts>, body: Body },
    /// Reading frames.
    Open,
    /// An item was handed out at this moment.
    Resting(Instant),
    /// The last item was handed out.
    Last,
    /// Waiting before the next attempt.
    Pausing,
}

impl<F: Frames> EventStream<F> {
    /// A stream that a draft opens and `frames` reads.
    pub fn new(service: &Arc<Service>, draft: Draft, frames: F) -> Self {
        Self {
            service: Arc::clone(service),
            operation: draft.operation(),
            class: draft.class(),
            frames,
            decoder: FrameDecoder::new(),
            draft: Some(draft.accept("text/event-stream")),
            run: None,
            phase: Phase::Opening,
            reconnect: false,
            attempts: 0,
            failures: 0,
            sent: false,
        }
    }

    /// Opens the stream again when it breaks off or says that there is more. Only for reads.
    #[must_use]
    pub fn reconnecting(mut self, reconnect: bool) -> Self {
        self.reconnect = reconnect && self.class == Retry::Safe;
        self
    }

    fn start(&mut self, tick: Tick, options: CallOptions) -> Result<Exchange, Error> {
        options.check()?;
        let Some(draft) = self.draft.take() else {
            return Err(Error::stream("the stream was started twice"));
        };
        let timeout = options.timeout.unwrap_or(self.service.timeout);
        self.run = Some(Run {
            request: draft.request(&self.service, options.headers)?,
            cancel: options.cancel,
            timeout,
            idle: options.idle_timeout.unwrap_or(self.service.idle_timeout),
            retries: options.retries.unwrap_or(self.service.retry.retries),
            deadline: tick.now + timeout,
            alive: tick.now,
            opened: tick.now,
        });
        self.open(tick).ok_or_else(|| Error::stream("the stream is over"))
    }

    fn open(&mut self, tick: Tick) -> Option<Exchange> {
        let run = self.run.as_mut()?;
        self.attempts += 1;
        self.phase = Phase::Opening;
        let last_id = self.decoder.last_event_id().to_owned();
        if let (false, Ok(value)) = (last_id.is_empty(), HeaderValue::from_str(&last_id)) {
            let name = HeaderName::from_static("last-event-id");
            run.request.headers_mut().insert(name, value);
        }
        let limit = self.service.limits.frame_bytes;
        self.decoder = FrameDecoder::new().with_limit(limit).with_last_event_id(last_id);
        let mut exchange = Exchange::new(run.request.clone());
        exchange.timeout = Some(run.deadline.saturating_duration_since(tick.now));
        exchange.idle = Some(run.idle);
        exchange.streaming = true;
        exchange.cancel = run.cancel.clone();
        Some(exchange)
    }

    fn head(&mut self, tick: Tick, head: Box<Parts>) -> Step<F::Item, ()> {
        self.sent = true;
        let is_stream = head.status.is_success()
            && content_type(&head.headers).as_deref() == Some("text/event-stream");
        if let Some(run) = &mut self.run {
            run.alive = tick.now;
            run.opened = tick.now;
        }
        self.phase = if is_stream && head.status != StatusCode::NO_CONTENT {
            Phase::Open
        } else {
            Phase::Refused { head, body: Body::default() }
        };
        self.read(tick)
    }

    /// Reads on for as long as the server may still be silent.
    fn read(&mut self, tick: Tick) -> Step<F::Item, ()> {
        let Some(run) = &self.run else { return self.lost(&Event::End) };
        let (until, what) = match self.phase {
            Phase::Open => (run.alive + run.idle, "the stream was silent for longer than"),
            _ => (run.deadline, "the answer took longer than"),
        };
        let left = until.saturating_duration_since(tick.now);
        if !left.is_zero() {
            return Step::Read { idle: Some(left) };
        }
        let limit = if matches!(self.phase, Phase::Open) { run.idle } else { run.timeout };
        self.broke_off(tick, Error::timeout(format!("{what} {limit:?}")).transient(true))
    }

    /// Hands out what the decoder holds; reads on when that is nothing.
    fn advance(&mut self, tick: Tick) -> Step<F::Item, ()> {
        loop {
            let frame = match self.decoder.next_frame() {
                Ok(Some(frame)) => frame,
                Ok(None) => return self.read(tick),
                Err(error) => {
                    return self.fails(Error::stream(error.to_string()).with_source(error));
                }
            };
            if let Some(run) = &mut self.run {
                run.alive = tick.now;
            }
            if frame.is_comment() {
                continue;
            }
            let progress = self.frames.event(&frame);
            if let Some(step) = self.act(tick, progress) {
                return step;
            }
        }
    }

    /// What an event asks for; `None`: look for the next.
    fn act(
        &mut self,
        tick: Tick,
        progress: Result<Progress<F::Item>, Error>,
    ) -> Option<Step<F::Item, ()>> {
        Some(match progress {
            Ok(Progress::Skip) => return None,
            Ok(Progress::Item(item)) => {
                self.phase = Phase::Resting(tick.now);
                Step::Yield(item)
            }
            Ok(Progress::Last(item)) => {
                self.phase = Phase::Last;
                Step::Yield(item)
            }
            Ok(Progress::Reopen) if self.reconnect => {
                self.reopen(tick, Error::stream("the server closes the stream again and again"))
            }
            Ok(Progress::Done | Progress::Reopen) => Step::Done(Ok(())),
            Err(error) => self.fails(error),
        })
    }

    /// The body is over.
    fn ended(&mut self, tick: Tick) -> Step<F::Item, ()> {
        if let Phase::Refused { .. } = self.phase {
            return self.refused(tick);
        }
        // Some servers leave out the last blank line. What cannot be read then was cut off.
        let tail = match self.decoder.finish() {
            Ok(Some(frame)) if !frame.is_comment() => self.frames.event(&frame),
            _ => Ok(Progress::Skip),
        };
        if let Ok(progress) = tail {
            if let Some(step) = self.act(tick, Ok(progress)) {
                return step;
            }
            if self.frames.may_end() {
                return Step::Done(Ok(()));
            }
        }
        self.broke_off(tick, Error::stream("the stream ended before its end").transient(true))
    }

    /// The answer was no event stream.
    fn refused(&mut self, tick: Tick) -> Step<F::Item, ()> {
        let Phase::Refused { head, mut body } = std::mem::replace(&mut self.phase, Phase::Opening)
        else {
            return self.lost(&Event::End);
        };
        let answer = Answer {
            operation: self.operation,
            status: head.status,
            retry_after: retry_after(&head.headers, tick.wall),
            headers: head.headers,
            body: body.take(),
            dialect: self.service.dialect,
        };
        if !answer.is_success() {
            let error = answer.refusal();
            return self.broke_off(tick, error);
        }
        let kind = content_type(&answer.headers).unwrap_or_else(|| "without a type".to_owned());
        let message = format!("the answer is {kind} where an event stream was promised");
        self.fails(answer.decorate(Error::stream(message)))
    }

    /// The stream broke off: it is opened again, or that was it.
    fn broke_off(&mut self, tick: Tick, error: Error) -> Step<F::Item, ()> {
        let again = match self.phase {
            Phase::Opening | Phase::Refused { .. } => may_repeat(self.class, &error, self.sent),
            _ => self.reconnect && error.kind() != ErrorKind::Canceled,
        };
        if again { self.reopen(tick, error) } else { self.fails(error) }
    }

    /// Waits for the next attempt; ends with the error when there is to be none.
    fn reopen(&mut self, tick: Tick, error: Error) -> Step<F::Item, ()> {
        let opening = matches!(self.phase, Phase::Opening | Phase::Refused { .. });
        let policy = &self.service.retry;
        let Some(run) = &mut self.run else { return self.fails(error) };
        // Only a stream that lived starts the count anew.
        if !opening && tick.now.saturating_duration_since(run.opened) >= policy.cap {
            self.failures = 0;
        }
        let limit = if opening { run.retries } else { self.service.limits.reconnects };
        let asked = error.retry_after().or_else(|| self.decoder.retry());
        let asked = asked.map(|asked| asked.max(policy.base / 2));
        let wait = policy.wait(self.failures, asked, tick.noise);
        let Some(wait) = wait.filter(|_| self.failures < limit) else { return self.fails(error) };
        if !opening {
            run.deadline = tick.now + wait + run.timeout;
        } else if tick.now + wait >= run.deadline {
            return self.fails(error);
        }
        self.failures += 1;
        self.phase = Phase::Pausing;
        Step::Wait(wait)
    }

    fn fails(&mut self, error: Error) -> Step<F::Item, ()> {
        let error = error.at(self.operation).maybe_sent(self.sent);
        Step::Done(Err(self.frames.annotate(error.with_attempts(self.attempts, None))))
    }

    fn lost(&mut self, event: &Event) -> Step<F::Item, ()> {
        self.fails(out_of_turn(self.operation, event))
    }

    fn chunk(&mut self, tick: Tick, chunk: Bytes) -> Step<F::Item, ()> {
        match &mut self.phase {
            Phase::Open => {
                self.decoder.push(chunk);
                self.advance(tick)
            }
            Phase::Refused { body, .. } => match body.push(chunk, self.service.limits.body_bytes) {
                Ok(()) => self.read(tick),
                Err(error) => self.fails(error),
            },
            _ => self.lost(&Event::Chunk(chunk)),
        }
    }
}

impl<F: Frames> Flow for EventStream<F> {
    type Item = F::Item;
    type Output = ();

    fn resume(&mut self, tick: Tick, event: Event) -> Step<F::Item, ()> {
        match (event, &self.phase) {
            (Event::Start(options), Phase::Opening) => match self.start(tick, options) {
                Ok(exchange) => Step::Open(exchange),
                Err(error) => Step::Done(Err(error.at(self.operation))),
            },
            (Event::Head(head), Phase::Opening) => self.head(tick, head),
            (Event::Chunk(chunk), _) => self.chunk(tick, chunk),
            (Event::End, Phase::Open | Phase::Refused { .. }) => self.ended(tick),
            (Event::Taken, Phase::Last) => Step::Done(Ok(())),
            (Event::Taken, &Phase::Resting(since)) => {
                if let Some(run) = &mut self.run {
                    run.alive += tick.now.saturating_duration_since(since);
                }
                self.phase = Phase::Open;
                self.advance(tick)
            }
            (Event::Woke, Phase::Pausing) => match self.open(tick) {
                Some(exchange) => Step::Open(exchange),
                None => self.lost(&Event::Woke),
            },
            (Event::Failed(error), _) => self.broke_off(tick, Error::transport(error)),
            (event, _) => self.lost(&event),
        }
    }
}
