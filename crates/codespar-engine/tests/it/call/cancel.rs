//! Stopping a conversation from elsewhere, and dropping it.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use bytes::Bytes;
use codespar_engine::{
    CancelHandle, Error, ErrorKind,
    driver::{BlockingBody, BlockingTransport, Clock, Exchange, Tick, Transport, TransportError},
    testing::{AsyncReplay, Recorded, Replay},
};
use futures_core::Stream;
use http::Response;
use serde_json::json;

use crate::support::{event, ok, pay, read, secs, shared, watch};

/// Where a handle is used, as another thread would.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Moment {
    Open,
    Read,
    Wait,
}

/// A blocking transport during whose work the handle is used.
#[derive(Clone)]
struct Interrupted {
    inner: Replay,
    moment: Moment,
    handle: CancelHandle,
}

struct InterruptedBody {
    inner: codespar_engine::testing::ReplayBody,
    transport: Interrupted,
}

impl Interrupted {
    fn reached(&self, moment: Moment) {
        if self.moment == moment {
            self.handle.cancel();
        }
    }
}

impl Transport for Interrupted {
    type Body = InterruptedBody;
}

impl Clock for Interrupted {
    fn tick(&self) -> Tick<'_> {
        self.inner.tick()
    }
}

impl BlockingTransport for Interrupted {
    fn open(&self, exchange: Exchange) -> Result<Response<InterruptedBody>, TransportError> {
        let answer = self.inner.open(exchange)?;
        self.reached(Moment::Open);
        Ok(answer.map(|inner| InterruptedBody { inner, transport: self.clone() }))
    }

    fn sleep(&self, duration: Duration, cancel: Option<&CancelHandle>) {
        self.reached(Moment::Wait);
        self.inner.sleep(duration, cancel);
    }
}

impl BlockingBody for InterruptedBody {
    // Closing the connection under a read looks like the end of the body.
    fn chunk(&mut self, idle: Option<Duration>) -> Result<Option<Bytes>, TransportError> {
        self.transport.reached(Moment::Read);
        if self.transport.handle.is_canceled() { Ok(None) } else { self.inner.chunk(idle) }
    }
}

fn interrupted(moment: Moment) -> Error {
    let busy = Recorded::json(503, json!({}));
    let handle = CancelHandle::new();
    let transport = Interrupted { inner: Replay::new().answer(busy).answer(ok()), moment, handle };
    let mut call = read(transport.clone(), &shared());
    // The call's own handle stops it; the transport's tells the moment.
    let own = call.cancel_handle();
    transport.handle.on_cancel(move || own.cancel());
    call.send().unwrap_err()
}

#[test]
fn a_blocking_call_stops_wherever_it_is() {
    for moment in [Moment::Open, Moment::Read, Moment::Wait] {
        let error = interrupted(moment);
        assert_eq!(error.kind(), ErrorKind::Canceled, "{moment:?}");
        assert!(error.may_have_been_sent(), "{moment:?}");
        assert_eq!(error.attempts(), 1, "{moment:?}");
    }
}

#[test]
fn a_call_canceled_before_it_begins_sends_nothing() {
    let script = Replay::new();
    let mut call = pay(script.clone(), &shared());
    call.cancel_handle().cancel();
    let error = call.send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Canceled);
    assert!(!error.may_have_been_sent());
    assert!(script.requests().is_empty());
}

#[test]
fn a_blocking_stream_stops_between_items() {
    let answer = Recorded::events([event("state", "new"), event("state", "busy")]);
    let mut items = watch(Replay::new().answer(answer));
    let handle = items.cancel_handle();
    assert_eq!(items.next().unwrap().unwrap(), "new");
    handle.cancel();
    let error = items.next().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Canceled);
    assert_eq!(error.last::<String>().unwrap(), "new");
    assert!(items.next().is_none());
}

/// Uses the handle as it goes, as the waker of a task may that owns one.
struct LastWord(CancelHandle);

impl Drop for LastWord {
    fn drop(&mut self) {
        self.0.clear();
    }
}

#[test]
#[allow(clippy::disallowed_methods, reason = "what hangs can only be seen from elsewhere")]
fn a_hook_may_use_its_handle_while_it_is_replaced() {
    let handle = CancelHandle::new();
    let last_word = LastWord(handle.clone());
    handle.on_cancel(move || drop(last_word));
    let (done, replaced) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        handle.on_cancel(|| {});
        let _ = done.send(());
    });
    assert!(replaced.recv_timeout(secs(30)).is_ok(), "locked for ever");
}

