//! The operating system's judgement of certificates, asked for once per process.

use std::sync::{Arc, Mutex, PoisonError};

use codespar_engine::Error;
use rustls::{crypto::CryptoProvider, pki_types::CertificateDer};
use rustls_platform_verifier::Verifier;

/// The verifier of the system's roots and none besides: where those are files, it takes
/// milliseconds to make.
static SYSTEM: Mutex<Option<Arc<Verifier>>> = Mutex::new(None);

/// A verifier that trusts the system's roots and these: a new one where there are any.
pub(crate) fn verifier(
    extra: Vec<CertificateDer<'static>>,
    provider: &Arc<CryptoProvider>,
) -> Result<Arc<Verifier>, Error> {
    if extra.is_empty() {
        return once(&SYSTEM, || Verifier::new(Arc::clone(provider)).map_err(no_roots));
    }
    beside(extra, Arc::clone(provider)).map(Arc::new)
}

#[cfg(not(target_os = "android"))]
fn beside(
    extra: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Verifier, Error> {
    Verifier::new_with_extra_roots(extra, provider).map_err(no_roots)
}

#[cfg(target_os = "android")]
fn beside(_: Vec<CertificateDer<'static>>, _: Arc<CryptoProvider>) -> Result<Verifier, Error> {
    Err(Error::config("extra_roots", "expected none beside the roots of Android"))
}

fn no_roots(error: rustls::Error) -> Error {
    Error::config("roots", "expected root certificates of the operating system").with_source(error)
}

/// What was made before, or else is made now, by one of those who ask at once. A failure is not
/// kept: the system may be put right.
fn once<V>(
    kept: &Mutex<Option<Arc<V>>>,
    make: impl FnOnce() -> Result<V, Error>,
) -> Result<Arc<V>, Error> {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(made) = &*kept {
        return Ok(Arc::clone(made));
    }
    let made = Arc::new(make()?);
    *kept = Some(Arc::clone(&made));
    Ok(made)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use rcgen::{CertificateParams, KeyPair};
    use rustls::crypto::ring;

    use super::*;

    #[test]
    fn clients_share_the_verifier_of_the_platform() {
        let provider = || Arc::new(ring::default_provider());
        let ask = || verifier(Vec::new(), &provider());
        let key = KeyPair::generate().unwrap();
        let own = CertificateParams::new(["api.example".to_owned()]).unwrap();
        let own = own.self_signed(&key).unwrap();
        match ask() {
            Ok(first) => {
                assert!(Arc::ptr_eq(&first, &ask().unwrap()));
                // What one client trusts besides is not trusted by the others.
                let other = verifier(vec![own.der().clone()], &provider()).unwrap();
                assert!(!Arc::ptr_eq(&first, &other));
                assert!(Arc::ptr_eq(&first, &ask().unwrap()));
            }
            // A machine may have no roots at all.
            Err(error) => assert_eq!(error.field(), Some("roots")),
        }
    }

    #[test]
    fn what_failed_is_tried_again_and_what_went_well_is_not() {
        let kept = Mutex::new(None);
        let mut tries = 0;
        let mut ask = |made| {
            once(&kept, || {
                tries += 1;
                made
            })
        };
        let failed = || Err(Error::config("roots", "expected some"));
        assert_eq!(ask(failed()).unwrap_err().field(), Some("roots"));
        let first = ask(Ok(1)).unwrap();
        assert_eq!((*first, *ask(Ok(2)).unwrap(), *ask(failed()).unwrap()), (1, 1, 1));
        assert_eq!(tries, 2);
    }
}
