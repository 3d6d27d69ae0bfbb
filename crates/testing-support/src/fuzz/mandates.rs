//! Mandate tokens, receipts, keys and DID documents.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use codespar_proto::{
    mandate::{
        DidDocument, Keys, MandateToken, PublicKey, reconstruct_signing_string, verify_ed25519,
        verify_mandate_token,
    },
    receipt::{KeyDocument, Sent, example, verify_collect_receipt, verify_receipt},
};

pub(super) fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_799_950_000)
}

/// Mandate tokens, receipts, keys and DID documents, none of which is signed by the keys at hand.
pub fn mandates(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(key) = PublicKey::from_hex(KEY) else { return };
    if let Ok(token) = MandateToken::decode(text) {
        assert!(!format!("{token:?}").is_empty() && !token.signing_string().is_empty());
    }
    let keys = Keys::new().agent_key(key).and_then(|keys| keys.issuer_key(key));
    if let Ok(keys) = keys {
        assert!(verify_mandate_token(text, &keys, now()).is_err());
    }
    // None of these is more than read.
    let _ = reconstruct_signing_string(text);
    let _ = DidDocument::from_json(text);
    let _ = PublicKey::from_jwk(text);
    let _ = PublicKey::from_base64url(text);
    assert!(!verify_ed25519("message", text, &key));
    receipts(text, key);
}

/// A receipt, or a document of keys.
fn receipts(text: &str, key: PublicKey) {
    let mut keys = KeyDocument::from_json(text).unwrap_or_default();
    let _ = verify_receipt(example::RECEIPT, &keys, &Sent::new());
    // In place of the key that signed the example.
    keys.insert("did:web:id.example.com#receipts-2", key);
    assert!(!verify_receipt(text, &keys, &Sent::new()).is_verified());
    assert!(!verify_collect_receipt(text, &keys, &Sent::new()).is_verified());
}

/// A point of the curve.
const KEY: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
