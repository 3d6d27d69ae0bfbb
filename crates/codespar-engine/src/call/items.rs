//! One conversation that hands out many items.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use futures_core::Stream;

use crate::{
    call::{
        cancel::CancelHandle,
        options::{CallOptions, option_methods},
    },
    drive::{
        DriverStep, ErasedFlow as _, FlowSlot,
        asynchronous::{carry_out_async, read_async},
        blocking::drive,
    },
    error::Error,
    flow::{Event, Flow, history::Conversation, map::MapItems},
    transport::{AsyncTransport, BlockingTransport, Transport},
};

type ItemFlow<I> = Box<dyn Flow<Item = I, Output = ()>>;
type Pending<B> = Pin<Box<dyn Future<Output = (Event, Option<B>)> + Send>>;

/// The items of a list or an event stream: an [`Iterator`] with a blocking transport, a [`Stream`]
/// with an asynchronous one.
///
/// Nothing is sent before the first item is asked for, and nothing is read ahead: the next page of
/// a list is requested when the items of the one before are used up. Every item is a `Result`; an
/// error is the last item. Dropping the iterator or stream closes its connection at once,
/// unless the answer was over.
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
    flow: FlowSlot<Conversation<ItemFlow<I>>, I, ()>,
    body: Option<T::Body>,
    pending: Option<Pending<T::Body>>,
    state: State,
}

enum State {
    New,
    Running,
    Over,
}

impl<T: Transport, I> Items<T, I> {
    /// Items that a flow hands out.
    pub fn new(transport: T, flow: impl Flow<Item = I, Output = ()> + 'static) -> Self {
        Self {
            transport,
            options: CallOptions::default(),
            flow: FlowSlot::new(Conversation::new(Box::new(flow))),
            body: None,
            pending: None,
            state: State::New,
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

    /// Maps every item with a function that may fail; an error is the last item.
    pub fn map_items<J: 'static>(
        self,
        map: impl FnMut(I) -> Result<J, Error> + Send + 'static,
    ) -> Items<T, J>
    where
        I: 'static,
    {
        let Self { transport, options, flow, .. } = self;
        let flow = MapItems::new(flow.into_flow().into_inner(), map);
        Items { options, ..Items::new(transport, flow) }
    }

    /// Takes the flow and the options out, to drive it by hand: resume the flow first with
    /// `Event::Start(options)`.
    pub fn into_flow(self) -> (Box<dyn Flow<Item = I, Output = ()>>, CallOptions)
    where
        I: 'static,
    {
        (Box::new(self.flow.into_flow()), self.options)
    }

    fn is_canceled(&self) -> bool {
        self.options.cancel.as_ref().is_some_and(CancelHandle::is_canceled)
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

impl<T: Transport, I> Items<T, I> {
    /// What a resting flow left behind.
    fn take_item(&mut self) -> Option<Result<I, Error>> {
        if let Some(item) = self.flow.item() {
            return Some(Ok(item));
        }
        self.state = State::Over;
        self.body = None;
        self.flow.output().err().map(Err)
    }
}

impl<T: BlockingTransport, I> Iterator for Items<T, I> {
    type Item = Result<I, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut event = self.event()?;
        if self.is_canceled() && matches!(event, Event::Taken) {
            self.body = None;
            event = Event::Failed(crate::transport::TransportError::canceled());
        }
        let cancel = self.options.cancel.as_ref();
        drive(&self.transport, &mut self.flow, &mut self.body, event, cancel);
        self.take_item()
    }
}

impl<T: AsyncTransport, I: Send + 'static> Stream for Items<T, I> {
    type Item = Result<I, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let mut event = match &mut this.pending {
            Some(pending) => {
                let (event, body) = ready!(pending.as_mut().poll(cx));
                this.pending = None;
                this.body = body;
                event
            }
            None => match this.event() {
                Some(Event::Taken) if this.is_canceled() => {
                    this.body = None;
                    Event::Failed(crate::transport::TransportError::canceled())
                }
                Some(event) => event,
                None => return Poll::Ready(None),
            },
        };
        loop {
            let Some(step) = this.flow.resume(this.transport.tick(), event) else {
                return Poll::Ready(this.take_item());
            };
            let mut pending = this.begin(step);
            match pending.as_mut().poll(cx) {
                Poll::Ready((next, body)) => {
                    this.body = body;
                    event = next;
                }
                Poll::Pending => {
                    this.pending = Some(pending);
                    return Poll::Pending;
                }
            }
        }
    }
}

impl<T: AsyncTransport, I> Items<T, I> {
    /// Begins a step. A read, which may last for hours, keeps nothing but the body.
    fn begin(&mut self, step: DriverStep) -> Pending<T::Body> {
        let cancel = self.options.cancel.clone();
        match (step, self.body.take()) {
            (DriverStep::Read { idle }, Some(body)) => {
                Box::pin(async move { read_async(body, idle, cancel.as_ref()).await })
            }
            (step, mut body) => {
                let transport = self.transport.clone();
                Box::pin(async move {
                    let event = carry_out_async(&transport, &mut body, step, cancel.as_ref()).await;
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
