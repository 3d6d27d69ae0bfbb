//! The account behind the key.

use codespar_proto::{
    Minor,
    account::{
        AccountFundTarget, AccountPaymentStatus, AccountSessionOrigin, AccountWindow, FundAccount,
        ListAccountLedger, ListAccountPayments, ListAccountSessions,
    },
    testing::{Recorded, Replay},
    wallets::LedgerKind,
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{client, sent, told};

const AT: &str = "2026-10-24T12:00:00Z";

#[test]
fn what_the_project_has() {
    let answer = json!({"project_id": "prj_1", "currencies": [{"currency": "BRL",
        "balance_minor": "9007199254740993", "available_minor": "900", "held_minor": "100",
        "open_holds": 2}], "as_of": AT});
    assert_snapshot!(told(Recorded::json(200, answer), |client| client.account().balances()));
}

fn entry() -> Value {
    json!({"id": "77", "wallet_id": "wal_1", "currency": "BRL", "kind": "debit",
        "amount_minor": "-1250", "posted_at": AT, "mandate_id": "cm_1", "agent_id": "shopper",
        "agent_display_name": "Shopper", "origin_kind": "agent", "description": "Order 42",
        "rail": "pix", "external_ref": "E1", "hold_ref": "76", "receipt_id": "rcpt_1",
        "authorization": "mandate", "category": "compra", "test_funding": false,
        "test_funding_kind": null, "proposal_id": "pro_1", "reverses": "12", "source": "spend",
        "phase": "settled", "executor": "codespar_simulator", "balance_after_minor": "8750"})
}

#[test]
fn movements_of_all_wallets() {
    let page = json!({"entries": [entry()], "next_before": "76"});
    let args = ListAccountLedger::default().limit(1).kind(LedgerKind::Debit).currency("BRL");
    let args = args.agent_id("shopper").since(AT).category("compra");
    let text =
        told(Recorded::json(200, page.clone()), |client| client.account().ledger_page(&args));
    assert_snapshot!(text);
    let replay = Replay::new()
        .answer(Recorded::json(200, page))
        .answer(Recorded::json(200, json!({"entries": [], "next_before": null})));
    let all = client(&replay).account().ledger(&ListAccountLedger::default());
    assert_eq!(all.collect::<Result<Vec<_>, _>>().unwrap().len(), 1);
    assert_snapshot!(replay.requests().iter().map(sent).collect::<String>());
}

#[test]
fn attempts_to_spend() {
    let page = json!({"payments": [{"attempt_id": "att_1", "mandate_id": "cm_1",
        "agent_id": "shopper", "agent_display_name": null, "amount_minor": "1250",
        "currency": "BRL", "rail": "pix", "payee": "shop@pix.test", "status": "settle_failed",
        "failure_code": null, "receipt_id": "rcpt_1", "debit_entry_id": "77", "executor": null,
        "created_at": AT, "updated_at": AT}], "next_before": null});
    let args = ListAccountPayments::default().status(AccountPaymentStatus::SettleFailed);
    let text =
        told(Recorded::json(200, page.clone()), |client| client.account().payments_page(&args));
    assert_snapshot!(text);
    let replay = Replay::new().answer(Recorded::json(200, page));
    let all = client(&replay).account().payments(&args.mandate_id("cm_1"));
    assert_eq!(all.collect::<Result<Vec<_>, _>>().unwrap().len(), 1);
}

#[test]
fn sessions_with_their_money() {
    let page = json!({"sessions": [{"id": "ses_1", "status": "active", "created_at": AT,
        "closed_at": null, "agent_id": "shopper", "agent_display_name": "Shopper",
        "origin_kind": "playground", "opened_by_user_id": "user_1",
        "tool_calls": {"count": 3, "errors": 1, "denied": 0}, "mandate_id": "cm_1",
        "amount_minor": "1250", "review": {"pending": 1, "decided": 2}, "title": "Groceries",
        "scene": "market", "executor": null}], "next_before": null, "total": 1});
    let args = ListAccountSessions::default().origin(AccountSessionOrigin::Playground).limit(5);
    let text =
        told(Recorded::json(200, page.clone()), |client| client.account().sessions_page(&args));
    assert_snapshot!(text);
    let replay = Replay::new().answer(Recorded::json(200, page));
    let all = client(&replay).account().sessions(&args);
    assert_eq!(all.collect::<Result<Vec<_>, _>>().unwrap().len(), 1);
}

#[test]
fn what_came_in_and_went_out() {
    let totals = json!({"received_minor": "500", "spent_by_agents_minor": "200"});
    let answer = json!({"window": "24h", "currency": "BRL", "received_minor": "900",
        "spent_by_agents_minor": "300", "previous": totals,
        "series": [{"bucket_start": AT, "received_minor": "9", "spent_by_agents_minor": "3"}],
        "received_by_rail": [{"rail": null, "received_minor": "900"}],
        "tool_calls": {"total": 7, "errors": 1},
        "sessions": {"total": 3, "active_now": 1, "active_idle_ms": 900_000}});
    let text = told(Recorded::json(200, answer), |client| {
        client.account().summary(Some(AccountWindow::Day))
    });
    assert_snapshot!(text);
    let answer = json!({"window": "30d", "currency": "BRL", "agents": [{"agent_id": "shopper",
        "spent_minor": "300", "spent_within_mandate_minor": "200", "received_minor": "0",
        "last_activity_at": AT, "tool_calls": 7}]});
    let text = told(Recorded::json(200, answer), |client| client.account().agent_activity(None));
    assert_snapshot!(text);
}

#[test]
fn the_first_steps() {
    let answer = json!({"project_id": "prj_1", "environment": "test",
        "agent": {"done": true, "agent_id": "shopper", "in_project": true, "at": AT},
        "scenario": {"done": true, "session_id": "ses_1", "scene": "market", "at": AT},
        "result": {"done": false, "ledger_entry_id": null, "at": null}});
    let text = told(Recorded::json(200, answer), |client| client.account().onboarding(None));
    assert_snapshot!(text);
    let other = Recorded::json(404, json!({"error": {"code": "not_found", "message": "no"}}));
    let text = told(other, |client| client.account().onboarding(Some("prj_2")));
    assert_snapshot!(text);
}

fn test_balance() -> Value {
    json!({"environment": "test", "mode": "account",
        "balance": {"total_minor": "10000", "available_minor": "9000", "held_minor": "1000"},
        "refill": {"target_minor": "10000", "daily_limit": 3, "used_today": 1, "left_today": 2,
            "resets_at": AT, "room_minor": "0"},
        "add_funds": {"max_per_call_minor": "1000000", "cumulative_cap": null,
            "counts_toward_refills": false}})
}

#[test]
fn test_money_of_the_account() {
    let text = told(Recorded::json(200, test_balance()), |client| client.account().test_balance());
    assert_snapshot!(text);

    let balance = json!({"balance_minor": "60000", "available_minor": "60000"});
    let answer = json!({"entry_id": "9", "wallet_id": "wal_1", "target": "consumer",
        "consumer_id": "cons_1", "mandate_id": null, "amount_minor": "50000", "currency": "BRL",
        "test_funding": true, "idempotent_replay": false, "balance": balance});
    let args = FundAccount::new(Minor::new(50_000), "test-money-1")
        .target(AccountFundTarget::Consumer)
        .consumer_id("cons_1");
    let text = told(Recorded::json(201, answer), |client| client.account().fund(&args));
    assert_snapshot!(text);

    let answer = json!({"entry_id": "1", "wallet_id": "wal_1", "target": "account",
        "amount_minor": "10000", "currency": "BRL", "test_funding": true, "granted": true,
        "balance": balance});
    let text = told(Recorded::json(201, answer), |client| client.account().fund_initial());
    assert_snapshot!(text);

    let mut answer = test_balance();
    let more = json!({"refilled": true, "entry_id": "10", "wallet_id": "wal_1",
        "amount_minor": "1000", "currency": "BRL", "test_funding": true});
    answer.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let text = told(Recorded::json(201, answer), |client| client.account().refill());
    assert_snapshot!(text);
}
