//! Calls and streams whose futures stay on their thread, and flows that are driven as futures.

use std::{
    cell::Cell,
    future::Future,
    pin::{Pin, pin},
    rc::Rc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use bytes::Bytes;
use codespar_engine::{
    ErrorKind,
    driver::{
        AsyncBody as _, AsyncTransport as _, Clock, Exchange, LocalBody, LocalTransport, Tick,
        Transport, TransportError, TransportErrorKind, drive, drive_local,
    },
    testing::{AsyncReplay, AsyncReplayBody, Recorded},
};
use futures_core::Stream as _;
use http::Response;

use crate::support::{event, offline, ok, pay, read, shared, watch};

thread_local! {
    /// How many bodies are open: known to this thread alone.
    static OPEN: Rc<Cell<u32>> = Rc::default();
}

/// A script, carried out by futures and bodies that hold an `Rc`.
#[derive(Clone)]
struct OneThread(AsyncReplay);

struct OneThreadBody(AsyncReplayBody, Rc<Cell<u32>>);

impl Transport for OneThread {
    type Body = OneThreadBody;
}

impl Clock for OneThread {
    fn tick(&self) -> Tick<'_> {
        self.0.tick()
    }
}

impl LocalTransport for OneThread {
    async fn open(&self, exchange: Exchange) -> Result<Response<OneThreadBody>, TransportError> {
        let open = OPEN.with(Rc::clone);
        let answer = self.0.open(exchange).await?;
        open.set(open.get() + 1);
        Ok(answer.map(|body| OneThreadBody(body, open)))
    }

    async fn sleep(&self, duration: Duration) {
        self.0.sleep(duration).await;
    }
}

impl LocalBody for OneThreadBody {
    async fn chunk(&mut self, idle: Option<Duration>) -> Result<Option<Bytes>, TransportError> {
        self.0.chunk(idle).await
    }
}

impl Drop for OneThreadBody {
    fn drop(&mut self) {
        self.1.set(self.1.get() - 1);
    }
}

fn open() -> u32 {
    OPEN.with(|open| open.get())
}

fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("not ready"),
    }
}

fn states() -> Recorded {
    Recorded::events([event("state", "a") + &event("state", "b"), event("final", "c")])
}

#[test]
fn a_call_is_repeated_and_answered_on_one_thread() {
    let replay = AsyncReplay::new().fail(TransportErrorKind::Io).answer(ok());
    let seen = now(read(OneThread(replay.clone()), &shared()).local()).unwrap();
    assert_eq!(seen["ok"], true);
    assert_eq!((replay.requests().len(), open()), (2, 0));

    let lost = AsyncReplay::new().fail(TransportErrorKind::Io);
    let error = now(pay(OneThread(lost), &shared()).local()).unwrap_err();
    assert!(error.may_have_been_sent() && error.kind() == ErrorKind::Io);
}

#[test]
fn a_local_stream_gives_its_items_and_closes_its_connection_when_it_is_dropped() {
    let mut items = watch(OneThread(AsyncReplay::new().answer(states()))).local();
    let mut seen = Vec::new();
    let mut context = Context::from_waker(Waker::noop());
    while let Poll::Ready(Some(item)) = Pin::new(&mut items).poll_next(&mut context) {
        seen.push(item.unwrap());
    }
    assert_eq!((seen, open()), (vec!["a".into(), "b".into(), "c".to_owned()], 0));

    let hanging = Recorded::events([event("state", "a")]).hanging();
    let mut items = watch(OneThread(AsyncReplay::new().answer(hanging))).local();
    assert!(Pin::new(&mut items).poll_next(&mut context).is_ready());
    assert!(Pin::new(&mut items).poll_next(&mut context).is_pending());
    assert_eq!(open(), 1);
    drop(items);
    assert_eq!(open(), 0);
}

#[test]
fn a_local_stream_is_canceled_by_its_handle() {
    let hanging = Recorded::events([event("state", "a")]).hanging();
    let mut items = watch(OneThread(AsyncReplay::new().answer(hanging)));
    let handle = items.cancel_handle();
    let mut items = items.local();
    let mut context = Context::from_waker(Waker::noop());
    assert!(Pin::new(&mut items).poll_next(&mut context).is_ready());
    assert!(Pin::new(&mut items).poll_next(&mut context).is_pending());
    handle.cancel();
    let Poll::Ready(Some(Err(error))) = Pin::new(&mut items).poll_next(&mut context) else {
        panic!("still pending")
    };
    assert_eq!((error.kind(), open()), (ErrorKind::Canceled, 0));
    assert!(matches!(Pin::new(&mut items).poll_next(&mut context), Poll::Ready(None)));
}

#[test]
fn a_local_stream_that_is_never_late_lets_others_run() {
    let many = (0..1000).map(|_| event("state", "a"));
    let mut items = watch(OneThread(AsyncReplay::new().answer(Recorded::events(many)))).local();
    let mut context = Context::from_waker(Waker::noop());
    let mut taken = 0;
    while let Poll::Ready(Some(Ok(_))) = Pin::new(&mut items).poll_next(&mut context) {
        taken += 1;
    }
    assert!((1..=128).contains(&taken), "{taken}");
}

#[test]
fn a_flow_is_driven_over_a_transport_it_was_not_made_with() {
    let (flow, options) = read(offline(), &shared()).into_flow();
    let replay = AsyncReplay::new().answer(ok());
    let seen = now(drive(&replay, flow, options, |never| match never {})).unwrap();
    assert_eq!(seen["ok"], true);

    let mut taken = Vec::new();
    let (flow, options) = watch(offline()).into_flow();
    let local = OneThread(AsyncReplay::new().answer(states()));
    now(drive_local(&local, flow, options, |state| taken.push(state))).unwrap();
    assert_eq!((taken.join(""), open()), ("abc".to_owned(), 0));
}

#[test]
fn what_drives_over_a_transport_that_may_be_sent_may_be_sent() {
    fn sent<T: Send>(_: T) {}
    let (flow, options) = read(offline(), &shared()).into_flow();
    let replay = AsyncReplay::new();
    sent(drive(&replay, flow, options, |never| match never {}));
}

#[test]
fn what_was_canceled_hands_out_nothing_more() {
    let mut items = watch(OneThread(AsyncReplay::new().answer(states())));
    let handle = items.cancel_handle();
    let mut items = items.local();
    let mut context = Context::from_waker(Waker::noop());
    assert!(matches!(Pin::new(&mut items).poll_next(&mut context), Poll::Ready(Some(Ok(_)))));
    handle.cancel();
    let Poll::Ready(Some(Err(error))) = Pin::new(&mut items).poll_next(&mut context) else {
        panic!("another item")
    };
    assert_eq!((error.kind(), open()), (ErrorKind::Canceled, 0));

    let mut items = watch(offline());
    let handle = items.cancel_handle();
    let (flow, options) = items.into_flow();
    let mut taken = 0;
    let each = |_| {
        taken += 1;
        handle.cancel();
    };
    let replay = AsyncReplay::new().answer(states());
    let error = now(drive(&replay, flow, options, each)).unwrap_err();
    assert_eq!((error.kind(), taken), (ErrorKind::Canceled, 1));
}
