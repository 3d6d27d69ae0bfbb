//! Payments that wait for a person.

use std::time::Duration;

use codespar_sandbox::{Decision, EffectKind, Sandbox};
use serde_json::{Value, json};

use crate::support::{Bench, Reply, bench, consent::mandate, managed};

/// Above the cap of one payment, within that of the mandate.
const HELD: i64 = 6_001;

fn spend(bench: &Bench, mandate: &str, attempt: &str, minor: i64) -> Reply {
    let body = json!({ "amount_minor": minor, "payee": "a@b.test", "attempt_id": attempt });
    bench.post(&format!("/v1/consumers/mandates/{mandate}/spend"), body)
}

fn status(bench: &Bench, approval: &str) -> Value {
    bench.get(&format!("/v1/approvals/{approval}/status")).body
}

fn spent(bench: &Bench) -> Value {
    bench.get("/v1/consumers/c1/wallet").body["currencies"][0]["spent_minor"].clone()
}

/// Holds a payment and gives back its approval.
fn held(bench: &Bench, mandate: &str, attempt: &str) -> String {
    let reply = spend(bench, mandate, attempt, HELD);
    assert_eq!((reply.status, &reply.body["error"]), (403, &json!("approval_required")));
    reply.body["approval_id"].as_str().unwrap().to_owned()
}

#[test]
fn a_payment_above_the_cap_of_one_is_held_until_it_is_approved() {
    let bench = managed();
    let mandate = mandate(&bench);
    let reply = spend(&bench, &mandate, "att-1", HELD);
    assert_eq!((reply.status, &reply.body["error"]), (403, &json!("approval_required")));
    assert_eq!(reply.body["payment_state"], "awaiting_approval");
    assert_eq!(
        (&reply.body["amount_minor"], &reply.body["per_tx_cap_minor"]),
        (&json!(HELD), &json!(6_000))
    );
    assert_eq!(reply.body["attempt_id"], "att-1");
    let approval = reply.body["approval_id"].as_str().unwrap();
    assert!(approval.starts_with("apv_") && reply.body["expires_at"].is_string());
    // The same attempt asks about the same approval; the amount is held once.
    assert_eq!(spend(&bench, &mandate, "att-1", HELD).body, reply.body);
    let other = spend(&bench, &mandate, "att-1", HELD + 1);
    assert_eq!(other.body["error"]["code"], "attempt_id_conflict");
    assert_eq!((spent(&bench), bench.sandbox.effects().len()), (json!(HELD), 0));
    let pending = status(&bench, approval);
    assert_eq!(
        (&pending["approval_status"], &pending["execution_result"]),
        (&json!("pending"), &json!(null))
    );
    assert_eq!(pending["expires_at"], reply.body["expires_at"]);

    assert!(bench.sandbox.decide(approval, Decision::Approve));
    let done = status(&bench, approval);
    assert_eq!(done["approval_status"], "approved");
    assert_eq!(done["execution_result"]["ok"], true);
    let paid = &done["execution_result"]["data"];
    assert_eq!(paid["payment"]["amountMinor"], HELD);
    let replay = spend(&bench, &mandate, "att-1", HELD);
    assert_eq!((replay.status, &replay.body["idempotent_replay"]), (200, &json!(true)));
    assert_eq!(replay.body["payment"], paid["payment"]);
    assert_eq!(
        (spent(&bench), bench.sandbox.effects().count(EffectKind::Payment)),
        (json!(HELD), 1)
    );
    assert!(!bench.sandbox.decide(approval, Decision::Deny), "it is decided");
}

#[test]
fn what_is_not_approved_never_moves_and_frees_what_was_held() {
    for (decision, status_of, ran) in [
        (Decision::Deny, "denied", false),
        (Decision::Expire, "expired", false),
        (Decision::ApproveAndFail, "execution_failed", true),
    ] {
        let bench = managed();
        let mandate = mandate(&bench);
        let approval = held(&bench, &mandate, "att-1");
        assert!(bench.sandbox.decide(&approval, decision));
        let row = status(&bench, &approval);
        assert_eq!(row["approval_status"], status_of);
        assert_eq!(row["execution_result"].is_object(), ran, "{row}");
        assert!(!ran || row["execution_result"]["ok"] == false);
        assert_eq!((spent(&bench), bench.sandbox.effects().len()), (json!(0), 0));
        let again = spend(&bench, &mandate, "att-1", HELD);
        assert_eq!(again.body["error"]["code"], "psp_attempt_conflict");
    }
}

#[test]
fn nobody_decides_for_ever() {
    let bench = managed();
    let mandate = mandate(&bench);
    let approval = held(&bench, &mandate, "att-1");
    bench.sandbox.advance(Duration::from_secs(23 * 3_600));
    assert_eq!(status(&bench, &approval)["approval_status"], "pending");
    bench.sandbox.advance(Duration::from_secs(2 * 3_600));
    assert_eq!(status(&bench, &approval)["approval_status"], "expired");
    assert!(!bench.sandbox.decide(&approval, Decision::Approve));
}

#[test]
fn a_policy_holds_in_its_own_words() {
    let bench = bench(Sandbox::builder().approval_above(100));
    let mandate = mandate(&bench);
    assert_eq!(spend(&bench, &mandate, "small", 100).status, 200);
    let reply = spend(&bench, &mandate, "att-1", 101);
    assert_eq!((reply.status, &reply.body["error"]["code"]), (403, &json!("policy_denied")));
    let details = &reply.body["error"]["details"];
    let approval = details["approval_id"].as_str().unwrap();
    assert!(details["expires_at"].is_string() && details["ruleId"].is_string());
    let again = spend(&bench, &mandate, "att-1", 101).body;
    assert_eq!(again["error"]["details"], *details);
    assert!(bench.sandbox.decide(approval, Decision::Approve));
    assert_eq!(spend(&bench, &mandate, "att-1", 101).body["idempotent_replay"], true);
}

#[test]
fn an_approval_is_seen_from_its_project_only() {
    let bench = managed();
    let mandate = mandate(&bench);
    let approval = held(&bench, &mandate, "att-1");
    let path = format!("/v1/approvals/{approval}/status");
    assert_eq!(bench.get(&path).status, 200);
    let elsewhere = bench.with("x-codespar-project", "prj_0123456789abcdef");
    let reply = elsewhere.get(&path);
    assert_eq!((reply.status, &reply.body["error"]), (404, &json!("approval_not_found")));
    assert!(!elsewhere.sandbox.decide("apv_none", Decision::Approve));
}
