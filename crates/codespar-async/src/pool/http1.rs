//! An HTTP/1.1 connection: whoever uses it also moves it on, so that it needs no task of its own.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
    time::Duration,
};

use codespar_engine::driver::keep_alive_timeout;
use http::{Request, Response};
use hyper::{
    body::{Body as _, Bytes, Frame, Incoming},
    client::conn::{TrySendError, http1},
};
use tokio::{task::unconstrained, time::Instant};

use crate::{connector::BoxIo, request_body::RequestBody};

/// A connection that carries one request at a time.
pub(crate) struct Http1 {
    sender: http1::SendRequest<RequestBody>,
    /// None once it is closed.
    connection: Option<http1::Connection<BoxIo, RequestBody>>,
    /// Whether requests go to a proxy that wants to see the whole URL.
    proxied: bool,
    /// How long it may be kept unused.
    keep: Duration,
}

impl Http1 {
    pub(super) async fn handshake(
        io: BoxIo,
        builder: &http1::Builder,
        keep: Duration,
    ) -> hyper::Result<Self> {
        let proxied = io.is_proxied();
        let (sender, connection) = builder.handshake(io).await?;
        Ok(Self { sender, connection: Some(connection), proxied, keep })
    }

    pub(super) const fn is_proxied(&self) -> bool {
        self.proxied
    }

    /// Until when it may be kept, when it is free now.
    pub(super) fn until(&self, now: Instant) -> Instant {
        now.checked_add(self.keep).unwrap_or(now)
    }

    fn poll(&mut self, cx: &mut Context<'_>) {
        if let Some(connection) = &mut self.connection {
            // Why it ended is said by the request that was on it.
            if Pin::new(connection).poll(cx).is_ready() {
                self.connection = None;
            }
        }
    }

    /// Looks at what has come and says whether it can carry a request: what was closed cannot, nor
    /// what still has something to send or to read.
    ///
    /// Nobody is woken for it: those who use the connection poll it with their own waker.
    pub(super) fn is_free(&mut self) -> bool {
        let look = unconstrained(poll_fn(|cx| {
            self.poll(cx);
            Poll::Ready(())
        }));
        let _: Poll<()> = pin!(look).poll(&mut Context::from_waker(Waker::noop()));
        self.connection.is_some() && self.sender.is_ready()
    }

    /// Sends the request and waits for the head of its answer.
    pub(super) async fn send(
        &mut self,
        request: Request<RequestBody>,
    ) -> Result<Response<Incoming>, TrySendError<Request<RequestBody>>> {
        // The answer comes out of the connection, which is polled right before: nobody has to be
        // woken for it, and it must not be held back by the runtime's budget.
        let mut answer = pin!(unconstrained(self.sender.try_send_request(request)));
        let connection = &mut self.connection;
        let response = poll_fn(|cx| {
            if let Some(open) = connection {
                if Pin::new(open).poll(cx).is_ready() {
                    *connection = None;
                }
            }
            answer.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        })
        .await?;
        if let Some(keep) = keep_alive_timeout(response.headers()) {
            self.keep = self.keep.min(keep);
        }
        Ok(response)
    }

    /// The next piece of an answer's body.
    pub(crate) fn poll_frame(
        &mut self,
        body: &mut Incoming,
        cx: &mut Context<'_>,
    ) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        // As with the head: what the body waits for is what the connection reads.
        let waker = &mut Context::from_waker(Waker::noop());
        if let Poll::Ready(frame) = Pin::new(&mut *body).poll_frame(waker) {
            return Poll::Ready(frame);
        }
        self.poll(cx);
        Pin::new(body).poll_frame(waker)
    }
}
