//! Certificates, and servers that show them.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use codespar_engine::TransportSettings;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    date_time_ymd,
};
use rustls::{RootCertStore, ServerConfig, crypto::ring, server::WebPkiClientVerifier};
use tokio_rustls::TlsAcceptor;

use super::{Server, direct, serve};

pub(crate) type Ca = CertifiedIssuer<'static, KeyPair>;

pub(crate) fn ca() -> Ca {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A certificate for a name, valid until the end of a year.
pub(crate) fn certificate(ca: &Ca, name: &str, year: i32) -> (rcgen::Certificate, KeyPair) {
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(year, 12, 31);
    params.extended_key_usages =
        vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    let key = KeyPair::generate().unwrap();
    (params.signed_by(&key, ca).unwrap(), key)
}

pub(crate) fn acceptor(
    ca: &Ca,
    name: &str,
    year: i32,
    protocols: &[&str],
    clients: bool,
) -> TlsAcceptor {
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = if clients {
        let mut roots = RootCertStore::empty();
        roots.add(ca.der().clone()).unwrap();
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        builder.with_client_cert_verifier(verifier.build().unwrap())
    } else {
        builder.with_no_client_auth()
    };
    let (certificate, key) = certificate(ca, name, year);
    let mut config = builder.with_single_cert(vec![certificate.der().clone()], key.into()).unwrap();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
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

pub(crate) fn trusting(ca: &Ca) -> TransportSettings {
    let mut settings = direct();
    settings.extra_roots = vec![ca.pem().into_bytes().into()];
    settings
}
