//! The checks of transports, over both drivers, over one for smol, and over wrong ones.

use std::{
    hash::RandomState,
    sync::{Arc, Mutex},
    time::{Duration, Instant, SystemTime},
};

use bytes::Bytes;
use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_engine::{
    CancelHandle, Payload, TransportSettings,
    driver::{
        AsyncBody, AsyncTransport, BlockingBody, BlockingTransport, Clock, Connect, Exchange,
        LocalBody, LocalTransport, Tick, TickSource, Ticker, Transport, TransportError,
    },
    testing::check_transport,
};
use codespar_sandbox::transport_peer::TransportPeer;
use http::Response;
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, client::conn::http1::handshake, header::HOST};
use smol::future::or;
use smol_hyper::rt::FuturesIo;

fn connect<T: Connect>(peer: &TransportPeer) -> T {
    T::connect(&TransportSettings::default(), &peer.base_url().parse().unwrap()).unwrap()
}

#[test]
fn the_blocking_driver_is_right() {
    let peer = TransportPeer::start().unwrap();
    let transport: UreqTransport = connect(&peer);
    assert_eq!(check_transport::blocking(&transport, &peer.base_url()), [""; 0]);
}

#[test]
fn the_asynchronous_driver_is_right() {
    let peer = TransportPeer::start().unwrap();
    let transport: HyperTransport = connect(&peer);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let block_on = |future: check_transport::Checking<'_>| runtime.block_on(future);
    assert_eq!(check_transport::asynchronous(&transport, &peer.base_url(), block_on), [""; 0]);
}

/// A transport for smol: a connection for each request, its futures on their thread.
#[derive(Clone)]
struct Smol(Instant, Ticker<RandomState>);

/// A body, and what moves its connection on. Dropping the task closes it.
struct SmolBody {
    body: Incoming,
    _connection: smol::Task<()>,
}

impl Transport for Smol {
    type Body = SmolBody;
}

impl Clock for Smol {
    fn tick(&self) -> Tick<'_> {
        self.1.tick(self.0.elapsed())
    }
}

impl LocalTransport for Smol {
    async fn open(&self, exchange: Exchange) -> Result<Response<SmolBody>, TransportError> {
        let limit = exchange.timeout;
        let sending = async {
            let body = Full::new(exchange.request.body().to_bytes()?);
            let mut request = exchange.request.map(|_| body);
            let host = request.uri().authority().map_or("", |host| host.as_str()).to_owned();
            request.headers_mut().insert(HOST, host.parse().map_err(TransportError::connect)?);
            let socket = smol::net::TcpStream::connect(host).await;
            let socket = socket.map_err(TransportError::connect)?;
            let opening = handshake(FuturesIo::new(socket)).await;
            let (mut sender, connection) = opening.map_err(TransportError::connect)?;
            let task = smol::spawn(async { drop(connection.await) });
            let answer = sender.send_request(request).await.map_err(TransportError::io)?;
            Ok(answer.map(|body| SmolBody { body, _connection: task }))
        };
        or(sending, late(limit)).await
    }

    async fn sleep(&self, duration: Duration) {
        smol::Timer::after(duration).await;
    }
}

impl LocalBody for SmolBody {
    async fn chunk(&mut self, idle: Option<Duration>) -> Result<Option<Bytes>, TransportError> {
        let reading = async {
            match self.body.frame().await {
                None => Ok(None),
                Some(Ok(frame)) => Ok(Some(frame.into_data().unwrap_or_default())),
                Some(Err(error)) => Err(TransportError::io(error)),
            }
        };
        or(reading, late(idle)).await
    }
}

async fn late<O>(limit: Option<Duration>) -> Result<O, TransportError> {
    match limit {
        Some(limit) => smol::Timer::after(limit).await,
        None => std::future::pending().await,
    };
    Err(TransportError::timeout("too late"))
}

#[test]
fn a_local_transport_on_smol_is_right() {
    let peer = TransportPeer::start().unwrap();
    let smol = Smol(Instant::now(), Ticker::new(RandomState::new(), SystemTime::now));
    let block_on = |future: check_transport::Checking<'_>| smol::block_on(future);
    assert_eq!(check_transport::local(&smol, &peer.base_url(), block_on), [""; 0]);
}

/// What a transport may get wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    NoQuery,
    NoBody,
    NoHeaders,
    StatusAsError,
    NoTimeout,
    NoIdle,
    CutAsEnd,
    UnsentAlways,
    SentAlways,
    Repeats,
    KeepsBodies,
    NoCancel,
    NoSleep,
    SameNoise,
}

/// Each fault, and a word of the sentence that tells of it.
const FAULTS: [(Fault, &str); 14] = [
    (Fault::NoQuery, "path and query"),
    (Fault::NoBody, "a body of several pieces"),
    (Fault::NoHeaders, "headers"),
    (Fault::StatusAsError, "the status 404"),
    (Fault::NoTimeout, "`timeout`"),
    (Fault::NoIdle, "`idle`"),
    (Fault::CutAsEnd, "looks whole"),
    (Fault::UnsentAlways, "counts as not sent"),
    (Fault::SentAlways, "where there is no connection"),
    (Fault::Repeats, "is repeated"),
    (Fault::KeepsBodies, "a body that is dropped does not close"),
    (Fault::NoCancel, "`Canceled`"),
    (Fault::NoSleep, "`sleep`"),
    (Fault::SameNoise, "the same noise"),
];

/// A driver, made wrong.
struct Wrong<T: Transport> {
    inner: T,
    fault: Fault,
    kept: Arc<Mutex<Vec<T::Body>>>,
}

impl<T: Transport> Clone for Wrong<T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), fault: self.fault, kept: Arc::clone(&self.kept) }
    }
}

