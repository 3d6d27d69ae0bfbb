//! No poll is kept by a server that has everything ready: what one of them does is counted.

use std::{
    future::{self, Future},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use bytes::Bytes;
use codespar_engine::{
    Call, Error, Items,
    driver::{
        AsyncBody, AsyncTransport, Clock, Exchange, LocalBody, LocalTransport, Tick, Transport,
        TransportError, drive, drive_local,
    },
    kit::{Decoded, EventDecoder, EventStream, RequestBuilder},
    sse::Frame,
    testing::Offline,
};
use http::Response;

use crate::support::{READ, WATCH, offline, shared};

/// What one poll takes in at most, and what it may have begun to take in besides.
const BYTES: usize = 256 * 1024;
const PIECES: usize = 128;

/// A server whose every piece is there already.
#[derive(Clone)]
struct Ready {
    clock: Offline,
    kind: &'static str,
    piece: Bytes,
    count: usize,
    /// The pieces that were taken.
    taken: Arc<AtomicUsize>,
}

impl Ready {
    fn of(kind: &'static str, piece: impl Into<Bytes>, count: usize) -> Self {
        let piece = piece.into();
        Self { clock: offline(), kind, piece, count, taken: Arc::default() }
    }

    /// The most pieces that one poll took, and how many polls it took to the end.
    fn most<T>(&self, mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>) -> (usize, usize) {
        let wakes = Arc::new(Wakes::default());
        let waker = Waker::from(Arc::clone(&wakes));
        let (mut most, mut polls) = (0, 0);
        loop {
            let before = self.taken.load(Ordering::SeqCst);
            let polled = poll(&mut Context::from_waker(&waker));
            polls += 1;
            most = most.max(self.taken.load(Ordering::SeqCst) - before);
            if polled.is_ready() {
                assert_eq!(self.taken.load(Ordering::SeqCst), self.count);
                return (most, polls);
            }
            // Who gives way wants to be run again.
            assert_eq!(wakes.0.swap(0, Ordering::SeqCst), 1);
        }
    }
}

#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

struct Body {
    server: Ready,
    left: usize,
}

impl Transport for Ready {
    type Body = Body;
}

impl Clock for Ready {
    fn tick(&self) -> Tick<'_> {
        self.clock.tick()
    }
}

impl AsyncTransport for Ready {
    async fn open(&self, _: Exchange) -> Result<Response<Body>, TransportError> {
        let mut answer = Response::new(Body { server: self.clone(), left: self.count });
        answer.headers_mut().insert("content-type", self.kind.parse().unwrap());
        Ok(answer)
    }

    fn sleep(&self, _: Duration) -> impl Future<Output = ()> + Send {
        future::ready(())
    }
}

impl AsyncBody for Body {
    async fn chunk(&mut self, _: Option<Duration>) -> Result<Option<Bytes>, TransportError> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        self.server.taken.fetch_add(1, Ordering::SeqCst);
        Ok(Some(self.server.piece.clone()))
    }
}

#[test]
fn a_download_gives_way_after_so_many_bytes() {
    for (size, count) in [(64 * 1024, 512), (100, 10_000)] {
        let server = Ready::of("application/octet-stream", vec![7; size], count);
        let request = RequestBuilder::new(&READ, &[("thing", "t1")]);
        let flow = request.unary(&shared(), |answer| Ok(answer.success()?.body.len()));
        let mut call = pin!(Call::new(server.clone(), flow).into_future());
        let mut length = 0;
        let (most, _) = server.most(|cx| call.as_mut().poll(cx).map(|read| length = read.unwrap()));
        assert_eq!(length, size * count);
        assert!(most * size <= BYTES && most <= PIECES, "{most} pieces of {size} in one poll");
    }
}

/// Reads every event as one.
struct Every;

impl EventDecoder for Every {
    type Item = usize;

    fn event(&mut self, frame: &Frame<'_>) -> Result<Decoded<usize>, Error> {
        Ok(Decoded::Item(frame.data().len()))
    }

    fn may_end(&self) -> bool {
        true
    }
}

fn watch(server: &Ready) -> Items<Ready, usize> {
    let request = RequestBuilder::new(&WATCH, &[]);
    Items::new(server.clone(), EventStream::new(&shared(), request, Every))
}

/// Takes all items there are, as a task does that asks for nothing else; gives their number and
/// the most that one poll gave.
fn all(server: &Ready) -> (usize, usize, usize) {
    use futures_core::Stream as _;

    let mut items = pin!(watch(server));
    let (mut count, mut most_items) = (0, 0);
    let (most, _) = server.most(|cx| {
        let before = count;
        loop {
            let polled = items.as_mut().poll_next(cx);
            most_items = most_items.max(count - before);
            match polled {
                Poll::Ready(Some(item)) => count += usize::from(item.is_ok()),
                Poll::Ready(None) => return Poll::Ready(()),
                Poll::Pending => return Poll::Pending,
            }
        }
    });
    (count, most_items, most)
}

