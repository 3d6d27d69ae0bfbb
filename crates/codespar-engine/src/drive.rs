//! How flows are carried out, blocking and asynchronously.
//!
//! Both loops see flows without their types, so that they are compiled once per transport.

pub(crate) mod asynchronous;
pub(crate) mod blocking;
pub(crate) mod by_hand;
pub(crate) mod turn;

use std::time::Duration;

use crate::{
    call::{cancel::CancelHandle, observer::Observer},
    error::Error,
    flow::{Event, Flow, Step, tick::Tick},
    transport::{Exchange, TransportError},
};

/// A flow that keeps its items and its output to itself.
pub(crate) trait ErasedFlow {
    fn resume(&mut self, tick: Tick<'_>, event: Event) -> Option<DriverStep>;
}

/// What a transport can do.
pub(crate) enum DriverStep {
    Open(Box<Exchange>),
    Read { idle: Option<Duration> },
    Wait(Duration),
}

/// The typed side of a [`ErasedFlow`]: what came out of it.
pub(crate) struct FlowSlot<F, I, O> {
    flow: F,
    item: Option<I>,
    output: Option<Result<O, Error>>,
    observer: Observer,
}

impl<F: Flow> FlowSlot<F, F::Item, F::Output> {
    pub(crate) fn new(flow: F) -> Self {
        Self { flow, item: None, output: None, observer: Observer::new() }
    }

    pub(crate) fn output(&mut self) -> Result<F::Output, Error> {
        self.output.take().unwrap_or_else(|| Err(Error::stream("the conversation is over")))
    }

    pub(crate) fn may_read_ahead(&self) -> bool {
        self.flow.may_read_ahead()
    }

    pub(crate) fn item(&mut self) -> Option<F::Item> {
        self.item.take()
    }

    pub(crate) fn into_flow(self) -> F {
        self.flow
    }
}

impl<F: Flow> ErasedFlow for FlowSlot<F, F::Item, F::Output> {
    fn resume(&mut self, tick: Tick<'_>, event: Event) -> Option<DriverStep> {
        self.observer.before(&tick, &event);
        let step = self.flow.resume(tick, event);
        self.observer.after(&tick, &step);
        match step {
            Step::Open(exchange) => Some(DriverStep::Open(exchange)),
            Step::Read { idle } => Some(DriverStep::Read { idle }),
            Step::Wait(duration) => Some(DriverStep::Wait(duration)),
            Step::Yield(item) => {
                self.item = Some(item);
                None
            }
            Step::Done(output) => {
                self.output = Some(output);
                None
            }
        }
    }
}

/// What becomes of a step that was canceled before it began.
const fn not_begun(step: &DriverStep) -> Event {
    Event::Failed(match step {
        DriverStep::Open(_) | DriverStep::Wait(_) => TransportError::canceled_unsent(),
        DriverStep::Read { .. } => TransportError::canceled(),
    })
}

/// What a flow whose item was taken is resumed with.
pub(crate) fn taken<B>(body: &mut Option<B>, cancel: Option<&CancelHandle>) -> Event {
    if !is_canceled(cancel) {
        return Event::Taken;
    }
    *body = None;
    Event::Failed(TransportError::canceled())
}

fn opened<B>(body: &mut Option<B>, answer: Result<http::Response<B>, TransportError>) -> Event {
    match answer {
        Ok(response) => {
            let (parts, open) = response.into_parts();
            *body = Some(open);
            Event::Head(Box::new(parts))
        }
        Err(error) => Event::Failed(error),
    }
}

fn chunk_event<B>(
    body: &mut Option<B>,
    read: Result<Option<bytes::Bytes>, TransportError>,
) -> Event {
    match read {
        Ok(Some(chunk)) => Event::Chunk(chunk),
        Ok(None) => {
            *body = None;
            Event::End
        }
        Err(error) => {
            *body = None;
            Event::Failed(error)
        }
    }
}

fn is_canceled(cancel: Option<&CancelHandle>) -> bool {
    cancel.is_some_and(CancelHandle::is_canceled)
}
