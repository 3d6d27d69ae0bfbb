//! A connection of whichever kind, and the type of what makes one.

use std::{
    error::Error as StdError,
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use http::Extensions;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::Connection;

use super::tcp::Trust;

/// Why there is no connection.
pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;
/// A connection in the making.
pub(crate) type Connecting<I = BoxIo> = Pin<Box<dyn Future<Output = Result<I, BoxError>> + Send>>;

/// What hyper wants of a connection.
pub(super) trait Io: Read + Write + Connection + Unpin + Send {}

impl<I: Read + Write + Connection + Unpin + Send> Io for I {}

/// A connection of whichever kind.
pub(crate) struct BoxIo {
    io: Box<dyn Io>,
    /// Whether requests go to a proxy that wants to see the whole URL.
    proxied: bool,
    /// Whether it is read from, where that changes.
    reads: Option<Reads>,
}

/// Whether a connection is read from. Whoever shuts it has polled the connection while it was open,
/// so that who reads is woken by what comes meanwhile, and opens it before anything else happens.
#[derive(Clone, Default)]
pub(crate) struct Reads(Arc<AtomicBool>);

impl Reads {
    pub(crate) fn shut(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(crate) fn open(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    fn are_shut(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl BoxIo {
    pub(super) fn new(io: impl Io + 'static) -> Self {
        Self { io: Box::new(io), proxied: false, reads: None }
    }

    /// A connection to a proxy that passes plain requests on.
    pub(super) fn to_proxy(io: impl Io + 'static) -> Self {
        Self { io: Box::new(io), proxied: true, reads: None }
    }

    /// What shuts its reads for a while, so that it only writes.
    pub(crate) fn reads(&mut self) -> Reads {
        self.reads.get_or_insert_default().clone()
    }

    /// Whether requests go to a proxy that wants to see the whole URL.
    pub(crate) fn is_proxied(&self) -> bool {
        self.proxied || self.io.connected().is_proxied()
    }

    /// Whether it takes the runtime's word for what has come, if that is one of our own.
    pub(crate) fn trust(&self) -> Option<Trust> {
        let mut extras = Extensions::new();
        self.io.connected().get_extras(&mut extras);
        extras.remove()
    }

    /// Whether the two sides agreed on HTTP/2.
    pub(crate) fn is_http2(&self) -> bool {
        self.io.connected().is_negotiated_h2()
    }

    fn io(&mut self) -> Pin<&mut dyn Io> {
        Pin::new(&mut *self.io)
    }
}

impl Read for BoxIo {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if self.reads.as_ref().is_some_and(Reads::are_shut) {
            return Poll::Pending;
        }
        self.io().poll_read(cx, buf)
    }
}

impl Write for BoxIo {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.io().poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io().poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io().poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.io().poll_write_vectored(cx, bufs)
    }
}
