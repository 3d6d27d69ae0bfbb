//! Charges and spends against the sandbox: each happens once, counted there.

use std::{sync::Arc, time::Duration};

use codespar_outbox::{
    Keep, Note, Outbox, OutboxError, Resolution, ResolveError, Seal, State, StoreRequest, Until,
};
use codespar_proto::{
    Buyer, ChargeArgs, ChargeMethod, CreateCharge, CreateSession, Currency, Minor,
    mandates::SpendArgs,
};
use codespar_sandbox::{Decision, EffectKind, Fault, Reconciliation, Sandbox};
use serde_json::json;

use crate::support::{Kind, TestResult, World, invoice};

const SPEND: &str = "mandates.spend";
const CHARGE: &str = "charges.create";

/// A spend of so many centavos, under the id that the outbox gives it.
macro_rules! spend {
    ($world:expr, $mandate:expr, $minor:expr) => {
        |id: &str| {
            let args = SpendArgs::new(id, Minor::new($minor), "shop@pix.test");
            $world.client.mandates().spend(&$mandate, &args)
        }
    };
}

fn message(error: OutboxError) -> String {
    error.to_string()
}

#[test]
fn rows_of_another_server_or_project_are_not_sent_by_this_client() -> TestResult {
    for kind in Kind::all() {
        let (here, there) = (World::new(kind), World::new(Kind::Memory));
        let outbox = here.outbox();
        here.sandbox.inject(Fault::on("POST", "/v1/charges").lose_answer());
        outbox.once("a", here.client.charges().create(&invoice("15.00")))?.send()?;
        here.pass(Duration::from_secs(120));
        let other = Outbox::builder(there.client.clone()).honours_attempts(true);
        assert_eq!(other.open(Arc::clone(&here.store))?.reconcile()?.worked_on(), 0);
        let project = Outbox::builder(here.client.clone()).project("prj_other");
        assert_eq!(project.open(Arc::clone(&here.store))?.reconcile()?.worked_on(), 0);
        assert_eq!(there.sandbox.effects().len(), 0);
        assert_eq!(outbox.reconcile()?.worked_on(), 1);
    }
    Ok(())
}

#[test]
fn a_tool_that_says_it_failed_has_not_done_it() -> TestResult {
    let world = World::new(Kind::Memory);
    let session = world.client.create(&CreateSession::new("user-1")).send()?;
    let answer = json!({"success": false, "error": "tool_timeout: no answer", "data": null});
    let path = format!("/v1/sessions/{}/execute", session.id());
    world.sandbox.inject(Fault::on("POST", &path).answer(200, answer));
    let order = ChargeArgs::pix("15.00".parse()?, "Order 42", Buyer::new("Maria Silva"));
    let row = world.outbox().at_most_once("a", session.charge(&order))?.send()?.row;
    assert_ne!(row.state, State::Done);
    Ok(())
}

#[test]
fn an_invoice_is_charged_once_and_told_again() -> TestResult {
    for kind in Kind::all() {
        let world = World::new(kind);
        let outbox = world.outbox();
        let charge =
            || outbox.once("invoice-42", world.client.charges().create(&invoice("150.00")));
        let first = charge()?.send()?;
        assert_eq!(first.row.state, State::Issued, "{kind:?}");
        let id = first.output.unwrap().id.unwrap();
        assert_eq!(first.row.resource.as_ref(), Some(&id));
        let again = charge()?.send()?;
        assert_eq!(again.output.unwrap().id.unwrap(), id);
        // The second was told from the store.
        let posts = world.sandbox.requests();
        assert_eq!(posts.iter().filter(|post| post.path == "/v1/charges").count(), 1);
        assert_eq!(world.sandbox.effects().count_with_key(&first.row.key()), 1);

        let other = outbox.once("invoice-42", world.client.charges().create(&invoice("151.00")))?;
        assert!(matches!(other.send(), Err(OutboxError::OtherArguments { .. })));
        assert_eq!(world.sandbox.effects().len(), 1);

        assert!(world.sandbox.pay(&id));
        world.rounds(&outbox, 1)?;
        let paid = charge()?.until(Until::Settled).send()?;
        assert_eq!(paid.row.state, State::Done);
        assert!(paid.output.unwrap().is_paid());
    }
    Ok(())
}

