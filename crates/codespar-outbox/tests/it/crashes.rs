//! A program that is killed at every point at which it reads or writes, and runs again: each line
//! happens once, counted at the server.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use codespar_outbox::{State, Store, StoreError, StoreRequest, Stored};
use codespar_proto::{ChargeMethod, CreateCharge, Currency, Minor, mandates::SpendArgs};
use codespar_sandbox::{Decision, Fault, Sandbox};

use codespar_blocking::agent_tools::Happened;

use crate::{
    agents::{call, charge, toolbox},
    support::{Kind, TestOutbox, World, invoice},
};

/// A store whose program ends at a request: before it is carried out, or right after.
struct Mortal {
    store: Arc<dyn Store + Send + Sync>,
    left: AtomicUsize,
    after: bool,
}

impl Store for Mortal {
    fn carry_out(&self, request: &StoreRequest) -> Result<Stored, StoreError> {
        let ended = || Err(StoreError::new("killed"));
        let less = |left: usize| left.checked_sub(1);
        match self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, less) {
            Ok(2..) => self.store.carry_out(request),
            Ok(1) if self.after => {
                self.store.carry_out(request)?;
                ended()
            }
            _ => ended(),
        }
    }
}

/// What the program does: the lines of a list, one after the other.
fn work(
    world: &World,
    outbox: &TestOutbox,
    mandate: &str,
) -> Result<(), codespar_outbox::OutboxError> {
    outbox.reconcile()?;
    let spend = |mandate: &str, minor| {
        let (client, mandate) = (world.client.clone(), mandate.to_owned());
        move |id: &str| {
            let args = SpendArgs::new(id, Minor::new(minor), "shop@pix.test");
            client.mandates().spend(&mandate, &args)
        }
    };
    for line in ["charge 1", "charge 2"] {
        outbox.once(line, world.client.charges().create(&invoice("150.00")))?.send()?;
    }
    outbox.once("spend", spend(mandate, 5_000))?.send()?;
    outbox.once("lost", spend(mandate, 1_000))?.send()?;
    outbox.once("held", spend(mandate, 20_001))?.send()?;
    outbox.once("refused", spend("mnd_none", 1_000))?.send()?;
    outbox.once("uncertain", spend(mandate, 667))?.send()?;
    let pix = CreateCharge::new("10.00".parse()?, Currency::BRL, ChargeMethod::Pix);
    outbox.at_most_once("pix", world.client.charges().create(&pix))?.send()?;
    Ok(())
}

/// Runs a program that ends at this request, and then one that does not. Gives whether it ended.
fn killed_at(kind: Kind, request: usize, after: bool) -> bool {
    let sandbox = Sandbox::builder().approval_above(20_000).start().unwrap();
    let world = World::around(kind, sandbox);
    let mandate = world.mandate();
    let path = format!("/v1/consumers/mandates/{mandate}/spend");
    // The second answer of a spend is lost.
    world.sandbox.inject(Fault::on("POST", path).skip(1).lose_answer());
    let store = Arc::clone(&world.store);
    let mortal: Arc<dyn Store + Send + Sync> =
        Arc::new(Mortal { store, left: (request + 1).into(), after });
    let outbox = world.builder().open(mortal).unwrap();
    let is_killed = work(&world, &outbox, &mandate).is_err();
    drop(outbox);

    let store = if kind == Kind::Sqlite { world.reopened() } else { Arc::clone(&world.store) };
    let outbox = world.builder().open(store).unwrap();
    world.pass(Duration::from_secs(100));
    work(&world, &outbox, &mandate).unwrap();
    world.rounds(&outbox, 3).unwrap();
    let held = outbox.row("mandates.spend", "held").unwrap();
    if let Some(approval) = held.approval.filter(|_| held.state == State::Held) {
        assert!(world.sandbox.decide(&approval, Decision::Approve));
    }
    world.rounds(&outbox, 4).unwrap();

    let at = format!("{kind:?}, killed at {request}, after: {after}");
    let effects = world.sandbox.effects();
    for (operation, reference, expected) in [
        ("charges.create", "charge 1", State::Issued),
        ("charges.create", "charge 2", State::Issued),
        ("mandates.spend", "spend", State::Done),
        ("mandates.spend", "lost", State::Done),
        ("mandates.spend", "held", State::Done),
    ] {
        let row = outbox.row(operation, reference).unwrap();
        // The sandbox settles its charges by itself.
        let is_expected = row.state == expected || row.state == State::Done;
        assert!(is_expected, "{at}: {reference} is {}", row.state);
        assert_eq!(effects.count_with_key(&row.key()), 1, "{at}: {reference}");
    }
    let refused = outbox.row("mandates.spend", "refused").unwrap();
    assert!(matches!(refused.state, State::NotDone | State::Unknown), "{at}: {}", refused.state);
    assert_eq!(effects.count_with_key(&refused.key()), 0);
    let uncertain = outbox.row("mandates.spend", "uncertain").unwrap();
    assert_eq!(uncertain.state, State::Unknown, "{at}");
    let pix = outbox.row("charges.create", "pix").unwrap();
    let unkeyed = effects.iter().filter(|effect| effect.key.is_none()).count();
    match pix.state {
        State::Done => assert_eq!(unkeyed, 1, "{at}"),
        State::NeedsPerson => assert!(unkeyed <= 1, "{at}: {unkeyed}"),
        other => panic!("{at}: {other}"),
    }
    is_killed
}

