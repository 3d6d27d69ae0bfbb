//! Calls and items on one thread: futures and streams that need not be `Send`.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;

use crate::{
    call::{
        Call,
        items::{Items, Slot},
        options::CallOptions,
    },
    drive::{
        ErasedFlow, FlowSlot,
        asynchronous::{drive_async, reach},
        taken,
        turn::Turn,
    },
    error::Error,
    flow::{Event, history::Conversation},
    transport::{LocalBody, LocalTransport, Transport},
};

impl<T: LocalTransport, O: 'static> Call<T, O> {
    /// Makes the call as a future that stays on its thread:
    /// `session.charge(&order).local().await?`.
    ///
    /// # Errors
    /// As the documentation of the operation says. [`Error::verdict`] tells what happened.
    #[doc(alias = "wasm")]
    #[doc(alias = "spawn_local")]
    pub fn local(self) -> LocalCallFuture<O> {
        let (transport, flow, options) = self.into_parts();
        let cancel = options.cancel.clone();
        let mut event = Event::Start(options);
        LocalCallFuture {
            inner: Box::pin(async move {
                let mut slot = FlowSlot::new(Conversation::new(flow));
                let flow: &mut dyn ErasedFlow = &mut slot;
                let (reach, cancel) = (reach!(T, &transport), cancel.as_ref());
                let turn = &mut Turn::default();
                drive_async(&transport, &reach, flow, &mut None, &mut event, cancel, turn).await;
                slot.output()
            }),
        }
    }
}

/// The future of [`Call::local`]. Dropping it cancels the call; what the server has begun goes on
/// there.
#[must_use = "futures do nothing unless polled"]
pub struct LocalCallFuture<O> {
    inner: Pin<Box<dyn Future<Output = Result<O, Error>>>>,
}

impl<O> Future for LocalCallFuture<O> {
    type Output = Result<O, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.inner.as_mut().poll(cx)
    }
}

impl<T: LocalTransport, I: 'static> Items<T, I> {
    /// The items as a stream that stays on its thread. Nothing is read ahead.
    #[doc(alias = "wasm")]
    pub fn local(self) -> LocalItems<T, I> {
        let (transport, slot, options) = self.into_parts();
        let event = Event::Start(options.clone());
        let state = slot.map_or(State::Over, |slot| State::Resting(Box::new((slot, None, event))));
        LocalItems { transport, options, state, turn: Turn::default() }
    }
}

/// The stream of [`Items::local`]. Dropping it closes its connection.
#[must_use = "streams do nothing unless polled"]
pub struct LocalItems<T: Transport, I> {
    transport: T,
    options: CallOptions,
    state: State<T::Body, I>,
    turn: Turn,
}

/// A flow and its body, back from being driven.
type Driven<B, I> = Pin<Box<dyn Future<Output = (Slot<I>, Option<B>, Turn)>>>;

enum State<B, I> {
    /// An item was handed out, or none was asked for yet.
    Resting(Box<(Slot<I>, Option<B>, Event)>),
    Driven(Driven<B, I>),
    Over,
}

// The flow and the future are boxed; the transport and the body are moved between polls.
impl<T: Transport, I> Unpin for LocalItems<T, I> {}

impl<T: LocalTransport, I: 'static> LocalItems<T, I> {
    fn drive(
        &mut self,
        (mut slot, mut body, mut event): (Slot<I>, Option<T::Body>, Event),
    ) -> State<T::Body, I> {
        let (transport, cancel) = (self.transport.clone(), self.options.cancel.clone());
        let mut turn = std::mem::take(&mut self.turn);
        State::Driven(Box::pin(async move {
            let flow: &mut dyn ErasedFlow = &mut slot;
            let (reach, cancel) = (reach!(T, &transport), cancel.as_ref());
            if matches!(event, Event::Taken) {
                event = taken(&mut body, cancel);
            }
            let turn_to_use = &mut turn;
            drive_async(&transport, &reach, flow, &mut body, &mut event, cancel, turn_to_use).await;
            (slot, body, turn)
        }))
    }
}

impl<T: LocalTransport, I: 'static> Stream for LocalItems<T, I> {
    type Item = Result<I, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        // The caller may take items as long as there are any, and so run without end.
        if self.turn.is_over() {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.state = match std::mem::replace(&mut self.state, State::Over) {
            State::Resting(rest) => self.drive(*rest),
            state => state,
        };
        let State::Driven(driven) = &mut self.state else { return Poll::Ready(None) };
        let Poll::Ready((mut slot, body, turn)) = driven.as_mut().poll(cx) else {
            return Poll::Pending;
        };
        self.turn = turn;
        self.turn.took(&Event::Taken);
        match slot.item() {
            Some(item) => {
                self.state = State::Resting(Box::new((slot, body, Event::Taken)));
                Poll::Ready(Some(Ok(item)))
            }
            None => {
                self.state = State::Over;
                Poll::Ready(slot.output().err().map(Err))
            }
        }
    }
}

impl<O> fmt::Debug for LocalCallFuture<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalCallFuture").finish_non_exhaustive()
    }
}

impl<T: Transport, I> fmt::Debug for LocalItems<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalItems").finish_non_exhaustive()
    }
}
