//! The two loops that carry flows out, blocking and asynchronous, next to each other.
//!
//! Both see flows without their types, so that they are compiled once per transport.

use std::{
    mem,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
    time::Duration,
};

use crate::{
    call::{cancel::CancelHandle, span::CallSpan},
    error::Error,
    flow::{Event, Flow, Step, tick::Tick},
    transport::{
        AsyncBody, AsyncTransport, BlockingBody, BlockingTransport, Exchange, TransportError,
    },
};

/// A flow that keeps its items and its output to itself.
pub(crate) trait Machine {
    fn resume(&mut self, tick: Tick, event: Event) -> Act;
}

/// What is to be done about a [`Machine`].
pub(crate) enum Act {
    Io(Io),
    /// An item or the output waits in the machine.
    Rest,
}

/// What a transport can do.
pub(crate) enum Io {
    Open(Box<Exchange>),
    Read { idle: Option<Duration> },
    Wait(Duration),
}

/// The typed side of a [`Machine`]: what came out of it.
pub(crate) struct Typed<F, I, O> {
    flow: F,
    item: Option<I>,
    output: Option<Result<O, Error>>,
    watch: CallSpan,
}

impl<F: Flow> Typed<F, F::Item, F::Output> {
    pub(crate) fn new(flow: F) -> Self {
        Self { flow, item: None, output: None, watch: CallSpan::new() }
    }

    pub(crate) fn output(&mut self) -> Result<F::Output, Error> {
        self.output.take().unwrap_or_else(|| Err(Error::stream("the conversation is over")))
    }

    pub(crate) fn item(&mut self) -> Option<F::Item> {
        self.item.take()
    }

    pub(crate) fn into_flow(self) -> F {
        self.flow
    }
}

impl<F: Flow> Machine for Typed<F, F::Item, F::Output> {
    fn resume(&mut self, tick: Tick, event: Event) -> Act {
        self.watch.before(&tick, &event);
        let step = self.flow.resume(tick, event);
        self.watch.after(&tick, &step);
        match step {
            Step::Open(exchange) => Act::Io(Io::Open(exchange)),
            Step::Read { idle } => Act::Io(Io::Read { idle }),
            Step::Wait(duration) => Act::Io(Io::Wait(duration)),
            Step::Yield(item) => {
                self.item = Some(item);
                Act::Rest
            }
            Step::Done(output) => {
                self.output = Some(output);
                Act::Rest
            }
        }
    }
}

/// Drives a machine on this thread until it rests.
pub(crate) fn drive<T: BlockingTransport>(
    transport: &T,
    machine: &mut dyn Machine,
    body: &mut Option<T::Body>,
    mut event: Event,
    cancel: Option<&CancelHandle>,
) {
    loop {
        let Act::Io(io) = machine.resume(transport.tick(), event) else { return };
        event = if is_canceled(cancel) {
            *body = None;
            not_begun(&io)
        } else {
            carry_out(transport, body, io, cancel)
        };
        // An interrupted read may look like the end of the body, or like a broken connection.
        if is_canceled(cancel) {
            event = match event {
                Event::Failed(error) if !error.may_have_been_sent() => {
                    Event::Failed(TransportError::canceled_unsent())
                }
                Event::Failed(_) | Event::End => Event::Failed(TransportError::canceled()),
                Event::Woke => Event::Failed(TransportError::canceled_unsent()),
                event => event,
            };
        }
    }
}

fn carry_out<T: BlockingTransport>(
    transport: &T,
    body: &mut Option<T::Body>,
    io: Io,
    cancel: Option<&CancelHandle>,
) -> Event {
    match io {
        Io::Open(exchange) => {
            *body = None;
            opened(body, transport.open(*exchange))
        }
        Io::Read { idle } => {
            let read = body.as_mut().map_or(Ok(None), |body| body.chunk(idle));
            was_read(body, read)
        }
        Io::Wait(duration) => {
            *body = None;
            transport.sleep(duration, cancel);
            Event::Woke
        }
    }
}

/// Drives a machine as a future until it rests. Dropping the future drops the connection.
pub(crate) async fn drive_async<T: AsyncTransport>(
    transport: &T,
    machine: &mut (dyn Machine + Send),
    event: &mut Event,
    cancel: Option<&CancelHandle>,
) {
    let mut body = None;
    let mut tick = transport.tick();
    loop {
        let is_head = matches!(event, Event::Head(_));
        let Act::Io(io) = machine.resume(tick, mem::replace(event, Event::End)) else { return };
        if matches!(io, Io::Read { .. }) && body.is_none() {
            // It was known with the last piece that nothing follows: no time has passed since.
            continue;
        }
        let mut waited = false;
        let future = pin!(carry_out_async(transport, &mut body, io, cancel));
        *event = Watched { future, waited: &mut waited }.await;
        // What came along with the head took no time. Only that: a server that is never late must
        // not stop the clock.
        if waited || !is_head {
            tick = transport.tick();
        }
    }
}

/// Tells of a future whether it had to be waited for.
struct Watched<'a, F> {
    future: Pin<&'a mut F>,
    waited: &'a mut bool,
}

impl<F: Future> Future for Watched<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let poll = self.future.as_mut().poll(cx);
        *self.waited |= poll.is_pending();
        poll
    }
}

/// Carries out one step as a future, stopped by the handle.
pub(crate) async fn carry_out_async<T: AsyncTransport>(
    transport: &T,
    body: &mut Option<T::Body>,
    io: Io,
    cancel: Option<&CancelHandle>,
) -> Event {
    if is_canceled(cancel) {
        *body = None;
        return not_begun(&io);
    }
    match io {
        Io::Open(exchange) => {
            *body = None;
            let answer = pin!(transport.open(*exchange));
            match until_canceled(answer, cancel).await {
                Some(answer) => opened(body, answer),
                None => Event::Failed(TransportError::canceled()),
            }
        }
        Io::Read { idle } => match body.take() {
            Some(open) => {
                let (event, open) = read_async(open, idle, cancel).await;
                *body = open;
                event
            }
            None => Event::End,
        },
        Io::Wait(duration) => {
            *body = None;
            let sleep = pin!(transport.sleep(duration));
            match until_canceled(sleep, cancel).await {
                Some(()) => Event::Woke,
                None => Event::Failed(TransportError::canceled_unsent()),
            }
        }
    }
}

/// What becomes of a step that was canceled before it began.
const fn not_begun(io: &Io) -> Event {
    Event::Failed(match io {
        Io::Open(_) | Io::Wait(_) => TransportError::canceled_unsent(),
        Io::Read { .. } => TransportError::canceled(),
    })
}

/// Reads once; gives the body back unless it is over, which may be known with its last piece.
pub(crate) async fn read_async<B: AsyncBody>(
    body: B,
    idle: Option<Duration>,
    cancel: Option<&CancelHandle>,
) -> (Event, Option<B>) {
    let mut body = Some(body);
    let read = match &mut body {
        Some(open) => until_canceled(pin!(open.chunk(idle)), cancel).await,
        None => None,
    };
    let event = was_read(&mut body, read.unwrap_or_else(|| Err(TransportError::canceled())));
    (event, body.filter(|body| !body.is_over()))
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

fn was_read<B>(body: &mut Option<B>, read: Result<Option<bytes::Bytes>, TransportError>) -> Event {
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
