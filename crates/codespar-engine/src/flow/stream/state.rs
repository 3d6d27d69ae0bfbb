//! What an event stream knows while it runs.

use std::time::{Duration, Instant};

use http::{HeaderName, HeaderValue};

use crate::{
    call::{cancel::CancelHandle, options::CallOptions},
    error::Error,
    flow::tick::Tick,
    http::{
        reader::ResponseReader, request::RequestBuilder, retry::idempotency_key, service::Service,
        template::RequestTemplate,
    },
    transport::Exchange,
};

/// What is known once the stream has begun.
pub(super) struct Run {
    /// `None` once no more requests will be made.
    outgoing: Option<Box<RequestTemplate>>,
    pub(super) key: Option<Box<str>>,
    cancel: Option<CancelHandle>,
    pub(super) timeout: Duration,
    pub(super) idle: Duration,
    pub(super) retries: u32,
    /// The same, if it was asked for with the call.
    pub(super) asked_retries: Option<u32>,
    pub(super) attempts: u32,
    /// How many times in a row it was opened in vain, or did not last.
    pub(super) failures: u32,
    /// Whether the server may have seen one of the attempts.
    pub(super) sent: bool,
    /// When the head has to be there.
    pub(super) deadline: Instant,
    /// When the stream was opened; `None` before the first time.
    pub(super) opened: Option<Instant>,
    /// When the stream last showed life.
    pub(super) alive: Instant,
    /// The pause before opening again that the server asked for.
    pub(super) pause: Option<Duration>,
    pub(super) phase: Phase,
}

pub(super) enum Phase {
    /// Waiting for the head.
    Opening,
    /// Reading an answer that is no event stream.
    Refused(ResponseReader),
    /// Reading frames.
    Open,
    /// An item was handed out at this moment.
    Resting {
        since: Instant,
        then: After,
    },
    /// Waiting before the next attempt.
    Pausing,
    Over,
}

/// What follows on an item.
#[derive(Clone, Copy)]
pub(super) enum After {
    More,
    /// The body is over, but the stream is not.
    Ended,
    Done,
}

impl Run {
    /// The request of the draft, with the caller's options.
    pub(super) fn new(
        service: &Service,
        draft: RequestBuilder,
        options: CallOptions,
        tick: Tick,
    ) -> Result<Self, Error> {
        let timeout = options.timeout.unwrap_or(service.timeout);
        let key = idempotency_key(options.idempotency_key, draft.class(), tick.noise);
        let mut outgoing = Box::new(RequestTemplate::new(draft));
        outgoing.begin(options.headers)?;
        Ok(Self {
            outgoing: Some(outgoing),
            key,
            cancel: options.cancel,
            timeout,
            idle: options.idle_timeout.unwrap_or(service.idle_timeout),
            asked_retries: options.retries,
            retries: options.retries.unwrap_or(service.retry.retries),
            attempts: 0,
            failures: 0,
            sent: false,
            deadline: tick.now + timeout,
            opened: None,
            alive: tick.now,
            pause: None,
            phase: Phase::Over,
        })
    }

    /// Lets go of what requests are made of: there will be no other.
    pub(super) fn forget_request(&mut self) {
        self.outgoing = None;
    }

    /// The next attempt, going on after the event of this id.
    pub(super) fn open(
        &mut self,
        service: &Service,
        tick: Tick,
        last_id: &str,
    ) -> Result<Box<Exchange>, Error> {
        let outgoing = self.outgoing.as_ref();
        let outgoing =
            outgoing.ok_or_else(|| Error::stream("the stream cannot be opened again"))?;
        let mut request = outgoing.request(service, self.key.as_deref(), tick.wall)?;
        self.attempts = self.attempts.saturating_add(1);
        self.phase = Phase::Opening;
        if let (false, Ok(value)) = (last_id.is_empty(), HeaderValue::from_str(last_id)) {
            let name = HeaderName::from_static("last-event-id");
            request.headers_mut().insert(name, value);
        }
        let mut exchange = Box::new(Exchange::new(request));
        exchange.timeout = Some(self.deadline.saturating_duration_since(tick.now));
        exchange.idle = Some(self.idle);
        exchange.streaming = true;
        exchange.effect = outgoing.draft.effect;
        exchange.keyed = self.key.is_some();
        exchange.cancel = self.cancel.clone();
        Ok(exchange)
    }
}
