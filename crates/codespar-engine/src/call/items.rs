//! One conversation that hands out many items.

mod ahead;

use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use futures_core::Stream;

use crate::{
    call::{
        cancel::CancelHandle,
        items::ahead::Ahead,
        options::{CallOptions, option_methods},
    },
    drive::{
        DriverStep, ErasedFlow as _, FlowSlot,
        asynchronous::{carry_out_async, reach, read_async, read_once},
        blocking::drive,
        taken,
        turn::Turn,
    },
    error::Error,
    flow::{
        Event, Flow,
        history::Conversation,
        map::{Failed, MapItems},
    },
    transport::{AsyncBody, AsyncTransport, BlockingTransport, Transport},
};

pub(crate) type ItemFlow<I> = Box<dyn Flow<Item = I, Output = ()>>;
pub(crate) type Slot<I> = FlowSlot<Conversation<ItemFlow<I>>, I, ()>;
type Pending<B> = Pin<Box<dyn Future<Output = (Event, Option<B>)> + Send>>;

/// The items of a list or an event stream: an [`Iterator`] with a blocking transport, a [`Stream`]
/// with an asynchronous one.
///
/// Nothing is sent before the first item is asked for, and the next page of a list is requested
/// when the items of the one before are used up, unless it is [read ahead](Self::read_ahead). Every
/// item is a `Result`; an error is the last item. Dropping the iterator or stream closes its
/// connection at once, unless the answer was over.
#[doc(alias = "pagination")]
#[doc(alias = "paginate")]
#[doc(alias = "pages")]
#[doc(alias = "iterator")]
#[doc(alias = "stream")]
#[doc(alias = "server-sent events")]
#[must_use = "items do nothing until they are asked for"]
pub struct Items<T: Transport, I> {
    transport: T,
    options: CallOptions,
    /// Not here while a thread has it.
    flow: Option<Slot<I>>,
    body: Option<T::Body>,
    pending: Option<Pending<T::Body>>,
    state: State,
    turn: Turn,
    ahead: Option<Box<Ahead<I>>>,
}

enum State {
    New,
    Running,
    Over,
}

impl<T: Transport, I> Items<T, I> {
    /// Items that a flow hands out.
    pub fn new(transport: T, flow: impl Flow<Item = I, Output = ()> + 'static) -> Self {
        Self::boxed(transport, Box::new(flow))
    }

    /// The same of a flow that is boxed already: see [`Call::boxed`](crate::Call::boxed).
    pub(crate) fn boxed(transport: T, flow: ItemFlow<I>) -> Self {
        Self {
            transport,
            options: CallOptions::default(),
            flow: Some(FlowSlot::new(Conversation::new(flow))),
            body: None,
            pending: None,
            state: State::New,
            turn: Turn::default(),
            ahead: None,
        }
    }

    option_methods!();

    /// Sets how long the server may be silent within an event stream. Default 60 s. Heartbeats
    /// count as a sign of life; the time that the caller spends on an item does not count as
    /// silence.
    #[doc(alias = "heartbeat")]
    pub fn idle_timeout(mut self, limit: Duration) -> Self {
        self.options.idle_timeout = Some(limit);
        self
    }

    /// Asks for the next page of a list while the caller uses the items of this one, so that the
    /// time of the one hides the time of the other. Default no. One page at most is read ahead, and
    /// none of what is no list: event streams, waits, rounds of payment.
    ///
    /// An error of the page that was asked for comes after the items before it. Dropping the list
    /// cancels the request, and its [handle](Self::cancel_handle). A blocking list asks on a
    /// thread, which lasts as long as the request; a stream does when it is polled, so that each
    /// item that is asked for moves the request on: with items that take longer than the time limit
    /// of a page it may run out.
    #[doc(alias = "prefetch")]
    #[doc(alias = "lookahead")]
    pub fn read_ahead(mut self, read_ahead: bool) -> Self {
        let may = self.flow.as_ref().is_some_and(FlowSlot::may_read_ahead);
        self.ahead = (read_ahead && may).then(|| {
            self.options.cancel.get_or_insert_with(CancelHandle::new);
            Box::new(Ahead::new())
        });
        self
    }

    /// Maps every item with a function that may fail; an error is the last item.
    pub fn map_items<J: 'static>(
        self,
        map: impl FnMut(I) -> Result<J, Error> + Send + 'static,
    ) -> Items<T, J>
    where
        I: 'static,
    {
        let Self { transport, options, flow, ahead, .. } = self;
        let flow = flow.map_or_else(has_begun, |flow| flow.into_flow().into_inner());
        Items { options, ..Items::new(transport, MapItems::new(flow, map)) }
            .read_ahead(ahead.is_some())
    }

    /// Takes the flow and the options out, to drive it by hand: resume the flow first with
    /// `Event::Start(options)`.
    pub fn into_flow(self) -> (Box<dyn Flow<Item = I, Output = ()>>, CallOptions)
    where
        I: 'static,
    {
        match self.flow {
            Some(flow) => (Box::new(flow.into_flow()), self.options),
            None => (has_begun(), self.options),
        }
    }

    pub(crate) fn into_parts(self) -> (T, Option<Slot<I>>, CallOptions) {
        (self.transport, self.flow, self.options)
    }

    fn is_canceled(&self) -> bool {
        self.options.cancel.as_ref().is_some_and(CancelHandle::is_canceled)
    }

    const fn is_over(&self) -> bool {
        matches!(self.state, State::Over)
    }

    /// What to resume the flow with; `None` when it is over.
    fn event(&mut self) -> Option<Event> {
        match self.state {
            State::New => {
                self.state = State::Running;
                Some(Event::Start(self.options.clone()))
            }
            State::Running => Some(Event::Taken),
            State::Over => None,
        }
    }
}

