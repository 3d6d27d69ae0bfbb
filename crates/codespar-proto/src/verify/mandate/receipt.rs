//! Receipts and their signatures, which anybody can check.

use std::collections::BTreeMap;

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde::Deserialize;

use crate::verify::mandate::key::{BASE64URL, KeyError, PublicKey};

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The members of a payment receipt that its Ed25519 signature is about.
///
/// The signature covers the receipt's id and its `chain` hash. How the hash is computed from the
/// rest of the receipt is not published, so it is not recomputed here: a valid signature says
/// that the issuer vouched for this hash under this id, not that the other members belong to it.
///
/// ```
/// use codespar_proto::mandate::{PublicKey, ReceiptKeys, SignedReceipt};
///
/// let receipt = SignedReceipt::from_json(&format!(
///     r#"{{
///         "receipt_id": "rcpt_1", "state": "paid", "chain": "9f3c", "receipt_sig_kid": "k1",
///         "receipt_sig_ed25519": "AQ{}"
///     }}"#,
///     "A".repeat(84),
/// ))?;
/// let mut keys = ReceiptKeys::new();
/// # let hex = "70940e2c00698a520339c07332ff35c05cad7b39d024a4f4737310e740b2ecc3";
/// keys.insert("k1", PublicKey::from_hex(hex)?);
/// assert!(receipt.verify(&keys).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct SignedReceipt {
    /// The receipt's id.
    pub receipt_id: String,
    /// The hash of the receipt in its chain.
    pub chain: String,
    /// The signature; receipts from before there was one have none.
    #[serde(default, rename = "receipt_sig_ed25519")]
    pub signature: Option<String>,
    /// The id of the key it was made with.
    #[serde(default, rename = "receipt_sig_kid")]
    pub kid: Option<String>,
}

/// Why a receipt does not verify.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiptError {
    /// The receipt lacks its id or hash, or one of them is not a text.
    #[error("receipt: receipt_id or chain is missing or not a text")]
    Malformed,
    /// The id has a colon, and could be told apart from the hash in more than one way.
    #[error("receipt: receipt_id has a colon")]
    AmbiguousId,
    /// The receipt has no Ed25519 signature.
    #[error("receipt: receipt_sig_ed25519 is absent")]
    Unsigned,
    /// The receipt names a key that was not given.
    #[error("receipt: the key named by receipt_sig_kid is not among those given")]
    UnknownKey,
    /// The signature is not 64 bytes in hexadecimal or base64.
    #[error("receipt: receipt_sig_ed25519 is not a signature")]
    MalformedSignature,
    /// The signature is not by the key.
    #[error("receipt: the signature is not by the given key")]
    Invalid,
}

/// The keys that receipts are signed with, by key id.
///
/// They are published at `/.well-known/codespar-receipt-keys.json`. The shape of that document is
/// not part of the documented API; take the keys from it with the constructors of [`PublicKey`].
#[derive(Clone, Debug, Default)]
pub struct ReceiptKeys(BTreeMap<String, PublicKey>);

impl ReceiptKeys {
    /// No keys yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key, or replaces the one with that id.
    pub fn insert(&mut self, kid: impl Into<String>, key: PublicKey) {
        self.0.insert(kid.into(), key);
    }

    /// Adds a key that comes as a JSON Web Key.
    ///
    /// ```
    /// use codespar_proto::mandate::ReceiptKeys;
    ///
    /// let mut keys = ReceiptKeys::new();
    /// assert!(keys.insert_jwk("k1", r#"{"kty":"RSA"}"#).is_err());
    /// ```
    pub fn insert_jwk(&mut self, kid: impl Into<String>, json: &str) -> Result<(), KeyError> {
        self.insert(kid, PublicKey::from_jwk(json)?);
        Ok(())
    }
}

impl SignedReceipt {
    /// Reads the signed members out of a receipt, as `codespar_ledger` answers with it.
    pub fn from_json(json: &str) -> Result<Self, ReceiptError> {
        serde_json::from_str(json).map_err(|_| ReceiptError::Malformed)
    }

    /// Checks the signature against the key that the receipt names, or against each key when it
    /// names none.
    pub fn verify(&self, keys: &ReceiptKeys) -> Result<(), ReceiptError> {
        let signature = self.signature.as_deref().ok_or(ReceiptError::Unsigned)?;
        let check = |key| verify_receipt(&self.receipt_id, &self.chain, signature, key);
        match &self.kid {
            Some(kid) => check(keys.0.get(kid).ok_or(ReceiptError::UnknownKey)?),
            None => keys.0.values().map(check).fold(Err(ReceiptError::UnknownKey), Result::or),
        }
    }
}

/// Checks a receipt's Ed25519 signature, which is over `codespar-receipt:v1:<receipt_id>:<chain>`.
///
/// The signature may be in hexadecimal or in base64 of either alphabet.
///
/// ```
/// use codespar_proto::mandate::{PublicKey, ReceiptError, verify_receipt};
///
/// # let hex = "70940e2c00698a520339c07332ff35c05cad7b39d024a4f4737310e740b2ecc3";
/// let key = PublicKey::from_hex(hex)?;
/// let error = verify_receipt("rcpt_1", "9f3c", &"00".repeat(64), &key).unwrap_err();
/// assert_eq!(error, ReceiptError::Invalid);
/// # Ok::<(), codespar_proto::mandate::KeyError>(())
/// ```
pub fn verify_receipt(
    receipt_id: &str,
    chain: &str,
    signature: &str,
    key: &PublicKey,
) -> Result<(), ReceiptError> {
    if receipt_id.contains(':') {
        return Err(ReceiptError::AmbiguousId);
    }
    let message = format!("codespar-receipt:v1:{receipt_id}:{chain}");
    let signature = signature_bytes(signature).ok_or(ReceiptError::MalformedSignature)?;
    if key.verifies(message.as_bytes(), &signature) { Ok(()) } else { Err(ReceiptError::Invalid) }
}

/// The encoding is not documented. 64 bytes are 128 digits or at most 88 characters, so the
/// length tells hexadecimal from base64.
fn signature_bytes(text: &str) -> Option<Vec<u8>> {
    let bytes = if text.len() == 128 {
        hex::decode(text).ok()?
    } else {
        BASE64URL.decode(text).or_else(|_| BASE64.decode(text)).ok()?
    };
    (bytes.len() == 64).then_some(bytes)
}
