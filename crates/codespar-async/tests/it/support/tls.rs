//! Certificates, and servers that show them.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use codespar_engine::TransportSettings;
use testing_support::certificates::{Authority, server_config};
use tokio_rustls::TlsAcceptor;

use super::{Server, direct, serve};

pub(crate) fn acceptor(
    ca: &Authority,
    name: &str,
    year: i32,
    protocols: &[&str],
    clients: bool,
) -> TlsAcceptor {
    let clients = clients.then_some(ca);
    TlsAcceptor::from(server_config(&ca.issue(name, year), clients, protocols))
}

/// A server of one answer over HTTP/1.1; counts the handshakes that came about.
pub(crate) async fn plain_server(acceptor: TlsAcceptor) -> (Server, Arc<AtomicUsize>) {
    let handshakes = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&handshakes);
    let server = Server::start(move |stream, _| {
        let (acceptor, count) = (acceptor.clone(), Arc::clone(&count));
        async move {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                count.fetch_add(1, Ordering::SeqCst);
                serve(&mut stream, "secret").await;
            }
        }
    })
    .await;
    (server, handshakes)
}

pub(crate) fn trusting(ca: &Authority) -> TransportSettings {
    let mut settings = direct();
    settings.extra_roots = vec![ca.pem().into_bytes().into()];
    settings
}
