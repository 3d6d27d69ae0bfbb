//! Receipts that were changed: whatever is sealed, none of them is verified.

use std::sync::LazyLock;

use codespar_proto::receipt::{KeyDocument, Sent, example, verify_collect_receipt, verify_receipt};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::receipt::{keys, vectors};

/// What the API says is sealed, written out once more: by link, and optional where it may miss.
const SEALED: [(&str, &[&str], &[&str]); 5] = [
    ("mandate", &["id", "nonce", "scope", "currency"], &[]),
    ("quote", &["seller", "resource", "price_minor", "payee", "session_id", "sig", "at"], &[]),
    ("approval", &["items_hash", "batch_hash"], &[]),
    (
        "payment",
        &["rail", "provider", "tx_id", "amount_minor", "attempt_id", "money_moved", "at"],
        &[
            "amount_atomic",
            "amount_authorized",
            "amount_charged",
            "amount_refunded",
            "metering",
            "sandbox",
        ],
    ),
    ("delivery", &["result", "proof", "kind", "nfe_chave", "at"], &[]),
];

/// The members of a receipt that are sealed.
fn sealed(receipt: &Value) -> Vec<(&'static str, &'static str)> {
    let version = receipt["chain_version"].as_u64().unwrap();
    let mut all = Vec::new();
    for (link, always, optional) in SEALED {
        if !receipt[link].is_object() {
            continue;
        }
        all.extend(always.iter().chain(optional).map(|&name| (link, name)));
    }
    all.push(("mandate", if version == 4 { "sig_sha256" } else { "sig" }));
    all
}

fn optional(link: &str, name: &str) -> bool {
    SEALED.iter().any(|row| row.0 == link && row.2.contains(&name))
}

static KEYS: LazyLock<KeyDocument> = LazyLock::new(keys);

static VERIFIED: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let vectors = vectors("receipts.json").into_iter().filter(|it| it.verdict == "verified");
    vectors.map(|vector| vector.receipt.read().unwrap()).collect()
});

fn is_verified(receipt: &Value) -> bool {
    verify_receipt(&receipt.to_string(), &KEYS, &Sent::new()).is_verified()
}

fn anything() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-5000..5000i64).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        Just(json!({})),
        Just(json!(["x"])),
        Just(json!({"basis": "tokens", "units": "1"})),
    ]
}

/// Every member that is sealed, taken away, set to null, and set to something else.
#[test]
fn no_member_that_is_sealed_may_be_another() {
    let mut count = 0;
    for receipt in VERIFIED.iter() {
        for (link, name) in sealed(receipt) {
            let was = receipt[link].get(name).cloned();
            let mut changes = vec![Some(json!("\u{1f9c0} another")), Some(json!(7)), None];
            changes.push(Some(Value::Null));
            for change in changes {
                let is_nothing = |it: &Option<Value>| it.as_ref().is_none_or(Value::is_null);
                let both_nothing = optional(link, name) && is_nothing(&was) && is_nothing(&change);
                if change == was || both_nothing {
                    continue;
                }
                let mut other = receipt.clone();
                match change {
                    Some(value) => other[link][name] = value,
                    None => drop(other[link].as_object_mut().unwrap().remove(name)),
                }
                assert!(!is_verified(&other), "{link}.{name}: {other}");
                count += 1;
            }
        }
        for link in ["mandate", "quote", "approval", "payment", "delivery", "chain_version"] {
            let mut other = receipt.clone();
            let was = other[link].take();
            assert!(was.is_null() || !is_verified(&other), "{link}: {other}");
            // Something that was not there before.
            let mut other = receipt.clone();
            if was.is_null() {
                other[link] = json!({"items_hash": "0", "batch_hash": null, "result": "confirmed"});
                assert!(!is_verified(&other), "{link}: {other}");
            }
        }
    }
    assert!(count > 300, "{count}");
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn one_changed_member_is_never_verified(
        which: prop::sample::Index, place: prop::sample::Index, value in anything(),
    ) {
        let receipt = &VERIFIED[which.index(VERIFIED.len())];
        let members = sealed(receipt);
        let (link, name) = members[place.index(members.len())];
        let was = &receipt[link][name];
        let mut other = receipt.clone();
        other[link][name] = value.clone();
        let is_same = *was == value || (was.is_null() && value.is_null())
            || was.as_f64().is_some_and(|was| value.as_f64() == Some(was));
        prop_assert_eq!(is_verified(&other), is_same && (receipt[link].get(name).is_some()
            || optional(link, name)), "{}.{}: {}", link, name, value);
    }

    /// A flipped bit is refused, or what was sealed is the same.
    #[test]
    fn what_verifies_is_what_was_sealed(place: prop::sample::Index, bit in 0..8) {
        let mut text = example::RECEIPT.as_bytes().to_vec();
        let place = place.index(text.len());
        text[place] ^= 1u8 << bit;
        let Ok(text) = String::from_utf8(text) else { return Ok(()) };
        if verify_receipt(&text, &KEYS, &Sent::new()).is_verified() {
            let (was, is): (Value, Value) = (
                serde_json::from_str(example::RECEIPT).unwrap(),
                serde_json::from_str(&text).unwrap(),
            );
            for (link, name) in sealed(&was) {
                prop_assert_eq!(&was[link][name], &is[link][name]);
            }
            for name in ["receipt_id", "chain", "chain_version"] {
                prop_assert_eq!(&was[name], &is[name]);
            }
        }
    }

    #[test]
    fn a_collected_receipt_that_was_changed_is_never_verified(
        place: prop::sample::Index, value in anything(),
    ) {
        let vector = &vectors("collect.json")[0];
        let mut receipt: Value = vector.receipt.read().unwrap();
        let names: Vec<_> = receipt["document"].as_object().unwrap().keys().cloned().collect();
        let name = &names[place.index(names.len())];
        let was = receipt["document"][name].take();
        receipt["document"][name] = value.clone();
        let outcome = verify_collect_receipt(&receipt.to_string(), &KEYS, &Sent::new());
        let is_same = was == value || was.as_f64().is_some_and(|was| value.as_f64() == Some(was));
        prop_assert_eq!(outcome.is_verified(), is_same, "{}: {}", name, value);
    }

    #[test]
    fn no_text_makes_a_panic(text in any::<String>(), name in "[a-z_]{1,20}") {
        let json = json!({"receipt_id": "r", "chain": text, "receipt_sig_kid": text,
            "receipt_sig_ed25519": text, "chain_version": 4, name: text});
        for text in [&text, &json.to_string()] {
            prop_assert!(!verify_receipt(text, &KEYS, &Sent::new()).is_verified());
            prop_assert!(!verify_collect_receipt(text, &KEYS, &Sent::new()).is_verified());
            let _ = KeyDocument::from_json(text);
        }
    }
}
