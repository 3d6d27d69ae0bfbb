//! One server: its connections, who waits for them, and how more are dialed.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::{
    HeaderValue, Uri,
    uri::{Authority, Scheme},
};
use tokio::{
    runtime::Handle,
    sync::oneshot,
    time::{Instant, timeout},
};

use super::{
    failure::{ConnectTimeout, DialError, Failure, PoolFull},
    http1::Http1,
    http2::{Driver, Http2, Owner},
    lease::Lease,
    reaper::{Expire, Reaper},
    settings::Settings,
    state::{self, Protocol, Purpose, State},
    waiting,
};
use crate::connector::BoxError;

pub(super) type Connection = state::Connection<Box<Http1>, Arc<Http2>>;

/// A server, by scheme and authority.
pub(super) struct Host {
    pub(super) scheme: Scheme,
    pub(super) authority: Authority,
    /// What it is called in requests.
    pub(super) name: Option<HeaderValue>,
    uri: Uri,
    settings: Arc<Settings>,
    connections: Mutex<Connections>,
}

pub(super) struct Connections {
    pub(super) state: State<Box<Http1>, Arc<Http2>, Waiter>,
    /// What lets go of connections that grow old.
    reaper: Reaper,
    /// Whether the server refused HTTP/2.
    http1_only: bool,
}

impl Host {
    pub(super) fn new(
        scheme: &Scheme,
        authority: &Authority,
        settings: &Arc<Settings>,
    ) -> Result<Self, http::Error> {
        let uri = Uri::builder()
            .scheme(scheme.clone())
            .authority(authority.clone())
            .path_and_query("/")
            .build()?;
        // Without TLS there is no HTTP/2, unless a connector of the user's says so.
        let protocol = match *scheme == Scheme::HTTPS && settings.connector.may_negotiate() {
            true => Protocol::Unknown,
            false => Protocol::Http1,
        };
        Ok(Self {
            scheme: scheme.clone(),
            authority: authority.clone(),
            name: name(&uri),
            uri,
            settings: Arc::clone(settings),
            connections: Mutex::new(Connections {
                state: State::new(settings.limits.clone(), protocol),
                reaper: Reaper::default(),
                http1_only: false,
            }),
        })
    }

    pub(super) fn connections(&self) -> MutexGuard<'_, Connections> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a connection that is closed is noticed by looking at it. Others are noticed by tasks
    /// of their own, and by sockets that only the runtime looks at.
    pub(super) fn shows_closes(&self) -> bool {
        self.settings.connector.is_own() && self.connections().state.protocol() == Protocol::Http1
    }

    /// A connection that is there.
    pub(super) fn connected(self: &Arc<Self>, purpose: Purpose, now: Instant) -> Option<Lease> {
        loop {
            let connection = self.connections().state.acquire(purpose, now)?;
            let mut lease = Lease::new(Arc::clone(self), connection, purpose);
            if lease.is_usable() {
                return Some(lease);
            }
            lease.retire();
        }
    }

    /// Waits for a connection: one that is dialed, or one that others are done with.
    pub(super) async fn wait(
        self: &Arc<Self>,
        purpose: Purpose,
        patience: Duration,
    ) -> Result<Lease, Failure> {
        let mut place = self.queue(purpose);
        loop {
            let Some(receiver) = &mut place.receiver else { return Err(lost()) };
            let Ok(result) = timeout(patience, receiver).await else {
                let connections = self.connections();
                if connections.state.is_full() {
                    let (connections, requests) = connections.state.usage();
                    return Err(Failure::Full(PoolFull { connections, requests }));
                }
                continue;
            };
            place.receiver = None;
            return result.map_err(|_| lost())?.map_err(Failure::Dial);
        }
    }

