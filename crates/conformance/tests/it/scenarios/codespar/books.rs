//! What a session leaves behind: entries in the books, receipts, tool calls, counters of mocks.

use codespar_proto::{
    Json, Minor,
    consumers::{DeliveryOutcome, DeliveryProofKind, RecordDelivery},
    mandates::{SpendApproval, SpendArgs, SpendQuote},
    meta_tools::{LedgerArgs, Leg},
    receipt::{CannotRecompute, KeyDocument, ReceiptVerdict, SealedReceipt, Sent, verify_receipt},
    session::{Mock, RecordToolCall, SessionStatus, UpdateToolCall},
    tool_calls::CallStatus,
    types::ReceiptState,
};
use codespar_sandbox::Sandbox;
use serde_json::{Value, json};
use testing_support::driver::{Driver, TestResult};

use crate::support::codespar::{args, client_of, granted, order, refused, wrong};

testing_support::with_both_drivers! {
    an_entry_changes_the_balances
    a_receipt_is_found_and_verified_offline
    a_receipt_is_verified_whole
    a_key_that_may_not_spend_cannot_recompute_old_receipts
    mocks_are_counted
    tool_calls_are_recorded_and_finished
    a_session_is_looked_at_again
}

fn leg(account: &str, minor: i64) -> Leg {
    Leg::new(account, Minor::new(minor))
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

    // Without a quote the seal commits to nobody.
    let sealed = SealedReceipt::of(&receipt)?;
    let outcome = D::finish(client.receipts().verify(&sealed, &Sent::of(&spend)))?;
    assert!(outcome.is_verified() && !outcome.is_payee_bound, "{outcome:?}");
    let mut altered = receipt;
    altered.chain = Some("0".repeat(64));
    let altered = SealedReceipt::of(&altered)?;
    let outcome = D::finish(client.receipts().verify(&altered, &Sent::new()))?;
    assert_eq!(outcome.verdict, ReceiptVerdict::Tampered);
    let outcome = altered.verify(&KeyDocument::new(), &Sent::new());
    assert_eq!(outcome.verdict, ReceiptVerdict::UnknownKey);
    Ok(())
}

/// What was quoted and approved is sealed, a proof of delivery seals anew, and a key that may not
/// spend is not shown what versions before the fourth need.
fn a_receipt_is_verified_whole<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let granted = granted(&client, "con-1", 10_000, 5_000)?;
    let payee = "shop@pix.test";
    let quote = SpendQuote::new("Shop", "order 42", Minor::new(4_200), payee);
    let spend = SpendArgs::new("att-1", Minor::new(4_200), payee).quote(quote);
    let approved = spend.clone().approval(SpendApproval::new("a".repeat(64)));
    let spent = D::finish(client.mandates().spend(&granted.mandate_id, &approved))?;
    let id = spent.receipt.as_ref().unwrap().id.clone().unwrap();

    let keys = KeyDocument::of(&D::finish(client.receipts().keys())?)?;
    let path = format!("/v1/consumers/receipts/{id}");
    let raw: Json = D::finish(client.request("GET", &path).read())?;
    let sent = Sent::of(&approved).mandate_id(&*granted.mandate_id).currency("BRL");
    let outcome = verify_receipt(raw.as_str(), &keys, &sent);
    assert!(outcome.is_verified() && outcome.is_payee_bound, "{outcome:?}");
    assert_eq!(outcome.chain_version, Some(4));
    let outcome = verify_receipt(raw.as_str(), &keys, &Sent::of(&spend));
    assert_eq!(outcome.verdict, ReceiptVerdict::ApprovalMismatch);

    let proof = RecordDelivery::new(DeliveryOutcome::Confirmed, "BR1", DeliveryProofKind::Tracking);
    let delivered = D::finish(client.consumers().record_delivery(&id, &proof))?;
    let delivered = SealedReceipt::of(&delivered)?;
    assert!(delivered.verify(&keys, &sent).is_verified());
    let now: Value = D::finish(client.request("GET", &path).read())?;
    assert_ne!(now["chain"], raw.to_value()["chain"]);
    // The old copy is still what it was, and none of its parts is the new one's.
    assert!(verify_receipt(raw.as_str(), &keys, &sent).is_verified());
    let mut mixed = now.clone();
    mixed["delivery"] = Value::Null;
    let outcome = verify_receipt(&mixed.to_string(), &keys, &sent);
    assert_eq!(outcome.verdict, ReceiptVerdict::ChainMismatch);
    Ok(())
}

fn a_key_that_may_not_spend_cannot_recompute_old_receipts<D: Driver>() -> TestResult {
    let sandbox = Sandbox::builder().key_scopes(["receipts:read"]).start()?;
    let client = client_of::<D>(&sandbox);
    let granted = granted(&client, "con-1", 10_000, 5_000)?;
    let spend = SpendArgs::new("att-1", Minor::new(4_200), "shop@pix.test");
    let spent = D::finish(client.mandates().spend(&granted.mandate_id, &spend))?;
    let id = spent.receipt.as_ref().unwrap().id.clone().unwrap();
    let receipt = D::finish(client.consumers().receipt(&id))?;
    assert!(receipt.mandate.as_ref().unwrap().sig.is_none());
    let sealed = SealedReceipt::of(&receipt)?;
    let outcome = D::finish(client.receipts().verify(&sealed, &Sent::of(&spend)))?;
    let why = CannotRecompute::NoMandateSig;
    assert_eq!(outcome.verdict, ReceiptVerdict::SignatureOnly(why));
    // Keys that cannot be had are no proof of anything, and no error.
    drop(sandbox);
    let call = client.receipts().verify(&sealed, &Sent::new()).retries(0);
    assert_eq!(D::finish(call)?.verdict, ReceiptVerdict::Unreachable);
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
