//! One payment under one id: on its way, uncertain, resolved, failed.

use std::time::Duration;

use codespar_sandbox::{Decision, EffectKind, Reconciliation, Sandbox};
use serde_json::json;

use super::{is, refused, spend, text};
use crate::support::{
    Bench, Reply, bench,
    consent::{consent, mandate},
    events, managed, names,
};

/// The rail takes its time with this amount, and does not answer for the one before.
const SLOW: i64 = 668;
const UNCERTAIN: i64 = 667;

fn spent(bench: &Bench) -> i64 {
    bench.get("/v1/consumers/c1/wallet").body["currencies"][0]["spent_minor"].as_i64().unwrap()
}

/// Sends a slow payment from a thread of its own, and does this once it is on its way.
fn on_its_way(bench: &Bench, mandate: &str, then: impl FnOnce()) -> Reply {
    std::thread::scope(|scope| {
        let first = scope.spawn(|| spend(bench, mandate, "att-1", SLOW));
        while spent(bench) == 0 {
            std::thread::yield_now();
        }
        then();
        first.join().unwrap()
    })
}

#[test]
fn a_payment_is_on_its_way_until_the_rail_answers() {
    let bench = bench(Sandbox::builder().settle_after(Duration::MAX));
    let mandate = mandate(&bench);
    let other_machine = || {
        let seen = refused(&spend(&bench, &mandate, "att-1", SLOW));
        assert_eq!(seen, is(409, "psp_attempt_in_flight"));
        assert_eq!((spent(&bench), bench.sandbox.effects().len()), (SLOW, 0));
        assert!(bench.sandbox.reconcile("att-1", Reconciliation::Moved));
    };
    let first = on_its_way(&bench, &mandate, other_machine);
    assert_eq!((first.status, &first.body["idempotent_replay"]), (200, &json!(false)));
    let replay = spend(&bench, &mandate, "att-1", SLOW).body;
    assert_eq!(replay["idempotent_replay"], true);
    assert_eq!(replay["payment"], first.body["payment"]);
    assert_eq!(bench.sandbox.effects().count_with_key("att-1"), 1);
    assert!(!bench.sandbox.reconcile("att-1", Reconciliation::NotMoved), "it is over");
}

#[test]
fn a_payment_on_its_way_may_fail_and_frees_what_it_held() {
    let bench = bench(Sandbox::builder().settle_after(Duration::MAX));
    let mandate = mandate(&bench);
    let fails = || assert!(bench.sandbox.reconcile("att-1", Reconciliation::NotMoved));
    let first = on_its_way(&bench, &mandate, fails);
    assert_eq!(refused(&first), is(502, "psp_dispatch_failed"));
    assert_eq!(refused(&spend(&bench, &mandate, "att-1", SLOW)), is(409, "psp_attempt_conflict"));
    assert_eq!((spent(&bench), bench.sandbox.effects().len()), (0, 0));
}

#[test]
fn a_slow_payment_arrives_by_itself_and_as_events() {
    let bench = bench(Sandbox::builder().settle_after(Duration::from_millis(1)));
    let given = consent(&bench);
    let body = json!({
        "mandate": given["mandate"], "signature": given["signature"], "purpose": "food",
        "attempt_id": "att-1", "amount_minor": SLOW, "payee": "a@b.test", "agent_id": "ag1",
    });
    let reply = bench.post("/v1/consumer-payments/execute-stream", body);
    let events = events(&reply.text);
    assert_eq!(names(&events).last(), Some(&"outcome"), "{}", reply.text);
    assert_eq!(events.last().unwrap().data["payment"]["amountMinor"], SLOW);
    assert_eq!(bench.sandbox.effects().count(EffectKind::Payment), 1);
}

#[test]
fn nobody_knows_until_an_operator_looks() {
    for (found, status, code) in
        [(Reconciliation::Moved, 200, ""), (Reconciliation::NotMoved, 409, "psp_attempt_conflict")]
    {
        let bench = managed();
        let mandate = mandate(&bench);
        let ask = || spend(&bench, &mandate, "att-1", UNCERTAIN);
        assert_eq!(refused(&ask()), is(502, "psp_dispatch_uncertain"));
        for _ in 0..2 {
            assert_eq!(refused(&ask()), is(409, "psp_attempt_uncertain"));
        }
        assert_eq!((spent(&bench), bench.sandbox.effects().len()), (UNCERTAIN, 0));
        assert!(bench.sandbox.reconcile("att-1", found));
        assert_eq!(refused(&ask()), is(status, code));
        let moved = found == Reconciliation::Moved;
        assert_eq!(spent(&bench), if moved { UNCERTAIN } else { 0 });
        assert_eq!(bench.sandbox.effects().len(), usize::from(moved));
    }
}

#[test]
fn an_approved_payment_may_be_uncertain_too() {
    let bench = bench(Sandbox::builder().approval_above(600));
    let mandate = mandate(&bench);
    let held = spend(&bench, &mandate, "att-1", UNCERTAIN);
    let approval = text(&held.body["error"]["details"]["approval_id"]);
    assert!(bench.sandbox.decide(&approval, Decision::Approve));
    let row = bench.get(&format!("/v1/approvals/{approval}")).body;
    assert_eq!(row["status"], "execution_failed");
    assert_eq!(row["execution_result"]["error"], "psp_dispatch_uncertain");
    let again = || refused(&spend(&bench, &mandate, "att-1", UNCERTAIN));
    assert_eq!((again(), spent(&bench)), (is(409, "psp_attempt_uncertain"), UNCERTAIN));
    assert!(bench.sandbox.reconcile("att-1", Reconciliation::Moved));
    assert_eq!(again(), is(200, ""));
}

#[test]
fn the_ledger_of_a_mandate_has_what_settled() {
    let bench = managed();
    let mandate = mandate(&bench);
    let ledger = |limit: &str| {
        let path = format!("/v1/consumers/mandates/{mandate}/receipts{limit}");
        bench.get(&path).body["receipts"].clone()
    };
    let first = spend(&bench, &mandate, "att-1", 100).body;
    assert_eq!(spend(&bench, &mandate, "att-2", UNCERTAIN).status, 502);
    assert_eq!(spend(&bench, &mandate, "att-3", 6_001).status, 403);
    assert_eq!(spend(&bench, &mandate, "att-4", 200).status, 200);
    let rows = ledger("");
    assert_eq!(
        (rows[0]["amount_minor"].as_str(), rows.as_array().unwrap().len()),
        (Some("200"), 2)
    );
    assert_eq!(rows[1]["ledger_id"], first["wallet"]["debitEntryId"]);
    assert_eq!(rows[1]["psp_tx_id"], first["payment"]["transactionId"]);
    assert_eq!(rows[0].get("mandate_id"), None);
    assert_eq!(ledger("?limit=1").as_array().unwrap().len(), 1);
    let path = format!("/v1/consumers/mandates/{mandate}/receipts?limit=0");
    assert_eq!(refused(&bench.get(&path)), is(400, "invalid_query"));
    // What is spent counts what settled, and not what is held.
    let read = bench.get(&format!("/v1/mandates/{mandate}")).body;
    assert_eq!(read["usage"], json!({ "spent_minor": "300", "period_spent_minor": null }));
}
