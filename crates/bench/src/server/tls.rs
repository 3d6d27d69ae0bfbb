//! The certificate of the server, made anew each time it starts.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair,
};
use rustls::{ServerConfig, crypto::ring};
use tokio_rustls::TlsAcceptor;

use crate::Outcome;

/// What answers handshakes, offering these protocols; and whom a client has to trust, as PEM.
pub(super) fn acceptor(protocols: &[&[u8]]) -> Outcome<(TlsAcceptor, String)> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;

    let mut params = CertificateParams::new(["127.0.0.1".to_owned()])?;
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate()?;
    let shown = params.signed_by(&key, &authority)?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![shown.der().clone()], key.into())?;
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    Ok((TlsAcceptor::from(Arc::new(config)), authority.pem()))
}
