//! Webhook events feed the rows in any order and as often as they come; receipts are compared.

use std::{sync::Arc, time::Duration};

use codespar_outbox::{EventOutcome, Outbox, OutboxError, State, StoreRequest};
use codespar_proto::{
    Currency, Minor,
    mandates::{SpendApproval, SpendArgs},
    receipt::KeyDocument,
    wallets::WalletTransferArgs,
    webhook::Event,
};
use codespar_sandbox::{Decision, Fault, Sandbox};
use serde_json::{Value, json};

use crate::support::{Kind, TestResult, World, invoice};

const CHARGE: &str = "charges.create";
const SPEND: &str = "mandates.spend";

pub(crate) fn event(kind: &str, data: Value) -> Event {
    let body = json!({"id": format!("evt_{kind}"), "type": kind, "data": data});
    Event::from_slice(body.to_string().as_bytes()).unwrap()
}

fn state(outcome: Result<EventOutcome, OutboxError>) -> State {
    match outcome.unwrap() {
        EventOutcome::Taken(row) => row.state,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_event_has_the_charge_read_in_any_order_and_as_often_as_it_comes() -> TestResult {
    for kind in Kind::all() {
        let world = World::new(kind);
        let outbox = world.outbox();
        let charge = outbox.once("a", world.client.charges().create(&invoice("15.00")))?.send()?;
        let id = charge.row.resource.clone().unwrap();
        let paid = event("commerce.charge.paid", json!({"payment_id": id, "rail": "boleto"}));
        // What the event says is read again: nobody has paid.
        assert_eq!(state(outbox.take_event(&paid)), State::Issued, "{kind:?}");
        assert!(world.sandbox.pay(&id));
        assert_eq!(state(outbox.take_event(&paid)), State::Done);
        let before = world.sandbox.request_count();
        let created = event("commerce.charge.created", json!({"payment_id": id}));
        let failed = event("commerce.payment.failed", json!({"payment_id": id}));
        for late in [&created, &paid, &failed] {
            assert_eq!(state(outbox.take_event(late)), State::Done);
        }
        assert_eq!(world.sandbox.request_count(), before);
        let test = json!({"payment_id": id, "test": true});
        let of_none = [
            event("commerce.charge.paid", json!({"payment_id": "chg_none"})),
            event("commerce.charge.paid", Value::Null),
            event("commerce.charge.paid", test),
        ];
        for event in of_none {
            assert_eq!(outbox.take_event(&event)?, EventOutcome::Unrelated);
        }
        let told = outbox.once("a", world.client.charges().create(&invoice("15.00")))?.send()?;
        assert!(told.output.unwrap().is_paid());
    }
    Ok(())
}

#[test]
fn what_was_lost_or_held_is_woken_by_its_attempt_or_its_approval() -> TestResult {
    for kind in Kind::all() {
        let sandbox = Sandbox::builder().approval_above(2_000).start()?;
        let world = World::around(kind, sandbox);
        let (outbox, mandate) = (world.outbox(), world.mandate());
        let path = format!("/v1/consumers/mandates/{mandate}/spend");
        let spend = |minor: i64| {
            let (client, mandate) = (world.client.clone(), mandate.clone());
            move |id: &str| {
                let args = SpendArgs::new(id, Minor::new(minor), "shop@pix.test");
                client.mandates().spend(&mandate, &args)
            }
        };
        // A later id of the row is the one that counts.
        let failed = json!({"error": {"code": "psp_attempt_conflict", "message": "no"}});
        world.sandbox.inject(Fault::on("POST", path.as_str()).answer(409, failed));
        world.sandbox.inject(Fault::on("POST", path.as_str()).lose_answer());
        let lost = outbox.once("lost", spend(100))?.send()?.row;
        assert_eq!((lost.state, lost.generation), (State::Unknown, 1));
        let about = |id: &str| event("commerce.payment.succeeded", json!({"attempt_id": id}));
        assert_eq!(outbox.take_event(&about(&lost.id))?, EventOutcome::Unrelated);
        assert_eq!(state(outbox.take_event(&about(&lost.key()))), State::Done);
        assert_eq!(world.sandbox.effects().count_with_key(&lost.key()), 1);

        let held = outbox.once("held", spend(2_500))?.send()?.row;
        assert_eq!(held.state, State::Held);
        let approval = held.approval.unwrap();
        assert!(world.sandbox.decide(&approval, Decision::Approve));
        let decided = event("approval.decided", json!({"approval_id": approval}));
        assert_eq!(state(outbox.take_event(&decided)), State::Unknown);
        assert_eq!(state(outbox.take_event(&decided)), State::Done);
    }
    Ok(())
}

#[test]
fn an_event_about_what_somebody_works_on_is_to_come_again() -> TestResult {
    let world = World::new(Kind::Sqlite);
    let outbox = world.outbox();
    let charge = outbox.once("a", world.client.charges().create(&invoice("15.00")))?.send()?.row;
    let claim = StoreRequest::Claim { id: charge.id.clone(), lease: Duration::from_secs(90) };
    world.store.carry_out(&claim)?;
    let paid = event("commerce.charge.paid", json!({"payment_id": charge.resource}));
    assert!(matches!(outbox.take_event(&paid)?, EventOutcome::Busy(_)));
    world.pass(Duration::from_secs(91));
    assert_eq!(state(outbox.take_event(&paid)), State::Issued);
    Ok(())
}

/// The seal of a receipt is tried where the keys are there; who changes a member is found out,
/// though amount and attempt are what was sent.
#[test]
fn with_its_keys_a_receipt_is_verified_and_an_altered_one_disagrees() -> TestResult {
    let world = World::new(Kind::Sqlite);
    let keys = KeyDocument::of(&world.client.receipts().keys().send()?)?;
    let outbox = world.builder().receipt_keys(keys).open(Arc::clone(&world.store))?;
    let mandate = world.mandate();
    let spend = |id: &str| {
        // What a person approved is sealed in version 4: an older one that does not fit is not
        // accused.
        let args = SpendArgs::new(id, Minor::new(100), "shop@pix.test")
            .approval(SpendApproval::new("a".repeat(64)));
        world.client.mandates().spend(&mandate, &args)
    };
    let row = outbox.once("a", spend)?.send()?.row;
    assert_eq!(row.evidence.as_deref(), Some("verified"));

    let path = format!("/v1/consumers/receipts/{}", row.resource.unwrap());
    let mut altered: Value = world.client.request("GET", &path).read().send()?;
    altered["mandate"]["currency"] = "USD".into();
    let id = altered["receipt_id"].clone();
    let answer = json!({
        "status": "completed", "idempotent_replay": false, "receipt": {"id": id, "state": "paid"},
    });
    let spends = format!("/v1/consumers/mandates/{mandate}/spend");
    world.sandbox.inject(Fault::on("POST", spends.as_str()).answer(200, answer));
    altered["payment"]["attempt_id"] = outbox.intent("b", spend)?.id().into();
    world.sandbox.inject(Fault::on("GET", path.as_str()).answer(200, altered));
    let row = outbox.once("b", spend)?.send()?.row;
    assert_eq!((row.state, row.evidence.as_deref()), (State::Done, Some("disagrees")));
    Ok(())
}

#[test]
fn a_receipt_that_disagrees_is_written_down_and_done_stays_done() -> TestResult {
    let world = World::new(Kind::Sqlite);
    let (outbox, mandate) = (world.outbox(), world.mandate());
    let spend = |id: &str| {
        let args = SpendArgs::new(id, Minor::new(100), "shop@pix.test");
        world.client.mandates().spend(&mandate, &args)
    };
    assert_eq!(outbox.once("a", spend)?.send()?.row.evidence.as_deref(), Some("agrees"));
    let reads = world.sandbox.requests();
    let reads: Vec<_> = reads.iter().filter(|it| it.path.contains("/receipts/")).collect();
    assert_eq!(reads.len(), 1);
    let path = "/v1/consumers/receipts/r";
    let receipt = json!({"receipt_id": "r", "payment": {"amount_minor": 101}});
    world.sandbox.inject(Fault::on("GET", path).answer(200, receipt));
    let answer = json!({
        "status": "completed", "idempotent_replay": false, "receipt": {"id": "r", "state": "paid"},
    });
    let spends = format!("/v1/consumers/mandates/{mandate}/spend");
    world.sandbox.inject(Fault::on("POST", spends.as_str()).answer(200, answer.clone()));
    let row = outbox.once("b", spend)?.send()?.row;
    assert_eq!((row.state, row.evidence.as_deref()), (State::Done, Some("disagrees")));
    let stored = outbox.row(SPEND, "b")?;
    assert_eq!((stored.state, stored.evidence.as_deref()), (State::Done, Some("disagrees")));
    // One that cannot be read says nothing, and changes nothing.
    world.sandbox.inject(Fault::on("POST", spends.as_str()).answer(200, answer));
    world.sandbox.inject(Fault::on("GET", path).always().answer(503, json!({})));
    let row = outbox.once("c", spend)?.send()?.row;
    assert_eq!((row.state, row.evidence), (State::Done, None));
    Ok(())
}

#[test]
fn rows_of_another_server_or_project_are_not_sent_by_this_client() -> TestResult {
    let (here, there) = (World::new(Kind::Sqlite), World::new(Kind::Memory));
    let outbox = here.outbox();
    here.sandbox.inject(Fault::on("POST", "/v1/charges").lose_answer());
    outbox.once("a", here.client.charges().create(&invoice("15.00")))?.send()?;
    here.pass(Duration::from_secs(120));
    let client = there.client.clone();
    let other = Outbox::builder(client).honours_attempts(true).open(Arc::clone(&here.store))?;
    assert_eq!(other.reconcile()?.worked_on(), 0);
    let project = Outbox::builder(here.client.clone()).project("prj_other");
    assert_eq!(project.open(Arc::clone(&here.store))?.reconcile()?.worked_on(), 0);
    assert_eq!(there.sandbox.effects().len(), 0);
    assert_eq!(outbox.reconcile()?.worked_on(), 1);
    assert_eq!(outbox.row(CHARGE, "a")?.state, State::Issued);
    Ok(())
}

#[test]
fn what_cannot_be_read_is_as_the_event_says() -> TestResult {
    for kind in Kind::all() {
        let world = World::new(kind);
        let outbox = world.outbox();
        let transfer = |reference: &str, withdrawal: &str| {
            let answer = json!({"status": "accepted", "withdrawal_id": withdrawal});
            world.sandbox.inject(Fault::on("POST", "/v1/wallets/w_1").answer(200, answer));
            let to = format!("{reference}@pix.test");
            let args = WalletTransferArgs::new(Currency::BRL, to, Minor::new(100));
            outbox.once(reference, world.client.wallets().transfer("w_1", &args))?.send()
        };
        for (reference, withdrawal) in [("a", "wd_1"), ("b", "wd_2")] {
            assert_eq!(transfer(reference, withdrawal)?.row.state, State::Issued, "{kind:?}");
        }
        let about = |kind: &str, id: &str| event(kind, json!({"withdrawal_id": id}));
        let unconfirmed = about("commerce.pix_out.unconfirmed", "wd_1");
        assert_eq!(state(outbox.take_event(&unconfirmed)), State::Issued);
        let (succeeded, failed) = ("commerce.pix_out.succeeded", "commerce.pix_out.failed");
        assert_eq!(state(outbox.take_event(&about(succeeded, "wd_1"))), State::Done);
        assert_eq!(state(outbox.take_event(&about(failed, "wd_1"))), State::Done);
        assert_eq!(state(outbox.take_event(&about(failed, "wd_2"))), State::NotDone);
        assert_eq!(outbox.reconcile()?.worked_on(), 0);
    }
    Ok(())
}

#[test]
fn a_receipt_that_is_late_is_looked_for_again_and_not_for_ever() -> TestResult {
    for kind in Kind::all() {
        let world = World::new(kind);
        let (outbox, mandate) = (world.outbox(), world.mandate());
        let spend = |id: &str| {
            let args = SpendArgs::new(id, Minor::new(100), "shop@pix.test");
            world.client.mandates().spend(&mandate, &args)
        };
        let evidence = |reference: &str| {
            let row = outbox.row(SPEND, reference).unwrap();
            assert_eq!(row.state, State::Done, "{kind:?}");
            row.evidence
        };
        // It is there only at the third look; nothing is paid again for that.
        let receipts = "/v1/consumers/receipts/";
        world.sandbox.inject(Fault::on("GET", receipts).times(2).answer(404, json!({})));
        assert_eq!(outbox.once("late", spend)?.send()?.row.evidence, None);
        world.rounds(&outbox, 1)?;
        assert_eq!(evidence("late"), None);
        world.rounds(&outbox, 1)?;
        assert_eq!(evidence("late").as_deref(), Some("agrees"));
        assert_eq!(outbox.reconcile()?.worked_on(), 0);

        // The answer names none: the list of attempts does.
        let path = format!("/v1/consumers/mandates/{mandate}/spend");
        let answer = json!({"status": "completed", "idempotent_replay": true, "payment": {}});
        world.sandbox.inject(Fault::on("POST", path.as_str()).answer(200, answer));
        let id = outbox.once("unnamed", spend)?.send()?.row.id;
        for receipt in [Value::Null, json!("r")] {
            let of = json!({"attempt_id": id, "status": "settled", "receipt_id": receipt});
            let list = json!({"payments": [of], "next_before": null});
            world.sandbox.inject(Fault::on("GET", "/v1/account/payments").answer(200, list));
        }
        let receipt = json!({"receipt_id": "r", "payment": {"amount_minor": 100}});
        world.sandbox.inject(Fault::on("GET", format!("{receipts}r")).answer(200, receipt));
        world.rounds(&outbox, 1)?;
        assert_eq!(evidence("unnamed"), None, "{kind:?}");
        world.rounds(&outbox, 1)?;
        assert_eq!(evidence("unnamed").as_deref(), Some("agrees"), "{kind:?}");
        let row = outbox.row(SPEND, "unnamed")?;
        assert_eq!((row.resource.as_deref(), row.next_at), (Some("r"), None));

        world.sandbox.inject(Fault::on("GET", receipts).always().answer(404, json!({})));
        outbox.once("never", spend)?.send()?;
        world.rounds(&outbox, 8)?;
        assert_eq!(evidence("never").as_deref(), Some("missing"));
        world.pass(Duration::from_secs(24 * 3_600));
        assert_eq!(outbox.reconcile()?.worked_on(), 0);
        assert_eq!(world.sandbox.effects().len(), 2);
    }
    Ok(())
}
