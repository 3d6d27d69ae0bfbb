//! Test money (`/v1/test`).

use codespar_proto::{
    Minor, Verdict,
    test_money::{ChargeScenario, FundTestAccount, SettleTestPixIn, TestPixIn},
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, told};

#[test]
fn money_is_put_into_an_account() {
    let answer = json!({"attempt_id": "att_1", "deposit_id": "dep_1", "status": "settled",
        "account": "300541", "amount_minor": 100_000, "currency": "BRL",
        "money_credited": true});
    let args = FundTestAccount::new("cons_1", Minor::new(100_000)).account("300541");
    let text = told(Recorded::json(201, answer), |client| client.test_money().fund(&args));
    assert_snapshot!(text);
}

#[test]
fn a_code_is_made_and_settled() {
    let answer = json!({"pix_copia_e_cola": "00020126SECRET", "transaction_id": "tx_1",
        "pix_key": "9f0c", "amount_minor": 5_000, "currency": "BRL", "rail": "pix-celcoin"});
    let args = TestPixIn::new("cons_1", Minor::new(5_000)).description("top-up");
    let text = told(Recorded::json(201, answer), |client| client.test_money().pix_in(&args));
    assert_snapshot!(text);
    let answer = json!({"settled": true, "transaction_id": "tx_1", "deposit_id": "dep_1",
        "amount_minor": 5_000, "currency": "BRL", "money_credited": true});
    let args = SettleTestPixIn::new("cons_1", Minor::new(5_000), "tx_1");
    let text = told(Recorded::json(201, answer), |client| client.test_money().settle_pix_in(&args));
    assert_snapshot!(text);
    // The account was credited and the books were not: that is not nothing.
    let failed = json!({"error": {"code": "wallet_credit_failed", "message": "reconcile"}});
    let replay = Replay::new().answer(Recorded::json(500, failed));
    let error = client(&replay).test_money().settle_pix_in(&args).send().unwrap_err();
    assert_eq!((error.verdict(), error.attempts()), (Verdict::Unknown, 1));
}

#[test]
fn a_late_payment_is_played() {
    let answer = json!({"scenario": "late_after_cancel", "charge_id": "ch_1",
        "event_id": "evt_1", "local_status": "expired", "simulated": true,
        "simulated_provider_event": {"scenario": "late_after_cancel", "requested_by": "key"},
        "money_moved": false});
    let text = told(Recorded::json(200, answer), |client| {
        client.test_money().run_scenario("ch_1", ChargeScenario::LateAfterCancel)
    });
    assert_snapshot!(text);
}