#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn an_asynchronous_call_stops_while_it_waits_for_the_head_or_reads() {
    for answer in [Recorded::status(200).never(), Recorded::status(200).chunk("{").hanging()] {
        let mut call = pay(AsyncReplay::new().answer(answer), &shared());
        let handle = call.cancel_handle();
        let mut future = std::pin::pin!(call.into_future());
        let wakes = Arc::new(Wakes::default());
        let waker = Waker::from(Arc::clone(&wakes));
        let mut context = Context::from_waker(&waker);
        assert!(future.as_mut().poll(&mut context).is_pending());
        handle.cancel();
        assert_eq!(wakes.0.load(Ordering::SeqCst), 1);
        let Poll::Ready(Err(error)) = future.as_mut().poll(&mut context) else {
            panic!("still pending");
        };
        assert_eq!(error.kind(), ErrorKind::Canceled);
        assert!(error.may_have_been_sent());
    }
}

#[test]
fn an_asynchronous_call_canceled_before_it_begins_sends_nothing() {
    let script = AsyncReplay::new();
    let mut call = pay(script.clone(), &shared());
    call.cancel_handle().cancel();
    let mut context = Context::from_waker(Waker::noop());
    let Poll::Ready(Err(error)) = Pin::new(&mut call.into_future()).poll(&mut context) else {
        panic!("still pending");
    };
    assert_eq!(error.kind(), ErrorKind::Canceled);
    assert!(!error.may_have_been_sent());
    assert!(script.requests().is_empty());
}

#[test]
fn an_asynchronous_stream_stops_while_it_reads() {
    let answer = Recorded::events([event("state", "new")]).hanging();
    let mut items = watch(AsyncReplay::new().answer(answer));
    let handle = items.cancel_handle();
    let mut context = Context::from_waker(Waker::noop());
    let mut next = || Pin::new(&mut items).poll_next(&mut context);
    assert!(matches!(next(), Poll::Ready(Some(Ok(state))) if state == "new"));
    assert!(next().is_pending());
    handle.cancel();
    let Poll::Ready(Some(Err(error))) = next() else { panic!("still pending") };
    assert_eq!(error.kind(), ErrorKind::Canceled);
    assert!(matches!(next(), Poll::Ready(None)));
}

#[test]
fn canceling_during_an_asynchronous_wait_ends_it() {
    // In virtual time a wait is over at once; the handle is seen at the next step.
    let script = AsyncReplay::new().answer(Recorded::json(503, json!({})).after(secs(1)));
    let mut call = read(script.answer(Recorded::status(200).never()), &shared());
    let handle = call.cancel_handle();
    let mut future = call.into_future();
    let mut context = Context::from_waker(Waker::noop());
    assert!(Pin::new(&mut future).poll(&mut context).is_pending());
    handle.cancel();
    let Poll::Ready(Err(error)) = Pin::new(&mut future).poll(&mut context) else {
        panic!("still pending");
    };
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Canceled, 2));
}

/// A transport whose bodies say when they are dropped.
#[derive(Clone, Default)]
struct Counted {
    clock: Replay,
    open: Arc<AtomicUsize>,
}

struct CountedBody(Arc<AtomicUsize>);

impl Drop for CountedBody {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Transport for Counted {
    type Body = CountedBody;
}

impl Clock for Counted {
    fn tick(&self) -> Tick<'_> {
        self.clock.tick()
    }
}

impl codespar_engine::driver::AsyncTransport for Counted {
    async fn open(&self, _: Exchange) -> Result<Response<CountedBody>, TransportError> {
        self.open.fetch_add(1, Ordering::SeqCst);
        let mut response = Response::new(CountedBody(Arc::clone(&self.open)));
        let kind = http::HeaderValue::from_static("text/event-stream");
        response.headers_mut().insert("content-type", kind);
        Ok(response)
    }

    async fn sleep(&self, _: Duration) {}
}

impl codespar_engine::driver::AsyncBody for CountedBody {
    async fn chunk(&mut self, _: Option<Duration>) -> Result<Option<Bytes>, TransportError> {
        std::future::pending().await
    }
}

#[test]
fn dropping_a_stream_closes_its_connection_also_while_a_read_is_pending() {
    let transport = Counted::default();
    let mut items = watch(transport.clone());
    let mut context = Context::from_waker(Waker::noop());
    assert!(Pin::new(&mut items).poll_next(&mut context).is_pending());
    assert_eq!(transport.open.load(Ordering::SeqCst), 1);
    drop(items);
    assert_eq!(transport.open.load(Ordering::SeqCst), 0);
}

#[test]
fn dropping_a_call_closes_its_connection() {
    let transport = Counted::default();
    let mut future = read(transport.clone(), &shared()).into_future();
    let mut context = Context::from_waker(Waker::noop());
    assert!(Pin::new(&mut future).poll(&mut context).is_pending());
    assert_eq!(transport.open.load(Ordering::SeqCst), 1);
    drop(future);
    assert_eq!(transport.open.load(Ordering::SeqCst), 0);
}
