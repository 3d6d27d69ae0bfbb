//! The money of the account: what it holds, what was paid, what came in, test money.

use std::time::Duration;

use codespar_sandbox::{Decision, Reconciliation, Sandbox};
use serde_json::{Value, json};

use crate::support::{Bench, Reply, bench, consent::mandate, managed};

fn code(reply: &Reply) -> (u16, &str) {
    (reply.status, reply.body["error"]["code"].as_str().unwrap_or_default())
}

/// Pays under a mandate.
fn spend(bench: &Bench, mandate: &str, attempt: &str, minor: i64) -> Reply {
    let body = json!({ "attempt_id": attempt, "amount_minor": minor, "payee": "shop@pix.test" });
    bench.post(&format!("/v1/consumers/mandates/{mandate}/spend"), body)
}

/// The members of a list, one of each row.
fn column(list: &Value, name: &str) -> Vec<Value> {
    list.as_array().unwrap().iter().map(|row| row[name].clone()).collect()
}

#[test]
fn test_money_is_added_once_for_a_key() {
    let bench = managed();
    let fund = |body: Value| bench.post("/v1/account/fund/sandbox", body);
    let first = fund(json!({ "amount_minor": 500, "idempotency_key": "k" }));
    assert_eq!((first.status, &first.body["target"]), (201, &json!("account")));
    assert_eq!(first.body["balance"]["balance_minor"], "500");
    let again = fund(json!({ "amount_minor": 500, "idempotency_key": "k" }));
    assert_eq!((again.status, &again.body["idempotent_replay"]), (200, &json!(true)));
    assert_eq!(again.body["entry_id"], first.body["entry_id"]);
    let other = fund(json!({ "amount_minor": 501, "idempotency_key": "k" }));
    assert_eq!(code(&other), (409, "idempotency_key_conflict"));
    // Not so much as a wallet is made.
    let whom = json!({ "amount_minor": 500, "idempotency_key": "k", "consumer_id": "c9" });
    assert_eq!(code(&fund(whom)), (409, "idempotency_key_conflict"));
    assert_eq!(bench.get("/v1/wallets/wal_c9").status, 404);
    let much = fund(json!({ "amount_minor": 1_000_001, "idempotency_key": "m" }));
    assert_eq!(code(&much), (422, "test_funding_amount_over_cap"));
    let whose = json!({ "amount_minor": 1, "idempotency_key": "w", "target": "consumer" });
    assert_eq!(code(&fund(whose.clone())), (409, "test_funding_target_required"));
    mandate(&bench);
    assert_eq!(fund(whose).body["error"]["details"]["candidates"], json!(["c1"]));
    let unknown = json!({ "amount_minor": 1, "idempotency_key": "n", "mandate_id": "mnd_none" });
    assert_eq!(code(&fund(unknown)), (404, "mandate_not_found"));
    let named = json!({ "amount_minor": 7, "idempotency_key": "c", "consumer_id": "c1" });
    let named = fund(named).body;
    assert_eq!((&named["target"], &named["wallet_id"]), (&json!("consumer"), &json!("wal_c1")));
    assert_eq!(bench.get("/v1/account/balances").body["currencies"][0]["balance_minor"], "507");
}

