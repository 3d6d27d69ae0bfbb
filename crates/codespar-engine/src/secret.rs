//! Values that are never shown.

use std::fmt;

use http::{HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// A credential, ready for its header: `Debug` says nothing, and the header is marked so that
/// HTTP layers do not show or index it.
#[derive(Clone)]
pub struct ApiKey {
    text: Box<str>,
}

impl ApiKey {
    /// Takes a key.
    ///
    /// # Errors
    /// `Config` naming `field`, when it is empty or has characters that no header can carry. The
    /// key is not in the error.
    pub fn new(field: &'static str, text: impl Into<String>) -> Result<Self, Error> {
        let text = text.into();
        if text.is_empty() {
            return Err(Error::config(field, "expected a key, it is empty"));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::config(field, "expected visible ASCII without spaces"));
        }
        Ok(Self { text: text.into() })
    }

    /// Whether it begins with a prefix.
    pub fn starts_with(&self, prefix: &str) -> bool {
        self.text.starts_with(prefix)
    }

    /// The value of an `Authorization` header.
    pub fn bearer(&self) -> HeaderValue {
        self.header("Bearer ")
    }

    /// The value of a header of its own.
    pub fn plain(&self) -> HeaderValue {
        self.header("")
    }

    fn header(&self, scheme: &str) -> HeaderValue {
        // Visible ASCII is always a header value.
        let mut value = HeaderValue::try_from(format!("{scheme}{}", self.text))
            .unwrap_or_else(|_| HeaderValue::from_static(""));
        value.set_sensitive(true);
        value
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey([redacted])")
    }
}

/// Whether a header holds a credential, as far as its name says: HTTP layers do not show or index
/// the values of those, and none goes to a server that is not the service's.
pub(crate) fn is_credential(name: &HeaderName) -> bool {
    const WORDS: [&str; 12] = [
        "authorization",
        "cookie",
        "auth",
        "token",
        "secret",
        "password",
        "credential",
        "credentials",
        "apikey",
        "jwt",
        "bearer",
        "session",
    ];
    let mut before = "";
    name.as_str().split(['-', '_']).any(|word| {
        // `X-Api-Key`, but not `Idempotency-Key`.
        let is_key = word == "key" && matches!(before, "api" | "access" | "private" | "auth");
        before = word;
        is_key || WORDS.contains(&word)
    })
}

/// A secret or personal text that `Debug` does not show: a Pix code, a document, a token.
///
/// [`expose`](Self::expose) reads it. `Serialize` writes it in plain text, as it goes over the
/// wire: what is written out with serde is not for logs. [`redacted`](crate::redacted) is.
#[doc(alias = "secret")]
#[doc(alias = "redacted")]
#[doc(alias = "SecretString")]
///
/// ```
/// use codespar_engine::Sensitive;
///
/// let code = Sensitive::from("00020126…");
/// assert_eq!(format!("{code:?}"), "[redacted]");
/// assert_eq!(code.expose(), "00020126…");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sensitive(String);

impl Sensitive {
    /// Reads the text, which is hidden elsewhere.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Takes the text out.
    pub fn into_exposed(self) -> String {
        self.0
    }
}

impl From<String> for Sensitive {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Sensitive {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_given_whole_to_whoever_asks_for_it() {
        let code = Sensitive::from("0002");
        assert_eq!((code.expose(), format!("{code:?}").contains("0002")), ("0002", false));
        assert_eq!(code.into_exposed(), "0002");
    }

    #[test]
    fn headers_are_credentials_by_their_names() {
        let named = |name: &'static str| is_credential(&HeaderName::from_static(name));
        for name in [
            "authorization",
            "proxy-authorization",
            "cookie",
            "x-api-key",
            "api-key",
            "apikey",
            "x-auth-token",
            "x-csrf-token",
            "x-client-secret",
            "x_access_key",
            "x-forwarded-password",
        ] {
            assert!(named(name), "{name}");
        }
        for name in ["idempotency-key", "content-type", "x-trace", "x-author", "keyed", "x-key"] {
            assert!(!named(name), "{name}");
        }
    }
}
