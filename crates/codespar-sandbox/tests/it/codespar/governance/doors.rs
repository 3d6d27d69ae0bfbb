//! The doors that money goes out by ask the pause; those under a mandate ask its caps, the agent
//! and the policies too.

use std::time::Duration;

use codespar_sandbox::{Decision, EffectKind, Sandbox};
use serde_json::{Value, json};

use super::{ORG, is, refused, spend, text};
use crate::support::{
    Bench, Reply, bench, books,
    consent::{consent_with, mandate},
    devolved::received,
    managed,
};

/// A mandate that three doors spend: a spend, a transfer and a payment of the wallet.
pub(super) struct Doors<'a> {
    bench: &'a Bench,
    given: Value,
}

impl<'a> Doors<'a> {
    /// With money in the wallet, for three days.
    pub(super) fn open(bench: &'a Bench, more: &Value) -> Self {
        bench.post("/v1/test/fund", json!({ "consumer_id": "c1", "amount_minor": 50_000 }));
        let mut terms = more.clone();
        terms["withdrawal_allowlist"] = json!(["out@b.test"]);
        terms["mandate_ttl_seconds"] = json!(3 * 24 * 3_600);
        Self { bench, given: consent_with(bench, &terms) }
    }

    fn spend(&self, attempt: &str, minor: i64) -> Reply {
        spend(self.bench, &text(&self.given["mandate_id"]), attempt, minor)
    }

    pub(super) fn transfer(&self, key: &str, minor: i64) -> Reply {
        let body = json!({
            "currency": "BRL", "to_address": "out@b.test", "amount_minor": minor,
            "mandate": self.given["mandate"], "signature": self.given["signature"],
            "agent_id": "ag1", "purpose": "food", "idempotency_key": key,
        });
        self.bench.post("/v1/wallets/wal_c1/transfer", body)
    }

    fn execute(&self, minor: i64) -> Reply {
        let amount: Value =
            serde_json::from_str(&format!("{}.{:02}", minor / 100, minor % 100)).unwrap();
        let body = json!({
            "amount": amount, "currency": "BRL", "recipient": "a@b.test", "description": "x",
            "mandate_id": self.given["mandate_id"],
        });
        self.bench.post("/v1/wallets/wal_c1/execute", body)
    }

    /// All three refuse so much, and nothing moves.
    fn refuse(&self, minor: i64, rule: &str) {
        let (before, effects) = (books::balances(self.bench), self.bench.sandbox.effects().len());
        let denied = self.spend("att-refused", minor);
        assert_eq!(refused(&denied), is(403, "policy_denied"));
        assert_eq!(denied.body["error"]["details"]["ruleType"], rule);
        assert_eq!(refused(&self.transfer("refused", minor)), is(403, "total_cap_exceeded"));
        let denied = self.execute(minor);
        assert_eq!((denied.status, &denied.body["status"]), (403, &json!("denied")));
        assert_eq!(books::balances(self.bench), before);
        assert_eq!(self.bench.sandbox.effects().len(), effects);
    }

    pub(super) fn spent(&self) -> i64 {
        let wallet = self.bench.get("/v1/consumers/c1/wallet").body;
        wallet["currencies"][0]["spent_minor"].as_i64().unwrap()
    }
}

#[test]
fn all_doors_spend_one_cap() {
    let bench = managed();
    let daily = json!({ "periodic_cap": { "window": "day", "cap_minor": 9_000 } });
    let doors = Doors::open(&bench, &daily);
    assert_eq!(doors.spend("att-1", 3_000).status, 200);
    let sent = doors.transfer("k", 3_000);
    assert_eq!(sent.status, 201);
    assert_eq!(doors.execute(3_000).status, 200);
    assert_eq!(doors.spent(), 9_000);
    let read = bench.get(&format!("/v1/mandates/{}", text(&doors.given["mandate_id"]))).body;
    assert_eq!(read["usage"], json!({ "spent_minor": "9000", "period_spent_minor": "9000" }));
    let path = format!("/v1/consumers/mandates/{}/receipts", text(&doors.given["mandate_id"]));
    let ledger = bench.get(&path).body["receipts"].clone();
    let payees: Vec<_> = ledger.as_array().unwrap().iter().map(|row| &row["payee"]).collect();
    assert_eq!(payees, ["a@b.test", "out@b.test", "a@b.test"]);
    assert_eq!(ledger[1]["psp_tx_id"], sent.body["tx_hash"]);
    doors.refuse(1, "periodic_cap");
    // What was sent is answered again, and counted once.
    assert_eq!((doors.transfer("k", 3_000).body, doors.spent()), (sent.body, 9_000));
    bench.sandbox.advance(Duration::from_secs(24 * 3_600));
    doors.refuse(1_001, "cap");
    assert_eq!(doors.execute(500).status, 200);
    assert_eq!(doors.transfer("l", 500).status, 201);
    doors.refuse(1, "cap");
    assert_eq!(doors.spent(), 10_000);
    books::check(&bench);
}

