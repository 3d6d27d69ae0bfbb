//! The loop that carries flows out as a future.

use std::{
    mem,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
    time::Duration,
};

use crate::{
    call::cancel::CancelHandle,
    drive::{DriverStep, ErasedFlow, chunk_event, is_canceled, not_begun, opened, turn::Turn},
    flow::Event,
    transport::{AsyncBody, AsyncTransport, TransportError},
};

/// Drives a flow as a future until it rests. Dropping the future drops the connection.
pub(crate) async fn drive_async<T: AsyncTransport>(
    transport: &T,
    flow: &mut (dyn ErasedFlow + Send),
    event: &mut Event,
    cancel: Option<&CancelHandle>,
) {
    let mut body = None;
    let mut tick = transport.tick();
    let mut turn = Turn::default();
    loop {
        let is_head = matches!(event, Event::Head(_));
        let Some(step) = flow.resume(tick, mem::replace(event, Event::End)) else { return };
        if matches!(step, DriverStep::Read { .. }) && body.is_none() {
            // It was known with the last piece that nothing follows: no time has passed since.
            continue;
        }
        let mut waited = false;
        let future = pin!(carry_out_async(transport, &mut body, step, cancel));
        *event = Observed { future, waited: &mut waited, turn: &mut turn }.await;
        turn.took(event);
        // What came along with the head took no time. Only that: a server that is never late must
        // not stop the clock.
        if waited || !is_head {
            tick = transport.tick();
        }
    }
}

/// Tells of a future whether it had to be waited for; lets other tasks run first when it is their
/// turn.
struct Observed<'a, F> {
    future: Pin<&'a mut F>,
    waited: &'a mut bool,
    turn: &'a mut Turn,
}

impl<F: Future> Future for Observed<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        if self.turn.is_over() {
            *self.waited = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let poll = self.future.as_mut().poll(cx);
        if poll.is_pending() {
            *self.waited = true;
            self.turn.ends();
        }
        poll
    }
}

/// Carries out one step as a future, stopped by the handle.
pub(crate) async fn carry_out_async<T: AsyncTransport>(
    transport: &T,
    body: &mut Option<T::Body>,
    step: DriverStep,
    cancel: Option<&CancelHandle>,
) -> Event {
    if is_canceled(cancel) {
        *body = None;
        return not_begun(&step);
    }
    match step {
        DriverStep::Open(exchange) => {
            *body = None;
            let answer = pin!(transport.open(*exchange));
            match until_canceled(answer, cancel).await {
                Some(answer) => opened(body, answer),
                None => Event::Failed(TransportError::canceled()),
            }
        }
        DriverStep::Read { idle } => read_async(body, idle, cancel).await,
        DriverStep::Wait(duration) => {
            *body = None;
            let sleep = pin!(transport.sleep(duration));
            match until_canceled(sleep, cancel).await {
                Some(()) => Event::Woke,
                None => Event::Failed(TransportError::canceled_unsent()),
            }
        }
    }
}

/// Reads once, from a body that stays where it is; takes it away once it is over, which may be
/// known with its last piece.
pub(crate) async fn read_async<B: AsyncBody>(
    body: &mut Option<B>,
    idle: Option<Duration>,
    cancel: Option<&CancelHandle>,
) -> Event {
    let Some(open) = body else { return Event::End };
    let read = until_canceled(pin!(open.chunk(idle)), cancel).await;
    let event = chunk_event(body, read.unwrap_or_else(|| Err(TransportError::canceled())));
    if body.as_ref().is_some_and(AsyncBody::is_over) {
        *body = None;
    }
    event
}

/// Resolves to `None` as soon as the handle is used.
const fn until_canceled<'a, F>(
    future: Pin<&'a mut F>,
    cancel: Option<&'a CancelHandle>,
) -> UntilCanceled<'a, F> {
    UntilCanceled { future, cancel, hooked: None }
}

struct UntilCanceled<'a, F> {
    future: Pin<&'a mut F>,
    cancel: Option<&'a CancelHandle>,
    /// Whom the handle wakes.
    hooked: Option<Waker>,
}

impl<F: Future> Future for UntilCanceled<'_, F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(cancel) = self.cancel {
            if !self.hooked.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
                let waker = cx.waker().clone();
                self.hooked = Some(waker.clone());
                cancel.on_cancel(move || waker.wake());
            }
            if cancel.is_canceled() {
                return Poll::Ready(None);
            }
        }
        self.future.as_mut().poll(cx).map(Some)
    }
}
