//! A server whose certificate proves nothing.

use std::{
    io::Write,
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use bytes::Bytes;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use testing_support::certificates::{Authority, server_config};

use crate::{LONG, Request};

/// What the server shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Certificate {
    /// One that is in order.
    Good,
    /// One that is out of date.
    Expired,
    /// One of another host.
    OtherName,
    /// One that nobody trusts.
    Unknown,
    /// None: it does not speak TLS.
    Plain,
    /// None: it closes in the handshake.
    Closes,
}

type Script = dyn Fn(&Request) -> Vec<u8> + Send + Sync;

/// A TLS server that answers each request with the bytes that a script gives for its number.
pub struct TlsPeer {
    address: SocketAddr,
    root: Bytes,
    seen: Arc<AtomicUsize>,
    closed: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
}

/// What connections do after an answer.
#[derive(Clone, Copy, PartialEq)]
enum After {
    Stay,
    /// After a moment they close, as they should over TLS.
    Close,
}

/// A moment.
const MOMENT: Duration = Duration::from_millis(20);

impl TlsPeer {
    /// A server that shows this certificate and answers request after request.
    pub fn start(
        certificate: Certificate,
        answer: impl Fn(&Request) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        Self::with(certificate, After::Stay, Arc::new(answer))
    }

    /// A server that closes each connection a moment after its answer.
    pub fn closing(answer: impl Fn(&Request) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::with(Certificate::Good, After::Close, Arc::new(answer))
    }

    fn with(certificate: Certificate, after: After, answer: Arc<Script>) -> Self {
        let (config, root) = certified(certificate);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let peer = Self {
            address: listener.local_addr().unwrap(),
            root,
            seen: Arc::default(),
            closed: Arc::default(),
            over: Arc::default(),
        };
        let (seen, over) = (Arc::clone(&peer.seen), Arc::clone(&peer.over));
        let closed = Arc::clone(&peer.closed);
        thread::spawn(move || {
            for stream in listener.incoming().take(1000) {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let (config, seen, answer) =
                    (Arc::clone(&config), Arc::clone(&seen), Arc::clone(&answer));
                let closed = Arc::clone(&closed);
                thread::spawn(move || {
                    serve(stream, certificate, after, config, &seen, &*answer);
                    closed.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        peer
    }

    /// Where it listens, as a URL.
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// The authority behind its certificates, PEM.
    pub fn root(&self) -> Bytes {
        self.root.clone()
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many connections it has closed so far.
    pub fn closed(&self) -> usize {
        self.closed.load(Ordering::SeqCst)
    }

    /// How many requests came so far.
    pub fn seen(&self) -> usize {
        self.seen.load(Ordering::SeqCst)
    }
}

impl Drop for TlsPeer {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        // Wakes the listener; when that fails there is none.
        drop(TcpStream::connect(self.address));
    }
}

fn serve(
    mut stream: TcpStream,
    certificate: Certificate,
    after: After,
    config: Arc<ServerConfig>,
    seen: &AtomicUsize,
    answer: &Script,
) {
    stream.set_read_timeout(Some(LONG)).unwrap();
    match certificate {
        Certificate::Closes => return,
        // A client that has gone away by now is what is being tested.
        Certificate::Plain => drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
        _ => {}
    }
    let Ok(connection) = ServerConnection::new(config) else { return };
    let mut stream = StreamOwned::new(connection, stream);
    while let Ok(Some(mut request)) = Request::read(&mut stream) {
        request.number = seen.fetch_add(1, Ordering::SeqCst);
        if stream.write_all(&answer(&request)).and_then(|()| stream.flush()).is_err() {
            return;
        }
        if after == After::Close {
            thread::sleep(MOMENT);
            stream.conn.send_close_notify();
            // A client that has gone away is none of the server's business.
            let _ = stream.flush();
            return;
        }
    }
}

/// A server's configuration, and the authority a client would trust.
pub(crate) fn certified(certificate: Certificate) -> (Arc<ServerConfig>, Bytes) {
    let (signer, trusted) = (Authority::generate(), Authority::generate());
    let name = if certificate == Certificate::OtherName { "example.com" } else { "127.0.0.1" };
    let year = if certificate == Certificate::Expired { 2021 } else { 2999 };
    let config = server_config(&signer.issue(name, year), None, &[]);
    let root = if certificate == Certificate::Unknown { trusted } else { signer };
    (config, root.pem().into_bytes().into())
}
