//! Requests and answers in a store, encrypted: XChaCha20-Poly1305 under a key of the user's.

use std::fmt;

use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::{error::OutboxError, row::Blob};

/// How long a nonce is.
const NONCE: usize = 24;

/// Keys that requests and answers are sealed under. The first seals; all of them open, so that a
/// key can be replaced.
///
/// The name of the key is stored beside what it seals. What was moved to another row, or from
/// request to answer, does not open.
///
/// ```
/// use codespar_outbox::Seal;
///
/// let seal = Seal::new("2026-11", [7; 32]).or("2026-05", [8; 32]);
/// # let _ = seal;
/// ```
#[derive(Clone)]
pub struct Seal {
    keys: Vec<SealKey>,
}

#[derive(Clone)]
struct SealKey {
    id: String,
    seals: [u8; 32],
    names: [u8; 32],
}

impl SealKey {
    fn new(id: String, key: &[u8; 32]) -> Self {
        let part = |label: &str| mac(key, &[label.as_bytes()]);
        Self { id, seals: part("codespar-outbox seal"), names: part("codespar-outbox nonce") }
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.seals))
    }
}

/// HMAC-SHA-256 over parts, each after its length.
fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // A short key is one with noughts behind it.
    let mut block = [0; 64];
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
    for part in parts {
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

impl Seal {
    /// Seals under a key of 32 random bytes, which has this name.
    pub fn new(id: impl Into<String>, key: [u8; 32]) -> Self {
        Self { keys: vec![SealKey::new(id.into(), &key)] }
    }

    /// Opens what was sealed under an older key, too.
    #[must_use]
    pub fn or(mut self, id: impl Into<String>, key: [u8; 32]) -> Self {
        self.keys.push(SealKey::new(id.into(), &key));
        self
    }

    /// Seals bytes for one place in the store.
    pub(crate) fn seal(&self, place: &str, bytes: &[u8]) -> Result<Blob, OutboxError> {
        let failed = OutboxError::Unreadable("it could not be sealed");
        let Some(key) = self.keys.first() else { return Err(failed) };
        // Made of what is sealed: no two different texts have the same one, and none needs chance.
        let name = mac(&key.names, &[place.as_bytes(), bytes]);
        let mut nonce = [0; NONCE];
        nonce.iter_mut().zip(name).for_each(|(to, from)| *to = from);
        let payload = Payload { msg: bytes, aad: place.as_bytes() };
        let sealed = key.cipher().encrypt(&XNonce::from(nonce), payload).map_err(|_| failed)?;
        Ok(Blob { bytes: [&nonce[..], &sealed].concat(), key_id: Some(key.id.clone()) })
    }

    /// Opens what was sealed for this place.
    pub(crate) fn open(&self, place: &str, blob: &Blob) -> Result<Vec<u8>, OutboxError> {
        let Some(id) = &blob.key_id else { return Ok(blob.bytes.clone()) };
        let key = self.keys.iter().find(|key| key.id == *id);
        let key = key.ok_or(OutboxError::Unreadable("the key it is sealed under was not given"))?;
        let damaged = || OutboxError::Unreadable("it is damaged, or sealed under another key");
        let (nonce, sealed) = blob.bytes.split_first_chunk::<NONCE>().ok_or_else(damaged)?;
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        key.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| damaged())
    }
}

/// The names of the keys only.
impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|key| &key.id)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_in_its_place_and_under_its_key() {
        let seal = Seal::new("a", [1; 32]);
        let blob = seal.seal("row/request", b"to Maria").unwrap();
        assert!(!blob.bytes.windows(5).any(|bytes| bytes == b"Maria"));
        assert_eq!(seal.open("row/request", &blob).unwrap(), b"to Maria");
        assert!(seal.open("row/answer", &blob).is_err());
        assert!(Seal::new("a", [2; 32]).open("row/request", &blob).is_err());
        let mut damaged = blob.clone();
        *damaged.bytes.last_mut().unwrap() ^= 1;
        assert!(seal.open("row/request", &damaged).is_err());
        let rotated = Seal::new("b", [2; 32]).or("a", [1; 32]);
        assert_eq!(rotated.open("row/request", &blob).unwrap(), b"to Maria");
        assert_eq!(rotated.seal("row/request", b"x").unwrap().key_id.as_deref(), Some("b"));
        let unknown = Seal::new("c", [1; 32]).open("row/request", &blob);
        assert!(unknown.unwrap_err().to_string().contains("was not given"));
        assert_eq!(format!("{rotated:?}"), r#"["b", "a"]"#);
    }

    #[test]
    fn other_bytes_have_another_nonce() {
        let seal = Seal::new("a", [1; 32]);
        let nonce = |place, bytes: &[u8]| seal.seal(place, bytes).unwrap().bytes[..NONCE].to_vec();
        assert_ne!(nonce("1", b"x"), nonce("1", b"y"));
        assert_ne!(nonce("1", b"x"), nonce("2", b"x"));
    }
}
