//! The signature of a receipt: by which key, and whether it holds.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::verify::{
    members::{Members, strict},
    receipt::{
        keys::KeyDocument,
        verdict::{KeyStatus, MalformedReceipt, ReceiptVerdict},
    },
};

/// Longer than any receipt by far.
const MOST: usize = 256 * 1024;

/// The members of a receipt, each once at any depth.
pub(super) fn members(json: &str) -> Result<Members, MalformedReceipt> {
    if json.len() > MOST {
        return Err(MalformedReceipt::TooLarge);
    }
    let members = Members::parse(json.as_bytes()).filter(Members::are_each_once);
    members.ok_or(MalformedReceipt::NotJson)
}

/// A text that has to be there and in which the signed text can be taken apart in one way.
pub(super) fn id(members: &Members, name: &str) -> Result<String, MalformedReceipt> {
    let id: Option<String> = members.get(name).and_then(strict);
    id.filter(|id| !id.is_empty() && !id.contains(':')).ok_or(MalformedReceipt::Id)
}

/// What is signed, and with what.
#[derive(Clone)]
pub(super) struct Signed {
    /// The hash.
    pub(super) hash: String,
    pub(super) kid: String,
    signature: String,
}

impl Signed {
    /// The members of that name; `None` where there is no signature.
    pub(super) fn read(
        members: &Members,
        hash: &str,
        signature: &str,
        kid: &str,
    ) -> Result<Option<Self>, MalformedReceipt> {
        let text = |name: &str| match members.get(name) {
            None => Ok(None),
            Some(json) => {
                strict::<String>(json).filter(|text| !text.is_empty()).ok_or(()).map(Some)
            }
        };
        let half = MalformedReceipt::HalfSignature;
        let (signature, kid) =
            match (text(signature).map_err(|()| half)?, text(kid).map_err(|()| half)?) {
                (Some(signature), Some(kid)) => (signature, kid),
                (None, None) => return Ok(None),
                _ => return Err(half),
            };
        let hash = text(hash).ok().flatten().ok_or(MalformedReceipt::Chain)?;
        Ok(Some(Self { hash, kid, signature }))
    }

    /// How the key stands that signed this; or what it is that can be said instead.
    pub(super) fn check(
        &self,
        keys: &KeyDocument,
        domain: &str,
        id: &str,
    ) -> Result<KeyStatus, ReceiptVerdict> {
        let (key, status) = keys.key(&self.kid)?;
        let message = format!("{domain}:{id}:{}", self.hash);
        let signature = URL_SAFE_NO_PAD.decode(&self.signature);
        match signature.is_ok_and(|bytes| key.verifies(message.as_bytes(), &bytes)) {
            true => Ok(status),
            false => Err(ReceiptVerdict::Tampered),
        }
    }
}
