//! Receipts by the vectors of another implementation: each verdict is told apart.

use std::{fs, path::Path};

use codespar_proto::{
    Json, Minor,
    collect::CollectReceipt,
    mandates::{SpendApproval, SpendArgs},
    receipt::{
        CannotRecompute, CollectedReceipt, Disagreement, KeyDocument, KeyDocumentError, KeyStatus,
        MalformedReceipt, ReceiptVerdict, ReceiptVerification, SealedReceipt, Sent, example,
        verify_collect_receipt, verify_receipt,
    },
    receipts::ReceiptKeys,
    types::Receipt,
};
use serde_json::{Value, json};

/// A vector; the receipt is the text of the file.
#[derive(serde::Deserialize)]
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) verdict: String,
    pub(crate) receipt: Json,
    sent: Option<Value>,
}

fn file(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/receipts");
    fs::read_to_string(folder.join(name)).unwrap()
}

pub(crate) fn vectors(name: &str) -> Vec<Vector> {
    serde_json::from_str(&file(name)).unwrap()
}

pub(crate) fn keys() -> KeyDocument {
    KeyDocument::from_json(&file("keys.json")).unwrap()
}

/// The document of keys with something changed.
pub(crate) fn keys_with(change: impl FnOnce(&mut Value)) -> KeyDocument {
    let mut document: Value = serde_json::from_str(&file("keys.json")).unwrap();
    change(&mut document);
    KeyDocument::from_json(&document.to_string()).unwrap()
}

impl Vector {
    fn sent(&self) -> Sent {
        let Some(said) = &self.sent else { return Sent::new() };
        let text = |name: &str| said[name].as_str().map(str::to_owned);
        let mut sent = Sent::new();
        sent = text("payee").into_iter().fold(sent, Sent::payee);
        sent = text("attempt_id").into_iter().fold(sent, Sent::attempt_id);
        sent = said["amount_minor"].as_i64().into_iter().fold(sent, Sent::amount_minor);
        let approval = &said["approval"];
        match approval["items_hash"].as_str() {
            Some(items) => sent.approval(items, approval["batch_hash"].as_str()),
            None => sent,
        }
    }

    /// What is not as it should be.
    fn fault(&self, outcome: &ReceiptVerification) -> Option<String> {
        let told = match outcome.verdict {
            ReceiptVerdict::SignatureOnly(why) => format!("signature_only: {}", why.as_str()),
            verdict => verdict.as_str().to_owned(),
        };
        let is_right = told == self.verdict && outcome.is_verified() == (told == "verified");
        (!is_right).then(|| format!("{}: {} became {told}", self.name, self.verdict))
    }
}

pub(crate) fn named(name: &str) -> Vector {
    vectors("receipts.json").into_iter().find(|vector| vector.name == name).unwrap()
}

fn verified(receipt: &Value) -> ReceiptVerification {
    verify_receipt(&receipt.to_string(), &keys(), &Sent::new())
}

#[test]
fn receipts_are_as_another_implementation_says() {
    let vectors = vectors("receipts.json");
    let outcome = |it: &Vector| verify_receipt(it.receipt.as_str(), &keys(), &it.sent());
    let faults: Vec<_> = vectors.iter().filter_map(|it| it.fault(&outcome(it))).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let told = |verdict: &str| vectors.iter().any(|it| it.verdict.starts_with(verdict));
    for verdict in [
        "verified",
        "signature_only",
        "chain_mismatch",
        "approval_mismatch",
        "sent_mismatch",
        "tampered",
        "unsigned",
        "unknown_key",
        "malformed",
    ] {
        assert!(told(verdict), "{verdict} has no vector");
    }
}