/// Ends the program at each request of the store, or at each so-many-th.
fn every_point(kind: Kind, step: usize) {
    let mut points = 0;
    for request in (0..).step_by(step) {
        let before = killed_at(kind, request, false);
        let after = killed_at(kind, request, true);
        points += usize::from(before) + usize::from(after);
        if !before && !after {
            break;
        }
    }
    assert!(points * step >= 70, "{points} points");
}

#[test]
fn killed_at_any_request_of_the_store_in_memory() {
    every_point(Kind::Memory, 1);
}

#[test]
fn killed_at_every_seventh_request_of_the_file() {
    every_point(Kind::Sqlite, 7);
}

/// An agent whose store ends at this request, before it is carried out or right after, and then
/// one that has asked for the same call twice. Gives whether it ended.
fn agent_killed_at(method: &str, request: usize, after: bool) -> bool {
    let world = World::new(Kind::Memory);
    let left = AtomicUsize::new(request + 1);
    let mortal: Arc<dyn Store + Send + Sync> =
        Arc::new(Mortal { store: Arc::clone(&world.store), left, after });
    let arguments = charge(method);
    let outbox = world.builder().open(Arc::clone(&mortal)).unwrap();
    let first = call(&toolbox(&world.client, &outbox), "1", "charges.create", &arguments);
    let is_killed = mortal.carry_out(&StoreRequest::Load(String::new())).is_err();

    let outbox = world.outbox();
    let tools = toolbox(&world.client, &outbox);
    let again = || call(&tools, "1", "charges.create", &arguments);
    world.rounds(&outbox, 1).unwrap();
    let told = [again(), again()].map(|answer| answer.verdict);
    let effects = world.sandbox.effects().len();
    let at = format!("{method}, killed at {request}, after: {after}: {first:?}");
    match (method, told) {
        (_, [Happened::Done, Happened::Done]) => assert_eq!(effects, 1, "{at}"),
        ("pix", [Happened::Unknown, Happened::Unknown]) => assert!(effects <= 1, "{at}"),
        (_, told) => panic!("{at}: {told:?}"),
    }
    is_killed
}

#[test]
fn an_agent_that_is_killed_at_any_request_of_its_record_has_paid_once() {
    for method in ["boleto", "pix"] {
        let is_killed = |request| {
            [false, true].map(|after| agent_killed_at(method, request, after)) != [false, false]
        };
        let points = (0..).take_while(|request| is_killed(*request)).count();
        // The conversation is read, the call written, its row read and written once more.
        assert_eq!(points, 5, "{method}");
    }
}
