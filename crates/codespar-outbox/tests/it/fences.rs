//! What happens between the commit of `sent` and the first byte: the fence is looked at again.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use codespar_outbox::{State, Store, StoreError, StoreRequest, Stored};
use codespar_proto::{ChargeMethod, CreateCharge, Currency};

use crate::support::{Kind, TestResult, World, invoice};

/// A store that lets something happen right after the first commit of `sent`.
struct Interrupted<'a> {
    world: &'a World,
    happens: &'a (dyn Fn(&World, &str) + Sync),
    is_over: AtomicBool,
}

impl<'a> Interrupted<'a> {
    fn new(world: &'a World, happens: &'a (dyn Fn(&World, &str) + Sync)) -> Self {
        Self { world, happens, is_over: AtomicBool::new(false) }
    }
}

impl Store for Interrupted<'_> {
    fn carry_out(&self, request: &StoreRequest) -> Result<Stored, StoreError> {
        let stored = self.world.store.carry_out(request)?;
        if let StoreRequest::Swap(swap) = request {
            if swap.row.state == State::Sent && !self.is_over.swap(true, Ordering::SeqCst) {
                (self.happens)(self.world, &swap.row.id);
            }
        }
        Ok(stored)
    }
}

fn take_over(world: &World, id: &str) {
    world.pass(Duration::from_secs(91));
    let claim = StoreRequest::Claim { id: id.to_owned(), lease: Duration::from_secs(90) };
    world.store.carry_out(&claim).unwrap();
}

#[test]
fn who_sleeps_past_the_lease_sends_nothing_before_the_row_is_claimed_anew() -> TestResult {
    for kind in Kind::all() {
        let world = World::new(kind);
        let sleep = |world: &World, _: &str| world.pass(Duration::from_secs(91));
        let open = || world.builder().open(Interrupted::new(&world, &sleep));
        let charge = world.client.charges().create(&invoice("1.00"));
        let row = open()?.once("a", charge)?.send()?.row;
        assert_eq!((row.state, row.presentations, row.fence), (State::Issued, 1, 2), "{kind:?}");
        // What is not safe to repeat, too: it is known that nothing was sent.
        let pix = CreateCharge::new("10.00".parse()?, Currency::BRL, ChargeMethod::Pix);
        let row = open()?.at_most_once("b", world.client.charges().create(&pix))?.send()?.row;
        assert_eq!((row.state, row.presentations, row.fence), (State::Done, 1, 2));
        for (reference, last) in [("a", "issued"), ("b", "done")] {
            let lines = world.outbox().history("charges.create", reference)?;
            let states: Vec<_> = lines.iter().map(|line| line.state.as_str()).collect();
            assert_eq!(states, ["ready", "sent", "ready", "sent", last]);
        }
        assert_eq!(world.sandbox.effects().len(), 2);
    }
    Ok(())
}

#[test]
fn who_was_taken_over_sends_nothing_and_leaves_the_row_to_the_other() -> TestResult {
    for kind in Kind::all() {
        let world = World::new(kind);
        let outbox = world.builder().open(Interrupted::new(&world, &take_over))?;
        let charge = || world.client.charges().create(&invoice("1.00"));
        let row = outbox.once("a", charge())?.send()?.row;
        assert_eq!((row.state, row.fence), (State::Sent, 2));
        assert_eq!(world.sandbox.effects().len(), 0, "{kind:?}");
        // The other does not know that nothing was sent: it presents the same id.
        world.pass(Duration::from_secs(91));
        world.outbox().reconcile()?;
        let row = world.outbox().row("charges.create", "a")?;
        assert_eq!((row.state, row.exposed), (State::Issued, true));
        assert_eq!(world.sandbox.effects().count_with_key(&row.key()), 1);

        let pix = CreateCharge::new("10.00".parse()?, Currency::BRL, ChargeMethod::Pix);
        let outbox = world.builder().open(Interrupted::new(&world, &take_over))?;
        let pix = || world.client.charges().create(&pix);
        assert_eq!(outbox.at_most_once("b", pix())?.send()?.row.state, State::Sent);
        world.pass(Duration::from_secs(91));
        world.outbox().reconcile()?;
        assert_eq!(world.outbox().row("charges.create", "b")?.state, State::NeedsPerson);
        assert_eq!(world.sandbox.effects().len(), 1);
    }
    Ok(())
}

#[test]
fn an_answer_is_written_by_who_holds_the_row_and_by_nobody_else() -> TestResult {
    for kind in Kind::all() {
        let world = World::new(kind);
        // The row is taken over while the request is on its way.
        let late = Late { world: &world, is_over: Arc::default() };
        let outbox = world.builder().open(late)?;
        let row = outbox.once("a", world.client.charges().create(&invoice("1.00")))?.send()?.row;
        assert_eq!((row.state, row.fence, row.answer), (State::Sent, 2, None), "{kind:?}");
        world.pass(Duration::from_secs(91));
        world.outbox().reconcile()?;
        let row = world.outbox().row("charges.create", "a")?;
        assert_eq!(row.state, State::Issued);
        assert_eq!(world.sandbox.effects().count_with_key(&row.key()), 1);
    }
    Ok(())
}

/// A store in which the row is taken over right before the answer is written.
struct Late<'a> {
    world: &'a World,
    is_over: Arc<AtomicBool>,
}

impl Store for Late<'_> {
    fn carry_out(&self, request: &StoreRequest) -> Result<Stored, StoreError> {
        if let StoreRequest::Swap(swap) = request {
            if swap.row.answer.is_some() && !self.is_over.swap(true, Ordering::SeqCst) {
                take_over(self.world, &swap.row.id);
            }
        }
        self.world.store.carry_out(request)
    }
}