#[test]
fn an_answer_that_is_lost_is_asked_for_under_the_same_id_with_the_same_bytes() -> TestResult {
    for kind in Kind::all() {
        let world = World::new(kind);
        let outbox = world.outbox();
        let mandate = world.mandate();
        world.sandbox.inject(Fault::on("POST", "/v1/charges").lose_answer());
        let path = format!("/v1/consumers/mandates/{mandate}/spend");
        world.sandbox.inject(Fault::on("POST", path.as_str()).lose_answer());
        let charge = outbox.once("a", world.client.charges().create(&invoice("150.00")))?.send()?;
        let spent = outbox.once("a", spend!(world, mandate, 5_000))?.send()?;
        assert_eq!((charge.row.state, charge.output.is_none()), (State::Unknown, true));
        assert_eq!((spent.row.state, spent.row.exposed), (State::Unknown, false));
        world.rounds(&outbox, 1)?;
        assert_eq!(outbox.row(CHARGE, "a")?.state, State::Issued);
        let row = outbox.row(SPEND, "a")?;
        assert_eq!((row.state, row.exposed, row.presentations), (State::Done, true, 2));
        let told = outbox.once("a", spend!(world, mandate, 5_000))?.send()?;
        assert_eq!(told.output.unwrap().idempotent_replay, Some(true));
        for key in [charge.row.key(), row.key()] {
            assert_eq!(world.sandbox.effects().count_with_key(&key), 1);
        }
        let requests = world.sandbox.requests();
        for path in ["/v1/charges", path.as_str()] {
            let sent: Vec<_> = requests
                .iter()
                .filter(|request| request.method == "POST" && request.path == path)
                .map(|request| request.body.clone())
                .collect();
            assert!(sent.len() == 2 && sent[0] == sent[1], "{path}: {sent:?}");
        }
    }
    Ok(())
}

#[test]
fn a_refusal_that_may_pass_waits_and_one_that_does_not_is_final() -> TestResult {
    let world = World::new(Kind::Sqlite);
    let outbox = world.outbox();
    let mandate = world.mandate();
    let path = format!("/v1/consumers/mandates/{mandate}/spend");
    let broke = json!({"error": {"code": "insufficient_funds", "message": "no"}});
    world.sandbox.inject(Fault::on("POST", path.as_str()).times(2).answer(409, broke));
    let first = outbox.once("late", spend!(world, mandate, 100))?.send()?;
    assert_eq!((first.row.state, first.row.refusals), (State::Ready, 1));
    world.rounds(&outbox, 1)?;
    assert_eq!(outbox.row(SPEND, "late")?.refusals, 2);
    world.rounds(&outbox, 1)?;
    let row = outbox.row(SPEND, "late")?;
    assert_eq!((row.state, row.generation), (State::Done, 0));
    assert_eq!(world.sandbox.effects().count_with_key(&row.key()), 1);

    let gone = outbox.once("gone", spend!(world, "mnd_none", 100))?.send()?;
    assert_eq!(gone.row.state, State::NotDone);
    assert_eq!(gone.row.code.as_deref(), Some("mandate_not_found"));

    // A wait has an end: then a person sees it.
    let down = json!({"error": {"code": "policy_engine_error", "message": "no"}});
    world.sandbox.inject(Fault::on("POST", path.as_str()).always().answer(503, down));
    outbox.once("down", spend!(world, mandate, 100))?.send()?;
    world.rounds(&outbox, 30)?;
    let row = outbox.row(SPEND, "down")?;
    assert_eq!((row.state, row.refusals), (State::NeedsPerson, 12));
    Ok(())
}

