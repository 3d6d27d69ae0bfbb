//! Receipts, compared with what was sent.

#[cfg(feature = "receipts")]
use std::sync::Arc;
use std::time::Duration;

use codespar_engine::{Call, driver::Transport};
#[cfg(feature = "receipts")]
use codespar_proto::receipt::{self as proto, KeyDocument};
use codespar_proto::{Client, types::Receipt};
use serde_json::Value;

use crate::{observation::Observation, request::KeptRequest};

/// What a receipt that is as it was sent says.
const AGREES: &str = "agrees";
/// What one says that names another amount, payee or attempt, or was altered.
const DISAGREES: &str = "disagrees";

/// What one says that is sealed as it stands, and is of what was sent.
#[cfg(feature = "receipts")]
const VERIFIED: &str = "verified";

/// What is written where a receipt was expected, and there was none for so long.
pub(crate) const MISSING: &str = "missing";

/// What was sent, as far as a receipt tells of it.
pub(crate) struct Sent {
    key: String,
    amount_minor: Option<i64>,
    payee: Option<String>,
}

impl Sent {
    pub(crate) fn new(request: &KeptRequest, key: String) -> Self {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let amount = body.get("amount_minor");
        let of_text = |amount: &Value| amount.as_str().and_then(|text| text.parse().ok());
        let amount_minor = amount.and_then(|amount| amount.as_i64().or_else(|| of_text(amount)));
        let payee = body.get("payee").and_then(Value::as_str).map(str::to_owned);
        Self { key, amount_minor, payee }
    }

    /// What the receipt says of it; `None` where it tells of nothing that could be compared.
    fn compared_with(&self, receipt: &Receipt) -> Option<&'static str> {
        let payment = receipt.payment.as_ref();
        let attempt = payment.and_then(|payment| payment.attempt_id.as_ref());
        let amount = payment.and_then(|payment| payment.amount_minor).map(|minor| minor.get());
        let payee = receipt.quote.as_ref().and_then(|quote| quote.payee.as_ref());
        // A payee that is shown in part cannot be compared.
        let payee = payee.map(|payee| payee.expose()).filter(|payee| !payee.contains('*'));
        let told = [
            attempt.map(|attempt| *attempt == self.key),
            amount.zip(self.amount_minor).map(|(receipt, sent)| receipt == sent),
            payee.zip(self.payee.as_deref()).map(|(receipt, sent)| receipt == sent),
        ];
        let mut told = told.into_iter().flatten().peekable();
        told.peek()?;
        Some(if told.all(|is_same| is_same) { AGREES } else { DISAGREES })
    }
}

/// The keys by which receipts are verified, where there are any.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReceiptKeys {
    #[cfg(feature = "receipts")]
    pub(crate) document: Option<Arc<KeyDocument>>,
}

impl ReceiptKeys {
    /// What a receipt says: its members, and its seal where it can be tried.
    fn evidence_of(&self, receipt: &Receipt, sent: &Sent) -> Option<&'static str> {
        // Who tries the seal compares, too.
        self.seal_of(receipt, sent).or_else(|| sent.compared_with(receipt))
    }

    /// What the seal proves; `None` where it proves nothing.
    #[cfg(feature = "receipts")]
    fn seal_of(&self, receipt: &Receipt, sent: &Sent) -> Option<&'static str> {
        let keys = self.document.as_ref()?;
        let mut of = proto::Sent::new().attempt_id(&*sent.key);
        if let Some(amount) = sent.amount_minor {
            of = of.amount_minor(amount);
        }
        if let Some(payee) = &sent.payee {
            of = of.payee(&**payee);
        }
        let receipt = match proto::SealedReceipt::of(receipt) {
            Ok(receipt) => receipt,
            // The server writes a seal whole or not at all.
            Err(proto::MalformedReceipt::HalfSignature | proto::MalformedReceipt::Chain) => {
                return Some(DISAGREES);
            }
            // What has no seal that can be tried proves nothing.
            Err(_) => return None,
        };
        let outcome = receipt.verify(keys, &of);
        match outcome.verdict {
            verdict if verdict.is_against() => Some(DISAGREES),
            _ if outcome.is_verified() => Some(VERIFIED),
            _ => None,
        }
    }

    #[cfg(not(feature = "receipts"))]
    fn seal_of(&self, _: &Receipt, _: &Sent) -> Option<&'static str> {
        None
    }
}

