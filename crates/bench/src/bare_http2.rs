//! HTTP/2 over TLS by hyper alone, with the settings that the SDK uses.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::{Outcome, server::Server};

/// Makes connections to one server.
pub(crate) struct Dialer {
    server: SocketAddr,
    tls: TlsConnector,
}

impl Dialer {
    pub(crate) fn new(server: &Server) -> Outcome<Self> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(server.root.as_bytes())?)?;
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let server = server.url.trim_start_matches("https://").parse()?;
        Ok(Self { server, tls: TlsConnector::from(Arc::new(config)) })
    }

    pub(crate) async fn dial(&self) -> Outcome<SendRequest<Full<Bytes>>> {
        let stream = TcpStream::connect(self.server).await?;
        stream.set_nodelay(true)?;
        let name = ServerName::from(self.server.ip());
        let stream = self.tls.connect(name, stream).await?;
        let (sender, connection) = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .initial_stream_window_size(1 << 20)
            .initial_connection_window_size(1 << 26)
            .keep_alive_interval(Duration::from_secs(30))
            .handshake(TokioIo::new(stream))
            .await?;
        // What goes wrong is told to whoever has the sender.
        tokio::spawn(async move { connection.await.unwrap_or_default() });
        Ok(sender)
    }
}
