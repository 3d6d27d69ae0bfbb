//! What becomes known of an agent's call after its answer: an approval, a person's word; and what
//! is left of it once it was purged.

use std::{sync::Arc, time::Duration};

use codespar_blocking::{
    UreqTransport,
    agent_tools::{
        Amount, BeforeMoney, Happened, MoneyLimits, OperationTools, ToolAnswer, Toolbox,
        ToolboxOptions,
    },
};
use codespar_outbox::{EventOutcome, Note, Outbox, Resolution, Seal, State};
use codespar_sandbox::{Decision, EffectKind, Fault, Sandbox};
use serde_json::json;

use crate::{
    agents::{SPEND, call, charge, hand_over, one_try, posts, toolbox},
    events::event,
    support::{Kind, TestResult, World},
};

const CALLS: &str = "tools.call/chat-1";

#[test]
fn a_call_that_was_held_is_told_as_it_was_decided() -> TestResult {
    for kind in Kind::all() {
        for (decision, verdict, code, payments) in [
            (Decision::Approve, Happened::Done, None, 1),
            (Decision::Deny, Happened::Refused, Some("approval_denied"), 0),
            (Decision::Expire, Happened::Refused, Some("approval_expired"), 0),
        ] {
            let sandbox = Sandbox::builder().approval_above(2_000).start()?;
            let world = World::around(kind, sandbox);
            let outbox = world.outbox();
            let tools = toolbox(&world.client, &outbox);
            let mandate = world.mandate();
            let path = format!("/v1/consumers/mandates/{mandate}/spend");
            let arguments =
                json!({"mandate_id": mandate, "amount_minor": 2_500, "payee": "shop@pix.test"});
            let spend = |id: &str| call(&tools, id, SPEND, &arguments);
            let held = spend("1");
            assert_eq!(held.verdict, Happened::Held);
            world.rounds(&outbox, 1)?;
            assert_eq!(spend("1"), held, "{kind:?}");
            assert!(world.sandbox.decide(&held.approval.unwrap().id, decision));
            world.rounds(&outbox, 1)?;
            let told = spend("1");
            assert_eq!((told.verdict, told.code.as_deref()), (verdict, code), "{kind:?} {told:?}");
            // What was denied was not sent again; what was approved was asked for under its key.
            let (sent, is_denied) = (posts(&world, &path), verdict == Happened::Refused);
            assert_eq!(sent, if is_denied { 1 } else { 2 }, "{kind:?} {decision:?}");
            assert_eq!(spend("1").verdict, verdict);
            // And what was denied stands in nobody's way.
            let other = spend("2");
            match is_denied {
                true => assert_eq!(other.verdict, Happened::Held, "{other:?}"),
                false => assert_eq!(other.code.as_deref(), Some("repeated_call")),
            }
            assert_eq!(world.sandbox.effects().count(EffectKind::Payment), payments);
        }
    }
    Ok(())
}

#[test]
fn a_denial_is_told_at_once_where_an_event_came() -> TestResult {
    let sandbox = Sandbox::builder().approval_above(2_000).start()?;
    let world = World::around(Kind::Sqlite, sandbox);
    let outbox = world.outbox();
    let tools = toolbox(&world.client, &outbox);
    let arguments =
        json!({"mandate_id": world.mandate(), "amount_minor": 2_500, "payee": "shop@pix.test"});
    let spend = || call(&tools, "1", SPEND, &arguments);
    let id = spend().approval.unwrap().id;
    assert!(world.sandbox.decide(&id, Decision::Deny));
    let denied = event("commerce.approval.denied", json!({"approval_id": id}));
    assert!(matches!(outbox.take_event(&denied)?, EventOutcome::Taken(_)));
    assert_eq!(spend().verdict, Happened::Refused);
    Ok(())
}

#[test]
fn a_persons_word_is_told_to_the_agent() -> TestResult {
    for kind in Kind::all() {
        for (resolution, verdict) in
            [(Resolution::Done, Happened::Done), (Resolution::NotDone, Happened::Refused)]
        {
            let world = World::new(kind);
            let outbox = world.outbox();
            let tools = one_try(&world, &outbox);
            world.sandbox.inject(Fault::on("POST", "/v1/charges").lose_answer());
            let charge = || call(&tools, "1", "charges.create", &charge("boleto"));
            assert_eq!(charge().verdict, Happened::Unknown);
            hand_over(&world, &outbox.row(CALLS, "1")?);
            assert_eq!(charge().verdict, Happened::Unknown);
            world.pass(Duration::from_secs(600));
            outbox.resolve(CALLS, "1", resolution, Note::new("Ana", "looked"))?;
            let told = charge();
            assert_eq!(told.verdict, verdict, "{kind:?} {told:?}");
            assert!(told.message.contains("A person has found"), "{told:?}");
            assert_eq!(posts(&world, "/v1/charges"), 1);
        }
    }
    Ok(())
}

