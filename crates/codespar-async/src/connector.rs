//! How connections are made: straight or through a proxy, plain or with TLS, within one limit.

use std::{
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use codespar_engine::{
    Error, TransportSettings,
    driver::{ProxyRules, ProxyTarget},
};
use http::Uri;
use hyper::rt::{Read, Write};
use hyper_util::client::legacy::connect::Connection;
use tower_service::Service;

use crate::error::{ConnectTimeout, UnusableProxy};

#[cfg(feature = "tls")]
use self::tunnel::TunnelConnector;
use self::{
    io::{BoxError, BoxIo, Connecting},
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
    type Future = Connecting;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Connecting {
        let connecting = self.dial.dial(to);
        let limit = self.limit;
        Box::pin(async move {
            tokio::time::timeout(limit, connecting)
                .await
                .unwrap_or_else(|_| Err(ConnectTimeout.into()))
        })
    }
}

/// Makes one connection.
pub(crate) trait Dial: Send + Sync {
    fn dial(&self, to: Uri) -> Connecting;
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
    fn dial(&self, to: Uri) -> Connecting {
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
    fn dial_tls(&self, to: Uri, proxy: Option<&ProxyTarget>) -> Connecting {
        use hyper_rustls::HttpsConnector;

        let (tcp, tls) = (self.tcp.clone(), Arc::clone(&self.tls));
        let Some(proxy) = proxy else { return boxed(HttpsConnector::from((tcp, tls)).call(to)) };
        let tunnel = TunnelConnector { tcp, proxy: proxy.clone() };
        boxed(HttpsConnector::from((tunnel, tls)).call(to))
    }

    #[cfg(not(feature = "tls"))]
    fn dial_tls(&self, _: Uri, _: Option<&ProxyTarget>) -> Connecting {
        Box::pin(async { Err(BoxError::from(NO_TLS)) })
    }
}

impl Dial for Dialer {
    fn dial(&self, to: Uri) -> Connecting {
        let proxy = match self.proxies.for_uri(&to) {
            Ok(proxy) => proxy,
            Err(error) => return Box::pin(async { Err(UnusableProxy(error).into()) }),
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

fn boxed<F, I, E>(connecting: F) -> Connecting
where
    F: Future<Output = Result<I, E>> + Send + 'static,
    I: Read + Write + Connection + Unpin + Send + 'static,
    E: Into<BoxError>,
{
    Box::pin(async move { connecting.await.map(BoxIo::new).map_err(Into::into) })
}
