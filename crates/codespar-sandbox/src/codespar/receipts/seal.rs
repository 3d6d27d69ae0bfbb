//! The seal of a receipt: the hash of its links by the recipe of its version, and a signature.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::store::{
    hex::hex,
    json::{member, set, text},
};

pub(super) const ISSUER: &str = "did:web:id.sandbox.example.test";
pub(super) const CANONICAL: &str = "RFC 8785 (JCS)";
pub(super) const DIGEST: &str = "SHA-256 of the UTF-8 bytes, as lowercase hex";

/// A link of the chain.
pub(super) struct Link {
    name: &'static str,
    when: &'static str,
    /// By the versions they hold for. Those that end with `?` are left out when there are none.
    fields: &'static [(&'static [u64], &'static [&'static str])],
}

const ALL: &[u64] = &[1, 2, 3, 4];

/// The recipe, which is served as well.
pub(super) const RECIPE: [Link; 5] = [
    Link {
        name: "mandate",
        when: "always",
        fields: &[
            (&[1, 2, 3], &["id", "nonce", "scope", "currency", "sig"]),
            (&[4], &["id", "nonce", "scope", "currency", "sig_sha256"]),
        ],
    },
    Link {
        name: "quote",
        when: "quote is not null",
        fields: &[(
            ALL,
            &["seller", "resource", "price_minor", "payee", "session_id", "sig", "at"],
        )],
    },
    Link {
        name: "approval",
        when: "chain_version is 4",
        fields: &[(ALL, &["items_hash", "batch_hash"])],
    },
    Link {
        name: "payment",
        when: "always",
        fields: &[(
            ALL,
            &[
                "rail",
                "provider",
                "tx_id",
                "amount_minor",
                "attempt_id",
                "money_moved",
                "at",
                "amount_atomic?",
                "amount_authorized?",
                "amount_charged?",
                "amount_refunded?",
                "metering?",
                "sandbox?",
            ],
        )],
    },
    Link {
        name: "delivery",
        when: "delivery is not null",
        fields: &[(ALL, &["result", "proof", "kind", "nfe_chave", "at"])],
    },
];

const COLLECTED: [&str; 12] = [
    "v",
    "receipt_id",
    "issuer",
    "charge_id",
    "link_id",
    "link_version",
    "amount_minor",
    "currency",
    "paid_at",
    "rail",
    "end_to_end_id",
    "ledger_entry_id",
];

impl Link {
    /// As it is served.
    pub(super) fn value(&self) -> Value {
        let mut link = json!({ "link": self.name, "from": self.name, "when": self.when });
        if let [(_, fields)] = self.fields {
            set(&mut link, "fields", fields.to_vec());
            return link;
        }
        let by_version = self.fields.iter().flat_map(|&(versions, fields)| {
            versions.iter().map(move |version| (version.to_string(), json!(fields)))
        });
        set(&mut link, "fields_by_version", by_version.collect::<Map<_, _>>());
        link
    }

    /// What it holds of a receipt, if it is part of it.
    fn of(&self, receipt: &Value, version: u64) -> Option<Value> {
        let object = member(receipt, self.name);
        let is_there = match self.when {
            "chain_version is 4" => version == 4,
            "always" => true,
            _ => !object.is_null(),
        };
        let fields = self.fields.iter().find(|(versions, _)| versions.contains(&version))?.1;
        let values = fields.iter().filter_map(|field| match field.strip_suffix('?') {
            None => Some(((*field).to_owned(), member(object, field).clone())),
            Some(name) => object
                .get(name)
                .filter(|value| !value.is_null())
                .map(|value| (name.to_owned(), value.clone())),
        });
        is_there.then(|| Value::Object(values.collect()))
    }
}

/// Seals a receipt as it stands, once more if it was before.
pub(super) fn seal(receipt: &mut Value) {
    let version = version(receipt);
    let links: Vec<Value> = RECIPE.iter().filter_map(|link| link.of(receipt, version)).collect();
    let chain = digest(&json!({ "v": version, "links": links }));
    let message = format!("codespar-receipt:v1:{}:{chain}", text(receipt, "receipt_id"));
    set(receipt, "receipt_sig", hex(&Sha256::digest(&message)));
    set(receipt, "receipt_sig_ed25519", sign(&message));
    set(receipt, "receipt_sig_kid", key_id());
    set(receipt, "chain", chain);
    set(receipt, "chain_version", version);
}