#[test]
fn what_may_have_left_is_counted_and_what_has_not_is_not() {
    let bench = managed();
    let doors = Doors::open(&bench, &json!({}));
    assert_eq!(refused(&doors.transfer("f", 666)), is(502, "send_failed"));
    assert_eq!(doors.execute(666).status, 422);
    assert_eq!(doors.spent(), 0);
    let uncertain = is(502, "withdrawal_dispatch_uncertain");
    for _ in 0..2 {
        assert_eq!(refused(&doors.transfer("u", 667)), uncertain);
    }
    assert_eq!(doors.spent(), 667);
    assert_eq!(refused(&doors.execute(667)), is(502, "psp_dispatch_uncertain"));
    assert_eq!(doors.spent(), 2 * 667);
    // More than the wallet has is no matter of caps.
    let big = json!({ "cap_minor": 99_000, "per_tx_cap_minor": 99_000 });
    let big = Doors { bench: &bench, given: Doors::open(&bench, &big).given };
    let before = books::balances(&bench);
    assert_eq!(refused(&big.transfer("s", 98_667)), is(409, "insufficient_funds"));
    let short = big.execute(98_667);
    assert_eq!((short.status, &short.body["wallet"]["insufficientFunds"]), (422, &json!(true)));
    assert_eq!(books::balances(&bench), before);
    books::check(&bench);
}

#[test]
fn an_agent_that_is_stopped_opens_no_door() {
    let bench = managed();
    let doors = Doors::open(&bench, &json!({}));
    let agent = json!({ "agent_id": "ag1", "principal_ref": "user:1" });
    let did = text(&bench.post("/v1/agents", agent).body["agent_did"]);
    let swap = || {
        let body = json!({
            "from_currency": "BRL", "to_currency": "USDC", "amount_minor": 1, "execute": true,
            "agent_id": "ag1",
        });
        bench.post("/v1/consumers/c1/wallet/transfer", body)
    };
    for (verb, code) in [("suspend", "agent_suspended"), ("revoke", "agent_inactive")] {
        assert_eq!(bench.post(&format!("/v1/agents/{did}/{verb}"), json!({})).status, 200);
        let before = books::balances(&bench);
        for reply in [doors.spend("a", 1), doors.transfer("k", 1), doors.execute(1), swap()] {
            assert_eq!(refused(&reply), is(403, code));
        }
        assert_eq!((books::balances(&bench), doors.spent()), (before, 0));
        bench.sandbox.resume(&did);
    }
    assert_eq!(bench.sandbox.effects().len(), 0);
}

#[test]
fn policies_are_asked_at_every_door() {
    let bench = managed();
    let doors = Doors::open(&bench, &json!({}));
    let policy = |kind: &str, tool: &str| {
        let made =
            bench.post("/v1/policies", json!({ "name": "p", "type": kind, "tools": [tool] }));
        text(&made.body["id"])
    };
    let before = books::balances(&bench);
    let deny = policy("deny", "wallet:withdraw");
    let denied = doors.transfer("k", 1);
    assert_eq!(denied.status, 403);
    assert_eq!(denied.body["error"], "policy_denied");
    assert_eq!((&denied.body["ruleType"], &denied.body["ruleId"]), (&json!("deny"), &json!(deny)));
    assert_eq!(doors.execute(1).status, 200);
    bench.delete(&format!("/v1/policies/{deny}"));
    let pay = policy("deny", "codespar_pay");
    assert_eq!((doors.execute(1).status, doors.transfer("k", 1).status), (403, 201));
    bench.delete(&format!("/v1/policies/{pay}"));
    assert_eq!(doors.spent(), 2);
    // Of a payment of the wallet no approval is opened: nothing is held, and nothing moves later.
    let ask = policy("approval-required", "codespar_pay");
    let stopped = doors.execute(1);
    assert_eq!((stopped.status, &stopped.body["status"]), (402, &json!("requires-approval")));
    assert_eq!((bench.get("/v1/approvals").body, doors.spent()), (json!([]), 2));
    let seen = bench.get("/v1/policy-evaluations").body[0].clone();
    assert_eq!((&seen["decision"], &seen["ruleId"]), (&json!("approval_required"), &json!(ask)));
    let moved = before[0].2 - books::balances(&bench)[0].2;
    assert_eq!((moved, books::balances(&bench)[0].3), (2, before[0].3 - 2));
    books::check(&bench);
}