struct WrongBody<T: Transport> {
    inner: Option<T::Body>,
    fault: Fault,
    kept: Arc<Mutex<Vec<T::Body>>>,
}

impl<T: Transport> Drop for WrongBody<T> {
    fn drop(&mut self) {
        if self.fault == Fault::KeepsBodies {
            self.kept.lock().unwrap().extend(self.inner.take());
        }
    }
}

impl<T: Transport<Body: Send> + Clock> Transport for Wrong<T> {
    type Body = WrongBody<T>;
}

impl<T: Transport<Body: Send> + Clock + Sync> Clock for Wrong<T> {
    fn tick(&self) -> Tick<'_> {
        match self.fault {
            Fault::SameNoise => Tick::new(self.inner.tick().now, &Same),
            _ => self.inner.tick(),
        }
    }
}

struct Same;

impl TickSource for Same {
    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }

    fn noise(&self) -> u128 {
        7
    }
}

impl<T: Transport> Wrong<T> {
    fn spoil(&self, exchange: &mut Exchange) {
        let request = &mut exchange.request;
        match self.fault {
            Fault::NoQuery => {
                let uri = request.uri().to_string();
                *request.uri_mut() = uri.split('?').next().unwrap().parse().unwrap();
            }
            Fault::NoBody => *request.body_mut() = Payload::default(),
            Fault::NoHeaders => request.headers_mut().clear(),
            Fault::NoTimeout => exchange.timeout = None,
            Fault::NoCancel => exchange.cancel = None,
            _ => {}
        }
    }

    fn spoiled(
        &self,
        answer: Result<Response<T::Body>, TransportError>,
    ) -> Result<Response<WrongBody<T>>, TransportError> {
        let (fault, kept) = (self.fault, Arc::clone(&self.kept));
        match answer {
            Ok(answer) if fault == Fault::StatusAsError && answer.status() == 404 => {
                Err(TransportError::io("not found"))
            }
            Ok(answer) => Ok(answer.map(|body| WrongBody { inner: Some(body), fault, kept })),
            Err(_) if fault == Fault::UnsentAlways => Err(TransportError::connect("no")),
            Err(_) if fault == Fault::SentAlways => Err(TransportError::io("no")),
            Err(error) => Err(error),
        }
    }
}

impl BlockingTransport for Wrong<UreqTransport> {
    fn open(
        &self,
        mut exchange: Exchange,
    ) -> Result<Response<WrongBody<UreqTransport>>, TransportError> {
        self.spoil(&mut exchange);
        let again = exchange.clone();
        let answer = match self.inner.open(exchange) {
            Err(_) if self.fault == Fault::Repeats => self.inner.open(again),
            answer => answer,
        };
        self.spoiled(answer)
    }

    fn sleep(&self, duration: Duration, cancel: Option<&CancelHandle>) {
        if self.fault != Fault::NoSleep {
            self.inner.sleep(duration, cancel);
        }
    }
}

impl BlockingBody for WrongBody<UreqTransport> {
    fn chunk(&mut self, idle: Option<Duration>) -> Result<Option<Bytes>, TransportError> {
        let idle = idle.filter(|_| self.fault != Fault::NoIdle);
        match self.inner.as_mut().unwrap().chunk(idle) {
            Err(_) if self.fault == Fault::CutAsEnd => Ok(None),
            read => read,
        }
    }
}

impl AsyncTransport for Wrong<HyperTransport> {
    async fn open(
        &self,
        mut exchange: Exchange,
    ) -> Result<Response<WrongBody<HyperTransport>>, TransportError> {
        self.spoil(&mut exchange);
        let again = exchange.clone();
        let answer = match self.inner.open(exchange).await {
            Err(_) if self.fault == Fault::Repeats => self.inner.open(again).await,
            answer => answer,
        };
        self.spoiled(answer)
    }

    async fn sleep(&self, duration: Duration) {
        if self.fault != Fault::NoSleep {
            self.inner.sleep(duration).await;
        }
    }
}

impl AsyncBody for WrongBody<HyperTransport> {
    async fn chunk(&mut self, idle: Option<Duration>) -> Result<Option<Bytes>, TransportError> {
        let idle = idle.filter(|_| self.fault != Fault::NoIdle);
        match self.inner.as_mut().unwrap().chunk(idle).await {
            Err(_) if self.fault == Fault::CutAsEnd => Ok(None),
            read => read,
        }
    }
}

fn caught(fault: Fault, word: &str, faults: &[String]) {
    assert!(faults.iter().any(|said| said.contains(word)), "{fault:?}: {faults:#?}");
}

#[test]
fn wrong_blocking_transports_are_caught() {
    std::thread::scope(|scope| {
        for (fault, word) in FAULTS {
            scope.spawn(move || {
                let peer = TransportPeer::start().unwrap();
                let wrong =
                    Wrong { inner: connect::<UreqTransport>(&peer), fault, kept: Arc::default() };
                caught(fault, word, &check_transport::blocking(&wrong, &peer.base_url()));
            });
        }
    });
}

#[test]
fn wrong_asynchronous_transports_are_caught() {
    std::thread::scope(|scope| {
        // Without `NoCancel`: what is dropped is no transport's to keep.
        for (fault, word) in FAULTS.into_iter().filter(|(fault, _)| *fault != Fault::NoCancel) {
            scope.spawn(move || {
                let peer = TransportPeer::start().unwrap();
                let wrong =
                    Wrong { inner: connect::<HyperTransport>(&peer), fault, kept: Arc::default() };
                let runtime = tokio::runtime::Runtime::new().unwrap();
                let block_on = |future: check_transport::Checking<'_>| runtime.block_on(future);
                let faults = check_transport::asynchronous(&wrong, &peer.base_url(), block_on);
                caught(fault, word, &faults);
            });
        }
    });
}
