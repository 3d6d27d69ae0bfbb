//! TLS by rustls: whom to trust, what to show, which protocols to offer.

use std::sync::Arc;

use bytes::Bytes;
use codespar_engine::{Error, Identity, TransportSettings};
use rustls::{
    ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier,
    client::WantsClientCert,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

/// The TLS side of the settings. The cryptography is always ring: a default that another crate
/// of the program has set plays no part.
pub(crate) fn config(settings: &TransportSettings) -> Result<ClientConfig, Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::config("tls", "a usable set of versions").with_source(error))?;
    let builder = trusting(builder, settings)?;
    let mut config = match &settings.identity {
        None => builder.with_no_client_auth(),
        Some(identity) => {
            let (chain, key) = read_identity(identity)?;
            builder.with_client_auth_cert(chain, key).map_err(|error| {
                Error::config("identity", "a certificate and the key that belongs to it")
                    .with_source(error)
            })?
        }
    };
    config.alpn_protocols = match settings.http2 {
        true => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
        false => vec![b"http/1.1".to_vec()],
    };
    Ok(config)
}

type Wanting<S> = ConfigBuilder<ClientConfig, S>;

fn trusting(
    builder: Wanting<WantsVerifier>,
    settings: &TransportSettings,
) -> Result<Wanting<WantsClientCert>, Error> {
    let (extra, mut roots) = extra_roots(&settings.extra_roots)?;
    if settings.only_extra_roots {
        if extra.is_empty() {
            return Err(Error::config("extra_roots", "a certificate, as no others are trusted"));
        }
        return Ok(builder.with_root_certificates(roots));
    }
    #[cfg(feature = "platform-verifier")]
    if cfg!(not(target_os = "android")) || extra.is_empty() {
        return with_platform(builder, extra);
    }
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    Ok(builder.with_root_certificates(roots))
}

#[cfg(feature = "platform-verifier")]
fn with_platform(
    builder: Wanting<WantsVerifier>,
    extra: Vec<CertificateDer<'static>>,
) -> Result<Wanting<WantsClientCert>, Error> {
    use rustls_platform_verifier::Verifier;

    let provider = Arc::clone(builder.crypto_provider());
    #[cfg(not(target_os = "android"))]
    let verifier = Verifier::new_with_extra_roots(extra, provider);
    #[cfg(target_os = "android")]
    let verifier = {
        drop(extra);
        Verifier::new(provider)
    };
    let verifier = verifier.map_err(|error| {
        Error::config("tls", "root certificates of the operating system").with_source(error)
    })?;
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)))
}

/// The certificates the settings bring along, also as a store: they are checked on the way in.
fn extra_roots(given: &[Bytes]) -> Result<(Vec<CertificateDer<'static>>, RootCertStore), Error> {
    let unreadable = || Error::config("extra_roots", "certificates as PEM or DER");
    let mut certificates = Vec::new();
    let mut store = RootCertStore::empty();
    for given in given {
        let before = certificates.len();
        if given.windows(PEM.len()).any(|window| window == PEM) {
            for certificate in CertificateDer::pem_slice_iter(given) {
                certificates.push(certificate.map_err(|error| unreadable().with_source(error))?);
            }
        } else {
            certificates.push(CertificateDer::from(given.to_vec()));
        }
        if certificates.len() == before {
            return Err(unreadable());
        }
    }
    for certificate in &certificates {
        store.add(certificate.clone()).map_err(|error| unreadable().with_source(error))?;
    }
    Ok((certificates, store))
}

/// What every PEM text has and no certificate in DER begins with.
const PEM: &[u8] = b"-----BEGIN ";

type Chain = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn read_identity(identity: &Identity) -> Result<Chain, Error> {
    let unreadable = |what| Error::config("identity", what);
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&identity.certificates)
        .collect::<Result<_, _>>()
        .map_err(|error| unreadable("certificates as PEM").with_source(error))?;
    if chain.is_empty() {
        return Err(unreadable("at least one certificate as PEM"));
    }
    // Without the cause: it may quote a line of the key.
    let key = PrivateKeyDer::from_pem_slice(&identity.key)
        .map_err(|_| unreadable("a private key as PEM"))?;
    Ok((chain, key))
}
