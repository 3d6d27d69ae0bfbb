//! The recipes that are published with the keys of receipts: followed where they are known, and
//! nobody accused where they are not.

use codespar_proto::receipt::{
    CannotRecompute, ReceiptVerdict, Sent, example, verify_collect_receipt,
};
use serde_json::{Value, json};

use super::receipt::{chain_of, keys_with, named, receipt_json, vectors};

/// A recipe that cannot be followed proves nothing, and blames nobody.
#[test]
fn a_recipe_that_is_not_known_is_not_followed() {
    use CannotRecompute::{UnknownClause, UnknownRecipe, UnknownVersion};

    type Change = fn(&mut Value);
    let changes: [(Change, CannotRecompute); 14] = [
        (|it| it["links"][2]["when"] = json!("amount is large"), UnknownClause),
        (|it| it["links"][1]["when"] = json!("delivery is not null"), UnknownClause),
        (|it| it["links"][2]["when"] = json!("chain_version is four"), UnknownClause),
        (|it| it["canonicalization"] = json!("sorted keys"), UnknownRecipe),
        (|it| it["digest"] = json!("SHA-512, lowercase hex"), UnknownRecipe),
        (|it| it["digest"] = json!("SHA-256 in base64"), UnknownRecipe),
        (|it| it["version"] = json!("chain_version"), UnknownRecipe),
        (|it| it["optional_marker"] = json!(""), UnknownRecipe),
        (|it| it["links"] = json!([]), UnknownRecipe),
        (|it| it["links"][0]["fields_by_version"] = json!({"1": ["id"]}), UnknownVersion),
        (|it| *it = json!("see the documentation"), UnknownRecipe),
        // What is hashed would have no bound.
        (|it| it["links"] = vec![it["links"][3].clone(); 65].into(), UnknownRecipe),
        (|it| it["links"][3]["fields"] = vec!["tx_id"; 65].into(), UnknownRecipe),
        (|it| it["links"][0]["fields_by_version"]["9"] = vec!["id"; 65].into(), UnknownRecipe),
    ];
    for (change, why) in changes {
        let keys = keys_with(|document| change(&mut document["chain_recipe"]));
        assert_eq!(chain_of(&keys, example::RECEIPT), ReceiptVerdict::SignatureOnly(why));
    }
    // What it says is what is done: other members are hashed, and come to another hash.
    let keys = keys_with(|it| it["chain_recipe"]["links"][2]["fields"] = json!(["items_hash"]));
    assert_eq!(chain_of(&keys, example::RECEIPT), ReceiptVerdict::ChainMismatch);
    let mut named_otherwise = receipt_json();
    named_otherwise["version"] = named_otherwise["chain_version"].take();
    let keys = keys_with(|it| {
        it["chain_recipe"]["version"]["field"] = json!("version");
        it["chain_recipe"]["links"][2]["when"] = json!("version is 4");
    });
    assert_eq!(chain_of(&keys, &named_otherwise.to_string()), ReceiptVerdict::Verified);
}

/// Where no recipe is served, the one that is known proves, and does not accuse.
#[test]
fn without_a_recipe_the_known_one_proves_and_does_not_accuse() {
    let keys = keys_with(|document| document["chain_recipe"] = Value::Null);
    for vector in vectors("receipts.json").iter().filter(|it| it.verdict == "verified") {
        assert_eq!(chain_of(&keys, vector.receipt.as_str()), ReceiptVerdict::Verified);
    }
    let changed = named("the amount is another");
    let verdict = chain_of(&keys, changed.receipt.as_str());
    assert_eq!(verdict, ReceiptVerdict::SignatureOnly(CannotRecompute::NoRecipe));
    let collected = keys_with(|document| document["collect_receipt"] = Value::Null);
    for vector in vectors("collect.json") {
        let verdict = verify_collect_receipt(vector.receipt.as_str(), &collected, &Sent::new());
        let no_recipe = ReceiptVerdict::SignatureOnly(CannotRecompute::NoRecipe);
        match vector.verdict.as_str() {
            "verified" | "sent_mismatch" => assert!(verdict.is_verified(), "{}", vector.name),
            "chain_mismatch" => assert_eq!(verdict.verdict, no_recipe, "{}", vector.name),
            _ => {}
        }
    }
}

/// What is signed and hashed of a collected payment has to be what this version signs and hashes.
#[test]
fn a_recipe_of_collected_receipts_is_compared_whole() {
    use CannotRecompute::{MissingMember, UnknownFields, UnknownRecipe};

    type Change = fn(&mut Value);
    type ListChange = fn(&mut Vec<Value>);
    let fields = |change: ListChange| {
        let collected = &vectors("collect.json")[0];
        let keys = keys_with(|it| {
            let list = &mut it["collect_receipt"]["digest_recipe"]["document_fields"];
            change(list.as_array_mut().unwrap());
        });
        verify_collect_receipt(collected.receipt.as_str(), &keys, &Sent::new()).verdict
    };
    assert_eq!(fields(|list| list.reverse()), ReceiptVerdict::Verified);
    let changes: [(ListChange, CannotRecompute); 5] = [
        (|list| drop(list.pop()), UnknownFields),
        (|list| list.clear(), UnknownFields),
        (|list| list[0] = list[1].clone(), UnknownFields),
        (|list| list[0] = json!(7), UnknownFields),
        (|list| list.push(json!("note")), MissingMember),
    ];
    for (change, why) in changes {
        assert_eq!(fields(change), ReceiptVerdict::SignatureOnly(why));
    }
    let changes: [(Change, CannotRecompute); 8] = [
        (|it| *it = json!("see the documentation"), UnknownRecipe),
        (|it| it["digest_recipe"] = json!("SHA-256"), UnknownRecipe),
        (|it| it["digest_recipe"]["digest"] = json!("SHA-512"), UnknownRecipe),
        (|it| it["digest_recipe"]["document_fields"] = json!("all"), UnknownFields),
        (|it| it["signing_string"] = json!(7), UnknownRecipe),
        (
            |it| it["signing_string"] = json!("codespar-collect-receipt:v1:<digest>:<receipt_id>"),
            UnknownRecipe,
        ),
        (
            |it| it["signing_string"] = json!("codespar-collect-receipt:v1:<receipt_id>"),
            UnknownRecipe,
        ),
        (
            |it| {
                it["signing_string"] =
                    json!("codespar-collect-receipt:v1:<receipt_id>:<digest>:<paid_at>");
            },
            UnknownRecipe,
        ),
    ];
    for (change, why) in changes {
        let keys = keys_with(|document| change(&mut document["collect_receipt"]));
        let receipt = &vectors("collect.json")[0].receipt;
        let outcome = verify_collect_receipt(receipt.as_str(), &keys, &Sent::new());
        assert_eq!(outcome.verdict, ReceiptVerdict::SignatureOnly(why));
    }
    // What is not said, or marked otherwise, is as it was.
    let changes: [Change; 3] = [
        |it| drop(it["digest_recipe"].as_object_mut().unwrap().remove("document_fields")),
        |it| drop(it.as_object_mut().unwrap().remove("digest_recipe")),
        |it| it["signing_string"] = json!("codespar-collect-receipt:v1:{receipt_id}:{digest}"),
    ];
    for change in changes {
        let keys = keys_with(|document| change(&mut document["collect_receipt"]));
        let receipt = &vectors("collect.json")[0].receipt;
        let outcome = verify_collect_receipt(receipt.as_str(), &keys, &Sent::new());
        assert_eq!(outcome.verdict, ReceiptVerdict::Verified);
    }
}
