//! Of mandates, receipts and webhooks: what is signed, and what it is checked with.

use std::time::{Duration, UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use codespar_proto::{
    mandate::{DidDocument, Keys, MandateToken, PublicKey},
    receipt::{CollectedReceipt, KeyDocument, SealedReceipt, Sent},
    webhook::{
        DeliveryHeaders, Event, MemorySeenEvents, Secret, SeenEvents as _, Verifier, WebhookError,
        sign,
    },
};
use http::HeaderMap;
use serde_json::json;

use super::walk;
use crate::leak::planted::SESAME;

/// A key that anyone may have.
const KEY: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

fn token() -> MandateToken {
    let token = json!({
        "format_version": 3, "id": "mnd_1", "agent_id": "a1", "type": "delegation",
        "amount": "5000", "currency": "BRL", "purposes": ["refund"], "expires_at": 1_735_689_600,
        "max_amount": null, "parent_id": null, "denomination": null, "secret_version": 1,
        "principal_kyc_ref": "kyc_1", "agent_kid": "did:x#k1", "kid": "k1", "signature": SESAME,
        "agent_sig": SESAME, "issuer_sig": SESAME, "document": SESAME,
    });
    MandateToken::decode(&URL_SAFE_NO_PAD.encode(token.to_string())).unwrap()
}

pub(super) fn values() -> Vec<(&'static str, &'static str)> {
    let key = PublicKey::from_hex(KEY).unwrap();
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(key.as_bytes())});
    let method = json!({"id": "k1", "publicKeyJwk": jwk});
    let document = json!({"id": "did:x", "verificationMethod": [method], "secret": SESAME});
    let mut keys = KeyDocument::new();
    keys.insert("k1", key);
    let receipt = json!({
        "receipt_id": "r1", "mandate": {"sig": SESAME}, "quote": {"payee": SESAME},
        "actor": {"id": SESAME}, "receipt_sig": SESAME,
    });
    let receipt = SealedReceipt::from_json(&receipt.to_string()).unwrap();
    let sent = Sent::new().payee("somebody");
    let outcome = receipt.verify(&keys, &sent);
    let collected = json!({"receipt_id": "r1", "end_to_end_id": SESAME});
    let collected = json!({"id": "r1", "document": collected}).to_string();
    let bad = URL_SAFE_NO_PAD.encode(json!({"format_version": SESAME}).to_string());
    let verdict = token().verify(&Keys::new(), UNIX_EPOCH);
    let (headers, body, verifier) = delivery();
    let now = UNIX_EPOCH + Duration::from_secs(1000);
    let delivery = verifier.verify(&headers, body.as_bytes(), now);
    let seen = MemorySeenEvents::default();
    seen.claim(SESAME, now).unwrap();
    walk! { "codespar-proto";
        MandateToken: token();
        Mandate: token().mandate().clone();
        Verdict: verdict;
        Keys: Keys::new().agent_key(key).unwrap();
        PublicKey: key;
        DidDocument: DidDocument::from_json(&document.to_string()).unwrap();
        KeyDocument: keys;
        KeyDocumentError: KeyDocument::from_json(SESAME).unwrap_err();
        SealedReceipt: receipt;
        CollectedReceipt: CollectedReceipt::from_json(&collected).unwrap();
        Sent: Sent::new().payee(SESAME);
        ReceiptVerification: outcome;
        MandateError: MandateToken::decode(&bad).unwrap_err();
        KeyError: PublicKey::from_hex(SESAME).unwrap_err();
        Secret: Secret::new(SECRET).unwrap();
        Verifier: verifier;
        DeliveryHeaders: DeliveryHeaders::from_headers(&headers);
        Delivery: delivery.unwrap();
        WebhookError: unsigned();
        EventData: Event::from_slice(body.as_bytes()).unwrap().typed_data().unwrap();
        MemorySeenEvents: seen;
    }
}

/// The secret of an endpoint.
const SECRET: &str = "whsec_SESAME-4711-0123456789";

fn delivery() -> (HeaderMap, String, Verifier) {
    let body = json!({"id": "evt_1", "type": "commerce.charge.paid", "data": {"cpf": SESAME}});
    let body = body.to_string();
    let secret = Secret::new(SECRET).unwrap();
    let mut headers = HeaderMap::new();
    let signature = sign(&secret, 1000, body.as_bytes());
    headers.insert("x-codespar-signature", signature.parse().unwrap());
    headers.insert("x-secret", SESAME.parse().unwrap());
    (headers, body, Verifier::new(SECRET).unwrap())
}

fn unsigned() -> WebhookError {
    let (mut headers, body, verifier) = delivery();
    headers.insert("x-codespar-signature", format!("t=1,v1={SESAME}").parse().unwrap());
    let now = UNIX_EPOCH + Duration::from_secs(1000);
    verifier.verify(&headers, body.as_bytes(), now).unwrap_err()
}
