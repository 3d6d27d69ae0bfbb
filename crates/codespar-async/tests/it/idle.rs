//! Connections that were closed while nobody looked.

use std::{
    future::{Future, Ready, ready},
    io::{self, Read as _, Write as _},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
    task::{Context, Poll},
    time::Duration,
};

use codespar_async::{Client, Config, HyperTransport, RetryPolicy};
use codespar_engine::driver::TransportErrorKind;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};

use crate::support::{BOUND, bounded, direct, ok, post, text, transport};

/// Takes a request, whose body is `{}`, and answers it.
fn answer_one(stream: &mut std::net::TcpStream) {
    let mut request = Vec::new();
    while !request.ends_with(b"{}") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        request.extend(byte);
    }
    stream.write_all(ok("ok").as_bytes()).unwrap();
}

/// A server on a thread of its own that closes each connection after its answer, and says so.
fn closing(rounds: usize) -> (String, mpsc::Receiver<()>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (tell, closed) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().take(rounds) {
            let mut stream = stream.unwrap();
            answer_one(&mut stream);
            // The client has its answer before the connection is closed.
            std::thread::sleep(Duration::from_millis(10));
            drop(stream);
            tell.send(()).unwrap();
        }
    });
    (url, closed)
}

/// Blocks until the server has closed, and for some time after its answer was read: what comes
/// within a millisecond of that is for the runtime to notice, and a machine may be that busy.
fn wait_for(closed: &mpsc::Receiver<()>) {
    closed.recv_timeout(BOUND).unwrap();
    std::thread::sleep(Duration::from_millis(2));
}

/// A program that keeps its only thread busy between two calls, say with a prompt, until the server
/// has closed the idle connection: the runtime had no chance to see it.
#[tokio::test]
async fn a_connection_closed_behind_a_blocked_thread_is_not_used() {
    let (url, closed) = closing(10);
    bounded(async {
        let transport = transport(&direct(), &url);
        for _ in 0..10 {
            let mut response = post(&transport, &url).await.unwrap();
            assert_eq!(text(response.body_mut()).await.unwrap(), "ok");
            wait_for(&closed);
        }
    })
    .await;
}

#[test]
fn a_connection_closed_while_the_runtime_stood_still_is_not_used() {
    let (url, closed) = closing(10);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let transport = transport(&direct(), &url);
    for _ in 0..10 {
        runtime.block_on(bounded(async {
            let mut response = post(&transport, &url).await.unwrap();
            assert_eq!(text(response.body_mut()).await.unwrap(), "ok");
        }));
        wait_for(&closed);
    }
}

