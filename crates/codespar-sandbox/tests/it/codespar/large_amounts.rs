//! Amounts that are too large to be added up: no panic, and no sum that has turned around.

use serde_json::{Value, json};

use crate::support::{consent::consent_with, managed};

/// As many of the smallest units as a counter of 64 bits takes, but for a few.
const UNITS: &str = "9223372036854";

#[test]
fn what_was_sold_is_never_less_than_nothing() {
    let bench = managed();
    let paywall = json!({
        "slug": "big", "name": "Big", "upstream_url": "https://api.example.com", "price": UNITS,
        "payto": { "kind": "byo", "address": format!("0x{}", "b2".repeat(20)) },
    });
    let made = bench.post("/v1/paywalls", paywall);
    assert_eq!(made.status, 201, "{}", made.text);
    let id = made.body["id"].as_str().unwrap();
    for _ in 0..3 {
        assert!(bench.sandbox.pay(id));
    }
    let stats = bench.get("/v1/gate/stats").body;
    let number = |value: &Value| value.as_str().unwrap().parse::<i64>().unwrap();
    assert_eq!(number(&stats["gross_earnings_atomic"]), i64::MAX);
    assert!(number(&stats["earnings_atomic"]) > 0);
    let swept = bench.post("/v1/mcp-servers/platform-fees/sweep", json!({}));
    assert_eq!((swept.status, &swept.body["swept"]), (200, &json!(1)));
    assert!(number(&swept.body["total_atomic"]) > 0);
}

#[test]
fn no_cap_is_passed_by_what_cannot_be_counted() {
    /// What JSON numbers are exact up to: nothing larger is taken for a whole number.
    const MOST: i64 = 1 << 53;
    let bench = managed();
    let caps = json!({ "cap_minor": MOST, "per_tx_cap_minor": MOST });
    let mandate = consent_with(&bench, &caps)["mandate_id"].clone();
    let path = format!("/v1/consumers/mandates/{}/spend", mandate.as_str().unwrap());
    let spend = |minor: i64| {
        let body = json!({ "amount_minor": minor, "payee": "a@b.test" });
        bench.post(&path, body)
    };
    for beyond in [i64::MAX, MOST + 2] {
        assert_eq!(spend(beyond).status, 400, "{beyond}");
    }
    assert_eq!(spend(MOST - 1).status, 200);
    for over in [2, MOST] {
        let refused = spend(over);
        assert_eq!(refused.body["error"]["details"]["ruleType"], "cap", "{over}");
    }
    assert_eq!(spend(1).status, 200);
    assert_eq!(spend(1).body["error"]["details"]["ruleType"], "cap");
}
