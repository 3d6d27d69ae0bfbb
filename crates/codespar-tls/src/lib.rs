//! TLS for the drivers, by [rustls]: whom to trust and what to show, from the settings every
//! transport takes. One place, so that both drivers mean the same by them.
//!
//! ```no_run
//! use codespar_engine::TransportSettings;
//!
//! # fn example() -> Result<(), codespar_engine::Error> {
//! let mut config = codespar_tls::client_config(&TransportSettings::default())?;
//! config.alpn_protocols = vec![b"http/1.1".to_vec()];
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//! - `webpki-roots` (default): Mozilla's root certificates, for [`Roots::BuiltIn`].
//! - `platform-verifier`: the operating system's, for [`Roots::Platform`]. They are read once per
//!   process, by the first client that trusts them and no
//!   [others](TransportSettings::extra_roots): on Linux that takes milliseconds, and what the
//!   system trusts later is seen by the next process.
//!
//! Features make roots available; which ones are trusted is a setting. Features add up across a
//! build, and no other crate of a program may change whom this one trusts.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod pem;
#[cfg(feature = "platform-verifier")]
mod platform;

/// What the README shows, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

use std::{error::Error as StdError, io, sync::Arc};

use codespar_engine::{Error, Roots, TransportSettings};
use rustls::{
    CertificateError, ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier,
    client::WantsClientCert, crypto::ring, pki_types::CertificateDer,
};

/// The TLS side of the settings, without protocols (ALPN): those are the caller's.
///
/// The cryptography is always ring: a default that another crate of the program has set plays
/// no part.
///
/// # Errors
/// `Config`, naming `roots`, `extra_roots` or `identity`: roots this build does not have,
/// certificates or a key that cannot be read.
pub fn client_config(settings: &TransportSettings) -> Result<ClientConfig, Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| {
            Error::config("tls", "expected a usable set of versions").with_source(error)
        })?;
    let builder = trusting(builder, settings)?;
    let Some(identity) = &settings.identity else {
        return Ok(builder.with_no_client_auth());
    };
    let (chain, key) = pem::identity(identity)?;
    builder.with_client_auth_cert(chain, key).map_err(|error| {
        let expected = match &error {
            rustls::Error::InvalidCertificate(_) => "expected certificates of version 3, as X.509",
            rustls::Error::InconsistentKeys(_) => {
                "expected the key that belongs to the certificate"
            }
            _ => "expected a certificate and a key that can be used",
        };
        Error::config("identity", expected).with_source(error)
    })
}

/// Why a connection came to nothing for good: the server's certificate proves nothing. In words,
/// found among an error and its causes.
pub fn refusal(error: &(dyn StdError + 'static)) -> Option<String> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(rustls::Error::InvalidCertificate(reason)) = error.downcast_ref() {
            let reason = match reason {
                CertificateError::UnknownIssuer => "no trusted authority signed it".to_owned(),
                reason => reason.to_string(),
            };
            return Some(format!("the server's certificate is not accepted: {reason}"));
        }
        // What is within an error of `io` is not among its causes: those are the causes of it.
        let within = error.downcast_ref().and_then(io::Error::get_ref);
        cause = match within {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

type Wanting<S> = ConfigBuilder<ClientConfig, S>;
type Trusting = Result<Wanting<WantsClientCert>, Error>;

fn trusting(builder: Wanting<WantsVerifier>, settings: &TransportSettings) -> Trusting {
    let extra = pem::certificates(&settings.extra_roots)?;
    if settings.only_extra_roots {
        if extra.is_empty() {
            return Err(Error::config(
                "extra_roots",
                "expected a certificate, as no others are trusted",
            ));
        }
        return Ok(builder.with_root_certificates(store(&extra)?));
    }
    match settings.roots {
        Roots::BuiltIn => with_built_in(builder, &extra),
        Roots::Platform => with_platform(builder, extra),
        _ => Err(Error::config("roots", "expected roots this version knows")),
    }
}

#[cfg(feature = "webpki-roots")]
fn with_built_in(builder: Wanting<WantsVerifier>, extra: &[CertificateDer<'static>]) -> Trusting {
    let mut roots = store(extra)?;
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    Ok(builder.with_root_certificates(roots))
}

#[cfg(not(feature = "webpki-roots"))]
fn with_built_in(_: Wanting<WantsVerifier>, _: &[CertificateDer<'static>]) -> Trusting {
    Err(Error::config(
        "roots",
        "expected the platform's, as this build lacks the feature `webpki-roots`",
    ))
}

#[cfg(feature = "platform-verifier")]
fn with_platform(builder: Wanting<WantsVerifier>, extra: Vec<CertificateDer<'static>>) -> Trusting {
    // What the verifier does not look at before a handshake is looked at here.
    store(&extra)?;
    let verifier = platform::verifier(extra, builder.crypto_provider())?;
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier))
}

#[cfg(not(feature = "platform-verifier"))]
fn with_platform(_: Wanting<WantsVerifier>, _: Vec<CertificateDer<'static>>) -> Trusting {
    let expected =
        "expected the built-in ones, as this build lacks the feature `platform-verifier`";
    Err(Error::config("roots", expected))
}

/// The certificates the settings bring along; each is checked on the way in.
fn store(certificates: &[CertificateDer<'static>]) -> Result<RootCertStore, Error> {
    let mut store = RootCertStore::empty();
    for certificate in certificates {
        store
            .add(certificate.clone())
            .map_err(|error| pem::unreadable_roots().with_source(error))?;
    }
    Ok(store)
}
