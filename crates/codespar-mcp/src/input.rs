//! The input of a client, which tells when it has ended.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, ReadBuf},
    sync::watch,
};

/// An input that tells its end. `rmcp` waits for what is still running then, and a subscription
/// runs for as long as nobody ends it.
pub(crate) struct Input<R> {
    input: R,
    end: watch::Sender<bool>,
}

/// The end of an input: never, for a server that has none.
#[derive(Clone, Debug)]
pub(crate) struct End(watch::Receiver<bool>);

impl<R> Input<R> {
    pub(crate) fn new(input: R) -> (Self, End) {
        let (end, told) = watch::channel(false);
        (Self { input, end }, End(told))
    }
}

impl End {
    pub(crate) fn never() -> Self {
        Self(watch::channel(false).1)
    }

    pub(crate) async fn reached(&self) {
        if self.0.clone().wait_for(|is_ended| *is_ended).await.is_err() {
            std::future::pending().await
        }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Input<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = (buffer.filled().len(), buffer.remaining());
        let read = Pin::new(&mut self.input).poll_read(context, buffer);
        let is_end = match &read {
            Poll::Ready(Ok(())) => before.1 > 0 && buffer.filled().len() == before.0,
            Poll::Ready(Err(_)) => true,
            Poll::Pending => false,
        };
        if is_end {
            self.end.send_replace(true);
        }
        read
    }
}
