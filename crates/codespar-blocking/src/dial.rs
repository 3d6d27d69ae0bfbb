//! From an address to a connection: proxy, TCP, TLS.

use std::{
    fmt,
    io::{self, ErrorKind, Read, Write},
    sync::Arc,
};

use codespar_engine::driver::{ConnectAnswer, ProxyRules, ProxyTarget, TunnelError};
use http::Uri;
use ureq::{
    Error,
    unversioned::transport::{ConnectionDetails, Connector},
};

use crate::{
    attempt,
    connection::{ForwardProxy, HeadLimits, Http1Connection},
    dns::DnsCache,
    happy_eyeballs,
    idle::ConnectionCounts,
    socket::{DeadlineStream, SharedSocket},
    stream::MaybeTlsStream,
};

/// Makes connections.
pub(crate) struct Dialer {
    pub(crate) rules: Arc<ProxyRules>,
    pub(crate) dns: DnsCache,
    pub(crate) limits: HeadLimits,
    pub(crate) counts: ConnectionCounts,
    #[cfg(feature = "tls")]
    pub(crate) tls: Arc<rustls::ClientConfig>,
}

impl Connector for Dialer {
    type Out = Http1Connection;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        _: Option<()>,
    ) -> Result<Option<Http1Connection>, Error> {
        Ok(Some(self.dial(details.uri)?))
    }
}

impl Dialer {
    fn dial(&self, uri: &Uri) -> io::Result<Http1Connection> {
        // Whether it can be used was asked before.
        let proxy = self.rules.for_uri(uri).map_err(io::Error::other)?;
        let next = proxy.map_or(uri, ProxyTarget::uri);
        let connection = self.dial_via(uri, proxy, next);
        if connection.is_err() {
            // The name may point elsewhere by now.
            self.dns.invalidate(next);
        }
        connection
    }

    /// Connects to the server, by way of the next one on the way there.
    fn dial_via(
        &self,
        uri: &Uri,
        proxy: Option<&ProxyTarget>,
        next: &Uri,
    ) -> io::Result<Http1Connection> {
        let note = attempt::with_current(|attempt| (attempt.connected_by, attempt.cancel.clone()));
        let (deadline, cancel) = note.unwrap_or_default();
        let addresses = self.dns.resolve(next, deadline)?;
        let tcp = happy_eyeballs::connect(&addresses, deadline, cancel.as_ref())?;
        tcp.set_nodelay(true)?;
        let shared = SharedSocket::new(tcp);
        let guard = shared.begin_exchange(deadline, cancel.as_ref());
        let mut socket = DeadlineStream::new(shared);
        let secure = uri.scheme_str() == Some("https");
        let mut forward = None;
        if let Some(proxy) = proxy {
            if secure {
                open_tunnel(&mut socket, uri, proxy)?;
            } else {
                let authority = uri.authority().map_or("", |authority| authority.as_str());
                let origin = format!("http://{authority}");
                forward = Some(ForwardProxy { origin, authorization: proxy.authorization() });
            }
        }
        let stream = if secure { self.secure(socket, uri)? } else { MaybeTlsStream::Plain(socket) };
        drop(guard);
        Ok(Http1Connection::new(stream, forward, self.limits, self.counts.connected(uri)))
    }

    #[cfg(feature = "tls")]
    fn secure(&self, mut socket: DeadlineStream, uri: &Uri) -> io::Result<MaybeTlsStream> {
        let host = uri.host().unwrap_or_default();
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let name = rustls::pki_types::ServerName::try_from(host.to_owned())
            .map_err(|error| io::Error::new(ErrorKind::InvalidInput, error))?;
        let mut session =
            rustls::ClientConnection::new(Arc::clone(&self.tls), name).map_err(io::Error::other)?;
        while session.is_handshaking() {
            session.complete_io(&mut socket)?;
        }
        Ok(MaybeTlsStream::Tls(Box::new(rustls::StreamOwned::new(session, socket))))
    }

    #[cfg(not(feature = "tls"))]
    fn secure(&self, _: DeadlineStream, _: &Uri) -> io::Result<MaybeTlsStream> {
        Err(io::Error::new(ErrorKind::Unsupported, "https needs the feature `tls`"))
    }
}

impl fmt::Debug for Dialer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dialer").field("rules", &self.rules).finish_non_exhaustive()
    }
}

/// Has the proxy pass everything on to the server from here on.
fn open_tunnel(socket: &mut DeadlineStream, server: &Uri, proxy: &ProxyTarget) -> io::Result<()> {
    socket.write_all(&ConnectAnswer::request(server, proxy))?;
    let mut answer = ConnectAnswer::default();
    let mut byte = [0];
    loop {
        if socket.read(&mut byte)? == 0 {
            return Err(io::Error::other(TunnelError::HungUp));
        }
        if answer.push(byte[0]).map_err(io::Error::other)? {
            return Ok(());
        }
    }
}
