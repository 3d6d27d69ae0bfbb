//! Large bodies let other tasks run: how much goes over a connection between two turns of another
//! task is counted, over one that is always ready.

use std::{
    convert::Infallible,
    future::{Ready, poll_fn, ready},
    io,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use codespar_async::HyperTransport;
use codespar_engine::{
    Payload,
    driver::{AsyncTransport, Exchange},
};
use http::{Request, Uri};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use tower_service::Service;

use crate::support::{bounded, direct, text};

/// How much of a body goes out at most before others run: less than half a millisecond of copying.
const MOST: usize = 1 << 20;
const LENGTH: usize = 64 << 20;

/// What went over the connections, and since when.
#[derive(Default)]
struct Counts {
    all: AtomicUsize,
    since: AtomicUsize,
    reader: Mutex<Option<Waker>>,
}

/// A connection that takes whatever it is given, as much at once as a socket does, and answers when
/// it has all of the body.
struct Hungry {
    counts: Arc<Counts>,
    answered: bool,
}

impl Write for Hungry {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let amount = bytes.len().min(128 * 1024);
        self.counts.since.fetch_add(amount, Ordering::SeqCst);
        if self.counts.all.fetch_add(amount, Ordering::SeqCst) + amount > LENGTH {
            if let Some(reader) = self.counts.reader.lock().unwrap().take() {
                reader.wake();
            }
        }
        Poll::Ready(Ok(amount))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl Read for Hungry {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut space: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        *self.counts.reader.lock().unwrap() = Some(cx.waker().clone());
        if self.answered || self.counts.all.load(Ordering::SeqCst) <= LENGTH {
            return Poll::Pending;
        }
        self.answered = true;
        space.put_slice(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        Poll::Ready(Ok(()))
    }
}

impl Connection for Hungry {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

#[derive(Clone)]
struct Connector(Arc<Counts>);

impl Service<Uri> for Connector {
    type Response = Hungry;
    type Error = Infallible;
    type Future = Ready<Result<Hungry, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        ready(Ok(Hungry { counts: Arc::clone(&self.0), answered: false }))
    }
}

#[tokio::test]
async fn an_upload_lets_other_tasks_run() {
    let counts = Arc::new(Counts::default());
    let other = tokio::spawn({
        let counts = Arc::clone(&counts);
        let mut most = 0;
        // Runs in every round of the runtime, which `yield_now` does not.
        poll_fn(move |cx| {
            most = most.max(counts.since.swap(0, Ordering::SeqCst));
            if counts.all.load(Ordering::SeqCst) > LENGTH {
                return Poll::Ready(most);
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        })
    });
    let transport = HyperTransport::from_connector(Connector(Arc::clone(&counts)), &direct());
    let body = Payload::of([Bytes::from_static(b"head"), Bytes::from(vec![7; LENGTH])]);
    let request = Request::post("http://server.test/").body(body).unwrap();
    let mut answer = bounded(transport.open(Exchange::new(request))).await.unwrap();
    assert_eq!(text(answer.body_mut()).await.unwrap(), "ok");
    let most = bounded(other).await.unwrap();
    assert!(most > 0 && most <= MOST, "{most} bytes went out in one turn");
}
