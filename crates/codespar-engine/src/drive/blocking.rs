//! The loop that carries flows out on the caller's thread.

use crate::{
    call::cancel::CancelHandle,
    drive::{DriverStep, ErasedFlow, chunk_event, is_canceled, not_begun, opened},
    flow::Event,
    transport::{BlockingBody, BlockingTransport, TransportError},
};

/// Drives a flow on this thread until it rests.
pub(crate) fn drive<T: BlockingTransport>(
    transport: &T,
    flow: &mut dyn ErasedFlow,
    body: &mut Option<T::Body>,
    mut event: Event,
    cancel: Option<&CancelHandle>,
) {
    loop {
        let Some(step) = flow.resume(transport.tick(), event) else { return };
        event = perform(transport, body, step, cancel);
    }
}

/// Carries out one step, unless it is canceled.
pub(crate) fn perform<T: BlockingTransport>(
    transport: &T,
    body: &mut Option<T::Body>,
    step: DriverStep,
    cancel: Option<&CancelHandle>,
) -> Event {
    if is_canceled(cancel) {
        *body = None;
        return not_begun(&step);
    }
    let event = carry_out(transport, body, step, cancel);
    if !is_canceled(cancel) {
        return event;
    }
    // An interrupted read may look like the end of the body, or like a broken connection.
    match event {
        Event::Failed(error) if !error.may_have_been_sent() => {
            Event::Failed(TransportError::canceled_unsent())
        }
        Event::Failed(_) | Event::End => Event::Failed(TransportError::canceled()),
        Event::Woke => Event::Failed(TransportError::canceled_unsent()),
        event => event,
    }
}

fn carry_out<T: BlockingTransport>(
    transport: &T,
    body: &mut Option<T::Body>,
    step: DriverStep,
    cancel: Option<&CancelHandle>,
) -> Event {
    match step {
        DriverStep::Open(exchange) => {
            *body = None;
            opened(body, transport.open(*exchange))
        }
        DriverStep::Read { idle } => {
            let read = body.as_mut().map_or(Ok(None), |body| body.chunk(idle));
            chunk_event(body, read)
        }
        DriverStep::Wait(duration) => {
            *body = None;
            transport.sleep(duration, cancel);
            Event::Woke
        }
    }
}
