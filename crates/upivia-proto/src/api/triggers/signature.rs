//! Signatures of fired triggers: HMAC-SHA256 over the body, in hexadecimal.

use codespar_engine::kit::Error;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The header with the signature of a fired trigger.
pub const SIGNATURE: http::HeaderName = http::HeaderName::from_static("x-agentwallet-signature");

const SCHEME: &str = "sha256=";

fn mac(secret: &str, body: &[u8]) -> Result<Hmac<Sha256>, Error> {
    if secret.is_empty() {
        return Err(Error::config("secret", "expected the secret of the trigger, it is empty"));
    }
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map_err(|_| Error::config("secret", "expected a secret that HMAC takes"))?;
    mac.update(body);
    Ok(mac)
}

/// The signature of a body, as the header spells it: `sha256=` and 64 hexadecimal digits. The
/// secret is taken as it is, prefix and all.
///
/// # Errors
/// `Config` naming `secret`, when it is empty.
///
/// ```
/// let signature = upivia_proto::triggers::sign_trigger("whsec_demo_1", b"{}")?;
/// assert!(signature.starts_with("sha256=6687253b"));
/// # Ok::<(), upivia_proto::Error>(())
/// ```
pub fn sign_trigger(secret: &str, body: &[u8]) -> Result<String, Error> {
    let code = mac(secret, body)?.finalize().into_bytes();
    Ok(format!("{SCHEME}{}", hex::encode(code)))
}

/// Checks that a body was signed with a secret: for a receiver of what is signed as fired
/// triggers are, such as a proxy before the API. `signature` is the text of the header
/// [`SIGNATURE`]; `body` the bytes as they came, before anything parses them.
///
/// It takes as long for a wrong signature as for the right one.
///
/// # Errors
/// `Config` naming `secret`, when it is empty, or `signature`, when it is not of this body and
/// secret.
///
/// ```
/// use upivia_proto::triggers::{sign_trigger, verify_trigger};
///
/// let signature = sign_trigger("whsec_demo_1", br#"{"order":7}"#)?;
/// verify_trigger("whsec_demo_1", br#"{"order":7}"#, &signature)?;
/// let error = verify_trigger("whsec_demo_1", br#"{"order":8}"#, &signature).unwrap_err();
/// assert_eq!(error.field(), Some("signature"));
/// # Ok::<(), upivia_proto::Error>(())
/// ```
pub fn verify_trigger(secret: &str, body: &[u8], signature: &str) -> Result<(), Error> {
    let wrong = |expected: &str| Error::config("signature", format_args!("expected {expected}"));
    let mac = mac(secret, body)?;
    let code = signature.trim().strip_prefix(SCHEME).map(hex::decode);
    let Some(Ok(code)) = code else {
        return Err(wrong("sha256= and 64 hexadecimal digits"));
    };
    mac.verify_slice(&code).map_err(|_| wrong("the one of this body and secret"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_the_reference_come_out() {
        let order = br#"{"order":7,"note":"ok"}"#;
        let text = "{\"text\":\"naïve 🚀/\\\"q\\\"\\n\",\"ratio\":1.0,\"none\":null,\"flag\":true,\
                    \"nested\":{\"b\":[1,2],\"a\":-0.5}}";
        for (secret, body, code) in [
            (
                "whsec_demo_1",
                &order[..],
                "c84d478d63e05d9b4a50e0beb8df4f336c693cc85b9600d586538a0f5b1029ca",
            ),
            (
                "whsec_demo_1",
                b"{}",
                "6687253bdb1eb6312fd10df77f004265a7d26f34693f73a2a103fb986befd891",
            ),
            (
                "clé-Ω",
                text.as_bytes(),
                "e4baf5ef736825fbd8748445e6db4317a982078166aa0312e897b6bdd7330569",
            ),
        ] {
            assert_eq!(sign_trigger(secret, body).unwrap(), format!("sha256={code}"));
            verify_trigger(secret, body, &format!("sha256={code}")).unwrap();
        }
    }

    #[test]
    fn nothing_but_the_signature_itself_is_accepted() {
        let right = sign_trigger("s", b"{}").unwrap();
        let other = sign_trigger("t", b"{}").unwrap();
        let half = right.get(..39).unwrap();
        let bare = right.strip_prefix("sha256=").unwrap();
        for wrong in ["", "sha256=", "sha256=zz", &other, half, bare] {
            let error = verify_trigger("s", b"{}", wrong).unwrap_err();
            assert_eq!(error.field(), Some("signature"), "{wrong}");
        }
        assert_eq!(verify_trigger("", b"{}", &right).unwrap_err().field(), Some("secret"));
        assert_eq!(sign_trigger("", b"{}").unwrap_err().field(), Some("secret"));
    }
}
