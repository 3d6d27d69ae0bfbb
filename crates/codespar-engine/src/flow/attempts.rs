//! The attempts of one call: its key, its time, how many there were, and whether another is safe.

use std::time::Duration;

use http::Request;

use crate::{
    call::{cancel::CancelHandle, options::CallOptions},
    error::Error,
    flow::tick::Tick,
    http::{
        payload::Payload,
        request::RequestBuilder,
        request_template::RequestTemplate,
        retry::{Retry, idempotency_key, may_repeat},
        service::Service,
    },
    transport::Exchange,
};

/// What is known once a call has begun, whether one response follows on it or a stream of events.
pub(crate) struct Attempts {
    key: Option<Box<str>>,
    cancel: Option<CancelHandle>,
    /// How long one run of attempts may take.
    pub(crate) limit: Duration,
    /// When that is over.
    pub(crate) deadline: Duration,
    /// How many times it may be repeated.
    pub(crate) retries: u32,
    /// The same, if it was asked for with the call.
    pub(crate) asked_retries: Option<u32>,
    made: u32,
    /// Whether the server may have seen one of them.
    sent: bool,
}

impl Attempts {
    /// Checks the options of a call against its request, and begins to count.
    ///
    /// # Errors
    /// `Config` naming what cannot work, before anything is sent.
    pub(crate) fn begin(
        service: &Service,
        template: &mut RequestTemplate,
        options: CallOptions,
        tick: Tick<'_>,
    ) -> Result<Self, Error> {
        options.check()?;
        template.builder.check_key(options.idempotency_key.as_deref())?;
        service.check()?;
        template.begin(options.headers, tick)?;
        let asked_retries = if options.once { Some(0) } else { options.retries };
        let limit = options.timeout.unwrap_or(service.timeout);
        Ok(Self {
            key: idempotency_key(options.idempotency_key, template.builder.retry, tick),
            cancel: options.cancel,
            limit,
            deadline: tick.now + limit,
            retries: asked_retries.unwrap_or(service.retry.retries),
            asked_retries,
            made: 0,
            sent: false,
        })
    }

    /// The next attempt, with what is left of the time.
    pub(crate) fn open(
        &mut self,
        template: &RequestTemplate,
        service: &Service,
        tick: Tick<'_>,
    ) -> Result<Box<Exchange>, Error> {
        let mut exchange = Box::new(Exchange::new(Request::new(Payload::default())));
        template.write(&mut exchange.request, service, self.key.as_deref(), tick)?;
        self.made = self.made.saturating_add(1);
        let left = self.left(tick);
        exchange.timeout = Some(left);
        exchange.idle = Some(left);
        exchange.cancel = self.cancel.clone();
        exchange.effect = template.builder.effect;
        exchange.keyed = self.key.is_some();
        exchange.operation = template.builder.operation;
        exchange.key_rule = template.builder.key;
        exchange.repeatable = template.builder.retry != Retry::Once;
        Ok(exchange)
    }

    /// What is left of the time.
    pub(crate) fn left(&self, tick: Tick<'_>) -> Duration {
        self.deadline.saturating_sub(tick.now)
    }

    /// The server answered: it has seen the request.
    pub(crate) const fn arrived(&mut self) {
        self.sent = true;
    }

    /// Whether another attempt is safe after this error, which counts from now on.
    pub(crate) fn may_repeat(&mut self, class: Retry, error: &Error) -> bool {
        let is_safe = may_repeat(class, error, self.sent);
        self.sent |= error.may_have_been_sent();
        is_safe
    }

    /// How long to wait before the next attempt, if there is to be one after this error.
    pub(crate) fn pause(
        &mut self,
        builder: &RequestBuilder,
        service: &Service,
        error: &Error,
        tick: Tick<'_>,
    ) -> Option<Duration> {
        if !self.may_repeat(builder.retry, error)
            || self.made > self.retries
            || !builder.payload.is_there()
        {
            return None;
        }
        let done = self.made.saturating_sub(1);
        let wait = service.retry.wait(done, error.retry_after(), tick.noise())?;
        // A wait that ends after the deadline helps nobody.
        (wait < self.left(tick)).then_some(wait)
    }

    /// Adds what is known to the error that ends the call.
    pub(crate) fn annotate(&self, error: Error) -> Error {
        error.with_attempts(self.made, self.key.as_deref())
    }
}
