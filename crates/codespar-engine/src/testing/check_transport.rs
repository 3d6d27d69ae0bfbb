//! Checks of transports of one's own: what flows rely on, tried against a server that misbehaves.
//!
//! [`blocking`], [`asynchronous`] and [`local`] take a transport and the address of a
//! `codespar_sandbox::transport_peer::TransportPeer`, and give what is wrong, in sentences; nothing
//! when all is well. They take some seconds: limits have to run out.
//!
//! ```
//! # use codespar_engine::{driver::BlockingTransport, testing::check_transport};
//! # fn example<T: BlockingTransport>(transport: T, peer: &str) {
//! let faults = check_transport::blocking(&transport, peer);
//! assert!(faults.is_empty(), "{faults:#?}");
//! # }
//! ```

use std::{
    pin::{Pin, pin},
    task::Poll,
    thread::Builder,
    time::Duration,
};

use bytes::Bytes;
use http::{Method, Request, StatusCode, response::Parts};

use crate::{
    call::cancel::CancelHandle,
    drive::asynchronous::{Reach, reach},
    http::payload::Payload,
    transport::{
        AsyncBody, AsyncTransport, BlockingBody, BlockingTransport, Clock, Exchange, LocalBody,
        LocalTransport, TransportError, TransportErrorKind,
    },
};

/// The limit where nothing comes.
const LIMIT: Duration = Duration::from_millis(300);

/// Checks a blocking transport against the peer at this address.
pub fn blocking<T: BlockingTransport>(transport: &T, peer: &str) -> Vec<String> {
    Check::all(
        transport,
        peer,
        &|exchange, take| run_blocking(transport, exchange, take),
        &|for_| {
            transport.sleep(for_, None);
        },
    )
}

/// A future that a check is made of.
pub type Checking<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Checks an asynchronous transport against the peer at this address. `block_on` runs a future to
/// its end, on the runtime that the transport is for.
pub fn asynchronous<T: AsyncTransport>(
    transport: &T,
    peer: &str,
    block_on: impl Fn(Checking<'_>),
) -> Vec<String> {
    let reach = reach!(T, transport);
    Check::over(transport, peer, &reach, &block_on)
}

/// Checks a local transport: see [`asynchronous`].
pub fn local<T: LocalTransport>(
    transport: &T,
    peer: &str,
    block_on: impl Fn(Checking<'_>),
) -> Vec<String> {
    let reach = reach!(T, transport);
    Check::over(transport, peer, &reach, &block_on)
}

/// How much of an answer is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Take {
    All,
    /// The body is dropped before it is read.
    Head,
    /// Given up while nothing has come: canceled, or the future dropped.
    Nothing,
}

/// What came of an exchange.
struct Came {
    head: Result<Parts, TransportError>,
    body: Vec<u8>,
    broke: Option<TransportError>,
}

impl Came {
    const fn failed(error: TransportError) -> Self {
        Self { head: Err(error), body: Vec::new(), broke: None }
    }

    /// Takes a piece; whether there is more.
    fn took(&mut self, read: Result<Option<Bytes>, TransportError>) -> bool {
        match read {
            Ok(Some(piece)) => self.body.extend(piece),
            Ok(None) => return false,
            Err(error) => self.broke = Some(error),
        }
        self.broke.is_none()
    }
}

fn run_blocking<T: BlockingTransport>(transport: &T, mut exchange: Exchange, take: Take) -> Came {
    let idle = exchange.idle;
    if take == Take::Nothing {
        let handle = CancelHandle::new();
        exchange.cancel = Some(handle.clone());
        let sleeper = transport.clone();
        let cancel = move || {
            sleeper.sleep(LIMIT, None);
            handle.cancel();
        };
        if let Err(error) = Builder::new().spawn(cancel) {
            return Came::failed(TransportError::connect(error));
        }
    }
    let (head, mut body) = match transport.open(exchange) {
        Ok(answer) => answer.into_parts(),
        Err(error) => return Came::failed(error),
    };
    let mut came = Came { head: Ok(head), body: Vec::new(), broke: None };
    while take == Take::All && came.took(body.chunk(idle)) {}
    came
}

async fn run_async<B, O, R, S>(
    reach: &Reach<
        impl Fn(Exchange) -> O,
        impl Fn(B, Option<Duration>) -> R,
        impl Fn(Duration) -> S,
    >,
    exchange: Exchange,
    take: Take,
) -> Came
where
    O: Future<Output = Result<http::Response<B>, TransportError>>,
    R: Future<Output = (Result<Option<Bytes>, TransportError>, Option<B>)>,
    S: Future<Output = ()>,
{
    let idle = exchange.idle;
    let mut opening = pin!((reach.open)(exchange));
    let mut sleeping = pin!((reach.sleep)(LIMIT));
    let opened = std::future::poll_fn(|cx| match opening.as_mut().poll(cx) {
        Poll::Ready(opened) => Poll::Ready(Some(opened)),
        Poll::Pending if take == Take::Nothing => sleeping.as_mut().poll(cx).map(|()| None),
        Poll::Pending => Poll::Pending,
    });
    let (head, body) = match opened.await {
        Some(Ok(answer)) => answer.into_parts(),
        Some(Err(error)) => return Came::failed(error),
        None => return Came::failed(TransportError::canceled()),
    };
    let mut came = Came { head: Ok(head), body: Vec::new(), broke: None };
    let mut open = Some(body).filter(|_| take == Take::All);
    while let Some(body) = open {
        let (read, rest) = (reach.read)(body, idle).await;
        open = if came.took(read) { rest } else { None };
    }
    came
}

/// The checks, for every kind of transport.
struct Check<'a> {
    peer: &'a str,
    run: &'a dyn Fn(Exchange, Take) -> Came,
    faults: Vec<String>,
}