fn version(receipt: &Value) -> u64 {
    let payment = member(receipt, "payment");
    if !member(receipt, "approval").is_null() {
        4
    } else if !member(payment, "amount_authorized").is_null() {
        3
    } else if !member(payment, "amount_atomic").is_null() {
        2
    } else {
        1
    }
}

/// The receipt of a collected payment: its document, sealed. The document has to have the members
/// of the recipe; `receipt_id` and `issuer` among them are filled in here.
pub(crate) fn collected(receipt_id: &str, payment: &Value) -> Value {
    let mut document = json!({ "v": 1, "receipt_id": receipt_id, "issuer": ISSUER });
    for name in COLLECTED.iter().skip(3) {
        set(&mut document, name, member(payment, name).clone());
    }
    let digest = digest(&document);
    json!({
        "id": receipt_id,
        "object": "collect_receipt",
        "sig": sign(&format!("codespar-collect-receipt:v1:{receipt_id}:{digest}")),
        "digest": digest,
        "document": document,
        "kid": key_id(),
        "recipe": collect_recipe(),
    })
}

pub(super) fn collect_recipe() -> Value {
    json!({
        "signing_string": "codespar-collect-receipt:v1:<receipt_id>:<digest>",
        "digest_recipe": {
            "canonicalization": CANONICAL, "digest": DIGEST, "document_fields": COLLECTED,
        },
        "signature": "Ed25519, base64url without padding",
    })
}

/// The key as it is published.
pub(super) fn jwk() -> Value {
    json!({
        "kid": key_id(),
        "kty": "OKP",
        "crv": "Ed25519",
        "x": URL_SAFE_NO_PAD.encode(key().verifying_key().to_bytes()),
        "alg": "EdDSA",
        "use": "sig",
        "status": "active",
        "created_at": "2026-01-01T00:00:00.000Z",
        "retired_at": null,
    })
}

fn key_id() -> String {
    format!("{ISSUER}#sandbox-1")
}

fn digest(value: &Value) -> String {
    // A tree of JSON always has a canonical form.
    hex(&Sha256::digest(serde_json_canonicalizer::to_vec(value).unwrap_or_default()))
}

fn sign(message: &str) -> String {
    URL_SAFE_NO_PAD.encode(key().sign(message.as_bytes()).to_bytes())
}

/// The signing key, the same in every sandbox: it protects nothing.
fn key() -> SigningKey {
    SigningKey::from_bytes(&Sha256::digest(b"codespar-sandbox receipts").into())
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::Signature;

    use super::*;

    #[test]
    fn a_collected_payment_has_a_signed_document() {
        let payment = json!({
            "charge_id": "chg_1", "link_id": "cl_1", "link_version": 1, "amount_minor": 4200,
            "currency": "BRL", "paid_at": "2026-10-07T12:00:00.000Z", "rail": "pix",
            "end_to_end_id": null, "ledger_entry_id": "le_1", "payer": "nobody's business",
        });
        let receipt = collected("crc_1", &payment);
        let names: Vec<_> = receipt["document"].as_object().unwrap().keys().collect();
        assert_eq!(names.len(), COLLECTED.len(), "{names:?}");
        assert_eq!(receipt["digest"], digest(&receipt["document"]));
        let message = format!("codespar-collect-receipt:v1:crc_1:{}", text(&receipt, "digest"));
        let signature = URL_SAFE_NO_PAD.decode(text(&receipt, "sig")).unwrap();
        let signature = Signature::from_slice(&signature).unwrap();
        assert!(key().verifying_key().verify_strict(message.as_bytes(), &signature).is_ok());
    }

    #[test]
    fn the_version_is_told_by_what_is_sealed() {
        let of = |payment: Value, approval: Value| {
            let mut receipt = json!({ "receipt_id": "r", "payment": payment });
            if !approval.is_null() {
                set(&mut receipt, "approval", approval);
            }
            seal(&mut receipt);
            receipt["chain_version"].clone()
        };
        assert_eq!(of(json!({ "amount_atomic": null }), Value::Null), 1);
        assert_eq!(of(json!({ "amount_atomic": "1" }), Value::Null), 2);
        let authorized = json!({ "amount_atomic": "1", "amount_authorized": "2" });
        assert_eq!(of(authorized.clone(), Value::Null), 3);
        assert_eq!(of(authorized, json!({ "items_hash": "0" })), 4);
    }
}
