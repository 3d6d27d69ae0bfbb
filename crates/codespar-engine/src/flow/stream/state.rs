//! What an event stream knows while it runs.

use std::time::Duration;

use http::{HeaderName, HeaderValue};

use crate::{
    call::options::CallOptions,
    error::Error,
    flow::{attempts::Attempts, tick::Tick},
    http::{
        request::RequestBuilder, request_template::RequestTemplate,
        response_reader::ResponseReader, service::Service,
    },
    transport::Exchange,
};

/// What is known once the stream has begun.
pub(super) struct Run {
    /// `None` once no more requests will be made.
    template: Option<Box<RequestTemplate>>,
    pub(super) attempts: Attempts,
    pub(super) idle: Duration,
    /// How many times in a row it was opened in vain, or did not last.
    pub(super) failures: u32,
    /// When the stream was opened; `None` before the first time.
    pub(super) opened: Option<Duration>,
    /// When the stream last showed life.
    pub(super) alive: Duration,
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
    /// An item was handed out, and is not taken yet.
    Resting(After),
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
    /// The builder's request, with the caller's options.
    pub(super) fn new(
        service: &Service,
        builder: RequestBuilder,
        options: CallOptions,
        tick: Tick<'_>,
    ) -> Result<Self, Error> {
        let idle = options.idle_timeout.unwrap_or(service.idle_timeout);
        let mut template = Box::new(RequestTemplate::new(builder));
        Ok(Self {
            attempts: Attempts::begin(service, &mut template, options, tick)?,
            template: Some(template),
            idle,
            failures: 0,
            opened: None,
            alive: tick.now,
            pause: None,
            phase: Phase::Over,
        })
    }

    /// Lets go of what requests are made of: there will be no other.
    pub(super) fn forget_request(&mut self) {
        self.template = None;
    }

    /// The next attempt, going on after the event of this id.
    pub(super) fn open(
        &mut self,
        service: &Service,
        tick: Tick<'_>,
        last_id: &str,
    ) -> Result<Box<Exchange>, Error> {
        let template = self.template.as_ref();
        let template =
            template.ok_or_else(|| Error::stream("the stream cannot be opened again"))?;
        let mut exchange = self.attempts.open(template, service, tick)?;
        self.phase = Phase::Opening;
        if let (false, Ok(value)) = (last_id.is_empty(), HeaderValue::from_str(last_id)) {
            let name = HeaderName::from_static("last-event-id");
            exchange.request.headers_mut().insert(name, value);
        }
        exchange.idle = Some(self.idle);
        exchange.streaming = true;
        Ok(exchange)
    }
}
