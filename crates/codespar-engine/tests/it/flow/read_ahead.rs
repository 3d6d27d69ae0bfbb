//! The next page of a list, asked for while the rows of this one are used.

use std::{
    future::poll_fn,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
    thread,
    time::Duration,
};

use codespar_engine::{
    CancelHandle, Error, ErrorKind, Items,
    driver::{
        AsyncTransport, BlockingTransport, BoxFlow, Clock, Exchange, Tick, Transport,
        TransportError,
    },
    kit::{Polls, RequestBuilder},
    testing::{AsyncReplay, AsyncReplayBody, Recorded, Replay, ReplayBody},
};
use futures_core::Stream;
use http::Response;
use serde_json::{Value, json};

use super::pages::{list, page};
use crate::support::{READ, millis, secs, shared};

fn three_pages() -> Replay {
    Replay::new().answer(page(&[1, 2, 3], "b")).answer(page(&[4, 5], "c")).answer(page(&[6], ""))
}

/// Waits until so many requests were made.
fn until_sent(replay: &Replay, count: usize) {
    while replay.requests().len() < count {
        thread::yield_now();
    }
}

/// The next item of a stream that has everything ready.
fn next<T: AsyncTransport, I: Send + 'static>(items: &mut Items<T, I>) -> Option<Result<I, Error>> {
    for _ in 0..10 {
        let polled = pin!(&mut *items).poll_next(&mut Context::from_waker(Waker::noop()));
        if let Poll::Ready(item) = polled {
            return item;
        }
    }
    panic!("nothing comes");
}

#[test]
fn the_next_page_is_asked_for_while_there_are_rows() {
    let replay = three_pages();
    let mut items = list(replay.clone(), 9).read_ahead(true);
    assert_eq!(items.next().unwrap().unwrap(), 1);
    until_sent(&replay, 2);
    assert_eq!([2, 3].map(|_| items.next().unwrap().unwrap()), [2, 3]);
    // Two rows of the page before are used up: no more than one page is read ahead.
    assert_eq!(replay.requests().len(), 2);
    assert_eq!(items.next().unwrap().unwrap(), 4);
    until_sent(&replay, 3);
    assert_eq!(items.by_ref().map(Result::unwrap).collect::<Vec<_>>(), [5, 6]);
    assert!(items.next().is_none());
    replay.assert_done();
}

#[test]
fn a_stream_asks_ahead_too() {
    let replay = AsyncReplay::from(three_pages());
    let mut items = list(replay.clone(), 9).read_ahead(true);
    let mut seen = Vec::new();
    while let Some(item) = next(&mut items) {
        seen.push((item.unwrap(), replay.requests().len()));
    }
    // The row, and how many pages had been asked for when it was handed out.
    assert_eq!(seen, [(1, 2), (2, 2), (3, 2), (4, 3), (5, 3), (6, 3)]);
    assert!(next(&mut items).is_none());
    let plain = AsyncReplay::from(three_pages());
    let mut items = list(plain.clone(), 9);
    let asked: Vec<_> = (0..6).map(|_| (next(&mut items), plain.requests().len()).1).collect();
    assert_eq!(asked, [1, 1, 1, 2, 2, 3]);
}

/// Both drivers, to the end: the rows, and the error.
fn both(script: impl Fn() -> Replay, limit: u32) -> (Vec<u64>, Option<Error>) {
    let mut ends = Vec::new();
    let blocking = list(script(), limit).read_ahead(true);
    ends.push(blocking.collect::<Vec<_>>());
    let mut items = list(AsyncReplay::from(script()), limit).read_ahead(true);
    ends.push(std::iter::from_fn(|| next(&mut items)).collect());
    let [first, second] = [0, 1].map(|at| {
        let mut rows = Vec::new();
        let mut failed = None;
        for item in std::mem::take(&mut ends[at]) {
            assert!(failed.is_none(), "an error is the last item");
            match item {
                Ok(row) => rows.push(row),
                Err(error) => failed = Some(error),
            }
        }
        (rows, failed)
    });
    assert_eq!(first.0, second.0);
    assert_eq!(first.1.as_ref().map(ToString::to_string), second.1.map(|e| e.to_string()));
    first
}

#[test]
fn an_error_comes_after_the_rows_before_it() {
    let script = || {
        Replay::new()
            .answer(page(&[1, 2, 3], "b"))
            .answer(Recorded::json(422, json!({"code": "gone"})))
    };
    let (rows, error) = both(script, 9);
    assert_eq!((rows, error.unwrap().code()), (vec![1, 2, 3], Some("gone")));
}

#[test]
fn limits_and_empty_pages_are_as_without_it() {
    let (rows, error) = both(three_pages, 2);
    assert_eq!((rows, error.unwrap().kind()), (vec![1, 2, 3, 4, 5], ErrorKind::Decode));
    let empty =
        || Replay::new().answer(page(&[], "b")).answer(page(&[1], "c")).answer(page(&[], ""));
    let (rows, error) = both(empty, 9);
    assert!(rows == [1] && error.is_none());
}

/// A server that is never there at once.
#[derive(Clone)]
struct Late(AsyncReplay);

