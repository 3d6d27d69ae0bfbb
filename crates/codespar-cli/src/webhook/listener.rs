//! The listener: a small server on this machine that hands deliveries to the main thread.
//!
//! It decides nothing: who sent a delivery, and what it is answered, is the receiver's to say.
//! Behind a tunnel anyone can reach it, so that everything is bounded: connections, heads, bodies,
//! and the time each may take.

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, sync::mpsc, time::Duration};

use codespar_blocking::{
    bytes::Bytes,
    http::{Method, Request, Response, StatusCode, request::Parts},
    webhook::RECEIPT,
};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, oneshot},
    time::timeout,
};

/// How many connections there are at once.
const CONNECTIONS: u32 = 32;

/// How large a body may be.
const LARGEST_BODY: usize = 1024 * 1024;

/// How large a head may be.
const LARGEST_HEAD: usize = 32 * 1024;

/// How long a head, a body and an answer may each take, in seconds: the service waits for ten.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long is waited for answers that are on their way, at the end.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// How long a connection may stay.
const LONGEST: Duration = Duration::from_secs(40);

/// What reaches the main thread.
pub(super) enum Message {
    /// A delivery, which waits for an answer.
    Delivery(Box<Delivered>),
    /// Nothing but a reason to look whether it is over.
    Wake,
}

/// A delivery as it came.
pub(super) struct Delivered {
    pub(super) head: Parts,
    pub(super) body: Bytes,
    pub(super) answer: oneshot::Sender<StatusCode>,
}

/// A listener, which ends when it is dropped: what was received before is answered first.
pub(super) struct Listener {
    pub(super) address: SocketAddr,
    running: Option<oneshot::Sender<Infallible>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        drop(self.running.take());
        let _ = self.thread.take().map(std::thread::JoinHandle::join);
    }
}

impl Listener {
    /// Listens on a port of this machine, or on a free one where it is 0.
    pub(super) fn start(port: u16, to: mpsc::SyncSender<Message>) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind(("127.0.0.1", port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let (running, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let serve = move || {
            runtime.block_on(async {
                let Ok(listener) = TcpListener::from_std(listener) else { return };
                let slots = Arc::new(Semaphore::new(CONNECTIONS as usize));
                tokio::select! {
                    () = accept(listener, to, &slots) => {}
                    _ = stopped => {}
                }
                // All slots are free once everybody has an answer.
                let _ = timeout(LAST_ANSWERS, slots.acquire_many(CONNECTIONS)).await;
            });
        };
        let thread = std::thread::Builder::new().name("webhooks".to_owned()).spawn(serve)?;
        Ok(Self { address, running: Some(running), thread: Some(thread) })
    }
}

async fn accept(listener: TcpListener, to: mpsc::SyncSender<Message>, slots: &Arc<Semaphore>) {
    loop {
        let Ok(slot) = Arc::clone(slots).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, most likely: others have to close first.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let to = to.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| handle(request, to.clone()));
            let connection = http1::Builder::new()
                .keep_alive(false)
                .timer(TokioTimer::new())
                .header_read_timeout(PATIENCE)
                .max_buf_size(LARGEST_HEAD)
                .serve_connection(TokioIo::new(stream), service);
            // However it ends: who sent it sees it, and sends it again.
            let _ = timeout(LONGEST, connection).await;
            drop(slot);
        });
    }
}

async fn handle(
    request: Request<Incoming>,
    to: mpsc::SyncSender<Message>,
) -> Result<Response<Empty<Bytes>>, Infallible> {
    let status = receive(request, to).await;
    let mut response = Response::new(Empty::new());
    *response.status_mut() = status;
    if status.is_success() {
        let ack = codespar_blocking::http::HeaderValue::from_static("ack");
        response.headers_mut().insert(RECEIPT, ack);
    }
    Ok(response)
}

/// Reads a delivery, hands it over, and waits for what it is answered.
async fn receive(request: Request<Incoming>, to: mpsc::SyncSender<Message>) -> StatusCode {
    if request.method() != Method::POST {
        return StatusCode::METHOD_NOT_ALLOWED;
    }
    let (head, body) = request.into_parts();
    let body = match timeout(PATIENCE, Limited::new(body, LARGEST_BODY).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE,
        Err(_) => return StatusCode::REQUEST_TIMEOUT,
    };
    let (answer, answered) = oneshot::channel();
    let delivered = Box::new(Delivered { head, body, answer });
    if to.try_send(Message::Delivery(delivered)).is_err() {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    match timeout(PATIENCE, answered).await {
        Ok(Ok(status)) => status,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}
