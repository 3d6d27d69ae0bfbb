//! How connections are made: straight or through a proxy, plain or with TLS, within one limit.

use std::{
    error::Error as StdError,
    fmt,
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use codespar_engine::{Error, ProxyRules, ProxyTarget, TransportSettings};
use http::Uri;
use hyper::rt::{Read, Write};
use hyper_util::client::legacy::connect::Connection;
use tower_service::Service;

#[cfg(feature = "tls")]
use self::tunnel::Tunnel;
use self::{
    io::{BoxError, BoxIo, Dialing},
    tcp::TcpConnector,
};

mod dns;
mod io;
mod tcp;
#[cfg(feature = "tls")]
mod tunnel;

/// Why an `https` URL is refused where TLS was left out.
pub(crate) const NO_TLS: &str = "http, as this build has no TLS: it needs the feature `tls`";

/// Makes connections; one type whatever makes them, so that clients are compiled once.
#[derive(Clone)]
pub(crate) struct Connector {
    dial: Arc<dyn Dial>,
    limit: Duration,
}

impl Connector {
    pub(crate) fn new(dial: impl Dial + 'static, limit: Duration) -> Self {
        Self { dial: Arc::new(dial), limit }
    }
}

impl Service<Uri> for Connector {
    type Response = BoxIo;
    type Error = BoxError;
    type Future = Dialing;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Dialing {
        let dialing = self.dial.dial(to);
        let limit = self.limit;
        Box::pin(async move {
            tokio::time::timeout(limit, dialing).await.unwrap_or_else(|_| Err(TimedOut.into()))
        })
    }
}

/// The limit on connecting ran out: name, TCP, proxy and TLS together.
#[derive(Debug)]
pub(crate) struct TimedOut;

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server could not be reached within the connect limit")
    }
}

impl StdError for TimedOut {}

/// The environment names a proxy for this server that cannot be used.
#[derive(Debug)]
pub(crate) struct Unusable(pub(crate) Error);

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.message())
    }
}

impl StdError for Unusable {}

/// Makes one connection.
pub(crate) trait Dial: Send + Sync {
    fn dial(&self, to: Uri) -> Dialing;
}

/// A connector the user brought along.
pub(crate) struct Foreign<C>(pub(crate) C);

impl<C> Dial for Foreign<C>
where
    C: Service<Uri> + Clone + Send + Sync + 'static,
    C::Response: Read + Write + Connection + Unpin + Send + 'static,
    C::Error: Into<BoxError>,
    C::Future: Send,
{
    fn dial(&self, to: Uri) -> Dialing {
        let mut connector = self.0.clone();
        Box::pin(async move {
            poll_fn(|cx| connector.poll_ready(cx)).await.map_err(Into::into)?;
            connector.call(to).await.map(BoxIo::new).map_err(Into::into)
        })
    }
}

/// The TLS side of the settings, and the protocols to offer.
#[cfg(feature = "tls")]
fn tls(settings: &TransportSettings) -> Result<Arc<rustls::ClientConfig>, Error> {
    let mut config = codespar_tls::client_config(settings)?;
    config.alpn_protocols = match settings.http2 {
        true => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
        false => vec![b"http/1.1".to_vec()],
    };
    Ok(Arc::new(config))
}

/// Our own connector: TCP, proxies as the rules say, TLS by rustls.
pub(crate) struct Dialer {
    tcp: TcpConnector,
    proxies: Arc<ProxyRules>,
    #[cfg(feature = "tls")]
    tls: Arc<rustls::ClientConfig>,
}

impl Dialer {
    pub(crate) fn new(
        settings: &TransportSettings,
        proxies: Arc<ProxyRules>,
    ) -> Result<Self, Error> {
        Ok(Self {
            tcp: TcpConnector::new(settings.connect_timeout),
            proxies,
            #[cfg(feature = "tls")]
            tls: tls(settings)?,
        })
    }

    #[cfg(feature = "tls")]
    fn dial_tls(&self, to: Uri, proxy: Option<&ProxyTarget>) -> Dialing {
        use hyper_rustls::HttpsConnector;

        let (tcp, tls) = (self.tcp.clone(), Arc::clone(&self.tls));
        let Some(proxy) = proxy else { return boxed(HttpsConnector::from((tcp, tls)).call(to)) };
        let tunnel = Tunnel { tcp, proxy: proxy.clone() };
        boxed(HttpsConnector::from((tunnel, tls)).call(to))
    }

    #[cfg(not(feature = "tls"))]
    fn dial_tls(&self, _: Uri, _: Option<&ProxyTarget>) -> Dialing {
        Box::pin(async { Err(BoxError::from(NO_TLS)) })
    }
}

impl Dial for Dialer {
    fn dial(&self, to: Uri) -> Dialing {
        let proxy = match self.proxies.for_uri(&to) {
            Ok(proxy) => proxy,
            Err(error) => return Box::pin(async { Err(Unusable(error).into()) }),
        };
        if to.scheme() == Some(&http::uri::Scheme::HTTPS) {
            return self.dial_tls(to, proxy);
        }
        let mut tcp = self.tcp.clone();
        let Some(proxy) = proxy else { return boxed(tcp.call(to)) };
        let connecting = tcp.call(proxy.uri().clone());
        Box::pin(async move { Ok(BoxIo::to_proxy(connecting.await?)) })
    }
}

fn boxed<F, I, E>(connecting: F) -> Dialing
where
    F: Future<Output = Result<I, E>> + Send + 'static,
    I: Read + Write + Connection + Unpin + Send + 'static,
    E: Into<BoxError>,
{
    Box::pin(async move { connecting.await.map(BoxIo::new).map_err(Into::into) })
}