impl Transport for Late {
    type Body = AsyncReplayBody;
}

impl Clock for Late {
    fn tick(&self) -> Tick<'_> {
        self.0.tick()
    }
}

impl AsyncTransport for Late {
    async fn open(&self, exchange: Exchange) -> Result<Response<AsyncReplayBody>, TransportError> {
        let mut waited = false;
        poll_fn(|_| {
            let polled = if waited { Poll::Ready(()) } else { Poll::Pending };
            waited = true;
            polled
        })
        .await;
        self.0.open(exchange).await
    }

    async fn sleep(&self, duration: Duration) {
        self.0.sleep(duration).await;
    }
}

#[test]
fn the_time_that_the_caller_has_the_rows_is_not_that_of_the_next_page() {
    let replay = AsyncReplay::from(three_pages());
    let mut items = list(Late(replay.clone()), 9).read_ahead(true);
    let mut rows = Vec::new();
    while let Some(item) = next(&mut items) {
        rows.push(item.unwrap());
        // Longer than the limits of a page and of all pages together.
        replay.advance(secs(2 * 60 * 60));
    }
    assert_eq!(rows, [1, 2, 3, 4, 5, 6]);
}

/// A transport whose clones can be counted.
#[derive(Clone)]
struct Held {
    replay: Replay,
    _clones: Arc<()>,
}

impl Transport for Held {
    type Body = ReplayBody;
}

impl Clock for Held {
    fn tick(&self) -> Tick<'_> {
        self.replay.tick()
    }
}

impl BlockingTransport for Held {
    fn open(&self, exchange: Exchange) -> Result<Response<ReplayBody>, TransportError> {
        self.replay.open(exchange)
    }

    fn sleep(&self, duration: Duration, cancel: Option<&CancelHandle>) {
        self.replay.sleep(duration, cancel);
    }
}

#[test]
fn a_list_that_is_canceled_or_dropped_asks_no_further() {
    let replay = three_pages();
    let held = Arc::new(());
    let mut items = list(Held { replay: replay.clone(), _clones: Arc::clone(&held) }, 9);
    items = items.read_ahead(true);
    let handle: CancelHandle = items.cancel_handle();
    assert_eq!(items.next().unwrap().unwrap(), 1);
    // The next page is there before it is canceled: its thread has let go of its transport.
    until_sent(&replay, 2);
    while Arc::strong_count(&held) > 2 {
        thread::yield_now();
    }
    handle.cancel();
    assert_eq!(items.next().unwrap().unwrap_err().kind(), ErrorKind::Canceled);
    assert!(items.next().is_none() && replay.requests().len() <= 2);

    let mut items = list(three_pages(), 9).read_ahead(true);
    let handle = items.cancel_handle();
    assert_eq!(items.next().unwrap().unwrap(), 1);
    drop(items);
    assert!(handle.is_canceled(), "the request that nobody waits for is stopped");

    let stream = AsyncReplay::from(three_pages());
    let mut items = list(stream, 9).read_ahead(true);
    assert_eq!(next(&mut items).unwrap().unwrap(), 1);
    items.cancel_handle().cancel();
    assert_eq!(next(&mut items).unwrap().unwrap_err().kind(), ErrorKind::Canceled);
}

fn looks<T: Transport>(transport: T) -> Items<T, Value> {
    let service = shared();
    let ask = move || -> BoxFlow<Value> {
        let request = RequestBuilder::new(&READ, &[("thing", "t1")]);
        Box::new(request.unary(&service, |answer| answer.json()))
    };
    Items::new(transport, Polls::new(ask, millis(10), |_| true).until(|seen| seen["ok"] == 3))
}

#[test]
fn what_is_no_list_is_not_read_ahead() {
    let script = || {
        (1..=3)
            .fold(Replay::new(), |replay, n| replay.answer(Recorded::json(200, json!({"ok": n}))))
    };
    let replay = script();
    let mut items = looks(replay.clone()).read_ahead(true).map_items(Ok).read_ahead(true);
    for count in 1..=3 {
        assert_eq!(items.next().unwrap().unwrap()["ok"], count);
        assert_eq!(replay.requests().len(), count);
    }
    let replay = AsyncReplay::from(script());
    let mut items = looks(replay.clone()).read_ahead(true);
    for count in 1..=3 {
        assert_eq!(next(&mut items).unwrap().unwrap()["ok"], count);
        assert_eq!(replay.requests().len(), count);
    }
}

#[test]
fn rows_may_be_mapped_before_or_after() {
    for early in [true, false] {
        let replay = three_pages();
        let items = list(replay.clone(), 9).read_ahead(early);
        let mut items = items.map_items(|row| Ok(10 * row)).read_ahead(true);
        assert_eq!(items.next().unwrap().unwrap(), 10);
        until_sent(&replay, 2);
        assert_eq!(items.map(Result::unwrap).sum::<u64>(), 200);
    }
    // What is said before the rows are mapped holds after it.
    let replay = three_pages();
    let mut items = list(replay.clone(), 9).read_ahead(true).map_items(Ok);
    assert_eq!(items.next().unwrap().unwrap(), 1);
    until_sent(&replay, 2);
}