impl<'a> Check<'a> {
    fn over<B, O, R, S>(
        clock: &impl Clock,
        peer: &str,
        reach: &Reach<
            impl Fn(Exchange) -> O,
            impl Fn(B, Option<Duration>) -> R,
            impl Fn(Duration) -> S,
        >,
        block_on: &dyn Fn(Checking<'_>),
    ) -> Vec<String>
    where
        O: Future<Output = Result<http::Response<B>, TransportError>>,
        R: Future<Output = (Result<Option<Bytes>, TransportError>, Option<B>)>,
        S: Future<Output = ()>,
    {
        let run = |exchange, take| {
            let mut came = None;
            block_on(Box::pin(async { came = Some(run_async(reach, exchange, take).await) }));
            came.unwrap_or_else(|| Came::failed(TransportError::connect("block_on did nothing")))
        };
        let sleep = |duration| block_on(Box::pin((reach.sleep)(duration)));
        Check::all(clock, peer, &run, &sleep)
    }

    fn all(
        clock: &impl Clock,
        peer: &'a str,
        run: &'a dyn Fn(Exchange, Take) -> Came,
        sleep: &dyn Fn(Duration),
    ) -> Vec<String> {
        let mut check = Self { peer, run, faults: Vec::new() };
        check.requests();
        check.answers(sleep);
        check.limits();
        check.failures();
        check.giving_up();
        check.time(clock, sleep);
        check.faults
    }

    fn expect(&mut self, holds: bool, otherwise: &str) {
        if !holds {
            self.faults.push(otherwise.to_owned());
        }
    }

    fn exchange(&self, method: Method, path: &str, body: Payload) -> Exchange {
        let mut request = Request::new(body);
        *request.method_mut() = method;
        let host = if path.starts_with('/') { self.peer } else { "" };
        *request.uri_mut() = format!("{host}{path}").parse().unwrap_or_default();
        request.headers_mut().insert("x-probe", http::HeaderValue::from_static("seen"));
        let mut exchange = Exchange::new(request);
        (exchange.timeout, exchange.idle) = (Some(LIMIT * 10), Some(LIMIT * 10));
        exchange
    }

    fn get(&self, path: &str) -> Came {
        (self.run)(self.exchange(Method::GET, path, Payload::default()), Take::All)
    }

    /// What a request of `GET` gives, where it gives something.
    fn text(&self, path: &str) -> String {
        String::from_utf8_lossy(&self.get(path).body).into_owned()
    }

    fn requests(&mut self) {
        let pieces = ["one, ", "two, ", "three"].map(Bytes::from);
        let exchange = self.exchange(Method::POST, "/echo?a=b%20c", Payload::of(pieces));
        let came = (self.run)(exchange, Take::All);
        let Ok(head) = &came.head else {
            return self.expect(false, "a request with a body gets no answer");
        };
        let header = |name: &str| {
            head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
        };
        let (method, target) = (header("x-method") == "POST", header("x-target"));
        let (target, probe) = (target.ends_with("/echo?a=b%20c"), header("x-probe") == "seen");
        self.expect(method, "the method does not arrive");
        self.expect(target, "path and query do not arrive as they are");
        self.expect(probe, "headers do not arrive");
        self.expect(came.body == b"one, two, three", "a body of several pieces does not arrive");
    }

    fn answers(&mut self, sleep: &dyn Fn(Duration)) {
        for status in [204, 302, 307, 404, 503] {
            let seen = self.get(&format!("/status/{status}")).head.ok().map(|head| head.status);
            let is_so = seen == StatusCode::from_u16(status).ok();
            self.expect(is_so, &format!("the status {status} is not given as the answer"));
        }
        let long = self.get("/bytes/300000");
        let is_whole = long.body.len() == 300_000 && long.broke.is_none();
        self.expect(is_whole, "a body in many chunks is not read whole");
        let raw = self.get("/encoded").body == b"plain";
        self.expect(raw, "a body is decompressed, or lost where it cannot be");
        for count in 0..3 {
            let bye = self.get("/bye").body == b"bye";
            // What is closed while a request is under way to it, no transport can tell.
            sleep(LIMIT / 10);
            let next = self.get(&format!("/echo?{count}"));
            let own = next.head.is_ok_and(|head| {
                let target = head.headers.get("x-target").and_then(|it| it.to_str().ok());
                target.is_some_and(|target| target.ends_with(&format!("/echo?{count}")))
            });
            self.expect(bye && own, "a connection that the server closed is used again");
        }
    }

    fn limits(&mut self) {
        let mut exchange = self.exchange(Method::POST, "/silent", Payload::default());
        exchange.timeout = Some(LIMIT);
        match (self.run)(exchange, Take::All).head {
            Ok(_) => self.expect(false, "an answer is made up"),
            Err(error) => {
                let kind = error.kind() == TransportErrorKind::Timeout;
                self.expect(kind, "`timeout` does not end a wait for the head with `Timeout`");
                let sent = error.may_have_been_sent();
                self.expect(sent, "a limit that runs out after sending says that nothing was sent");
            }
        }
        let mut exchange = self.exchange(Method::GET, "/half", Payload::default());
        exchange.idle = Some(LIMIT);
        let came = (self.run)(exchange, Take::All);
        let is_timeout =
            came.broke.is_some_and(|error| error.kind() == TransportErrorKind::Timeout);
        self.expect(is_timeout, "`idle` does not end a silence in the body with `Timeout`");
        // Both were closed, and are not waited for below.
        let _ = (self.text("/closed/silent"), self.text("/closed/half"));
    }

    fn failures(&mut self) {
        for path in ["/cut", "/cut-chunked"] {
            let broke = self.get(path).broke.is_some();
            self.expect(broke, &format!("a body that is cut looks whole ({path})"));
        }
        match self.exchange_elsewhere() {
            Ok(_) => self.expect(false, "an answer is made up"),
            Err(error) => {
                let unsent = !error.may_have_been_sent();
                self.expect(unsent, "where there is no connection, it says that it may have sent");
                let kind = error.kind() == TransportErrorKind::Connect;
                self.expect(kind, "where there is no connection, the kind is not `Connect`");
            }
        }
        let before = self.text("/count/close");
        let exchange = self.exchange(Method::POST, "/close", Payload::from(Bytes::from("x")));
        match (self.run)(exchange, Take::All).head {
            Ok(_) => self.expect(false, "an answer is made up"),
            Err(error) => {
                let sent = error.may_have_been_sent();
                self.expect(sent, "a request that arrived and got no answer counts as not sent");
            }
        }
        let once = (before.as_str(), self.text("/count/close").as_str()) == ("0", "1");
        self.expect(once, "a request is repeated that the server has seen");
    }

    fn exchange_elsewhere(&self) -> Result<Parts, TransportError> {
        let nowhere = "http://127.0.0.1:1/";
        (self.run)(self.exchange(Method::POST, nowhere, Payload::default()), Take::All).head
    }

    fn giving_up(&mut self) {
        let half = self.exchange(Method::GET, "/half", Payload::default());
        let _ = (self.run)(half, Take::Head);
        let own = self.text("/echo").is_empty() && self.text("/count/nothing") == "0";
        self.expect(own, "after a body that was dropped, another request gets the rest of it");
        let closed = self.text("/closed/half") == "yes";
        self.expect(closed, "a body that is dropped does not close its connection");

        let silent = self.exchange(Method::GET, "/silent", Payload::default());
        match (self.run)(silent, Take::Nothing).head {
            Ok(_) => self.expect(false, "an answer is made up"),
            Err(error) => {
                let kind = error.kind() == TransportErrorKind::Canceled;
                self.expect(kind, "a request that is canceled does not end with `Canceled`");
            }
        }
        let closed = self.text("/closed/silent") == "yes";
        self.expect(closed, "a request that is given up does not close its connection");
    }

    fn time(&mut self, clock: &impl Clock, sleep: &dyn Fn(Duration)) {
        let (before, noise) = (clock.tick().now, clock.tick().noise());
        sleep(LIMIT);
        let after = clock.tick();
        let passed = after.now.saturating_sub(before) >= LIMIT;
        self.expect(passed, "`sleep` returns before its time, or the clock does not go on");
        self.expect(after.noise() != noise, "two ticks have the same noise");
    }
}
