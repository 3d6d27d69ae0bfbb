//! Servers within the process, without sockets: for tests that run ahead of the clock, and those
//! in which the order of what comes is all that counts.

use std::{
    future::{Ready, ready},
    io,
    pin::Pin,
    task::{Context, Poll},
};

use codespar_async::{Client, HyperTransport};
use hostile::{Settings, h2::frame::Frame};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::{
    client::legacy::connect::{Connected, Connection},
    rt::TokioIo,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream},
    sync::mpsc,
};

/// What lies between client and server, in bytes.
const BUFFER: usize = 1 << 20;

/// Makes connections; the other end of each goes to the test.
#[derive(Clone, Debug)]
pub(crate) struct Connector {
    made: mpsc::UnboundedSender<DuplexStream>,
    http2: bool,
    late: usize,
}

impl Connector {
    pub(crate) fn new(http2: bool) -> (Self, mpsc::UnboundedReceiver<DuplexStream>) {
        let (made, servers) = mpsc::unbounded_channel();
        (Self { made, http2, late: 0 }, servers)
    }

    /// That many reads of each connection find nothing yet, whatever has come.
    pub(crate) fn late(mut self, reads: usize) -> Self {
        self.late = reads;
        self
    }
}

impl tower_service::Service<http::Uri> for Connector {
    type Response = Pipe;
    type Error = io::Error;
    type Future = Ready<io::Result<Pipe>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Uri) -> Self::Future {
        let (client, server) = tokio::io::duplex(BUFFER);
        let pipe = Pipe { io: TokioIo::new(client), http2: self.http2, late: self.late };
        ready(self.made.send(server).map(|()| pipe).map_err(io::Error::other))
    }
}

/// The client's end.
#[derive(Debug)]
pub(crate) struct Pipe {
    io: TokioIo<DuplexStream>,
    http2: bool,
    late: usize,
}

impl Connection for Pipe {
    fn connected(&self) -> Connected {
        if self.http2 { Connected::new().negotiated_h2() } else { Connected::new() }
    }
}

impl Read for Pipe {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(late) = self.late.checked_sub(1) {
            self.late = late;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl Write for Pipe {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

/// The server's end, where it speaks HTTP/2.
#[derive(Debug)]
pub(crate) struct Server(DuplexStream);

impl Server {
    /// Says this first, whether or not it was spoken to, and takes the client's preface. A client
    /// that has gone away is noticed by the first frame that is awaited.
    pub(crate) async fn greet(mut stream: DuplexStream, greeting: &[u8]) -> Self {
        let _ = stream.write_all(greeting).await;
        let _ = stream.read_exact(&mut [0; 24]).await;
        Self(stream)
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.unwrap();
    }

    /// The next frame; `None` once the client has closed.
    pub(crate) async fn frame(&mut self) -> Option<Frame> {
        Frame::read(&mut self.0).await.ok()
    }

    /// The next frame of this kind.
    pub(crate) async fn next(&mut self, kind: u8) -> Option<Frame> {
        loop {
            let frame = self.frame().await?;
            if frame.kind == kind {
                return Some(frame);
            }
        }
    }
}

/// A client over such connections.
pub(crate) fn client(connector: Connector, settings: &Settings) -> Client {
    let transport = HyperTransport::from_connector(connector, &settings.transport);
    Client::with_transport(settings.codespar(), transport).unwrap()
}
