//! What a session leaves behind: entries in the books, receipts, tool calls, counters of mocks.

use codespar_proto::{
    Minor,
    mandate::{ReceiptError, ReceiptKeys, SignedReceipt},
    mandates::SpendArgs,
    meta_tools::{LedgerArgs, Leg},
    session::{Mock, RecordToolCall, SessionStatus, UpdateToolCall},
    tool_calls::CallStatus,
    types::{Receipt, ReceiptState},
};
use codespar_sandbox::Sandbox;
use serde_json::{Value, json};
use testing_support::driver::{Driver, TestResult};

use crate::support::codespar::{args, client_of, granted, order, refused, wrong};

testing_support::with_both_drivers! {
    an_entry_changes_the_balances
    a_receipt_is_found_and_verified_offline
    mocks_are_counted
    tool_calls_are_recorded_and_finished
    a_session_is_looked_at_again
}

fn leg(account: &str, minor: i64) -> Leg {
    Leg::new(account, Minor::new(minor))
}

fn signed(receipt: &Receipt) -> SignedReceipt {
    SignedReceipt::from_json(&serde_json::to_string(receipt).unwrap()).unwrap()
}

fn an_entry_changes_the_balances<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let account = LedgerArgs::account("BRL").alias("@shop").name("Shop").scale(2);
    let opened = D::finish(session.ledger(&account))?;
    assert_eq!(
        (opened.alias.as_deref(), opened.status.as_deref()),
        (Some("@shop"), Some("ACTIVE"))
    );
    let parts = vec![leg("@shop", 4_900), leg("@fees", 100)];
    let entry = LedgerArgs::entry("BRL", vec![leg("@buyer", 5_000)], parts).description("Order 42");
    assert_eq!(D::finish(session.ledger(&entry))?.status.as_deref(), Some("APPROVED"));
    for (account, available) in [("@shop", 4_900), ("@buyer", -5_000), ("@fees", 100)] {
        let seen = D::finish(session.ledger(&LedgerArgs::balance(account)))?;
        let balances = seen.balances.as_ref().unwrap().to_value();
        assert_eq!(balances[0]["available"], available, "{account}");
    }
    let sent = sandbox.requests().len();
    let lame = LedgerArgs::entry("BRL", vec![leg("@a", 2)], vec![leg("@b", 1)]);
    let error = D::finish(session.ledger(&lame)).unwrap_err();
    assert!(!wrong(&error).is_empty());
    let none = D::finish(session.ledger(&LedgerArgs::entry("BRL", vec![], vec![]))).unwrap_err();
    assert_eq!((wrong(&none), sandbox.requests().len()), ("source", sent));
    Ok(())
}

fn a_receipt_is_found_and_verified_offline<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let session = D::finish(client.create(&args()))?;
    let granted = granted(&client, "con-1", 10_000, 5_000)?;
    let spend = SpendArgs::new("att-1", Minor::new(4_200), "shop@pix.test");
    let spent = D::finish(client.mandates().spend(&granted.mandate_id, &spend))?;
    let id = spent.receipt.as_ref().unwrap().id.clone().unwrap();

    let found = D::finish(session.ledger(&LedgerArgs::receipt(&*id)))?;
    assert_eq!(found.found, Some(true));
    let receipt = found.receipt.clone().unwrap();
    assert_eq!(receipt.state, Some(ReceiptState::Paid));
    assert_eq!(receipt.payment.as_ref().unwrap().amount_minor, Some(Minor::new(4_200)));
    let listed = D::finish(session.ledger(&LedgerArgs::receipts().consumer_id("con-1").limit(5)))?;
    assert_eq!((listed.count, &listed.receipts[..]), (Some(1), &[receipt.clone()][..]));
    let missing = D::finish(session.ledger(&LedgerArgs::receipt("rcpt_none")))?;
    assert_eq!((missing.found, &missing.receipt), (Some(false), &None));

    let published = "/.well-known/codespar-receipt-keys.json";
    let published: Value = D::finish(client.request("GET", published).read())?;
    let jwk = &published["keys"][0];
    let mut keys = ReceiptKeys::new();
    keys.insert_jwk(jwk["kid"].as_str().unwrap(), &jwk.to_string())?;
    assert_eq!(signed(&receipt).verify(&keys), Ok(()));
    let mut altered = receipt;
    altered.chain = Some("0".repeat(64));
    assert_eq!(signed(&altered).verify(&keys), Err(ReceiptError::Invalid));
    assert_eq!(signed(&altered).verify(&ReceiptKeys::new()), Err(ReceiptError::UnknownKey));
    Ok(())
}

