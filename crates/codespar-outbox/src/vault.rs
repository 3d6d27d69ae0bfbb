//! How bytes lie in a store: as they are, or sealed.

#[cfg(feature = "seal")]
use crate::seal::Seal;
use crate::{
    error::OutboxError,
    row::{Blob, Row},
};

/// How bytes lie in a store.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vault {
    #[cfg(feature = "seal")]
    pub(crate) seal: Option<Seal>,
}

impl Vault {
    /// Whether what is put here is sealed.
    pub(crate) const fn seals(&self) -> bool {
        #[cfg(feature = "seal")]
        return self.seal.is_some();
        #[cfg(not(feature = "seal"))]
        false
    }

    /// Bytes for a place (the row, and what they are of it), as they are to lie there.
    #[allow(unused_variables, reason = "without sealing, no place is bound")]
    pub(crate) fn put(&self, place: &str, bytes: &[u8]) -> Result<Blob, OutboxError> {
        #[cfg(feature = "seal")]
        if let Some(seal) = &self.seal {
            return seal.seal(place, bytes);
        }
        Ok(Blob { bytes: bytes.to_vec(), key_id: None })
    }

    /// The bytes that lie in a place.
    #[allow(unused_variables, reason = "without sealing, no place is bound")]
    pub(crate) fn get(&self, place: &str, blob: &Blob) -> Result<Vec<u8>, OutboxError> {
        #[cfg(feature = "seal")]
        if let Some(seal) = &self.seal {
            return seal.open(place, blob);
        }
        match &blob.key_id {
            None => Ok(blob.bytes.clone()),
            Some(_) => Err(OutboxError::Unreadable("it is sealed, and no key was given")),
        }
    }
}

/// What sealed bytes of a row are bound to.
pub(crate) fn place(row: &Row, part: &str) -> String {
    format!("{}/{part}", row.id)
}