#[test]
fn the_first_money_comes_once_and_refills_three_times_a_day() {
    let bench = managed();
    let refill = || bench.post("/v1/account/fund/sandbox/refill", json!({ "confirm": true }));
    let first = bench.post("/v1/account/fund/sandbox/initial", json!({}));
    assert_eq!((first.status, &first.body["granted"]), (201, &json!(true)));
    let again = bench.call("POST", "/v1/account/fund/sandbox/initial", None);
    assert_eq!((again.status, &again.body["granted"]), (200, &json!(false)));
    assert_eq!(again.body["entry_id"], first.body["entry_id"]);
    let full = refill();
    assert_eq!((full.status, &full.body["refilled"]), (200, &json!(false)));
    let unsure = bench.post("/v1/account/fund/sandbox/refill", json!({}));
    assert_eq!(code(&unsure), (400, "confirmation_required"));

    let wallet = first.body["wallet_id"].as_str().unwrap();
    let spend = |attempt: &str| {
        let entry = json!({
            "wallet_id": wallet, "org_id": "org_sandbox", "currency": "BRL", "kind": "debit",
            "amount_minor": "-4000", "attempt_id": attempt,
        });
        assert_eq!(bench.post(&format!("/v1/wallets/{wallet}/ledger"), entry).status, 201);
    };
    for round in ["1", "2", "3"] {
        spend(round);
        let filled = refill();
        assert_eq!((filled.status, &filled.body["amount_minor"]), (201, &json!("4000")));
        assert_eq!(filled.body["refill"]["used_today"].to_string(), round);
    }
    spend("4");
    let balance = bench.get("/v1/account/test-balance").body;
    assert_eq!(balance["refill"]["left_today"], 0);
    assert_eq!(balance["refill"]["room_minor"], "4000");
    let refused = refill();
    assert_eq!(code(&refused), (429, "test_refill_limit_reached"));
    assert_eq!(refused.body["error"]["details"]["resets_at"], balance["refill"]["resets_at"]);
    let wait: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=24 * 60 * 60).contains(&wait), "{wait}");
    bench.sandbox.advance(Duration::from_secs(wait));
    assert_eq!(refill().status, 201);
}

#[test]
fn a_live_project_makes_up_no_money() {
    let bench = bench(Sandbox::builder().test_mode(false));
    let money = json!({ "amount_minor": 1, "idempotency_key": "k" });
    for (path, body) in [
        ("/v1/account/fund/sandbox", money),
        ("/v1/account/fund/sandbox/initial", json!({})),
        ("/v1/account/fund/sandbox/refill", json!({ "confirm": true })),
    ] {
        assert_eq!(code(&bench.post(path, body)), (409, "fund_requires_test_project"), "{path}");
    }
    let body = json!({ "consumer_id": "c1", "amount_minor": 1 });
    let refused = bench.post("/v1/test/fund", body);
    assert_eq!(code(&refused), (403, "sandbox_funding_not_permitted"));
    assert_eq!(bench.get("/v1/account/test-balance").body["mode"], "sandbox_float");
}

#[test]
fn payments_under_a_mandate_are_in_the_books() {
    let bench = managed();
    let mandate = mandate(&bench);
    let paid = spend(&bench, &mandate, "att-1", 500).body;
    assert_eq!(code(&spend(&bench, &mandate, "att-2", 666)), (502, "psp_dispatch_failed"));
    assert_eq!(code(&spend(&bench, &mandate, "att-3", 667)), (502, "psp_dispatch_uncertain"));
    let waiting = spend(&bench, &mandate, "att-4", 6_001);
    assert_eq!(waiting.status, 403);
    let held = |open: u64| {
        let currencies = bench.get("/v1/account/balances").body["currencies"].clone();
        assert_eq!(currencies[0]["open_holds"], open);
        currencies[0]["held_minor"].clone()
    };
    assert_eq!(held(2), "6668");
    let statuses = || column(&bench.get("/v1/account/payments").body["payments"], "status");
    assert_eq!(statuses(), ["claimed", "uncertain", "failed", "settled"]);
    assert!(bench.sandbox.decide(waiting.body["approval_id"].as_str().unwrap(), Decision::Approve));
    assert!(bench.sandbox.reconcile("att-3", Reconciliation::NotMoved));
    assert_eq!(
        (held(0), statuses()),
        (json!("0"), ["settled", "failed", "failed", "settled"].map(Value::from).to_vec())
    );

    let rows = bench.get("/v1/account/payments?status=settled&limit=1").body;
    assert_eq!(column(&rows["payments"], "attempt_id"), ["att-4"]);
    let rest =
        bench.get("/v1/account/payments?status=settled&before=att-4").body["payments"].clone();
    assert_eq!(column(&rest, "receipt_id"), [paid["receipt"]["id"].clone()]);
    assert_eq!(column(&rest, "debit_entry_id"), [paid["wallet"]["debitEntryId"].clone()]);
    assert!(rest[0]["created_at"].is_string() && rest[0]["payee"] == "shop@pix.test");
    assert_eq!(code(&bench.get("/v1/account/payments?status=lost")), (400, "invalid_query"));

    let hold = paid["wallet"]["holdEntryId"].as_str().unwrap();
    let entries = bench.get(&format!("/v1/account/ledger?hold_ref={hold}")).body["entries"].clone();
    assert_eq!(column(&entries, "kind"), ["debit", "hold"]);
    assert_eq!(column(&entries, "amount_minor"), ["-500", "-500"]);
    assert_eq!(column(&entries, "category"), [json!("compra"), Value::Null]);
    let made_up = bench.get("/v1/account/ledger?kind=fund").body["entries"].clone();
    assert!(column(&made_up, "test_funding_kind").iter().all(|it| it == "payment_top_up"));
    assert_eq!(made_up[3]["id"], paid["wallet"]["fundEntryId"]);
    assert_eq!(bench.get("/v1/account/ledger?hold_ref=0").body["entries"], json!([]));
    assert_eq!(code(&bench.get("/v1/account/ledger?since=noon")), (400, "invalid_query"));

    let agent = bench.get("/v1/account/agent-activity?window=24h").body["agents"][0].clone();
    assert_eq!((&agent["agent_id"], &agent["spent_minor"]), (&json!("ag1"), &json!("6501")));
    assert_eq!(agent["spent_within_mandate_minor"], "500");
}