    fn queue(self: &Arc<Self>, purpose: Purpose) -> Place<'_> {
        let (sender, receiver) = oneshot::channel();
        let waiter = Waiter { host: Arc::clone(self), purpose, sender };
        let dials = self.connections().state.wait(purpose, waiter);
        self.dial(dials);
        Place { host: self, purpose, receiver: Some(receiver) }
    }

    /// Makes so many connections, each in a task of its own: they are for whoever waits, and who
    /// asked may leave.
    pub(super) fn dial(self: &Arc<Self>, count: usize) {
        for _ in 0..count {
            let dial = Dial(Some(Arc::clone(self)));
            match Handle::try_current() {
                Ok(runtime) => drop(runtime.spawn(dial.run())),
                // Its end says that there is no connection.
                Err(_) => drop(dial),
            }
        }
    }

    /// An HTTP/1.1 connection is free for the next request.
    pub(super) fn release(self: &Arc<Self>, connection: Box<Http1>) {
        let now = Instant::now();
        let until = connection.until(now);
        let mut connections = self.connections();
        connections.state.release(connection, until, now);
        self.watch(&mut connections);
    }

    /// A request over an HTTP/2 connection is over.
    pub(super) fn ended(self: &Arc<Self>, id: u64, purpose: Purpose) {
        let mut connections = self.connections();
        connections.state.ended(id, purpose, Instant::now());
        self.watch(&mut connections);
    }

    /// The server refuses HTTP/2: no further request goes over it.
    pub(super) fn only_http1(self: &Arc<Self>) {
        let mut connections = self.connections();
        connections.http1_only = true;
        let dials = connections.state.only_http1();
        drop(connections);
        self.dial(dials);
    }

    fn watch(self: &Arc<Self>, connections: &mut Connections) {
        connections.reaper.ensure(self, self.settings.limits.idle_timeout);
    }

    fn fail(&self, error: &DialError) {
        let mut connections = self.connections();
        // Within the lock: who leaves meanwhile finds itself in the queue, or answered.
        for waiter in connections.state.dial_failed(Instant::now()) {
            let _ = waiter.sender.send(Err(error.clone()));
        }
    }

    async fn make(self: &Arc<Self>) -> Result<(), BoxError> {
        loop {
            let http1_only = self.connections().http1_only;
            let io = self.settings.connector.connect(self.uri.clone(), http1_only).await?;
            if !io.is_http2() {
                let keep = self.settings.limits.idle_timeout;
                let connection = Http1::handshake(io, &self.settings.http1, keep).await?;
                self.add_http1(connection);
                return Ok(());
            }
            let configure = |builder: &mut _| self.settings.configure_http2(builder);
            let (connection, driver) = Http2::handshake(io, configure).await?;
            if self.add_http2(connection, driver, http1_only) {
                return Ok(());
            }
        }
    }

    fn add_http1(self: &Arc<Self>, connection: Http1) {
        let now = Instant::now();
        let until = connection.until(now);
        let mut connections = self.connections();
        let dials = connections.state.dialed_http1(Box::new(connection), until, now);
        self.watch(&mut connections);
        drop(connections);
        self.dial(dials);
    }

    /// Says whether there is a use for it: the server may have refused HTTP/2 while it was made.
    fn add_http2(
        self: &Arc<Self>,
        connection: Arc<Http2>,
        driver: Driver,
        http1_only: bool,
    ) -> bool {
        let mut connections = self.connections();
        if connections.http1_only != http1_only {
            return false;
        }
        let (id, dials) = connections.state.dialed_http2(connection, Instant::now());
        self.watch(&mut connections);
        drop(connections);
        tokio::spawn(driver.run(Arc::downgrade(self), id));
        self.dial(dials);
        true
    }
}

impl Owner for Host {
    fn announced(self: Arc<Self>, id: u64, limit: usize) {
        let dials = self.connections().state.announced(id, limit, Instant::now());
        self.dial(dials);
    }

    fn retire(self: Arc<Self>, id: u64) {
        let dials = self.connections().state.retire(id);
        self.dial(dials);
    }
}

impl Expire for Host {
    fn expire(self: Arc<Self>, now: Instant) -> Option<Instant> {
        let mut connections = self.connections();
        let (next, dials) = connections.state.expire(now, |connection| connection.is_free());
        if next.is_none() {
            connections.reaper = Reaper::default();
        }
        drop(connections);
        self.dial(dials);
        next
    }
}

/// How a server is called in requests: without its scheme's own port.
fn name(uri: &Uri) -> Option<HeaderValue> {
    let default = if uri.scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 };
    let host = uri.host()?;
    let name = match uri.port_u16() {
        Some(port) if port != default => format!("{host}:{port}"),
        _ => host.to_owned(),
    };
    HeaderValue::try_from(name).ok()
}

fn lost() -> Failure {
    Failure::Dial(DialError::new("the connection was lost while it was made"))
}

/// A connection in the making. Whatever becomes of it, the pool is told.
struct Dial(Option<Arc<Host>>);

impl Dial {
    async fn run(mut self) {
        let Some(host) = &self.0 else { return };
        let made = match timeout(host.settings.connect_timeout, host.make()).await {
            Ok(made) => made,
            Err(_) => Err(ConnectTimeout.into()),
        };
        if let (Some(host), Err(error)) = (self.0.take(), made) {
            host.fail(&DialError::new(error));
        }
    }
}

impl Drop for Dial {
    fn drop(&mut self) {
        if let Some(host) = self.0.take() {
            host.fail(&DialError::new("the connection was given up while it was made"));
        }
    }
}

/// Who waits, as the pool sees it.
pub(super) struct Waiter {
    host: Arc<Host>,
    purpose: Purpose,
    sender: oneshot::Sender<Result<Lease, DialError>>,
}

impl waiting::Waiter for Waiter {
    type Connection = Connection;

    fn give(self, connection: Connection) -> Result<(), Connection> {
        let lease = Lease::new(self.host, connection, self.purpose);
        match self.sender.send(Ok(lease)) {
            Err(Ok(lease)) => lease.into_connection().map_or(Ok(()), Err),
            Ok(()) | Err(Err(_)) => Ok(()),
        }
    }

    fn has_left(&self) -> bool {
        self.sender.is_closed()
    }
}

/// A place in the queue. Who drops it leaves; what was handed over by then goes back.
struct Place<'a> {
    host: &'a Host,
    purpose: Purpose,
    receiver: Option<oneshot::Receiver<Result<Lease, DialError>>>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let Some(mut receiver) = self.receiver.take() else { return };
        let mut connections = self.host.connections();
        receiver.close();
        let handed_over = receiver.try_recv();
        if handed_over.is_err() {
            connections.state.left(self.purpose);
        }
        drop(connections);
        if let Ok(Ok(mut lease)) = handed_over {
            lease.release();
        }
    }
}
