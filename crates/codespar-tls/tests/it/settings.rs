//! Which settings make a configuration, and which are refused by name.

use bytes::Bytes;
use codespar_engine::{ErrorKind, Identity, Roots, TransportSettings};
use codespar_tls::client_config;
use rcgen::{CertificateParams, KeyPair};

fn certificate() -> (rcgen::Certificate, KeyPair) {
    let key = KeyPair::generate().unwrap();
    let certificate =
        CertificateParams::new(["api.example".to_owned()]).unwrap().self_signed(&key).unwrap();
    (certificate, key)
}

fn with(change: impl FnOnce(&mut TransportSettings)) -> TransportSettings {
    let mut settings = TransportSettings::default();
    change(&mut settings);
    settings
}

/// The field an unusable setting is reported under.
fn refused(settings: &TransportSettings) -> String {
    let error = client_config(settings).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    error.field().unwrap().to_owned()
}

#[test]
fn the_built_in_roots_are_the_default_whatever_else_is_compiled_in() {
    let settings = TransportSettings::default();
    assert_eq!(settings.roots, Roots::BuiltIn);
    match cfg!(feature = "webpki-roots") {
        true => assert!(client_config(&settings).unwrap().alpn_protocols.is_empty()),
        false => assert_eq!(refused(&settings), "roots"),
    }
}

#[test]
fn the_platform_is_asked_only_where_it_is_compiled_in() {
    let settings = with(|settings| settings.roots = Roots::Platform);
    match cfg!(feature = "platform-verifier") {
        // A machine may have no roots at all; then it is said under the same name.
        true => match client_config(&settings) {
            Ok(_) => {}
            Err(error) => assert_eq!(error.field(), Some("roots")),
        },
        false => assert_eq!(refused(&settings), "roots"),
    }
}

#[test]
fn own_roots_alone_need_no_others() {
    let (own, _) = certificate();
    for roots in [Roots::BuiltIn, Roots::Platform] {
        for given in [Bytes::from(own.pem()), Bytes::copy_from_slice(own.der())] {
            client_config(&with(|settings| {
                settings.roots = roots;
                settings.extra_roots = vec![given];
                settings.only_extra_roots = true;
            }))
            .unwrap();
        }
    }
    assert_eq!(refused(&with(|settings| settings.only_extra_roots = true)), "extra_roots");
}

#[test]
fn unreadable_roots_are_refused() {
    for given in ["", "not a certificate", "-----BEGIN CERTIFICATE-----\nAAAA", "-----BEGIN X"] {
        let settings = with(|settings| {
            settings.extra_roots = vec![Bytes::from_static(given.as_bytes())];
            settings.only_extra_roots = true;
        });
        assert_eq!(refused(&settings), "extra_roots", "{given}");
    }
}

#[test]
fn an_identity_is_a_certificate_and_its_own_key() {
    let (own, key) = certificate();
    let (_, other) = certificate();
    let identity = |chain: &str, key: &str| {
        with(|settings| {
            settings.extra_roots = vec![Bytes::copy_from_slice(own.der())];
            settings.only_extra_roots = true;
            settings.identity = Some(Identity::from_pem(chain.to_owned(), key.to_owned()));
        })
    };
    client_config(&identity(&own.pem(), &key.serialize_pem())).unwrap();
    for (chain, key) in [
        (own.pem(), other.serialize_pem()),
        (own.pem(), String::new()),
        (String::new(), key.serialize_pem()),
        (key.serialize_pem(), key.serialize_pem()),
    ] {
        assert_eq!(refused(&identity(&chain, &key)), "identity");
    }
}

#[test]
fn a_key_is_never_quoted() {
    let (own, _) = certificate();
    let settings = with(|settings| {
        let key = "-----BEGIN PRIVATE KEY-----\nsecret-line\n-----END PRIVATE KEY-----\n";
        settings.identity = Some(Identity::from_pem(own.pem(), key));
        settings.extra_roots = vec![Bytes::from(own.pem())];
        settings.only_extra_roots = true;
    });
    let error = client_config(&settings).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("secret-line"));
}

#[test]
fn a_key_beside_the_certificates_is_not_quoted_either() {
    let settings = with(|settings| {
        // Line breaks are what gets lost on the way through an environment variable.
        let bundle = "-----BEGIN PRIVATE KEY----- secret-line -----END PRIVATE KEY-----";
        settings.identity = Some(Identity::from_pem(bundle, bundle));
    });
    let error = client_config(&settings).unwrap_err();
    assert_eq!(error.field(), Some("identity"));
    assert!(std::error::Error::source(&error).is_none());
}

/// `openssl x509 -req` without extensions writes certificates of version 1. Its key is nobody's.
const VERSION_1: &str = "\
-----BEGIN CERTIFICATE-----
MIIBLjCB1QIULTif5IXdnncTBNCfyAKmaCOrW7MwCgYIKoZIzj0EAwIwGTEXMBUG
A1UEAwwOY2xpZW50LmV4YW1wbGUwIBcNMjYxMTI1MjEwMDAzWhgPMjEyNjExMDEy
MTAwMDNaMBkxFzAVBgNVBAMMDmNsaWVudC5leGFtcGxlMFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAESrSsif1afEV3PPCT4lvWq5vkMlAsaslA3CdPHqr0fCUk9ak4
KvWlU9kaDKauXPkMiLMvr3reMif4Vweh65Gk7jAKBggqhkjOPQQDAgNIADBFAiBy
XHf+le4CdeS2zSM0T0EEbg3YoTlxQNjKRQKIR15Y7QIhAJ1UEFwwiD8Gnhjk1uTZ
NhZVvZv8C9cEKTv8zmfUpQ04
-----END CERTIFICATE-----
";
const ITS_KEY: &str = "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgydaT/RwJoCPtpAB6
HlVUC6cdiZQADs8IKOgBsBi6l6KhRANCAARKtKyJ/Vp8RXc88JPiW9arm+QyUCxq
yUDcJ08eqvR8JST1qTgq9aVT2RoMpq5c+QyIsy+vet4yJ/hXB6HrkaTu
-----END PRIVATE KEY-----
";

#[test]
fn what_is_wrong_with_an_identity_is_said() {
    let (own, _) = certificate();
    let (other, key) = certificate();
    let said = |chain: &str, key: &str| {
        let settings = with(|settings| {
            settings.extra_roots = vec![Bytes::copy_from_slice(own.der())];
            settings.only_extra_roots = true;
            settings.identity = Some(Identity::from_pem(chain.to_owned(), key.to_owned()));
        });
        client_config(&settings).unwrap_err().message().to_owned()
    };
    assert!(said(VERSION_1, ITS_KEY).contains("version 3"), "{}", said(VERSION_1, ITS_KEY));
    assert!(said(&own.pem(), &key.serialize_pem()).contains("the key that belongs to"));
    assert!(said(&other.pem(), "-----BEGIN X").contains("a private key as PEM"));
}
