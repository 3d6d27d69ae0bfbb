//! Transfers that the rail has not answered, and what an operator says of them.

use codespar_sandbox::{Decision, Reconciliation};
use serde_json::json;

use super::{doors::Doors, is, refused, text};
use crate::support::{books, managed};

#[test]
fn an_operator_says_what_became_of_a_transfer() {
    let bench = managed();
    let doors = Doors::open(&bench, &json!({}));
    let uncertain = is(502, "withdrawal_dispatch_uncertain");
    let free = || {
        let rows = books::balances(&bench);
        rows.into_iter().find(|(wallet, ..)| wallet == "wal_c1").map(|(.., free)| free).unwrap()
    };
    for key in ["moved", "stayed"] {
        assert_eq!(refused(&doors.transfer(key, 667)), uncertain);
    }
    assert_eq!((doors.spent(), free()), (1_334, 50_000 - 1_334));
    // What it holds is not freed by hand.
    let release = json!({
        "wallet_id": "wal_c1", "org_id": "org_sandbox", "currency": "BRL", "kind": "release",
        "amount_minor": "667",
    });
    assert_eq!(bench.post("/v1/wallets/wal_c1/ledger", release).status, 400);
    assert!(bench.sandbox.reconcile("moved", Reconciliation::Moved));
    assert!(bench.sandbox.reconcile("stayed", Reconciliation::NotMoved));
    assert!(!bench.sandbox.reconcile("stayed", Reconciliation::Moved));
    assert_eq!((doors.spent(), free()), (667, 50_000 - 667));
    let sent = doors.transfer("moved", 667);
    assert_eq!((sent.status, &sent.body["status"]), (201, &json!("sent")));
    assert_eq!(refused(&doors.transfer("stayed", 667)), is(409, "withdrawal_failed"));
    assert_eq!(bench.sandbox.effects().count_with_key("moved"), 1);
    books::check(&bench);

    // Out of the own wallet and without a key, it is named by what it holds.
    let own = bench.post("/v1/wallets", json!({ "display_name": "Main", "currency": "BRL" })).body;
    let path = format!("/v1/wallets/{}", text(&own["id"]));
    let fund = json!({
        "wallet_id": own["id"], "org_id": "org_sandbox", "currency": "BRL", "kind": "fund",
        "amount_minor": "1000",
    });
    assert_eq!(bench.post(&format!("{path}/ledger"), fund).status, 201);
    let body = json!({ "currency": "BRL", "to_address": "x@y.test", "amount_minor": 667 });
    assert_eq!(refused(&bench.post(&format!("{path}/transfer"), body)), uncertain);
    let holds = bench.get(&format!("{path}/ledger?kind=hold")).body["entries"].clone();
    assert!(bench.sandbox.reconcile(&text(&holds[0]["id"]), Reconciliation::Moved));
    let balance = bench.get(&path).body["balances"][0].clone();
    assert_eq!(
        (&balance["balance_minor"], &balance["available_minor"]),
        (&json!("333"), &json!("333"))
    );
    books::check(&bench);

    // One that a person has approved.
    let policy = json!({
        "name": "People", "type": "approval-required", "scope": { "tools": ["wallet:withdraw"] },
    });
    let made = bench.post("/v1/policies", policy);
    assert_eq!(made.status, 201, "{}", made.text);
    let approval = text(&doors.transfer("held", 667).body["approval_id"]);
    assert!(bench.sandbox.decide(&approval, Decision::Approve));
    assert_eq!(refused(&doors.transfer("held", 667)), uncertain);
    assert!(bench.sandbox.reconcile("held", Reconciliation::NotMoved));
    assert_eq!((doors.spent(), free()), (667, 50_000 - 667));
    books::check(&bench);
}