#[test]
fn another_id_is_derived_only_where_the_last_is_used_up() -> TestResult {
    let world = World::new(Kind::Sqlite);
    let outbox = world.outbox();
    let mandate = world.mandate();
    let path = format!("/v1/consumers/mandates/{mandate}/spend");
    let failed = json!({"error": {"code": "psp_attempt_conflict", "message": "no"}});
    world.sandbox.inject(Fault::on("POST", path.as_str()).times(2).answer(409, failed.clone()));
    let done = outbox.once("a", spend!(world, mandate, 100))?.send()?;
    assert_eq!((done.row.state, done.row.generation), (State::Done, 2));
    let keys: Vec<_> = (0..3).map(|generation| done.row.name.id(generation)).collect();
    let sent = world.sandbox.requests();
    let sent = sent.iter().filter(|request| request.path == path);
    let sent: Vec<_> =
        sent.map(|request| String::from_utf8_lossy(&request.body).into_owned()).collect();
    assert_eq!(sent.len(), 3);
    for (body, key) in sent.iter().zip(&keys) {
        assert!(body.contains(key), "{body}");
    }
    // Each was stored before the next was presented; last comes what the receipt says.
    let history = outbox.history(SPEND, "a")?;
    let told: Vec<_> =
        history.iter().map(|line| format!("{} {}", line.state, line.generation)).collect();
    let expected =
        "ready 0, sent 0, ready 0, ready 1, sent 1, ready 1, ready 2, sent 2, done 2, done 2";
    assert_eq!(told.join(", "), expected);

    world.sandbox.inject(Fault::on("POST", path.as_str()).always().answer(409, failed));
    let last = outbox.once("b", spend!(world, mandate, 100))?.send()?;
    assert_eq!((last.row.state, last.row.generation), (State::NeedsPerson, 7));
    Ok(())
}

#[test]
fn what_is_held_happens_once_a_person_approves() -> TestResult {
    for (decision, expected, payments) in [
        (Decision::Approve, State::Done, 1),
        (Decision::Deny, State::NotDone, 0),
        (Decision::Expire, State::NotDone, 0),
    ] {
        let sandbox = Sandbox::builder().approval_above(2_000).start()?;
        let world = World::around(Kind::Sqlite, sandbox);
        let outbox = world.outbox();
        let mandate = world.mandate();
        let held = outbox.once("a", spend!(world, mandate, 2_500))?.send()?;
        assert_eq!(held.row.state, State::Held);
        let approval = held.row.approval.clone().unwrap();
        world.rounds(&outbox, 2)?;
        assert_eq!(outbox.row(SPEND, "a")?.state, State::Held);
        assert!(world.sandbox.decide(&approval, decision));
        world.rounds(&outbox, 3)?;
        assert_eq!(outbox.row(SPEND, "a")?.state, expected, "{decision:?}");
        assert_eq!(world.sandbox.effects().count(EffectKind::Payment), payments);
    }
    Ok(())
}

#[test]
fn what_nobody_can_tell_needs_a_person_and_is_resolved_with_evidence() -> TestResult {
    let world = World::new(Kind::Sqlite);
    let outbox = world.outbox();
    let mandate = world.mandate();
    // Of this amount nobody hears again.
    outbox.once("a", spend!(world, mandate, 667))?.send()?;
    outbox.once("b", spend!(world, mandate, 667))?.send()?;
    world.rounds(&outbox, 3)?;
    let b = outbox.row(SPEND, "b")?;
    assert_eq!(b.state, State::Unknown);
    assert!(world.sandbox.reconcile(&b.key(), Reconciliation::Moved));
    world.rounds(&outbox, 1)?;
    assert_eq!(outbox.row(SPEND, "b")?.state, State::Done);

    // Older than a day: the id is not presented any more, but the attempt read.
    world.pass(Duration::from_secs(25 * 60 * 60));
    let before = world.sandbox.request_count();
    world.rounds(&outbox, 60)?;
    let sent = world.sandbox.requests().split_off(before);
    assert!(sent.iter().all(|request| request.method == "GET"), "{sent:?}");
    assert!(sent.iter().any(|request| request.path == "/v1/account/payments"));
    let items = outbox.open_items()?;
    assert_eq!((items.len(), items[0].row.state), (1, State::NeedsPerson));
    assert!(items[0].age > Duration::from_secs(25 * 60 * 60));

    let note = || Note::new("Ana", "the bank's statement has it");
    let next = outbox.resolve(SPEND, "a", Resolution::NextGeneration, note());
    assert!(matches!(next, Err(OutboxError::Resolve(ResolveError::Unknown))));
    let done = outbox.resolve(SPEND, "b", Resolution::NotDone, note());
    let is_final = OutboxError::Resolve(ResolveError::NeedsNoPerson(State::Done)).to_string();
    assert_eq!(message(done.unwrap_err()), is_final);
    assert_eq!(outbox.resolve(SPEND, "a", Resolution::Done, note())?.state, State::Done);
    let last = outbox.history(SPEND, "a")?.pop().unwrap();
    assert_eq!((last.state, last.note), (State::Done, Some(note())));
    assert!(outbox.open_items()?.is_empty());
    Ok(())
}

