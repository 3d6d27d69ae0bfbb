//! Policies: their order, and what they do to payments.

use codespar_sandbox::{Decision, EffectKind};
use serde_json::{Value, json};

use super::{is, refused, spend, text, trail};
use crate::support::{Bench, consent::mandate, managed};

fn create(bench: &Bench, policy: Value) -> String {
    let made = bench.post("/v1/policies", policy);
    assert_eq!(made.status, 201, "{}", made.text);
    text(&made.body["id"])
}

fn ids(bench: &Bench) -> Vec<String> {
    let rows = bench.get("/v1/policies").body;
    rows.as_array().unwrap().iter().map(|row| text(&row["id"])).collect()
}

#[test]
fn policies_are_kept_in_their_order() {
    let bench = managed();
    let made: Vec<String> = ["one", "two", "three"]
        .map(|name| create(&bench, json!({ "name": name, "type": "deny" })))
        .into();
    assert_eq!(ids(&bench), made);
    let reorder = |ids: &[&str]| bench.post("/v1/policies/reorder", json!({ "ids": ids }));
    assert_eq!(refused(&reorder(&[&made[2], "pol_none"])), is(404, "not_found"));
    assert_eq!(ids(&bench), made, "nothing has changed");
    assert_eq!(reorder(&[&made[2], &made[0]]).status, 204);
    assert_eq!(ids(&bench), [made[2].clone(), made[0].clone(), made[1].clone()]);
    assert_eq!(refused(&reorder(&[])), is(400, "invalid_body"));

    let path = format!("/v1/policies/{}", made[0]);
    let changed = bench.patch(&path, json!({ "enabled": false, "tools": ["x"] })).body;
    assert_eq!((&changed["enabled"], &changed["name"]), (&json!(false), &json!("one")));
    assert_eq!(bench.get(&path).body, changed);
    assert_eq!(refused(&bench.patch(&path, json!({ "type": "maybe" }))), is(400, "invalid_body"));
    assert_eq!(bench.delete(&path).status, 204);
    for reply in [bench.get(&path), bench.delete(&path), bench.patch(&path, json!({}))] {
        assert_eq!(refused(&reply), is(404, "not_found"));
    }
    for wrong in [
        json!({ "name": "", "type": "deny" }),
        json!({ "name": "x".repeat(129), "type": "deny" }),
        json!({ "name": "n", "type": "maybe" }),
        json!({ "name": "n", "type": "deny", "config": [] }),
    ] {
        assert_eq!(refused(&bench.post("/v1/policies", wrong)), is(400, "invalid_body"));
    }
    assert_eq!(trail(&bench)[..2], ["policy.deleted", "policy.updated"]);
}

#[test]
fn the_first_policy_that_applies_decides() {
    let bench = managed();
    let mandate = mandate(&bench);
    let allow = create(&bench, json!({ "name": "a", "type": "allow", "agents": ["someone"] }));
    let other = json!({ "name": "o", "type": "deny", "tools": ["codespar_shop"] });
    create(&bench, other);
    create(&bench, json!({ "name": "b", "type": "budget", "config": { "any": 1 } }));
    let deny = create(&bench, json!({ "name": "no", "type": "deny", "tools": ["codespar_pay"] }));
    let denied = spend(&bench, &mandate, "att-1", 100);
    assert_eq!(refused(&denied), is(403, "policy_denied"));
    let details = &denied.body["error"]["details"];
    assert_eq!((&details["ruleType"], &details["ruleId"]), (&json!("deny"), &json!(deny)));
    assert_eq!(details.get("approval_id"), None);
    let mine = json!({ "agents": ["ag1"] });
    bench.patch(&format!("/v1/policies/{allow}"), mine);
    // The attempt that was denied has left nothing behind.
    assert_eq!(refused(&spend(&bench, &mandate, "att-1", 100)), is(200, ""));
    bench.patch(&format!("/v1/policies/{allow}"), json!({ "enabled": false }));
    assert_eq!(refused(&spend(&bench, &mandate, "att-2", 100)), is(403, "policy_denied"));

    let seen = bench.get("/v1/policy-evaluations").body;
    let decisions: Vec<&Value> =
        seen.as_array().unwrap().iter().map(|row| &row["decision"]).collect();
    assert_eq!(decisions, ["deny", "allow", "deny"]);
    assert_eq!((&seen[1]["ruleId"], &seen[1]["agentId"]), (&json!(allow), &json!("ag1")));
    let one = bench.get("/v1/policy-evaluations?limit=1").body;
    assert_eq!(one.as_array().unwrap().len(), 1);
    let elsewhere = bench.with("x-codespar-project", "prj_0123456789abcdef");
    assert_eq!(elsewhere.get("/v1/policy-evaluations").body, json!([]));
}

#[test]
fn a_policy_holds_a_payment_which_moves_once_under_its_id() {
    let bench = managed();
    let mandate = mandate(&bench);
    let rule = create(&bench, json!({ "name": "ask", "type": "approval-required" }));
    let ask = || spend(&bench, &mandate, "att-1", 100);
    let held = ask();
    assert_eq!(refused(&held), is(403, "policy_denied"));
    let approval = text(&held.body["error"]["details"]["approval_id"]);
    assert_eq!(held.body["error"]["details"]["ruleId"], rule.as_str());

    let list = |query: &str| bench.get(&format!("/v1/approvals{query}")).body;
    assert_eq!((&list("")[0]["id"], &list("")[0]["agent_id"]), (&json!(approval), &json!("ag1")));
    assert_eq!(list("")[0]["matched_rule_name"], "ask");
    assert_eq!(list("")[0].get("tool_input"), None);
    let health = bench.get("/v1/approvals/health").body;
    assert_eq!((&health["status"], &health["pending_count"]), (&json!("ok"), &json!(1)));
    // Keys do not decide, whatever they say.
    let decide = bench.post(&format!("/v1/approvals/{approval}/decide"), json!([]));
    assert_eq!(refused(&decide), is(403, "bearer_token_cannot_decide"));

    // What holds money is not judged again, though the policy is gone.
    bench.delete(&format!("/v1/policies/{rule}"));
    assert_eq!(ask().body["error"]["details"]["approval_id"], approval.as_str());
    assert!(bench.sandbox.decide(&approval, Decision::Approve));
    assert_eq!(ask().body["idempotent_replay"], true);
    assert_eq!(bench.sandbox.effects().count(EffectKind::Payment), 1);
    assert_eq!(
        (list(""), &list("?status=approved,denied")[0]["status"]),
        (json!([]), &json!("approved"))
    );
    assert_eq!(refused(&bench.get("/v1/approvals?status=maybe")), is(400, "invalid_query"));
    assert_eq!(bench.get("/v1/approvals/health").body["oldest_pending_age_seconds"], json!(null));
    let seen = bench.get("/v1/policy-evaluations").body[0].clone();
    assert_eq!(
        (&seen["decision"], &seen["approvalId"]),
        (&json!("approval_required"), &json!(approval))
    );
    assert_eq!(seen["decidedBy"], "usr_sandbox");
    assert_eq!(trail(&bench)[0], "approval.decided");
    let people = bench.get("/v1/audit-events?actor_kind=person").body["events"].clone();
    assert_eq!(
        (people.as_array().unwrap().len(), &people[0]["actor_person_id"]),
        (1, &json!("usr_sandbox"))
    );
}