#[test]
fn a_transfer_waits_for_a_person_once_under_its_key() {
    for (decision, minor, again, moved) in [
        (Decision::Approve, 500, is(201, ""), true),
        (Decision::ApproveAndFail, 500, is(409, "withdrawal_failed"), false),
        (Decision::Deny, 500, is(409, "withdrawal_failed"), false),
        (Decision::Expire, 500, is(409, "withdrawal_failed"), false),
        // The rail refuses, or does not answer, once it is approved.
        (Decision::Approve, 666, is(409, "withdrawal_failed"), false),
        (Decision::Approve, 667, is(502, "withdrawal_dispatch_uncertain"), false),
    ] {
        let bench = managed();
        let doors = Doors::open(&bench, &json!({}));
        let ask = json!({ "name": "ask", "type": "approval-required" });
        let rule = text(&bench.post("/v1/policies", ask).body["id"]);
        let held = doors.transfer("k", minor);
        assert_eq!((held.status, &held.body["error"]), (403, &json!("policy_denied")));
        assert_eq!(
            (&held.body["ruleId"], held.body["expires_at"].is_string()),
            (&json!(rule), true)
        );
        let approval = text(&held.body["approval_id"]);
        // While it waits it is kept back and counted, and the same key waits for the same person.
        let row = bench.get("/v1/approvals").body[0].clone();
        assert_eq!((&row["id"], &row["tool_name"]), (&json!(approval), &json!("wallet:withdraw")));
        assert_eq!(doors.transfer("k", minor).body, held.body);
        assert_eq!(refused(&doors.transfer("k", 1)), is(409, "idempotency_key_conflict"));
        let left = || {
            let rows = books::balances(&bench);
            (rows[0].2, rows[0].3, doors.spent())
        };
        assert_eq!((left(), bench.sandbox.effects().len()), ((50_000, 50_000 - minor, minor), 0));
        books::check(&bench);
        // Nobody gives it back by hand.
        let wallet = books::balances(&bench)[0].0.clone();
        let release = json!({
            "wallet_id": wallet, "org_id": "org_sandbox", "currency": "BRL", "kind": "release",
            "amount_minor": minor.to_string(),
        });
        let refusal = bench.post(&format!("/v1/wallets/{wallet}/ledger"), release);
        assert_eq!(refused(&refusal), is(400, "invalid_body"));

        assert!(bench.sandbox.decide(&approval, decision));
        assert!(!bench.sandbox.decide(&approval, decision));
        assert_eq!(refused(&doors.transfer("k", minor)), again, "{decision:?} {minor}");
        let kept_back = again.0 == 502;
        let wanted = match (moved, kept_back) {
            (true, _) => (50_000 - minor, 50_000 - minor, minor),
            (false, true) => (50_000, 50_000 - minor, minor),
            (false, false) => (50_000, 50_000, 0),
        };
        assert_eq!(left(), wanted, "{decision:?} {minor}");
        assert_eq!(bench.sandbox.effects().count_with_key("k"), usize::from(moved));
        let decided = bench.get(&format!("/v1/approvals/{approval}/status")).body;
        assert_eq!(decided["execution_result"]["ok"] == json!(true), moved);
        books::check(&bench);
    }
}

#[test]
fn in_a_live_project_nothing_is_made_up() {
    let bench = bench(Sandbox::builder().test_mode(false));
    let mandate = mandate(&bench);
    let short = spend(&bench, &mandate, "att-1", 500);
    assert_eq!(refused(&short), is(409, "insufficient_funds"));
    assert_eq!((books::balances(&bench), bench.sandbox.effects().len()), (vec![], 0));
    let charge = json!({
        "amount": 5, "currency": "BRL", "method": "boleto", "consumer_id": "c1",
        "due_date": "2030-01-31", "idempotency_key": "order-1",
    });
    assert_eq!(bench.post("/v1/charges", charge).status, 200);
    bench.sandbox.advance(Duration::from_secs(5));
    // The id is not used up by it.
    assert_eq!(spend(&bench, &mandate, "att-1", 500).status, 200);
    assert_eq!(refused(&spend(&bench, &mandate, "att-2", 1)), is(409, "insufficient_funds"));
    books::check(&bench);
}

/// A batch of bills that is ready to be paid; gives its path and what agrees to it.
fn batch(bench: &Bench) -> (String, Value) {
    let items = json!({ "items": [
        { "pix_key": "a@b.test", "amount_minor": 100 },
        { "pix_key": "a@b.test", "amount_minor": 200 },
        { "pix_key": "a@b.test", "amount_minor": 300 },
    ] });
    let made = bench.post("/v1/payables/batches", items).body;
    let path = format!("/v1/payables/batches/{}/pay", text(&made["batch_id"]));
    (path, json!({ "version": made["version"], "list_hash": made["list_hash"] }))
}