/// What is told of a call whose answer was purged.
fn without_data(answer: &ToolAnswer) -> ToolAnswer {
    let mut left = answer.clone();
    left.message = "What was told of it then is not kept any more.".to_owned();
    left.data = serde_json::Value::Null;
    left.left_out.clear();
    left
}

#[test]
fn a_purge_leaves_what_an_agent_knows_of_its_payments() -> TestResult {
    for kind in Kind::all() {
        let world = World::new(kind);
        let outbox = world.outbox();
        let tools = one_try(&world, &outbox);
        let paid = call(&tools, "1", "charges.create", &charge("pix"));
        // One that may be asked for again is left as it is.
        world.sandbox.inject(Fault::on("POST", "/v1/charges").lose_answer());
        let lost = call(&tools, "2", "charges.create", &charge("boleto"));
        assert_eq!((paid.verdict, lost.verdict), (Happened::Done, Happened::Unknown));
        let invoice = world.client.charges().create(&crate::support::invoice("1.00"));
        outbox.once("a", invoice)?.send()?;
        assert!(world.sandbox.pay(&outbox.row("charges.create", "a")?.resource.unwrap()));
        world.rounds(&outbox, 1)?;
        world.pass(Duration::from_secs(60));
        // The invoice and the call that is done; a second time there is nothing left.
        let hour = Duration::from_secs(3_600);
        assert_eq!((outbox.purge(hour)?, outbox.purge(Duration::ZERO)?), (0, 2), "{kind:?}");
        assert_eq!(outbox.purge(Duration::ZERO)?, 0, "{kind:?}");
        let row = outbox.row(CALLS, "1")?;
        let left = String::from_utf8(row.request.unwrap().bytes)?;
        assert_eq!((row.state, row.answer), (State::Done, None));
        assert!(!paid.data.is_null() && !left.contains("pix_"), "{left}");

        // An agent that was started again: no call of it is sent that was, but under its key.
        let outbox = world.outbox();
        let tools = toolbox(&world.client, &outbox);
        let told = call(&tools, "1", "charges.create", &charge("pix"));
        assert_eq!(told, without_data(&paid), "{kind:?}");
        let same = call(&tools, "3", "charges.create", &charge("pix"));
        assert_eq!(same.code.as_deref(), Some("repeated_call"), "{same:?}");
        let again = call(&tools, "2", "charges.create", &charge("boleto"));
        assert_eq!((again.verdict, &again.key), (Happened::Done, &lost.key), "{again:?}");
        // The pix, the boleto twice, the invoice.
        assert_eq!(posts(&world, "/v1/charges"), 4);
        assert_eq!(world.sandbox.effects().count(EffectKind::Charge), 3);
    }
    Ok(())
}

#[test]
fn what_was_purged_counts_within_the_limits_of_its_conversation() -> TestResult {
    let world = World::new(Kind::Sqlite);
    let seal = || Seal::new("k1", [7; 32]);
    let outbox = world.builder().seal(seal()).open(Arc::clone(&world.store))?;
    let limited = |outbox: &Outbox<UreqTransport, _>| {
        let limits = MoneyLimits::new().per_conversation(Amount::parse("20.00BRL").unwrap());
        let options = ToolboxOptions::new().limits(limits).before_money(BeforeMoney::Send);
        let tools = OperationTools::new(&world.client);
        Toolbox::new(vec![Box::new(tools)], options).record(Arc::new(outbox.tool_calls()))
    };
    let paid = call(&limited(&outbox), "1", "charges.create", &charge("pix"));
    assert_eq!(paid.verdict, Happened::Done, "{paid:?}");
    world.pass(Duration::from_secs(60));
    // Without its key nothing can be opened, and what lies there is left.
    assert_eq!(world.outbox().purge(Duration::ZERO)?, 0);
    assert_eq!(outbox.purge(Duration::ZERO)?, 1);
    assert_eq!(outbox.row(CALLS, "1")?.request.unwrap().key_id.as_deref(), Some("k1"));
    let more = call(&limited(&outbox), "2", "charges.create", &charge("boleto"));
    assert_eq!(more.code.as_deref(), Some("money_limit"), "{more:?}");
    assert_eq!(world.sandbox.effects().count(EffectKind::Charge), 1);
    Ok(())
}
