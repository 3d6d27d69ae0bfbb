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
    let mut tick = transport.tick();
    loop {
        let Some(step) = flow.resume(tick, event) else { return };
        if matches!(step, DriverStep::Read { .. }) && body.is_none() && !is_canceled(cancel) {
            // It was known with the last piece that nothing follows: no time has passed since.
            event = Event::End;
            continue;
        }
        event = perform(transport, body, step, cancel);
        tick = transport.tick();
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
            let event = chunk_event(body, read);
            body.take_if(|body| body.is_over());
            event
        }
        DriverStep::Wait(duration) => {
            *body = None;
            transport.sleep(duration, cancel);
            Event::Woke
        }
    }
}
