//! The loop that carries flows out as a future.

use std::{
    mem,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
    time::Duration,
};

use bytes::Bytes;

use crate::{
    call::cancel::CancelHandle,
    drive::{DriverStep, ErasedFlow, chunk_event, is_canceled, not_begun, opened, turn::Turn},
    flow::Event,
    transport::{Clock, Exchange, TransportError},
};

/// How the loop reaches the server: functions, so that their futures may be sent between threads
/// where those of the transport may, and stay on theirs where not.
pub(crate) struct Reach<O, R, S> {
    pub(crate) open: O,
    /// Reads once; gives the body back unless it is known to be over.
    pub(crate) read: R,
    pub(crate) sleep: S,
}

/// The [`Reach`] of a transport, of either asynchronous kind.
macro_rules! reach {
    ($of:ty, $transport:expr) => {
        $crate::drive::asynchronous::Reach {
            open: |exchange| $transport.open(exchange),
            read: $crate::drive::asynchronous::read_once!($of),
            sleep: |duration| $transport.sleep(duration),
        }
    };
}

/// A function that reads once from a body of a transport, of either asynchronous kind.
macro_rules! read_once {
    ($of:ty) => {
        |mut body: <$of as $crate::transport::Transport>::Body, idle| async move {
            let read = body.chunk(idle).await;
            let is_over = body.is_over();
            (read, (!is_over).then_some(body))
        }
    };
}
pub(crate) use {reach, read_once};

type Opened<B> = Result<http::Response<B>, TransportError>;
type ReadOnce<B> = (Result<Option<Bytes>, TransportError>, Option<B>);

/// Drives a flow as a future until it rests. Dropping the future drops the connection. The turn
/// goes on from one rest to the next: the items of a server that is never late may have no end.
pub(crate) async fn drive_async<B, O, R, S>(
    clock: &impl Clock,
    reach: &Reach<
        impl Fn(Exchange) -> O,
        impl Fn(B, Option<Duration>) -> R,
        impl Fn(Duration) -> S,
    >,
    flow: &mut (impl ErasedFlow + ?Sized),
    body: &mut Option<B>,
    event: &mut Event,
    cancel: Option<&CancelHandle>,
    turn: &mut Turn,
) where
    O: Future<Output = Opened<B>>,
    R: Future<Output = ReadOnce<B>>,
    S: Future<Output = ()>,
{
    let mut tick = clock.tick();
    loop {
        let is_head = matches!(event, Event::Head(_));
        let Some(step) = flow.resume(tick, mem::replace(event, Event::End)) else { return };
        if matches!(step, DriverStep::Read { .. }) && body.is_none() {
            // It was known with the last piece that nothing follows: no time has passed since.
            continue;
        }
        let mut waited = false;
        let future = pin!(carry_out_async(reach, body, step, cancel));
        *event = Observed { future, waited: &mut waited, turn }.await;
        turn.took(event);
        // What came along with the head took no time. Only that: a server that is never late must
        // not stop the clock.
        if waited || !is_head {
            tick = clock.tick();
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
pub(crate) async fn carry_out_async<B, O, R, S>(
    reach: &Reach<
        impl Fn(Exchange) -> O,
        impl Fn(B, Option<Duration>) -> R,
        impl Fn(Duration) -> S,
    >,
    body: &mut Option<B>,
    step: DriverStep,
    cancel: Option<&CancelHandle>,
) -> Event
where
    O: Future<Output = Opened<B>>,
    R: Future<Output = ReadOnce<B>>,
    S: Future<Output = ()>,
{
    if is_canceled(cancel) {
        *body = None;
        return not_begun(&step);
    }
    match step {
        DriverStep::Open(exchange) => {
            *body = None;
            let answer = pin!((reach.open)(*exchange));
            match until_canceled(answer, cancel).await {
                Some(answer) => opened(body, answer),
                None => Event::Failed(TransportError::canceled()),
            }
        }
        DriverStep::Read { idle } => match body.take() {
            Some(open) => {
                let (event, open) = read_async(&reach.read, open, idle, cancel).await;
                *body = open;
                event
            }
            None => Event::End,
        },
        DriverStep::Wait(duration) => {
            *body = None;
            let sleep = pin!((reach.sleep)(duration));
            match until_canceled(sleep, cancel).await {
                Some(()) => Event::Woke,
                None => Event::Failed(TransportError::canceled_unsent()),
            }
        }
    }
}

/// Reads once; gives the body back unless it is over, which may be known with its last piece.
pub(crate) async fn read_async<B, R: Future<Output = ReadOnce<B>>>(
    read: &impl Fn(B, Option<Duration>) -> R,
    body: B,
    idle: Option<Duration>,
    cancel: Option<&CancelHandle>,
) -> (Event, Option<B>) {
    let read = until_canceled(pin!(read(body, idle)), cancel).await;
    let (read, mut body) = read.unwrap_or_else(|| (Err(TransportError::canceled()), None));
    (chunk_event(&mut body, read), body)
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
