//! Sellers of a marketplace.

use std::time::Duration;

use codespar_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::bench;

#[test]
fn a_document_is_one_seller_whom_the_acquirer_takes() {
    let bench = bench(Sandbox::builder().settle_after(Duration::from_secs(60)));
    let asked = |change: Value| {
        let mut body = json!({
            "full_name": "Maria Silva", "document_number": "12345678000195",
            "document_type": "CNPJ", "document_tax_type": "MEI", "mcc": "5812",
            "contact": {}, "address": {}, "linked_consumer_id": "c1",
        });
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        bench.post("/v1/sellers", body)
    };
    let wrong = [
        json!({ "document_number": "12345678000194" }),
        json!({ "document_tax_type": "PF" }),
        json!({ "document_type": "CPF" }),
        json!({ "address": null }),
    ];
    for change in wrong {
        let refused = asked(change.clone());
        assert_eq!((refused.status, &refused.body["error"]), (400, &json!("invalid_body")));
    }
    let made = asked(json!({}));
    assert_eq!((made.status, &made.body["status"]), (201, &json!("affiliation_pending")));
    let again = asked(json!({ "full_name": "Maria Souza", "linked_consumer_id": "c2" }));
    assert_eq!((again.status, &again.body["seller_id"]), (201, &made.body["seller_id"]));
    assert_eq!(
        (&again.body["full_name"], &again.body["linked_consumer_id"]),
        (&json!("Maria Souza"), &json!("c1"))
    );

    let path = format!("/v1/sellers/{}", made.body["seller_id"].as_str().unwrap());
    let status = || bench.get(&format!("{path}/status")).body;
    assert_eq!(status()["status"], "affiliation_pending");
    bench.sandbox.advance(Duration::from_secs(60));
    assert_eq!(bench.get(&path).body["status"], "affiliation_pending");
    assert_eq!((&status()["status"], &status()["stale"]), (&json!("active"), &json!(false)));
    assert_eq!(bench.get(&path).body["status"], "active");
    assert_eq!(bench.get(&format!("{path}/ledger")).body["entries"], json!([]));
    assert_eq!(bench.get(&format!("{path}/custody")).body["state"], "reconciled");
    assert_eq!(bench.get(&format!("{path}/pending-settlement")).body["total_pending_minor"], "0");
    let none = bench.get("/v1/sellers/slr_none");
    assert_eq!((none.status, &none.body), (404, &json!({ "error": "seller_not_found" })));
}