/// So many other tasks that the connection's own does not get its turn before the request.
#[tokio::test]
async fn a_connection_closed_behind_a_busy_thread_gets_no_request() {
    let (url, closed) = closing(10);
    bounded(async {
        let transport = transport(&direct(), &url);
        let busy: Vec<_> = (0..300)
            .map(|_| {
                tokio::spawn(async {
                    loop {
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        for _ in 0..10 {
            // Found closed by the connection itself at the worst: then nothing was sent.
            let mut tries = 0;
            let mut response = loop {
                match post(&transport, &url).await {
                    Ok(response) => break response,
                    Err(error) => assert!(!error.may_have_been_sent() && tries < 3, "{error}"),
                }
                tries += 1;
            };
            assert_eq!(text(response.body_mut()).await.unwrap(), "ok");
            wait_for(&closed);
        }
        busy.iter().for_each(tokio::task::JoinHandle::abort);
    })
    .await;
}

/// No turn of the runtime is needed to see it: the connection is looked at as it is taken.
#[tokio::test]
async fn a_connection_closed_behind_the_runtime_s_back_gets_no_request() {
    let (url, closed) = closing(2);
    bounded(async {
        let transport = transport(&direct(), &url);
        let mut answer = post(&transport, &url).await.unwrap();
        assert_eq!(text(answer.body_mut()).await.unwrap(), "ok");
        drop(answer);
        wait_for(&closed);
        let mut call = std::pin::pin!(post(&transport, &url));
        // Nothing else has run since: it dials anew at once.
        let first = std::future::poll_fn(|cx| Poll::Ready(call.as_mut().poll(cx)));
        assert!(first.await.is_pending());
        assert_eq!(text(call.await.unwrap().body_mut()).await.unwrap(), "ok");
    })
    .await;
}

/// Connections that answer at once, and that can be closed without anybody being woken for it.
#[derive(Clone, Default)]
struct Closable {
    made: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
    closed: Arc<AtomicBool>,
    /// How often it may be read before its end shows.
    unnoticed: Arc<AtomicUsize>,
}

impl Closable {
    /// How many connections were made, and requests written.
    fn seen(&self) -> (usize, usize) {
        (self.made.load(Ordering::SeqCst), self.requests.load(Ordering::SeqCst))
    }
}

struct Pipe {
    shared: Closable,
    answer: Vec<u8>,
    /// Which of the connections it is.
    number: usize,
}

impl tower_service::Service<http::Uri> for Closable {
    type Response = Pipe;
    type Error = io::Error;
    type Future = Ready<io::Result<Pipe>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Uri) -> Self::Future {
        let number = self.made.fetch_add(1, Ordering::SeqCst);
        ready(Ok(Pipe { shared: self.clone(), answer: Vec::new(), number }))
    }
}

impl Connection for Pipe {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Read for Pipe {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if self.number == 0 && self.shared.closed.load(Ordering::SeqCst) {
            let less = |left: usize| left.checked_sub(1);
            let (set, fetch) = (Ordering::SeqCst, Ordering::SeqCst);
            return match self.shared.unnoticed.fetch_update(set, fetch, less) {
                Ok(_) => {
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
                Err(_) => Poll::Ready(Ok(())),
            };
        }
        if self.answer.is_empty() {
            return Poll::Pending;
        }
        buf.put_slice(&std::mem::take(&mut self.answer));
        Poll::Ready(Ok(()))
    }
}

impl Write for Pipe {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        if buf.starts_with(b"POST ") {
            self.shared.requests.fetch_add(1, Ordering::SeqCst);
            self.answer = ok("{\"success\":true}").into_bytes();
            cx.waker().wake_by_ref();
        }
        Poll::Ready(Ok(buf.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// One that is found closed as it is taken is not taken: another is dialed, and nobody is told.
#[tokio::test]
async fn a_connection_that_is_found_closed_is_not_taken() {
    bounded(async {
        let pipes = Closable::default();
        let transport = HyperTransport::from_connector(pipes.clone(), &direct());
        let url = "http://pipe.example/";
        text(post(&transport, url).await.unwrap().body_mut()).await.unwrap();
        pipes.closed.store(true, Ordering::SeqCst);
        text(post(&transport, url).await.unwrap().body_mut()).await.unwrap();
        assert_eq!(pipes.seen(), (2, 2));
    })
    .await;
}

/// A connection that nobody has used yet is as good as any.
#[tokio::test]
async fn a_connection_that_was_dialed_for_one_who_left_is_used() {
    bounded(async {
        let pipes = Closable::default();
        let transport = HyperTransport::from_connector(pipes.clone(), &direct());
        let url = "http://pipe.example/";
        let mut left = Box::pin(post(&transport, url));
        while pipes.seen() == (0, 0) {
            let poll = std::future::poll_fn(|cx| Poll::Ready(left.as_mut().poll(cx))).await;
            assert!(poll.is_pending());
            tokio::task::yield_now().await;
        }
        drop(left);
        text(post(&transport, url).await.unwrap().body_mut()).await.unwrap();
        assert_eq!(pipes.seen(), (1, 1));
    })
    .await;
}

/// Closes that show after so many looks: right before the request is written, or after.
const LOOKS: std::ops::Range<usize> = 0..8;

/// What found its connection at its end never left, and goes over another; what was written is
/// not written again.
#[tokio::test]
async fn a_request_that_finds_its_connection_closed_was_not_sent() {
    let mut found = [0; 2];
    for looks in LOOKS {
        bounded(async {
            let pipes = Closable::default();
            let transport = HyperTransport::from_connector(pipes.clone(), &direct());
            let url = "http://pipe.example/";
            text(post(&transport, url).await.unwrap().body_mut()).await.unwrap();
            pipes.unnoticed.store(looks, Ordering::SeqCst);
            pipes.closed.store(true, Ordering::SeqCst);
            match post(&transport, url).await {
                Ok(_) => {
                    assert_eq!(pipes.seen(), (2, 2), "{looks}");
                    found[0] += 1;
                }
                Err(error) => {
                    assert!(error.may_have_been_sent(), "{looks}: {error}");
                    assert_eq!(pipes.seen(), (1, 2), "{looks}");
                    found[1] += 1;
                }
            }
        })
        .await;
    }
    assert!(found[0] > 0 && found[1] > 0, "{found:?}");
}

/// A server that closes what it has just accepted gets no endless run of connections: the
/// transport says that nothing was sent and repeats nothing. The engine does, and counts it.
#[tokio::test]
async fn a_request_that_finds_a_new_connection_closed_was_not_sent() {
    bounded(async {
        let pipes = Closable::default();
        pipes.closed.store(true, Ordering::SeqCst);
        let transport = HyperTransport::from_connector(pipes.clone(), &direct());
        let error = post(&transport, "http://pipe.example/").await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Connect, "{error}");
        assert!(!error.may_have_been_sent());
        assert_eq!(pipes.seen(), (1, 0), "no other connection was made for it");
    })
    .await;
}

#[tokio::test]
async fn a_payment_that_finds_its_connection_closed_is_sent_over_another() {
    bounded(async {
        let pipes = Closable::default();
        pipes.closed.store(true, Ordering::SeqCst);
        let transport = HyperTransport::from_connector(pipes.clone(), &direct());
        let mut retry = RetryPolicy::default();
        retry.base = Duration::from_millis(1);
        let config = Config::new("csk_test_x").base_url("http://pipe.test").retry(retry);
        let client = Client::with_transport(config, transport).unwrap();
        let session = client.session("ses_1").unwrap();
        let pay = || session.execute("codespar_pay", &serde_json::json!({"amount": 100}));
        assert_eq!(pay().with_response().await.unwrap().attempts, 2);
        assert_eq!(pipes.seen(), (2, 1));
    })
    .await;
}

/// A connection that was made for one who left, and that its server closed before anybody used it:
/// whoever comes next gets another, and that is no attempt of his.
#[tokio::test]
async fn a_connection_that_was_closed_before_its_first_use_is_not_an_attempt() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    bounded(async {
        let transport = transport(&direct(), &url);
        let unused = {
            let mut left = std::pin::pin!(post(&transport, &url));
            let poll = left.as_mut().poll(&mut Context::from_waker(std::task::Waker::noop()));
            assert!(poll.is_pending());
            let (unused, _) = listener.accept().await.unwrap();
            // It is handed over, and left.
            tokio::time::sleep(Duration::from_millis(20)).await;
            unused
        };
        drop(unused);
        tokio::time::sleep(Duration::from_millis(20)).await;
        let serving = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            crate::support::serve(&mut stream, "ok").await;
        };
        let asking = async {
            let mut response = post(&transport, &url).await.unwrap();
            text(response.body_mut()).await.unwrap()
        };
        tokio::select! {
            () = serving => panic!("the server ended first"),
            answer = asking => assert_eq!(answer, "ok"),
        }
    })
    .await;
}
