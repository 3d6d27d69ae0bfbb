//! From an address to a connection: proxy, TCP, TLS.

use std::{
    fmt,
    io::{self, ErrorKind, Read, Write},
    sync::Arc,
};

use codespar_engine::{ConnectAnswer, ProxyRules, ProxyTarget, TunnelError};
use http::Uri;
use ureq::{
    Error,
    unversioned::transport::{ConnectionDetails, Connector},
};

use crate::{
    attempt,
    connection::{Forward, Limits, Wire},
    dns::Names,
    happy_eyeballs::reach,
    socket::{Link, Socket},
    stream::Layer,
};

/// Makes connections.
pub(crate) struct Dial {
    pub(crate) rules: Arc<ProxyRules>,
    pub(crate) names: Names,
    pub(crate) limits: Limits,
    #[cfg(feature = "tls")]
    pub(crate) tls: Arc<rustls::ClientConfig>,
}

impl Connector for Dial {
    type Out = Wire;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        _: Option<()>,
    ) -> Result<Option<Wire>, Error> {
        Ok(Some(self.dial(details.uri)?))
    }
}

impl Dial {
    fn dial(&self, uri: &Uri) -> io::Result<Wire> {
        // Whether it can be used was asked before.
        let proxy = self.rules.for_uri(uri).map_err(io::Error::other)?;
        let next = proxy.map_or(uri, ProxyTarget::uri);
        let wire = self.dial_by(uri, proxy, next);
        if wire.is_err() {
            // The name may point elsewhere by now.
            self.names.forget(next);
        }
        wire
    }

    /// Connects to the server, by way of the next one on the way there.
    fn dial_by(&self, uri: &Uri, proxy: Option<&ProxyTarget>, next: &Uri) -> io::Result<Wire> {
        let note = attempt::with(|attempt| (attempt.connected_by, attempt.cancel.clone()));
        let (deadline, cancel) = note.unwrap_or_default();
        let addresses = self.names.find(next, deadline)?;
        let stream = reach(&addresses, deadline, cancel.as_ref())?;
        stream.set_nodelay(true)?;
        let link = Link::new(stream);
        let lease = link.lease(deadline, cancel.as_ref());
        let mut socket = Socket::new(link);
        let secure = uri.scheme_str() == Some("https");
        let mut forward = None;
        if let Some(proxy) = proxy {
            if secure {
                tunnel(&mut socket, uri, proxy)?;
            } else {
                let authority = uri.authority().map_or("", |authority| authority.as_str());
                let origin = format!("http://{authority}");
                forward = Some(Forward { origin, authorization: proxy.authorization() });
            }
        }
        let layer = if secure { self.secure(socket, uri)? } else { Layer::Plain(socket) };
        drop(lease);
        Ok(Wire::new(layer, forward, self.limits))
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

/// Has the proxy pass everything on to the server from here on.
fn tunnel(socket: &mut Socket, server: &Uri, proxy: &ProxyTarget) -> io::Result<()> {
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
