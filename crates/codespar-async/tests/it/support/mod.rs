//! Scripted servers on loopback, and exchanges to send them.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(dead_code, reason = "each test program uses a part of it")]

#[cfg(feature = "tls")]
pub(crate) mod tls;

use std::{future::Future, net::SocketAddr, time::Duration};

use bytes::Bytes;
use codespar_async::HyperTransport;
use codespar_engine::{
    Payload, Proxy, TransportSettings,
    driver::{AsyncBody, AsyncTransport, Connect, Exchange, TransportError},
};
use http::{Method, Request, Response};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinHandle,
};

/// Far beyond anything a test takes: it turns a hang into a failure.
pub(crate) const BOUND: Duration = Duration::from_secs(30);
/// A limit that is meant to run out.
pub(crate) const SHORT: Duration = Duration::from_millis(60);

pub(crate) async fn bounded<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(BOUND, future).await.expect("the test hangs")
}

/// A server that gives each connection to the script.
pub(crate) struct Server {
    pub(crate) addr: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start<S, F>(script: S) -> Self
    where
        S: Fn(TcpStream, usize) -> F + Send + 'static,
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            for number in 0..1000 {
                let Ok((stream, _)) = listener.accept().await else { return };
                tokio::spawn(script(stream, number));
            }
        });
        Self { addr, task }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    pub(crate) fn https(&self, path: &str) -> String {
        format!("https://{}{path}", self.addr)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A request as a server sees it.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn line(&self) -> &str {
        self.head.lines().next().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

/// Reads one request; `None` when the client has closed.
pub(crate) async fn receive<S: AsyncRead + Unpin>(stream: &mut S) -> Option<Received> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let mut received = Received { head: String::from_utf8(head).unwrap(), body: Vec::new() };
    let length = received.header("content-length").map_or(0, |length| length.parse().unwrap());
    received.body.resize(length, 0);
    stream.read_exact(&mut received.body).await.ok()?;
    Some(received)
}

/// Sends text; a client that has gone away does not matter.
pub(crate) async fn send<S: AsyncWrite + Unpin>(stream: &mut S, text: &str) {
    let _ = stream.write_all(text.as_bytes()).await;
    let _ = stream.flush().await;
}

/// Answers requests with `200` and this body until the client closes.
pub(crate) async fn serve<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, body: &str) {
    while receive(stream).await.is_some() {
        send(stream, &ok(body)).await;
    }
}

pub(crate) fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// A server that answers everything with `200 ok` and tells of every request.
pub(crate) async fn recording() -> (Server, mpsc::UnboundedReceiver<(usize, Received)>) {
    let (tell, told) = mpsc::unbounded_channel();
    let server = Server::start(move |mut stream, number| {
        let tell = tell.clone();
        async move {
            while let Some(received) = receive(&mut stream).await {
                send(&mut stream, &ok("ok")).await;
                let _ = tell.send((number, received));
            }
        }
    })
    .await;
    (server, told)
}

/// Returns once the client has closed the connection.
pub(crate) async fn until_closed<S: AsyncRead + Unpin>(stream: &mut S) {
    let mut rest = [0; 1024];
    while matches!(stream.read(&mut rest).await, Ok(1..)) {}
}

pub(crate) fn direct() -> TransportSettings {
    let mut settings = TransportSettings::default();
    settings.proxy = Proxy::Direct;
    settings
}

pub(crate) fn transport(settings: &TransportSettings, url: &str) -> HyperTransport {
    HyperTransport::connect(settings, &url.parse().unwrap()).unwrap()
}

pub(crate) fn exchange(method: Method, url: &str, pieces: &[&'static str]) -> Exchange {
    let pieces = pieces.iter().map(|piece| Bytes::from_static(piece.as_bytes()));
    let mut request = Request::new(Payload::of(pieces));
    *request.method_mut() = method;
    *request.uri_mut() = url.parse().unwrap();
    let mut exchange = Exchange::new(request);
    exchange.timeout = Some(BOUND);
    exchange
}

pub(crate) async fn get(
    transport: &HyperTransport,
    url: &str,
) -> Result<Response<codespar_async::HyperBody>, TransportError> {
    transport.open(exchange(Method::GET, url, &[])).await
}

pub(crate) async fn post(
    transport: &HyperTransport,
    url: &str,
) -> Result<Response<codespar_async::HyperBody>, TransportError> {
    transport.open(exchange(Method::POST, url, &["{}"])).await
}

/// The rest of a body.
pub(crate) async fn text<B: AsyncBody>(body: &mut B) -> Result<String, TransportError> {
    let mut all = Vec::new();
    while let Some(chunk) = body.chunk(Some(BOUND)).await? {
        all.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8(all).unwrap())
}

/// Everything an error says, causes included, both ways.
pub(crate) fn everything(error: &TransportError) -> String {
    let mut all = format!("{error} {error:?}");
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        all += &format!(" {error} {error:?}");
        cause = error.source();
    }
    all
}
