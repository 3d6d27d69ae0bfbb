//! From an address to a connection: proxy, TCP, TLS.

use std::{
    fmt,
    io::{self, ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::Arc,
    time::{Duration, Instant},
};

use codespar_engine::{CancelHandle, ProxyRules};
use http::Uri;
use ureq::{
    Error,
    unversioned::transport::{ConnectionDetails, Connector},
};

use super::{
    attempt,
    link::{Link, Socket},
    names::Names,
    wire::{Forward, Layer, Wire, header_line},
};

/// Makes connections.
pub(super) struct Dial {
    pub(super) rules: Arc<ProxyRules>,
    pub(super) names: Names,
    pub(super) max_header: usize,
    #[cfg(feature = "tls")]
    pub(super) tls: Arc<rustls::ClientConfig>,
}

impl Connector for Dial {
    type Out = Wire;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        _: Option<()>,
    ) -> Result<Option<Wire>, Error> {
        match self.dial(details.uri, &details.addrs) {
            Ok(wire) => Ok(Some(wire)),
            Err(error) => {
                // The name may point elsewhere by now.
                self.names.forget(details.uri);
                Err(error.into())
            }
        }
    }
}

impl Dial {
    fn dial(&self, uri: &Uri, addresses: &[SocketAddr]) -> io::Result<Wire> {
        let note = attempt::with(|attempt| (attempt.connected_by, attempt.cancel.clone()));
        let (deadline, cancel) = note.unwrap_or_default();
        let stream = reach(addresses, deadline, cancel.as_ref())?;
        stream.set_nodelay(true)?;
        let link = Link::new(stream);
        let lease = link.lease(deadline, cancel.as_ref());
        let mut socket = Socket::new(link);
        let secure = uri.scheme_str() == Some("https");
        let mut forward = None;
        if let Some(proxy) = self.rules.for_uri(uri) {
            let authority = uri.authority().map_or("", |authority| authority.as_str());
            if secure {
                tunnel(&mut socket, uri, proxy.authorization())?;
            } else {
                let origin = format!("http://{authority}");
                forward = Some(Forward { origin, authorization: proxy.authorization() });
            }
        }
        let layer = if secure { self.secure(socket, uri)? } else { Layer::Plain(socket) };
        drop(lease);
        Ok(Wire::new(layer, forward, self.max_header))
    }

    #[cfg(feature = "tls")]
    fn secure(&self, mut socket: Socket, uri: &Uri) -> io::Result<Layer> {
        let host = uri.host().unwrap_or_default();
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let name = rustls::pki_types::ServerName::try_from(host.to_owned())
            .map_err(|error| io::Error::new(ErrorKind::InvalidInput, error))?;
        let mut session =
            rustls::ClientConnection::new(Arc::clone(&self.tls), name).map_err(io::Error::other)?;
        while session.is_handshaking() {
            session.complete_io(&mut socket)?;
        }
        Ok(Layer::Tls(Box::new(rustls::StreamOwned::new(session, socket))))
    }

    #[cfg(not(feature = "tls"))]
    fn secure(&self, _: Socket, _: &Uri) -> io::Result<Layer> {
        Err(io::Error::new(ErrorKind::Unsupported, "https needs the feature `tls`"))
    }
}

impl fmt::Debug for Dial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dial").field("rules", &self.rules).finish_non_exhaustive()
    }
}

/// Connects to the first address that answers. Each may take half of the time that is left, the
/// last one all of it.
fn reach(
    addresses: &[SocketAddr],
    deadline: Option<Instant>,
    cancel: Option<&CancelHandle>,
) -> io::Result<TcpStream> {
    let mut failure = io::Error::new(ErrorKind::NotFound, "the name has no address");
    for (index, address) in addresses.iter().enumerate() {
        if cancel.is_some_and(CancelHandle::is_canceled) {
            return Err(io::Error::other("canceled"));
        }
        let result = match deadline {
            None => TcpStream::connect(address),
            Some(deadline) => {
                let left = deadline.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Err(ErrorKind::TimedOut.into());
                }
                let share = if index + 1 < addresses.len() { left / 2 } else { left };
                TcpStream::connect_timeout(address, share.max(Duration::from_millis(1)))
            }
        };
        match result {
            Ok(stream) => return Ok(stream),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// How long the proxy's answer may be, in bytes.
const MAX_PROXY_HEAD: usize = 8 * 1024;

/// Has the proxy pass everything on to the server from here on.
fn tunnel(
    socket: &mut Socket,
    uri: &Uri,
    authorization: Option<http::HeaderValue>,
) -> io::Result<()> {
    let host = uri.host().unwrap_or_default();
    let port = uri.port_u16().unwrap_or(443);
    let mut head =
        format!("CONNECT {host}:{port} HTTP/1.1\r\nhost: {host}:{port}\r\n").into_bytes();
    if let Some(value) = &authorization {
        header_line(&mut head, "proxy-authorization", value);
    }
    head.extend_from_slice(b"\r\n");
    socket.write_all(&head)?;

    // Byte by byte: what follows the head belongs to the server.
    let mut answer = Vec::new();
    let mut byte = [0];
    while !answer.ends_with(b"\r\n\r\n") {
        if socket.read(&mut byte)? == 0 {
            return Err(io::Error::other("the proxy hung up"));
        }
        if answer.len() == MAX_PROXY_HEAD {
            return Err(io::Error::other("the proxy's answer is too long"));
        }
        answer.extend_from_slice(&byte);
    }
    let status = answer.strip_prefix(b"HTTP/1.").and_then(|line| line.get(2..5));
    match status.and_then(|status| http::StatusCode::from_bytes(status).ok()) {
        Some(status) if status.is_success() => Ok(()),
        Some(status) => Err(io::Error::other(format!("the proxy answered {}", status.as_u16()))),
        None => Err(io::Error::other("the proxy does not speak HTTP")),
    }
}