fn mocks_are_counted<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let mocked = args()
        .server("zoop")
        .mock("zoop/ping", Mock::always(&json!({"pong": true}))?)
        .mock("zoop/get", Mock::in_turn(&[json!({"n": 1}), json!({"n": 2})])?);
    let session = D::finish(client.create(&mocked))?;
    for tool in ["zoop/ping", "zoop/get", "zoop/ping"] {
        assert!(D::finish(session.execute(tool, &json!({})))?.success);
    }
    let mocks = D::finish(session.mocks())?;
    let counter = |tool: &str| (mocks.counters[tool].n, mocks.counters[tool].cap);
    assert_eq!(counter("zoop/get"), (1, Some(2)));
    assert_eq!(counter("zoop/ping").1, None);
    assert_eq!(mocks.mocks.as_ref().unwrap().len(), 2);
    let plain = D::finish(client.create(&args()))?;
    let mocks = D::finish(plain.mocks())?;
    assert!(mocks.mocks.is_none() && mocks.counters.is_empty());
    Ok(())
}

fn tool_calls_are_recorded_and_finished<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let session = D::finish(client.create(&args()))?;
    let charge = D::finish(session.charge(&order()))?;
    let begun = RecordToolCall::new("own", "own_tool").input(json!({"n": 1}));
    let begun = D::finish(session.record_tool_call(&begun))?;
    assert_eq!(begun.status, Some(CallStatus::Running));
    let done = UpdateToolCall::default().status(CallStatus::Success).output(json!({"n": 2}));
    let done = D::finish(session.update_tool_call(&begun.id, &done.duration_ms(7)))?;
    assert_eq!((&done.status, done.duration_ms), (&Some(CallStatus::Success), Some(7.0)));
    assert_eq!(done.output.as_ref().unwrap().to_value(), json!({"n": 2}));

    let calls = D::finish(session.tool_calls(None))?;
    let ids: Vec<_> = calls.iter().map(|call| call.id.as_str()).collect();
    assert_eq!(ids, [begun.id.as_str(), charge.call_id()?.as_str()]);
    assert_eq!(D::finish(session.tool_calls(Some(1)))?.len(), 1);
    let logs = D::finish(session.logs())?;
    assert_eq!(logs.len(), 2);
    assert_eq!((&logs[0].id, logs[0].tool.as_deref()), (&Some(begun.id.clone()), Some("own_tool")));

    let nothing = D::finish(session.update_tool_call(&begun.id, &UpdateToolCall::default()));
    assert_eq!(wrong(&nothing.unwrap_err()), "status");
    let again = UpdateToolCall::default().status(CallStatus::Running);
    assert_eq!(
        wrong(&D::finish(session.update_tool_call(&begun.id, &again)).unwrap_err()),
        "status"
    );
    let other = D::finish(client.create(&args()))?;
    let foreign = UpdateToolCall::default().status(CallStatus::Error);
    let error = D::finish(other.update_tool_call(&begun.id, &foreign)).unwrap_err();
    assert_eq!(refused(&error), (404, "tool_call_not_found"));
    Ok(())
}

fn a_session_is_looked_at_again<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let session = D::finish(client_of::<D>(&sandbox).create(&args()))?;
    let fresh = D::finish(session.refresh())?;
    assert_eq!((fresh.id.as_str(), &fresh.status), (session.id(), &SessionStatus::Active));
    D::finish(session.close())?;
    assert_eq!(D::finish(session.refresh())?.status, SessionStatus::Closed);
    assert_eq!(session.info().status, SessionStatus::Active);
    Ok(())
}
