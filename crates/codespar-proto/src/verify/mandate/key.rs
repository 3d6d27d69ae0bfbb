//! Ed25519 public keys, and signatures made with them.

use std::{convert::Infallible, fmt};

use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use ed25519_dalek::{Signature, VerifyingKey};
use serde::Deserialize;

/// Base64url with or without padding. Foreign characters and loose bits at the end are errors:
/// one value has one text (but for the padding).
pub(super) const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// An Ed25519 public key.
///
/// ```
/// use codespar_proto::mandate::{KeyError, PublicKey};
///
/// let hex = "70940e2c00698a520339c07332ff35c05cad7b39d024a4f4737310e740b2ecc3";
/// let key = PublicKey::from_hex(hex)?;
/// assert_eq!(PublicKey::from_base64url("cJQOLABpilIDOcBzMv81wFyteznQJKT0c3MQ50Cy7MM")?, key);
/// assert_eq!(PublicKey::from_hex("70940e"), Err(KeyError::Length(3)));
/// # Ok::<(), KeyError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// Why something is not a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// It has this many bytes; an Ed25519 key has 32.
    #[error("an Ed25519 key has 32 bytes, this one has {0}")]
    Length(usize),
    /// The text is not what it should be written in.
    #[error("the key is not {0}")]
    Encoding(&'static str),
    /// The bytes are no point on the curve.
    #[error("the key is no point on the curve")]
    Point,
}

impl From<Infallible> for KeyError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl PublicKey {
    /// A key from its 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, KeyError> {
        let bytes = bytes.try_into().map_err(|_| KeyError::Length(bytes.len()))?;
        VerifyingKey::from_bytes(bytes).map(Self).map_err(|_| KeyError::Point)
    }

    /// A key from 64 hexadecimal digits; `0x` in front and blanks around are fine.
    pub fn from_hex(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
        Self::from_bytes(&hex::decode(digits).map_err(|_| KeyError::Encoding("hexadecimal"))?)
    }

    /// A key from base64url, padded or not.
    pub fn from_base64url(text: &str) -> Result<Self, KeyError> {
        let bytes = BASE64URL.decode(text).map_err(|_| KeyError::Encoding("base64url"))?;
        Self::from_bytes(&bytes)
    }

    /// A key from a JSON Web Key: `kty` `OKP`, `crv` `Ed25519`, `x` in base64url.
    ///
    /// ```
    /// use codespar_proto::mandate::PublicKey;
    ///
    /// let jwk = r#"{"kty":"OKP","crv":"Ed25519",
    ///     "x":"cJQOLABpilIDOcBzMv81wFyteznQJKT0c3MQ50Cy7MM"}"#;
    /// assert!(PublicKey::from_jwk(jwk).is_ok());
    /// ```
    pub fn from_jwk(json: &str) -> Result<Self, KeyError> {
        let no_jwk = KeyError::Encoding("an Ed25519 JSON Web Key");
        let jwk: Jwk = serde_json::from_str(json).map_err(|_| no_jwk)?;
        jwk.key().ok_or(no_jwk)?
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Whether `signature` over `message` was made with this key, by the strict rules: no
    /// small-order points, no second spelling of a signature.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.0.verify_strict(message, &signature).is_ok())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", hex::encode(self.as_bytes()))
    }
}

impl TryFrom<&[u8]> for PublicKey {
    type Error = KeyError;

    fn try_from(bytes: &[u8]) -> Result<Self, KeyError> {
        Self::from_bytes(bytes)
    }
}

impl TryFrom<&[u8; 32]> for PublicKey {
    type Error = KeyError;

    fn try_from(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        Self::from_bytes(bytes)
    }
}

/// Hexadecimal, as [`PublicKey::from_hex`].
impl TryFrom<&str> for PublicKey {
    type Error = KeyError;

    fn try_from(text: &str) -> Result<Self, KeyError> {
        Self::from_hex(text)
    }
}

#[derive(Deserialize)]
pub(super) struct Jwk {
    kty: String,
    crv: String,
    x: String,
}

impl Jwk {
    /// The key, or `None` when this is another kind of key.
    pub(super) fn key(&self) -> Option<Result<PublicKey, KeyError>> {
        (self.kty == "OKP" && self.crv == "Ed25519").then(|| PublicKey::from_base64url(&self.x))
    }
}

/// Whether `signature` (base64url) over `message` was made with `key`.
///
/// Anything that is not a signature is simply not one: the answer is `false`.
///
/// ```
/// use codespar_proto::mandate::{PublicKey, verify_ed25519};
///
/// # let hex = "70940e2c00698a520339c07332ff35c05cad7b39d024a4f4737310e740b2ecc3";
/// let key = PublicKey::from_hex(hex)?;
/// let signature = "1HqhyQJsvbioNULKa1UGNEDY2_od3VWx30kaQG_yZ4Y\
///     SwKY_fX8MT2NbJ95URIRV_shDkRwr_GrIcMtcoH1oAw";
/// assert!(verify_ed25519("mandato ção", signature, &key));
/// assert!(!verify_ed25519("mandato cao", signature, &key));
/// # Ok::<(), codespar_proto::mandate::KeyError>(())
/// ```
pub fn verify_ed25519(message: &str, signature: &str, key: &PublicKey) -> bool {
    BASE64URL.decode(signature).is_ok_and(|bytes| key.verifies(message.as_bytes(), &bytes))
}
