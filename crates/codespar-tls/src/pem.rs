//! Certificates and keys out of the bytes that the settings hold.

use bytes::Bytes;
use codespar_engine::{Error, Identity};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};

/// What every PEM text has and no certificate in DER begins with.
const PEM: &[u8] = b"-----BEGIN ";

/// The certificates of `extra_roots`: PEM (one or more) or DER (one) each.
pub(crate) fn certificates(given: &[Bytes]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let mut certificates = Vec::new();
    for given in given {
        if !given.windows(PEM.len()).any(|window| window == PEM) {
            certificates.push(CertificateDer::from(given.to_vec()));
            continue;
        }
        let before = certificates.len();
        for certificate in CertificateDer::pem_slice_iter(given) {
            certificates.push(certificate.map_err(|error| unreadable_roots().with_source(error))?);
        }
        if certificates.len() == before {
            return Err(unreadable_roots());
        }
    }
    Ok(certificates)
}

pub(crate) fn unreadable_roots() -> Error {
    Error::config("extra_roots", "expected certificates as PEM or DER")
}

type Chain = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// What the client shows: its chain, and the key that belongs to it.
pub(crate) fn identity(identity: &Identity) -> Result<Chain, Error> {
    let unreadable = |what| Error::config("identity", format_args!("expected {what}"));
    // Without the causes: they quote lines, and the key may stand beside the certificates.
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&identity.certificates)
        .collect::<Result<_, _>>()
        .map_err(|_| unreadable("certificates as PEM"))?;
    if chain.is_empty() {
        return Err(unreadable("at least one certificate as PEM"));
    }
    let key = PrivateKeyDer::from_pem_slice(&identity.key)
        .map_err(|_| unreadable("a private key as PEM"))?;
    Ok((chain, key))
}
