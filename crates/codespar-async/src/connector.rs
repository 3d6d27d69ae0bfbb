//! How connections are made: straight or through a proxy, plain or with TLS, within one limit.

use std::{error::Error as StdError, fmt, future::poll_fn, sync::Arc};

use codespar_engine::{
    Error, TransportSettings,
    driver::{ProxyRules, ProxyTarget},
};
use http::Uri;
use hyper::rt::{Read, Write};
use hyper_util::client::legacy::connect::Connection;
use tower_service::Service;

pub(crate) use self::io::{BoxError, BoxIo, Reads};
pub(crate) use self::tcp::Trust;
#[cfg(feature = "tls")]
use self::tunnel::TunnelConnector;
use self::{io::Connecting, tcp::TcpConnector};

mod dns;
mod io;
mod tcp;
#[cfg(feature = "tls")]
mod tunnel;

/// Why an `https` URL is refused where TLS was left out.
pub(crate) const NO_TLS: &str = "http, as this build has no TLS: it needs the feature `tls`";

/// The environment names a proxy for this server that cannot be used.
#[derive(Debug)]
pub(crate) struct UnusableProxy(pub(crate) Error);

impl fmt::Display for UnusableProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.message())
    }
}

impl StdError for UnusableProxy {}

/// Makes connections; one type whatever makes them, so that the pool is compiled once.
#[derive(Clone)]
pub(crate) struct Connector {
    dial: Arc<dyn Dial>,
    is_own: bool,
    may_negotiate: bool,
}

impl Connector {
    /// Our own.
    pub(crate) fn new(dialer: Dialer, http2: bool) -> Self {
        Self { dial: Arc::new(dialer), is_own: true, may_negotiate: http2 }
    }

    /// One that the user brought along.
    pub(crate) fn custom(dial: impl Dial + 'static) -> Self {
        Self { dial: Arc::new(dial), is_own: false, may_negotiate: true }
    }

    /// Whether connections tell of a close when they are looked at, whatever the runtime knows.
    pub(crate) const fn is_own(&self) -> bool {
        self.is_own
    }

    /// Whether a connection with TLS may turn out to be one of HTTP/2.
    pub(crate) const fn may_negotiate(&self) -> bool {
        self.may_negotiate
    }

    /// Connects to a server; the caller sets the limit.
    pub(crate) fn connect(&self, to: Uri, http1_only: bool) -> Connecting {
        self.dial.dial(to, http1_only)
    }
}

/// Makes one connection.
pub(crate) trait Dial: Send + Sync {
    /// `http1_only`: HTTP/2 is not to be offered.
    fn dial(&self, to: Uri, http1_only: bool) -> Connecting;
}

/// A connector the user brought along.
pub(crate) struct CustomConnector<C>(pub(crate) C);

impl<C> Dial for CustomConnector<C>
where
    C: Service<Uri> + Clone + Send + Sync + 'static,
    C::Response: Read + Write + Connection + Unpin + Send + 'static,
    C::Error: Into<BoxError>,
    C::Future: Send,
{
    fn dial(&self, to: Uri, _: bool) -> Connecting {
        let mut connector = self.0.clone();
        Box::pin(async move {
            poll_fn(|cx| connector.poll_ready(cx)).await.map_err(Into::into)?;
            connector.call(to).await.map(BoxIo::new).map_err(Into::into)
        })
    }
}

/// The TLS side of the settings, by the protocols that are offered.
#[cfg(feature = "tls")]
struct Tls {
    both: Arc<rustls::ClientConfig>,
    http1: Arc<rustls::ClientConfig>,
}

#[cfg(feature = "tls")]
impl Tls {
    fn new(settings: &TransportSettings) -> Result<Self, Error> {
        let mut http1 = codespar_tls::client_config(settings)?;
        http1.alpn_protocols = vec![b"http/1.1".to_vec()];
        let mut both = http1.clone();
        if settings.http2 {
            both.alpn_protocols.insert(0, b"h2".to_vec());
        }
        Ok(Self { both: Arc::new(both), http1: Arc::new(http1) })
    }
}

/// Our own connector: TCP, proxies as the rules say, TLS by rustls.
pub(crate) struct Dialer {
    tcp: TcpConnector,
    proxies: Arc<ProxyRules>,
    #[cfg(feature = "tls")]
    tls: Tls,
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
            tls: Tls::new(settings)?,
        })
    }

    #[cfg(feature = "tls")]
    fn dial_tls(&self, to: Uri, proxy: Option<&ProxyTarget>, http1_only: bool) -> Connecting {
        use hyper_rustls::HttpsConnector;

        let tls = if http1_only { &self.tls.http1 } else { &self.tls.both };
        let (tcp, tls) = (self.tcp.clone(), Arc::clone(tls));
        let Some(proxy) = proxy else { return boxed(HttpsConnector::from((tcp, tls)).call(to)) };
        let tunnel = TunnelConnector { tcp, proxy: proxy.clone() };
        boxed(HttpsConnector::from((tunnel, tls)).call(to))
    }

    #[cfg(not(feature = "tls"))]
    fn dial_tls(&self, _: Uri, _: Option<&ProxyTarget>, _: bool) -> Connecting {
        Box::pin(async { Err(BoxError::from(NO_TLS)) })
    }
}

impl Dial for Dialer {
    fn dial(&self, to: Uri, http1_only: bool) -> Connecting {
        let proxy = match self.proxies.for_uri(&to) {
            Ok(proxy) => proxy,
            Err(error) => return Box::pin(async { Err(UnusableProxy(error).into()) }),
        };
        if to.scheme() == Some(&http::uri::Scheme::HTTPS) {
            return self.dial_tls(to, proxy, http1_only);
        }
        let mut tcp = self.tcp.clone();
        let Some(proxy) = proxy else { return boxed(tcp.call(to)) };
        let connecting = tcp.call(proxy.uri().clone());
        Box::pin(async move { Ok(BoxIo::to_proxy(connecting.await?)) })
    }
}

fn boxed<F, I, E>(connecting: F) -> Connecting
where
    F: Future<Output = Result<I, E>> + Send + 'static,
    I: Read + Write + Connection + Unpin + Send + 'static,
    E: Into<BoxError>,
{
    Box::pin(async move { connecting.await.map(BoxIo::new).map_err(Into::into) })
}
