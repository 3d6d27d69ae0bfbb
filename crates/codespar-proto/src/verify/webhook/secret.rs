//! The secret that a webhook endpoint signs with.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::verify::webhook::error::WebhookError;

const SHORTEST: usize = 16;
const LONGEST: usize = 512;

/// The secret of a webhook endpoint, ready to sign with.
#[doc(alias = "webhook secret")]
#[doc(alias = "signing secret")]
///
/// ```
/// use codespar_proto::webhook::Secret;
///
/// let error = Secret::new("").unwrap_err();
/// assert_eq!(error.to_string(), "webhook secret is empty");
/// ```
#[derive(Clone)]
pub struct Secret(Hmac<Sha256>);

impl Secret {
    /// A secret as the server gave it when the endpoint was created, which is 64 hexadecimal
    /// digits. The text itself is the key; it is not decoded.
    ///
    /// Fails when it cannot be a secret: empty, shorter than 16 bytes, longer than 512, or with
    /// white space or control characters at an end, as a value read from a file with its newline.
    pub fn new(text: &str) -> Result<Self, WebhookError> {
        let stray = |c: char| c.is_whitespace() || c.is_control();
        let problem = if text.is_empty() {
            "is empty"
        } else if text.starts_with(stray) || text.ends_with(stray) {
            "begins or ends with white space or a control character"
        } else if text.len() < SHORTEST {
            "is shorter than 16 bytes"
        } else if text.len() > LONGEST {
            "is longer than 512 bytes"
        } else {
            return Self::key(text);
        };
        Err(WebhookError::Secret(problem))
    }

    fn key(text: &str) -> Result<Self, WebhookError> {
        Hmac::new_from_slice(text.as_bytes())
            .map(Self)
            .map_err(|_| WebhookError::Secret("has the wrong length"))
    }

    /// The HMAC over these pieces, one after the other.
    pub(super) fn mac(&self, pieces: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        for piece in pieces {
            mac.update(piece);
        }
        mac
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