#[test]
fn a_pause_closes_every_door() {
    let bench = managed();
    let doors = Doors::open(&bench, &json!({}));
    let own = bench.post("/v1/wallets", json!({ "display_name": "Main", "currency": "BRL" }));
    let own = format!("/v1/wallets/{}", text(&own.body["id"]));
    let money = json!({
        "wallet_id": own.rsplit('/').next().unwrap(), "org_id": "org_sandbox", "currency": "BRL",
        "kind": "fund", "amount_minor": "1000",
    });
    assert_eq!(bench.post(&format!("{own}/ledger"), money).status, 201);
    let session = bench.plain_session();
    let payment = received(&bench, "c1", 1_000);
    let (paying, agreed) = batch(&bench);
    let (begun, begun_agreed) = batch(&bench);
    assert_eq!(bench.post(&begun, begun_agreed.clone()).body["status"], "executing");
    let sent = doors.transfer("k", 100).body;

    let signed = || {
        let body = json!({
            "mandate": doors.given["mandate"], "signature": doors.given["signature"],
            "purpose": "food", "agent_id": "ag1", "amount_minor": 1, "payee": "a@b.test",
        });
        bench.post("/v1/consumer-payments/execute", body)
    };
    let out = || {
        let body = json!({ "currency": "BRL", "to_address": "x@y.test", "amount_minor": 1 });
        bench.post(&format!("{own}/transfer"), body)
    };
    let swap = |execute: bool| {
        let body = json!({
            "from_currency": "BRL", "to_currency": "USDC", "amount_minor": 1, "execute": execute,
        });
        bench.post("/v1/consumers/c1/wallet/transfer", body)
    };
    let back = || {
        let body = json!({
            "end_to_end_id": payment, "amount_minor": 1, "idempotency_key": "back",
        });
        bench.post("/v1/consumers/c1/pix/devolutions", body)
    };
    let link = || {
        let pix = json!({ "rail": "pix", "amount": "1.00", "pix": { "key": "a@b.test" } });
        bench.post("/v1/payment-links", json!({ "title": "t", "accepts": [pix] }))
    };
    let tool = |name: &str, input: Value| bench.execute(&session, name, input);
    let pay = || {
        let input = json!({
            "action": "pay", "amount": 1, "currency": "BRL", "description": "x",
            "recipient": "a@b.test",
        });
        tool("codespar_pay", input)
    };
    let crypto = || tool("codespar_crypto_pay", json!({ "amount": "1", "currency": "USDC" }));
    let all = || {
        [
            ("spend", doors.spend("att-1", 1)),
            ("signed", signed()),
            ("transfer", doors.transfer("l", 1)),
            ("execute", doors.execute(1)),
            ("out of the own wallet", out()),
            ("swap", swap(true)),
            ("devolution", back()),
            ("payment link", link()),
            ("batch", bench.post(&paying, agreed.clone())),
            ("batch that was begun", bench.post(&begun, begun_agreed.clone())),
            ("codespar_pay", pay()),
            ("codespar_crypto_pay", crypto()),
        ]
    };

    assert_eq!(bench.post(&format!("{ORG}/pause"), json!({})).status, 200);
    let (before, effects) = (books::balances(&bench), bench.sandbox.effects().len());
    for (door, reply) in all() {
        assert_eq!(refused(&reply), is(403, "org_paused"), "{door}");
    }
    let label = tool("codespar_ship", json!({ "action": "label" }));
    assert_eq!(refused(&label), is(403, "org_paused"));
    let said = bench.post(&format!("{session}/send"), json!({ "message": "pay R$ 1,00 to Ana" }));
    let call = &said.body["tool_calls"][0];
    assert_eq!(
        (&call["server_id"], &call["error_code"]),
        (&json!("agentgate"), &json!("org_paused"))
    );
    assert_eq!((books::balances(&bench), bench.sandbox.effects().len()), (before, effects));

    // Reads, what is answered again, and what comes in go on.
    assert_eq!(doors.transfer("k", 100).body, sent);
    assert_eq!(swap(false).status, 200);
    assert_eq!(tool("codespar_pay", json!({ "action": "status" })).status, 200);
    bench.charge(&session);
    assert_eq!(bench.sandbox.effects().count(EffectKind::Charge), 1);

    assert!(bench.sandbox.resume("org_sandbox"));
    for (door, reply) in all() {
        assert!([200, 201].contains(&reply.status), "{door}: {}", reply.text);
    }
}

#[test]
fn a_payment_that_holds_money_is_made_while_the_organization_is_paused() {
    let bench = managed();
    let mandate = mandate(&bench);
    let held = spend(&bench, &mandate, "att-1", 6_001);
    let approval = text(&held.body["approval_id"]);
    bench.post(&format!("{ORG}/pause"), json!({}));
    assert!(bench.sandbox.decide(&approval, Decision::Approve));
    assert_eq!(spend(&bench, &mandate, "att-1", 6_001).body["idempotent_replay"], true);
    books::check(&bench);
}
