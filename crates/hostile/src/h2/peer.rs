//! The server: TLS, frames, a script per request.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc, LazyLock, Mutex, OnceLock,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use rustls::{ServerConfig, server::Acceptor};
use tokio::{
    net::{TcpListener, TcpStream},
    runtime::Runtime,
    task::AbortHandle,
};
use tokio_rustls::LazyConfigAcceptor;

use super::{
    connection::Connection,
    plain,
    shared::{Habits, Shared},
};
use crate::{Act, Certificate, Request, tls::certified};

/// How many connections a server takes at most.
const CONNECTIONS: usize = 5_000;

/// A server on loopback that speaks HTTP/2 by a script. Dropping it closes everything.
#[derive(Debug)]
pub struct H2Peer {
    address: SocketAddr,
    shared: Arc<Shared>,
    serving: AbortHandle,
}

impl H2Peer {
    /// A server that answers each request on its stream as the script says: what it sends goes
    /// out as it is.
    pub fn start(
        habits: Habits,
        script: impl Fn(&Request, u32) -> Vec<Act> + Send + Sync + 'static,
    ) -> Self {
        let mut tls = ServerConfig::clone(&TLS.0);
        tls.alpn_protocols = habits.protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let shared = Arc::new(Shared {
            script: Box::new(script),
            habits,
            heads: AtomicUsize::new(0),
            requests: Mutex::default(),
            guarded: Mutex::default(),
            resets: Mutex::default(),
            pings: AtomicUsize::new(0),
            handshakes: AtomicUsize::new(0),
            flooded: AtomicU64::new(0),
            closed: Arc::default(),
            tls: Arc::new(tls),
            offers: Mutex::default(),
            connections: AtomicUsize::new(0),
            open: AtomicUsize::new(0),
        });
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let serving = runtime().spawn(serve(Arc::clone(&shared), listener)).abort_handle();
        Self { address, shared, serving }
    }

    /// The authority behind its certificate, PEM.
    pub fn root() -> Bytes {
        TLS.1.clone()
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, as a URL.
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// The requests so far, in the order in which they were whole.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// How many requests began so far: how many heads came.
    pub fn seen(&self) -> usize {
        self.shared.heads.load(Ordering::SeqCst)
    }

    /// The headers that were marked as not to be remembered or shown.
    pub fn guarded(&self) -> Vec<String> {
        self.shared.guarded.lock().unwrap().clone()
    }

    /// The streams that clients reset: connection, stream, error code.
    pub fn resets(&self) -> Vec<(usize, u32, u32)> {
        self.shared.resets.lock().unwrap().clone()
    }

    /// The protocols that were offered on each connection.
    pub fn offers(&self) -> Vec<Vec<String>> {
        self.shared.offers.lock().unwrap().clone()
    }

    /// How many connections came so far.
    pub fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// How many connections are open.
    pub fn open(&self) -> usize {
        self.shared.open.load(Ordering::SeqCst)
    }

    /// How many connections it has closed so far, whatever the clients have made of it.
    pub fn closed(&self) -> usize {
        self.shared.closed.load(Ordering::SeqCst)
    }

    /// How many handshakes of TLS came about so far.
    pub fn handshakes(&self) -> usize {
        self.shared.handshakes.load(Ordering::SeqCst)
    }

    /// How often clients asked for a sign of life so far.
    pub fn pings(&self) -> usize {
        self.shared.pings.load(Ordering::SeqCst)
    }

    /// How many bytes of floods were taken by the client and the buffers between.
    pub fn flooded(&self) -> u64 {
        self.shared.flooded.load(Ordering::SeqCst)
    }
}

impl Drop for H2Peer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Takes connections, and speaks on each.
async fn serve(shared: Arc<Shared>, listener: std::net::TcpListener) {
    let listener = TcpListener::from_std(listener).unwrap();
    // Dropped with this future, and everything in it.
    let mut connections = tokio::task::JoinSet::new();
    for number in 0..CONNECTIONS {
        let Ok((tcp, _)) = listener.accept().await else { return };
        shared.connections.fetch_add(1, Ordering::SeqCst);
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            shared.open.fetch_add(1, Ordering::SeqCst);
            let _closing = Closing(&shared.open);
            // A client that goes away ends the conversation, whatever the script says.
            drop(greet(&shared, tcp, number).await);
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn greet(shared: &Arc<Shared>, tcp: TcpStream, number: usize) -> io::Result<()> {
    tcp.set_nodelay(true)?;
    socket2::SockRef::from(&tcp).set_send_buffer_size(64 << 10)?;
    let hello = LazyConfigAcceptor::new(Acceptor::default(), tcp).await?;
    let offer = hello.client_hello().alpn().into_iter().flatten();
    let offer = offer.map(|name| String::from_utf8_lossy(name).into_owned()).collect();
    shared.offers.lock().unwrap().push(offer);
    let tls = hello.into_stream(Arc::clone(&shared.tls)).await?;
    shared.handshakes.fetch_add(1, Ordering::SeqCst);
    let agreed = tls.get_ref().1.alpn_protocol();
    if shared.habits.speaks_http1 && agreed != Some(b"h2") {
        return plain::converse(shared, tls, number).await;
    }
    Connection::new(shared, tls, number).converse().await
}

/// Counts a connection out, however it ends.
struct Closing<'a>(&'a AtomicUsize);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// One certificate for all: what it is good for is tested elsewhere.
static TLS: LazyLock<(Arc<ServerConfig>, Bytes)> = LazyLock::new(|| certified(Certificate::Good));

/// The runtime of all servers: not that of the clients, so that neither waits for the other.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
    })
}