#[test]
fn a_server_that_does_not_honour_ids_is_not_asked_twice() -> TestResult {
    let world = World::new(Kind::Sqlite);
    let mandate = world.mandate();
    let path = format!("/v1/consumers/mandates/{mandate}/spend");
    // Nobody can be asked what became of an attempt.
    let attempts = Fault::on("GET", "/v1/account/payments").always();
    world.sandbox.inject(attempts.answer(503, json!({})));
    // Of a base URL that is not the managed one nothing is known at first.
    let builder = || Outbox::builder(world.client.clone());
    let outbox = builder().open(Arc::clone(&world.store))?;
    world.sandbox.inject(Fault::on("POST", path.as_str()).lose_answer());
    outbox.once("a", spend!(world, mandate, 100))?.send()?;
    world.rounds(&outbox, 2)?;
    let posts = |world: &World| {
        let sent = world.sandbox.requests();
        sent.iter().filter(|request| request.path == path).count()
    };
    assert_eq!((outbox.row(SPEND, "a")?.state, posts(&world)), (State::Unknown, 1));
    // An answer shows that it does.
    assert_eq!(outbox.once("b", spend!(world, mandate, 100))?.send()?.row.state, State::Done);
    world.rounds(&outbox, 8)?;
    assert_eq!((outbox.row(SPEND, "a")?.state, posts(&world)), (State::Done, 3));

    // An answer that does not tell replays counts more than what was said of the server.
    let old = json!({"status": "completed", "payment": {"transactionId": "t"}});
    world.sandbox.inject(Fault::on("POST", path.as_str()).answer(200, old));
    let outbox = builder().honours_attempts(true).open(Arc::clone(&world.store))?;
    assert_eq!(outbox.once("c", spend!(world, mandate, 100))?.send()?.row.state, State::Done);
    world.sandbox.inject(Fault::on("POST", path.as_str()).lose_answer());
    outbox.once("d", spend!(world, mandate, 100))?.send()?;
    world.rounds(&outbox, 2)?;
    assert_eq!((outbox.row(SPEND, "d")?.state, posts(&world)), (State::Unknown, 5));
    Ok(())
}