#[test]
fn a_talkative_stream_gives_way() {
    let many = "data: {}\n\n".repeat(1000);
    for (piece, pieces, items) in [
        // An event a piece.
        ("data: {}\n\n", 10_000, 10_000),
        // Many events in one piece: nothing is asked of the server between them.
        (&*many, 10, 10_000),
        // Nothing for the caller.
        (": alive\n\n", 10_000, 0),
        // An event that does not end, until the body does.
        ("data: a long line of data that is one of many\n", 10_000, 0),
    ] {
        let server = Ready::of("text/event-stream", piece.to_owned(), pieces);
        let (count, most_items, most) = all(&server);
        assert_eq!(count, items, "{:.20}", piece);
        assert!(most <= PIECES && most_items <= PIECES, "{piece:.20}: {most} {most_items}");
    }
}

#[test]
fn a_large_event_is_taken_in_over_many_polls() {
    let server = Ready::of("text/event-stream", vec![b'x'; 64 * 1024], 128);
    let (count, _, most) = all(&server);
    assert_eq!(count, 0);
    assert!(most * 64 * 1024 <= BYTES, "{most}");
}

/// The same, for whoever stays on one thread.
#[derive(Clone)]
struct Near(Ready);

struct NearBody(Body);

impl Transport for Near {
    type Body = NearBody;
}

impl Clock for Near {
    fn tick(&self) -> Tick<'_> {
        self.0.tick()
    }
}

impl LocalTransport for Near {
    async fn open(&self, exchange: Exchange) -> Result<Response<NearBody>, TransportError> {
        Ok(AsyncTransport::open(&self.0, exchange).await?.map(NearBody))
    }

    async fn sleep(&self, _: Duration) {}
}

impl LocalBody for NearBody {
    async fn chunk(&mut self, idle: Option<Duration>) -> Result<Option<Bytes>, TransportError> {
        AsyncBody::chunk(&mut self.0, idle).await
    }
}

/// What one poll takes in and hands out at most.
fn gives_way(
    server: &Ready,
    events: usize,
    size: usize,
    mut poll: impl FnMut(&mut Context<'_>) -> Poll<()>,
    count: &AtomicUsize,
) {
    let mut most_items = 0;
    let (most, _) = server.most(|cx| {
        let before = count.load(Ordering::SeqCst);
        let polled = poll(cx);
        most_items = most_items.max(count.load(Ordering::SeqCst) - before);
        polled
    });
    assert_eq!(count.load(Ordering::SeqCst), events);
    assert!(most <= PIECES && most * size <= BYTES && most_items <= PIECES, "{most} {most_items}");
}

/// An event a piece, many events in one piece, and events that are long.
fn talkative() -> [(String, usize, usize); 3] {
    let long = format!("data: {}\n\n", "x".repeat(64 * 1024 - 8));
    let one = "data: {}\n\n";
    [(one.to_owned(), 10_000, 10_000), (one.repeat(1000), 10, 10_000), (long, 512, 512)]
}

#[test]
fn a_flow_that_is_driven_gives_way() {
    for (piece, pieces, events) in talkative() {
        let size = piece.len();
        let server = Ready::of("text/event-stream", piece, pieces);
        let count = AtomicUsize::new(0);
        let each = |_| {
            count.fetch_add(1, Ordering::SeqCst);
        };
        let (flow, options) = watch(&server).into_flow();
        let mut driven = pin!(drive(&server, flow, options, each));
        gives_way(&server, events, size, |cx| driven.as_mut().poll(cx).map(Result::unwrap), &count);

        server.taken.store(0, Ordering::SeqCst);
        count.store(0, Ordering::SeqCst);
        let near = Near(server.clone());
        let (flow, options) = watch(&server).into_flow();
        let mut driven = pin!(drive_local(&near, flow, options, each));
        gives_way(&server, events, size, |cx| driven.as_mut().poll(cx).map(Result::unwrap), &count);
    }
}

#[test]
fn a_local_stream_gives_way() {
    use futures_core::Stream as _;

    for (piece, pieces, events) in talkative() {
        let size = piece.len();
        let server = Ready::of("text/event-stream", piece, pieces);
        let count = AtomicUsize::new(0);
        let request = RequestBuilder::new(&WATCH, &[]);
        let items = Items::new(Near(server.clone()), EventStream::new(&shared(), request, Every));
        let mut items = pin!(items.local());
        let poll = |cx: &mut Context<'_>| {
            loop {
                match items.as_mut().poll_next(cx) {
                    Poll::Ready(Some(item)) => {
                        item.unwrap();
                        count.fetch_add(1, Ordering::SeqCst);
                    }
                    Poll::Ready(None) => return Poll::Ready(()),
                    Poll::Pending => return Poll::Pending,
                }
            }
        };
        gives_way(&server, events, size, poll, &count);
    }
}