/// A list that is taken apart while a thread asks for its next page.
fn has_begun<I: 'static>() -> ItemFlow<I> {
    Box::new(Failed::with(Error::stream("the list has begun already")))
}

impl<T: Transport, I> Items<T, I> {
    /// The same, or that it was canceled.
    fn due(&mut self) -> Option<Event> {
        match self.event() {
            Some(Event::Taken) => Some(taken(&mut self.body, self.options.cancel.as_ref())),
            event => event,
        }
    }

    /// What a resting flow left behind.
    fn take_item(&mut self) -> Option<Result<I, Error>> {
        let flow = self.flow.as_mut()?;
        if let Some(item) = flow.item() {
            return Some(Ok(item));
        }
        self.state = State::Over;
        self.body = None;
        flow.output().err().map(Err)
    }
}

impl<T: BlockingTransport, I: Send + 'static> Iterator for Items<T, I> {
    type Item = Result<I, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ahead.is_some() {
            return self.next_ahead();
        }
        let event = self.due()?;
        let cancel = self.options.cancel.as_ref();
        drive(&self.transport, self.flow.as_mut()?, &mut self.body, event, cancel);
        self.take_item()
    }
}

impl<T: AsyncTransport, I: Send + 'static> Stream for Items<T, I> {
    type Item = Result<I, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.ahead.is_some() { this.poll_ahead(cx) } else { this.poll_item(cx) }
    }
}

impl<T: AsyncTransport, I: Send + 'static> Items<T, I> {
    /// The next item of an asynchronous list or stream, `None` at the end:
    /// `while let Some(item) = items.next().await`. No crate of stream methods is needed for it.
    ///
    /// With a blocking transport [`Iterator::next`] takes its place, which is not awaited. A future
    /// that is dropped loses no item.
    pub async fn next(&mut self) -> Option<Result<I, Error>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl<T: AsyncTransport, I> Items<T, I> {
    /// The next item that the flow hands out.
    fn poll_item(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<I, Error>>> {
        let mut event = match &mut self.pending {
            Some(pending) => {
                let Poll::Ready((event, body)) = pending.as_mut().poll(cx) else {
                    self.turn.ends();
                    return Poll::Pending;
                };
                self.pending = None;
                self.body = body;
                event
            }
            // The caller may take items as long as there are any, and so run without end.
            None if self.turn.is_over() => {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            None => match self.due() {
                Some(event) => event,
                None => return Poll::Ready(None),
            },
        };
        loop {
            self.turn.took(&event);
            let mut tick = self.transport.tick();
            if let Some(ahead) = &self.ahead {
                tick = ahead.seen(tick);
            }
            let Some(flow) = &mut self.flow else { return Poll::Ready(None) };
            let Some(step) = flow.resume(tick, event) else {
                return Poll::Ready(self.take_item());
            };
            let mut pending = self.begin(step);
            if self.turn.is_over() {
                cx.waker().wake_by_ref();
                self.pending = Some(pending);
                return Poll::Pending;
            }
            match pending.as_mut().poll(cx) {
                Poll::Ready((next, body)) => {
                    self.body = body;
                    event = next;
                }
                Poll::Pending => {
                    self.turn.ends();
                    self.pending = Some(pending);
                    return Poll::Pending;
                }
            }
        }
    }
}

impl<T: AsyncTransport, I> Items<T, I> {
    /// Begins a step. A read, which may last for hours, keeps nothing but the body.
    fn begin(&mut self, step: DriverStep) -> Pending<T::Body> {
        if let Some(ahead) = &mut self.ahead {
            ahead.stepped = true;
        }
        let cancel = self.options.cancel.clone();
        match (step, self.body.take()) {
            (DriverStep::Read { idle }, Some(body)) => {
                Box::pin(
                    async move { read_async(&read_once!(T), body, idle, cancel.as_ref()).await },
                )
            }
            (step, mut body) => {
                let transport = self.transport.clone();
                Box::pin(async move {
                    let reach = reach!(T, &transport);
                    let event = carry_out_async(&reach, &mut body, step, cancel.as_ref()).await;
                    (event, body)
                })
            }
        }
    }
}

// Nothing in it is pinned in place: the flow and the pending step are boxed, and the transport
// and the body are moved freely between polls.
impl<T: Transport, I> Unpin for Items<T, I> {}

impl<T: Transport, I> fmt::Debug for Items<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").finish_non_exhaustive()
    }
}