#[test]
fn a_summary_counts_what_came_in_and_what_agents_spent() {
    let bench = bench(Sandbox::builder().settle_after(Duration::MAX));
    let charge = |key: &str, amount: i64| {
        let body = json!({
            "amount": amount, "currency": "BRL", "method": "boleto", "consumer_id": "c1",
            "due_date": "2030-01-31", "idempotency_key": key,
        });
        bench.post("/v1/charges", body);
        assert!(bench.sandbox.pay(key));
    };
    charge("old", 3);
    bench.sandbox.advance(Duration::from_secs(7 * 24 * 60 * 60));
    charge("new", 5);
    let mandate = mandate(&bench);
    spend(&bench, &mandate, "att-1", 200);
    let session = bench.plain_session();
    bench.charge(&session);
    let body = bench.get("/v1/account/summary").body;
    assert_eq!((&body["window"], &body["received_minor"]), (&json!("7d"), &json!("500")));
    assert_eq!(
        (&body["spent_by_agents_minor"], &body["previous"]["received_minor"]),
        (&json!("200"), &json!("300"))
    );
    let series = body["series"].as_array().unwrap();
    assert_eq!((series.len(), &series[6]["received_minor"]), (7, &json!("500")));
    assert!(series[0]["bucket_start"].as_str().unwrap().ends_with("T03:00:00.000Z"));
    let rails = json!([{ "rail": "boleto", "received_minor": "500" }]);
    assert_eq!((&body["received_by_rail"], &body["tool_calls"]["total"]), (&rails, &json!(1)));
    assert_eq!(
        bench.get("/v1/account/summary?window=24h").body["series"].as_array().unwrap().len(),
        24
    );
    assert_eq!(code(&bench.get("/v1/account/summary?window=1y")), (400, "invalid_query"));

    let rows = bench.get("/v1/account/sessions?status=active").body;
    assert_eq!(
        (&rows["total"], &rows["sessions"][0]["tool_calls"]["count"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(bench.get("/v1/account/sessions?origin=agent").body["total"], 0);
    assert_eq!(code(&bench.get("/v1/account/sessions?origin=moon")), (400, "invalid_query"));
}

#[test]
fn onboarding_is_done_step_by_step() {
    let bench = managed();
    let done = || {
        let body = bench.get("/v1/onboarding").body;
        ["agent", "scenario", "result"].map(|step| body[step]["done"] == true)
    };
    assert_eq!(done(), [false, false, false]);
    bench.post("/v1/agents", json!({ "agent_id": "ag1", "principal_ref": "u1" }));
    assert_eq!(done(), [true, false, false]);
    bench.plain_session();
    assert_eq!(done(), [true, true, false]);
    spend(&bench, &mandate(&bench), "att-1", 500);
    assert_eq!(done(), [true, true, true]);
    let other = bench.get("/v1/onboarding?project_id=prj_0000000000000000");
    assert_eq!(code(&other), (404, "not_found"));
}