#[test]
fn what_is_not_safe_is_refused_by_name_or_sent_once() -> TestResult {
    let world = World::new(Kind::Sqlite);
    let outbox = world.outbox();
    let pix = CreateCharge::new("10.00".parse()?, Currency::BRL, ChargeMethod::Pix);
    let pix = || world.client.charges().create(&pix);
    let refused = |error: Result<_, OutboxError>| match error {
        Err(OutboxError::Call(error)) => (error.field().unwrap().to_owned(), error.to_string()),
        other => panic!("{:?}", other.map(|_: codespar_outbox::Once<'_, _, _, _>| ())),
    };
    let (field, words) = refused(outbox.once("a", pix()));
    assert_eq!(field, "call");
    assert!(words.contains("charges.create") && words.contains("at_most_once"), "{words}");
    let safe = world.client.charges().create(&invoice("1.00")).idempotency_key("mine");
    let (field, words) = refused(outbox.at_most_once("a", safe));
    assert!(field == "call" && words.contains("once"), "{words}");
    for reference in ["", "a\nb", &"x".repeat(201)] {
        let (field, _) =
            refused(outbox.once(reference, world.client.charges().create(&invoice("1"))));
        assert_eq!(field, "reference");
    }
    assert_eq!((world.sandbox.effects().len(), outbox.open_items()?.len()), (0, 0));

    assert_eq!(outbox.at_most_once("a", pix())?.send()?.row.state, State::Done);
    assert_eq!(outbox.at_most_once("a", pix())?.send()?.row.state, State::Done);
    world.sandbox.inject(Fault::on("POST", "/v1/charges").lose_answer());
    assert_eq!(outbox.at_most_once("b", pix())?.send()?.row.state, State::NeedsPerson);
    world.rounds(&outbox, 3)?;
    assert_eq!(outbox.at_most_once("b", pix())?.send()?.row.state, State::NeedsPerson);
    assert_eq!(world.sandbox.effects().count(EffectKind::Charge), 2);

    let not_done = || outbox.resolve(CHARGE, "b", Resolution::NotDone, Note::new("Ana", "looked"));
    assert_eq!(not_done()?.state, State::NotDone);
    Ok(())
}

#[test]
fn what_somebody_holds_is_left_to_them_until_their_lease_is_over() -> TestResult {
    for kind in Kind::all() {
        let world = World::new(kind);
        let outbox = world.outbox();
        let mandate = world.mandate();
        let path = format!("/v1/consumers/mandates/{mandate}/spend");
        world.sandbox.inject(Fault::on("POST", path.as_str()).lose_answer());
        let row = outbox.once("a", spend!(world, mandate, 100))?.send()?.row;
        // Another machine takes it, and dies.
        world.pass(Duration::from_secs(60));
        let claim = StoreRequest::Claim { id: row.id.clone(), lease: Duration::from_secs(90) };
        world.store.carry_out(&claim)?;
        let before = world.sandbox.request_count();
        assert_eq!(outbox.reconcile()?.worked_on(), 0);
        let told = outbox.once("a", spend!(world, mandate, 100))?.send()?;
        assert_eq!((told.row.state, told.row.fence), (State::Unknown, row.fence + 1));
        assert_eq!(world.sandbox.request_count(), before);
        world.pass(Duration::from_secs(91));
        assert_eq!(outbox.reconcile()?.count(State::Done), 1, "{kind:?}");
        assert_eq!(world.sandbox.effects().count_with_key(&row.key()), 1);
    }
    Ok(())
}

#[test]
fn requests_and_answers_are_sealed_or_left_out_and_purged() -> TestResult {
    let world = World::new(Kind::Sqlite);
    let seal = || Seal::new("k1", [7; 32]);
    let outbox = world.builder().seal(seal()).open(Arc::clone(&world.store))?;
    let mandate = world.mandate();
    let path = format!("/v1/consumers/mandates/{mandate}/spend");
    world.sandbox.inject(Fault::on("POST", path.as_str()).lose_answer());
    outbox.once("sealed", spend!(world, mandate, 100))?.send()?;
    world.rounds(&outbox, 1)?;
    let row = outbox.row(SPEND, "sealed")?;
    assert_eq!(row.state, State::Done);
    assert_eq!(row.request.as_ref().unwrap().key_id.as_deref(), Some("k1"));
    assert_eq!(row.answer.as_ref().unwrap().key_id.as_deref(), Some("k1"));
    let file = std::fs::read(world.folder.as_ref().unwrap().path().join("outbox.sqlite-wal"))?;
    assert!(!file.windows(13).any(|bytes| bytes == b"shop@pix.test"));
    let told = outbox.once("sealed", spend!(world, mandate, 100))?.send()?;
    assert!(told.output.unwrap().payment.is_some());

    // By its hash alone: nothing to present again until the request is given again.
    let hashes = world.builder().keep(Keep::Hash).open(Arc::clone(&world.store))?;
    world.sandbox.inject(Fault::on("POST", path.as_str()).lose_answer());
    let row = hashes.once("hash", spend!(world, mandate, 200))?.send()?.row;
    assert_eq!((row.state, row.request), (State::Unknown, None));
    world.rounds(&hashes, 2)?;
    assert_eq!(hashes.row(SPEND, "hash")?.state, State::Unknown);
    let other = hashes.once("hash", spend!(world, mandate, 201))?.send();
    assert!(matches!(other, Err(OutboxError::OtherArguments { .. })));
    world.pass(Duration::from_secs(2 * 60 * 60));
    assert_eq!(hashes.once("hash", spend!(world, mandate, 200))?.send()?.row.state, State::Done);

    world.pass(Duration::from_secs(60));
    assert_eq!(outbox.purge(Duration::from_secs(3_600))?, 1);
    let row = outbox.row(SPEND, "sealed")?;
    assert_eq!((row.request, row.answer, row.state), (None, None, State::Done));
    let told = outbox.once("sealed", spend!(world, mandate, 100))?.send()?;
    assert_eq!((told.row.state, told.output), (State::Done, None));
    assert_eq!(world.sandbox.effects().count(EffectKind::Payment), 2);
    Ok(())
}
