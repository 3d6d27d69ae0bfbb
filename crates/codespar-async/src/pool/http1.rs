//! An HTTP/1.1 connection: whoever uses it also moves it on, so that it needs no task of its own.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll, Waker},
    time::Duration,
};

use codespar_engine::driver::keep_alive_timeout;
use hyper::{
    body::{Body as _, Bytes, Frame, Incoming},
    client::conn::http1,
};
use tokio::{task::unconstrained, time::Instant};

use super::{errand::Errand, failure::Failure, gate::Gate};
use crate::{
    connector::{BoxIo, Trust},
    request_body::RequestBody,
};

/// A connection that carries one request at a time.
pub(crate) struct Http1 {
    sender: http1::SendRequest<RequestBody>,
    /// None once it is closed.
    connection: Option<http1::Connection<BoxIo, RequestBody>>,
    /// Whether requests go to a proxy that wants to see the whole URL.
    proxied: bool,
    /// Whether it has carried a request before.
    used: bool,
    /// How long it may be kept unused.
    keep: Duration,
    /// Withdrawn before each look at what has come while nobody used it.
    trust: Option<Trust>,
    gate: Arc<Gate>,
    /// What the connection wakes: the gate.
    waker: Waker,
}

impl Http1 {
    pub(super) async fn handshake(
        io: BoxIo,
        builder: &http1::Builder,
        keep: Duration,
    ) -> hyper::Result<Self> {
        let (proxied, trust) = (io.is_proxied(), io.trust());
        let (sender, connection) = builder.handshake(io).await?;
        let gate = Arc::new(Gate::default());
        let waker = Waker::from(Arc::clone(&gate));
        Ok(Self {
            sender,
            connection: Some(connection),
            proxied,
            used: false,
            keep,
            trust,
            gate,
            waker,
        })
    }

    pub(super) const fn is_proxied(&self) -> bool {
        self.proxied
    }

    /// Until when it may be kept, when it is free now.
    pub(super) fn until(&self, now: Instant) -> Instant {
        now.checked_add(self.keep).unwrap_or(now)
    }

    /// Whether a request can be given to it; looks at what has come where that is not known: what
    /// still has something to send or to read can carry none, nor what is closed.
    ///
    /// Whether its server has closed it meanwhile shows as it is used: hyper reads before it
    /// writes, and gives the request back.
    pub(super) fn is_usable(&mut self) -> bool {
        self.is_ready() || self.is_free()
    }

    fn doubt(&self) {
        if let Some(trust) = &self.trust {
            trust.withdraw();
        }
    }

    fn is_ready(&self) -> bool {
        self.connection.is_some() && self.sender.is_ready()
    }

    /// Whether it has carried a request before.
    pub(super) const fn was_used(&self) -> bool {
        self.used
    }

    /// Nobody uses it any more. Says whether it can carry another request.
    pub(super) fn rest(&mut self) -> bool {
        self.gate.forget();
        self.is_usable()
    }

    /// Looks at what has come and says whether it can carry a request.
    ///
    /// Nobody is woken for it: those who use the connection poll it with their own waker.
    pub(super) fn is_free(&mut self) -> bool {
        self.doubt();
        let look = unconstrained(poll_fn(|cx| {
            poll(&mut self.connection, cx);
            Poll::Ready(())
        }));
        let _: Poll<()> = pin!(look).poll(&mut Context::from_waker(Waker::noop()));
        self.is_ready()
    }

    /// Sends the request and waits for the head of its answer.
    pub(super) async fn send(&mut self, errand: &mut Errand) -> Result<(), Failure> {
        self.doubt();
        let mut answer = pin!(self.sender.try_send_request(errand.take_request()?));
        let (connection, gate, waker) = (&mut self.connection, &self.gate, &self.waker);
        let errand = &mut *errand;
        poll_fn(|cx| {
            gate.poll(waker, cx, |cx| {
                poll(connection, cx);
                answer.as_mut().poll(cx).map(|answer| errand.ends(answer))
            })
        })
        .await?;
        self.used = true;
        let keep = errand.answer().and_then(|answer| keep_alive_timeout(answer.headers()));
        if let Some(keep) = keep {
            self.keep = self.keep.min(keep);
        }
        Ok(())
    }

    /// The next piece of an answer's body.
    pub(crate) fn poll_frame(
        &mut self,
        body: &mut Incoming,
        cx: &mut Context<'_>,
    ) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        let connection = &mut self.connection;
        self.gate.poll(&self.waker, cx, |cx| {
            if let Poll::Ready(frame) = Pin::new(&mut *body).poll_frame(cx) {
                return Poll::Ready(frame);
            }
            poll(connection, cx);
            Pin::new(body).poll_frame(cx)
        })
    }
}

/// Moves a connection on. Why it ended is said by the request that was on it.
fn poll(open: &mut Option<http1::Connection<BoxIo, RequestBody>>, cx: &mut Context<'_>) {
    if let Some(connection) = open {
        if Pin::new(connection).poll(cx).is_ready() {
            *open = None;
        }
    }
}
