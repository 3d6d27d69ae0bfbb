//! The signatures of webhook deliveries: made, read, compared.

use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::verify::webhook::{error::WebhookError, secret::Secret};

/// A signature as bytes.
pub(super) type Digest = [u8; 32];

/// Signs a body as the server does, `seconds` being the Unix time of signing. The answer is the
/// value of [`SIGNATURE`](super::SIGNATURE); it is meant for tests of a receiver.
///
/// ```
/// use codespar_proto::webhook::{Secret, sign};
///
/// let header = sign(&Secret::new("whsec_0123456789abcdef")?, 1_790_950_180, b"{}");
/// assert!(header.starts_with("t=1790950180,v1="));
/// # Ok::<(), codespar_proto::webhook::WebhookError>(())
/// ```
pub fn sign(secret: &Secret, seconds: i64, body: &[u8]) -> String {
    format!("t={seconds},v1={}", hex(signed(secret, &seconds.to_string(), body)))
}

/// Signs a body the older way. The answer is the value of
/// [`SIGNATURE_LEGACY`](super::SIGNATURE_LEGACY).
///
/// ```
/// use codespar_proto::webhook::{Secret, sign_legacy};
///
/// let header = sign_legacy(&Secret::new("whsec_0123456789abcdef")?, b"{}");
/// assert_eq!(header.len(), 64);
/// # Ok::<(), codespar_proto::webhook::WebhookError>(())
/// ```
pub fn sign_legacy(secret: &Secret, body: &[u8]) -> String {
    hex(secret.mac(&[body]))
}

/// The HMAC over a timestamp as it was written and the body.
pub(super) fn signed(secret: &Secret, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
    secret.mac(&[timestamp.as_bytes(), b".", body])
}

fn hex(mac: Hmac<Sha256>) -> String {
    hex::encode(mac.finalize().into_bytes())
}

/// A signature header, read.
#[derive(Debug)]
pub(super) struct Signatures<'a> {
    /// The timestamp as written, since that is what is signed.
    pub(super) timestamp: &'a str,
    /// The same in Unix seconds.
    pub(super) seconds: i64,
    /// The digests of every `v1` part.
    pub(super) v1: Vec<Digest>,
}

impl<'a> Signatures<'a> {
    /// Reads `t=…,v1=…`. Parts with other names are for schemes to come, and are passed over; so
    /// is a `v1` that is no signature, as long as another one is.
    pub(super) fn parse(header: &'a str) -> Result<Self, WebhookError> {
        let mut timestamp = None;
        let mut v1 = Vec::new();
        let mut has_bad = false;
        for part in header.split(',') {
            let (name, value) =
                part.trim().split_once('=').ok_or(malformed("a part is not name=value"))?;
            match name {
                "t" if timestamp.is_some() => return Err(malformed("t occurs twice")),
                "t" => timestamp = Some(value),
                "v1" => match digest(value) {
                    Some(digest) => v1.push(digest),
                    None => has_bad = true,
                },
                _ => {}
            }
        }
        let timestamp = timestamp.ok_or(malformed("t is missing"))?;
        if v1.is_empty() {
            let problem = if has_bad { "v1 is not 64 hex digits" } else { "v1 is missing" };
            return Err(malformed(problem));
        }
        Ok(Self { timestamp, seconds: seconds(timestamp)?, v1 })
    }
}

/// A signature from 64 hexadecimal digits.
pub(super) fn digest(hex: &str) -> Option<Digest> {
    let mut digest = Digest::default();
    hex::decode_to_slice(hex, &mut digest).ok().map(|()| digest)
}

/// Digits only: `i64` would also read a sign.
fn seconds(text: &str) -> Result<i64, WebhookError> {
    Some(text)
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| text.parse().ok())
        .ok_or(malformed("t is not in Unix seconds"))
}

const fn malformed(problem: &'static str) -> WebhookError {
    WebhookError::MalformedSignature(problem)
}
