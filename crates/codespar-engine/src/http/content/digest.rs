//! The SHA-256 of what passes by, where the feature `sha256` is there.

use crate::{error::Error, http::content::Content, verdict::Judgement};

/// Works a digest out, piece by piece.
#[derive(Default)]
pub(crate) struct Hasher {
    #[cfg(feature = "sha256")]
    inner: Option<sha2::Sha256>,
}

#[cfg(feature = "sha256")]
impl Hasher {
    pub(crate) fn new(wanted: bool) -> Self {
        Self { inner: wanted.then(sha2::Digest::new) }
    }

    pub(crate) fn update(&mut self, piece: &[u8]) {
        if let Some(inner) = &mut self.inner {
            sha2::Digest::update(inner, piece);
        }
    }

    /// The digest in hexadecimal, in lower case.
    pub(crate) fn finish(&mut self) -> Option<String> {
        use std::fmt::Write as _;

        let digest = sha2::Digest::finalize(self.inner.take()?);
        Some(digest.iter().fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }))
    }
}

#[cfg(not(feature = "sha256"))]
impl Hasher {
    pub(crate) const fn new(_: bool) -> Self {
        Self {}
    }

    #[allow(clippy::unused_self, reason = "as with the feature")]
    pub(crate) const fn update(&mut self, _: &[u8]) {}

    #[allow(clippy::unused_self, reason = "as with the feature")]
    pub(crate) const fn finish(&mut self) -> Option<String> {
        None
    }
}

/// Compares the digest of content that was sent, where it was worked out, with what the server says
/// it has, where it does.
///
/// # Errors
/// `Content`, where they differ.
pub fn check_sent(content: &Content, stated: Option<&str>) -> Result<(), Error> {
    match content.worked_out() {
        Some(sent) => check_sha256_of(&sent, stated),
        None => Ok(()),
    }
}

/// Compares a digest with what the server says it has, where it does.
///
/// # Errors
/// `Content`, where they differ.
pub fn check_sha256_of(sent: &str, stated: Option<&str>) -> Result<(), Error> {
    match stated {
        Some(stated) if !stated.eq_ignore_ascii_case(sent) => {
            let message = format!("what was sent has the SHA-256 {sent}, the server has {stated}");
            Err(Error::content(message).maybe_sent(true).judged(Judgement::UNKNOWN))
        }
        _ => Ok(()),
    }
}