/// Who has only what the client read comes to the same verdict.
#[test]
fn a_typed_receipt_is_as_good_as_its_json() {
    let mut faults = Vec::new();
    for vector in vectors("receipts.json") {
        let typed: Receipt = vector.receipt.read().unwrap();
        match SealedReceipt::of(&typed) {
            // What is missing and what is null is the same there, and so in these two.
            Ok(_) if vector.verdict == "signature_only: missing_member" => {}
            Ok(receipt) => faults.extend(vector.fault(&receipt.verify(&keys(), &vector.sent()))),
            Err(_) => assert_eq!(vector.verdict, "malformed", "{}", vector.name),
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn collected_receipts_are_as_another_implementation_says() {
    let mut faults = Vec::new();
    for vector in vectors("collect.json") {
        let sent = vector.sent();
        let outcome = verify_collect_receipt(vector.receipt.as_str(), &keys(), &sent);
        faults.extend(vector.fault(&outcome));
        let typed: CollectReceipt = vector.receipt.read().unwrap();
        // What is missing and what is null is the same there.
        if vector.verdict == "signature_only: missing_member" {
            continue;
        }
        if let Ok(receipt) = CollectedReceipt::of(&typed) {
            faults.extend(vector.fault(&receipt.verify(&keys(), &sent)));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// What stands beside the document of a collected payment is nothing that its seal covers.
#[test]
fn members_beside_a_collected_document_are_told_or_refused() {
    let good = vectors("collect.json").into_iter().find(|it| it.name == "collected").unwrap();
    let with = |change: fn(&mut Value)| {
        let mut receipt = good.receipt.to_value();
        change(&mut receipt);
        verify_collect_receipt(&receipt.to_string(), &keys(), &Sent::new())
    };
    assert!(with(|_| ()).unsealed.is_empty());
    let outcome = with(|receipt| receipt["note"] = "paid by Ana".into());
    assert!(outcome.is_verified());
    assert_eq!(outcome.unsealed, ["note"]);
    let members: [fn(&mut Value); 4] = [
        |receipt| receipt["receipt_id"] = "rcpt_9".into(),
        |receipt| receipt["payment"] = json!({"amount_minor": 999_999}),
        |receipt| receipt["mandate"] = json!({"id": "mnd_1"}),
        |receipt| receipt["chain"] = "0".repeat(64).into(),
    ];
    for change in members {
        assert_eq!(
            with(change).verdict,
            ReceiptVerdict::Malformed(MalformedReceipt::TwoKinds),
            "{:?}",
            with(change),
        );
    }
}

#[test]
fn what_a_verified_receipt_says_of_itself() {
    let outcome = verify_receipt(example::RECEIPT, &keys(), &Sent::new());
    assert!(outcome.is_verified());
    assert_eq!(outcome.receipt_id.as_deref(), Some("rcpt_v4"));
    assert_eq!(outcome.kid.as_deref(), Some("did:web:id.example.com#receipts-2"));
    assert_eq!(outcome.key_status, Some(KeyStatus::Active));
    assert_eq!(outcome.chain_version, Some(4));
    assert!(outcome.is_payee_bound);
    assert_eq!(outcome.unsealed, ["actor", "exceptions", "state"]);

    let old = named("version 1, retired key");
    let outcome = verify_receipt(old.receipt.as_str(), &keys(), &Sent::new());
    assert_eq!(outcome.key_status, Some(KeyStatus::Retired));
    // The hash of the mandate's signature is shown beside it, and not sealed before version 4.
    assert_eq!(outcome.unsealed, ["actor", "exceptions", "mandate.sig_sha256", "state"]);

    // Whom it went to is anybody's word, without a quote.
    let bare = named("version 1, no quote");
    let sent = Sent::new().payee("anybody@pix.example");
    let outcome = verify_receipt(bare.receipt.as_str(), &keys(), &sent);
    assert!(outcome.is_verified() && !outcome.is_payee_bound, "{outcome:?}");
    let nobody = named("read without the right to spend");
    assert!(!verify_receipt(nobody.receipt.as_str(), &keys(), &Sent::new()).is_payee_bound);
}

#[test]
fn a_receipt_is_compared_with_what_was_sent() {
    let receipt = SealedReceipt::from_json(example::RECEIPT).unwrap();
    let items = receipt_json()["approval"]["items_hash"].as_str().unwrap().to_owned();
    let spend = SpendArgs::new("att_1", Minor::new(4200), "shop@pix.example");
    let approved = spend.clone().approval(SpendApproval::new(format!("sha256:{items}")));
    let same = Sent::of(&approved).currency("BRL").mandate_id("cm_1");
    assert_eq!(receipt.disagreements(&same), []);
    assert!(receipt.verify(&keys(), &same).is_verified());
    // Nothing was approved, and the receipt says otherwise.
    let outcome = receipt.verify(&keys(), &Sent::of(&spend));
    assert_eq!(outcome.verdict, ReceiptVerdict::ApprovalMismatch);
    assert_eq!(outcome.disagreements, [Disagreement::Approval]);

    let other = Sent::new().payee("b@pix.example").amount_minor(1).currency("USD");
    let other = other.attempt_id("att_2").mandate_id("cm_2").approval(&items, Some(&items));
    let all = receipt.disagreements(&other);
    let words: Vec<_> = all.iter().map(|it| it.as_str()).collect();
    let expected = ["payee", "amount", "currency", "attempt_id", "mandate_id", "approval"];
    assert_eq!(words, expected);
    // What it does not say is no agreement; whom it went to may go unsaid.
    let empty = SealedReceipt::from_json(r#"{"receipt_id":"r"}"#).unwrap();
    assert_eq!(empty.disagreements(&other).len(), expected.len() - 1);
    // Disagreements are told of any receipt that can be read.
    let outcome = receipt.verify(&KeyDocument::new(), &other);
    assert_eq!(outcome.verdict, ReceiptVerdict::UnknownKey);
    assert_eq!(outcome.disagreements, all);
}

pub(crate) fn receipt_json() -> Value {
    serde_json::from_str(example::RECEIPT).unwrap()
}

pub(crate) fn chain_of(keys: &KeyDocument, receipt: &str) -> ReceiptVerdict {
    verify_receipt(receipt, keys, &Sent::new()).verdict
}

#[test]
fn what_is_hidden_is_not_taken_for_altered() {
    let mut hidden = receipt_json();
    hidden["quote"]["payee"] = json!("[redacted]");
    let masked = ReceiptVerdict::SignatureOnly(CannotRecompute::MaskedPayee);
    assert_eq!(verified(&hidden).verdict, masked);
    let mut old: Value = named("version 1").receipt.read().unwrap();
    old["mandate"]["sig"] = json!("[redacted]");
    let no_sig = ReceiptVerdict::SignatureOnly(CannotRecompute::NoMandateSig);
    assert_eq!(verified(&old).verdict, no_sig);
    // With a code, stars do hide: those of its own are taken away first.
    let code = named("a Pix code with stars of its own");
    let other = code.receipt.as_str().replace("loja@pix.ex", "lojb@pix.ex");
    assert_eq!(chain_of(&keys(), &other), ReceiptVerdict::ChainMismatch);
    let part = code.receipt.as_str().replace("loja@pix.ex", "l***@pix.ex");
    assert_eq!(chain_of(&keys(), &part), masked);
}

#[test]
fn a_key_that_cannot_be_used_says_nothing() {
    type Change = fn(&mut Value);
    let changes: [(Change, ReceiptVerdict); 6] = [
        (|it| it["keys"] = json!([]), ReceiptVerdict::UnknownKey),
        (|it| it["keys"][0]["kid"] = json!("did:web:id.example.com#1"), ReceiptVerdict::UnknownKey),
        (|it| it["keys"][0]["x"] = json!("AAAA"), ReceiptVerdict::Unreachable),
        (|it| it["keys"][0]["crv"] = json!("X25519"), ReceiptVerdict::Unreachable),
        (|it| it["keys"][0]["status"] = json!("compromised"), ReceiptVerdict::Unreachable),
        // Two of one name: nobody can say which is meant.
        (|it| it["keys"][1]["kid"] = it["keys"][0]["kid"].clone(), ReceiptVerdict::Unreachable),
    ];
    for (change, verdict) in changes {
        let keys = keys_with(change);
        assert_eq!(chain_of(&keys, example::RECEIPT), verdict);
    }
    let receipt = SealedReceipt::from_json(example::RECEIPT).unwrap();
    assert_eq!(receipt.without_keys(&Sent::new()).verdict, ReceiptVerdict::Unreachable);
    let unsigned = named("from before there were signatures");
    let unsigned = SealedReceipt::from_json(unsigned.receipt.as_str()).unwrap();
    assert_eq!(unsigned.without_keys(&Sent::new()).verdict, ReceiptVerdict::Unsigned);
    for (json, error) in [
        ("[]", KeyDocumentError::NotADocument),
        (r#"{"error":"not_found"}"#, KeyDocumentError::NotADocument),
        (r#"{"keys":[],"keys":[]}"#, KeyDocumentError::NotADocument),
        (r#"{"keys":[],"algorithm":"ES256"}"#, KeyDocumentError::Unknown("algorithm")),
    ] {
        assert_eq!(KeyDocument::from_json(json).unwrap_err(), error, "{json}");
    }
    // The text that is signed is compared whole.
    for (text, is_known) in [
        ("codespar-receipt:v1:<receipt_id>:<chain>", true),
        ("codespar-receipt:v1:{receipt_id}:{chain}", true),
        ("codespar-receipt:v2:<receipt_id>:<chain>", false),
        ("codespar-receipt:v1:<chain>:<receipt_id>", false),
        ("codespar-receipt:v1:<receipt_id>:<chain>:<signed_at>", false),
        ("codespar-receipt:v1:<receipt_id>", false),
        ("codespar-receipt:v1:", false),
    ] {
        let read = KeyDocument::from_json(&json!({"keys": [], "signing_string": text}).to_string());
        let unknown = KeyDocumentError::Unknown("signing_string");
        assert_eq!(read.err(), (!is_known).then_some(unknown), "{text}");
    }
    let large = format!(r#"{{"keys":[],"x":"{}"}}"#, "x".repeat(1 << 20));
    assert_eq!(KeyDocument::from_json(&large).unwrap_err(), KeyDocumentError::TooLarge);
    // The document as the client reads it will do as well.
    let typed: ReceiptKeys = Json::parse_str(&file("keys.json")).unwrap().read().unwrap();
    let keys = KeyDocument::of(&typed).unwrap();
    assert_eq!(chain_of(&keys, example::RECEIPT), ReceiptVerdict::Verified);
}

#[test]
fn what_can_be_read_in_two_ways_is_not_read() {
    let text = example::RECEIPT;
    for (json, why) in [
        ("", MalformedReceipt::NotJson),
        ("[]", MalformedReceipt::NotJson),
        ("{}", MalformedReceipt::Id),
        (r#"{"receipt_id":7}"#, MalformedReceipt::Id),
        (&text.replace("\"rcpt_v4\"", "\"rcpt_v4:0\""), MalformedReceipt::Id),
        (&text.replacen('{', "{\"chain_version\": 1,", 1), MalformedReceipt::NotJson),
        (&text.replace("\"rail\"", "\"rail\": \"ted\", \"rail\""), MalformedReceipt::NotJson),
        (&text.replace("\"chain\"", "\"other\""), MalformedReceipt::Chain),
        (
            &text.replace("\"receipt_sig_kid\": \"", "\"receipt_sig_kid\": \"\", \"_\": \""),
            MalformedReceipt::HalfSignature,
        ),
        (&format!("{}1{}", "[".repeat(200), "]".repeat(200)), MalformedReceipt::NotJson),
        (
            &format!(r#"{{"receipt_id":"r","x":{}1{}}}"#, "[".repeat(200), "]".repeat(200)),
            MalformedReceipt::NotJson,
        ),
        (
            &format!(r#"{{"receipt_id":"r","x":"{}"}}"#, "x".repeat(1 << 18)),
            MalformedReceipt::TooLarge,
        ),
    ] {
        let verdict = verify_receipt(json, &keys(), &Sent::new()).verdict;
        assert_eq!(verdict, ReceiptVerdict::Malformed(why), "{json:.60}");
        assert!(verdict.is_against());
    }
    // One text for one signature.
    let mut padded = receipt_json();
    let signature = format!("{}==", padded["receipt_sig_ed25519"].as_str().unwrap());
    padded["receipt_sig_ed25519"] = signature.into();
    assert_eq!(verified(&padded).verdict, ReceiptVerdict::Tampered);
}

/// The examples of the documentation are the vectors.
#[test]
fn the_examples_are_of_the_same_making() {
    assert_eq!(example::KEYS, file("keys.json"));
    assert!(vectors("receipts.json").iter().any(|vector| {
        vector.receipt.read::<Value>().unwrap() == receipt_json() && vector.verdict == "verified"
    }));
}