/// The call that reads a receipt, and what it says. One that cannot be read says nothing.
pub(crate) fn read<T: Transport>(
    client: &Client<T>,
    receipt: &str,
    sent: Sent,
    keys: &ReceiptKeys,
    limit: Duration,
) -> Call<T, Observation> {
    let keys = keys.clone();
    client.consumers().receipt(receipt).timeout(limit).then(move |outcome| {
        let evidence = outcome.ok().and_then(|receipt| keys.evidence_of(&receipt, &sent));
        Ok(Observation { evidence, is_read: true, ..Observation::NOTHING })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_amount_payee_or_attempt_disagrees() {
        let sent = Sent {
            key: "cso_1".to_owned(),
            amount_minor: Some(100),
            payee: Some("a@pix.test".to_owned()),
        };
        let says = |receipt: Value| {
            let receipt = codespar_engine::kit::decode(receipt.to_string().as_bytes());
            sent.compared_with(&receipt.unwrap())
        };
        let of = |attempt: &str, minor: i64, payee: &str| {
            says(serde_json::json!({
                "receipt_id": "r",
                "payment": {"attempt_id": attempt, "amount_minor": minor},
                "quote": {"payee": payee},
            }))
        };
        assert_eq!(of("cso_1", 100, "a@pix.test"), Some(AGREES));
        assert_eq!(of("cso_1", 100, "a***@pix.test"), Some(AGREES));
        assert_eq!(of("cso_2", 100, "a@pix.test"), Some(DISAGREES));
        assert_eq!(of("cso_1", 101, "a@pix.test"), Some(DISAGREES));
        assert_eq!(of("cso_1", 100, "b@pix.test"), Some(DISAGREES));
        assert_eq!(says(serde_json::json!({"receipt_id": "r"})), None);
    }

    /// Which vectors there are is said in `fixtures/receipts/README.md`.
    #[cfg(feature = "receipts")]
    #[test]
    fn a_seal_that_cannot_be_tried_is_no_disagreement() {
        const KEYS: &str = include_str!("../../../fixtures/receipts/keys.json");
        const RECEIPTS: &str = include_str!("../../../fixtures/receipts/receipts.json");
        let document = KeyDocument::from_json(KEYS).unwrap();
        let keys = ReceiptKeys { document: Some(Arc::new(document)) };
        let vectors: Value = serde_json::from_str(RECEIPTS).unwrap();
        let named = |name: &str| {
            let vector = vectors.as_array().unwrap().iter().find(|it| it["name"] == name);
            vector.unwrap()["receipt"].clone()
        };
        let says = |receipt: Value, minor: i64| {
            let sent = Sent {
                key: "att_1".to_owned(),
                amount_minor: Some(minor),
                payee: Some("shop@pix.example".to_owned()),
            };
            let receipt = codespar_engine::kit::decode(receipt.to_string().as_bytes());
            keys.evidence_of(&receipt.unwrap(), &sent)
        };
        assert_eq!(says(named("version 1"), 4_200), Some(VERIFIED));
        assert_eq!(says(named("version 1"), 4_201), Some(DISAGREES));
        // Times of old receipts are not always as they were hashed.
        assert_eq!(says(named("an old one, another time"), 4_200), Some(AGREES));
        assert_eq!(says(named("an old one, another amount"), 4_200), Some(DISAGREES));
        // Of a later one that accuses.
        assert_eq!(says(named("no play money any more"), 4_200), Some(DISAGREES));
        assert_eq!(says(named("half a pair: no key"), 4_200), Some(DISAGREES));
        let nameless = serde_json::json!({
            "receipt_id": "a:b", "payment": {"attempt_id": "att_1", "amount_minor": 4_200},
        });
        assert_eq!(says(nameless, 4_200), Some(AGREES));
    }
}
