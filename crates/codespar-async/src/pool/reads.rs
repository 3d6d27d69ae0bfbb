//! A connection whose reads can be shut for a while, so that it only writes.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use hyper::rt::{Read, ReadBufCursor, Write};

use crate::connector::BoxIo;

/// Whether a connection is read from. Whoever shuts it opens it again before anything else happens
/// and has polled it while it was open, so that who reads is woken by what comes meanwhile.
#[derive(Default)]
pub(super) struct Reads(Arc<AtomicBool>);

impl Reads {
    /// The connection that is read from, or not.
    pub(super) fn of(&self, io: BoxIo) -> Readable {
        Readable { io, shut: Arc::clone(&self.0) }
    }

    pub(super) fn shut(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(super) fn open(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// A connection that is read from, or not.
pub(super) struct Readable {
    io: BoxIo,
    shut: Arc<AtomicBool>,
}

impl Readable {
    fn io(&mut self) -> Pin<&mut BoxIo> {
        Pin::new(&mut self.io)
    }
}

impl Read for Readable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if self.shut.load(Ordering::Relaxed) {
            return Poll::Pending;
        }
        self.io().poll_read(cx, buf)
    }
}

impl Write for Readable {
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
