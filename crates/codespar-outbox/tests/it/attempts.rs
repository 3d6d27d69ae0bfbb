//! The list of attempts, page after page, and what is known meanwhile of whether a server honours
//! their ids.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use codespar_blocking::UreqTransport;
use codespar_outbox::{Outbox, Policy, Row, State, Store, StoreError, StoreRequest, Stored};
use codespar_proto::{Minor, mandates::SpendArgs};
use codespar_sandbox::Fault;
use serde_json::{Value, json};

use crate::support::{Kind, TestResult, World};

const SPEND: &str = "mandates.spend";
const LIST: &str = "/v1/account/payments";

/// An attempt whose answer was lost, at a server that is not known to honour ids: it is looked for.
fn lost<S: Store>(world: &World, outbox: &Outbox<UreqTransport, S>) -> TestResult {
    let mandate = world.mandate();
    let path = format!("/v1/consumers/mandates/{mandate}/spend");
    world.sandbox.inject(Fault::on("POST", path).lose_answer());
    let spend = |id: &str| {
        let args = SpendArgs::new(id, Minor::new(100), "shop@pix.test");
        world.client.mandates().spend(&mandate, &args)
    };
    assert_eq!(outbox.once("a", spend)?.send()?.row.state, State::Unknown);
    world.pass(Duration::from_secs(120));
    Ok(())
}

/// The list answers a page of others, then the next: each cursor is that of the page after it.
fn pages(world: &World, many: usize, last: &Value) {
    for page in 1..=many {
        let other = json!({"attempt_id": format!("other {page}"), "status": "failed"});
        let (rows, next) = match page == many {
            true => (json!([other, last]), Value::Null),
            false => (json!([other]), json!(format!("cursor {page}"))),
        };
        let list = json!({"payments": rows, "next_before": next});
        world.sandbox.inject(Fault::on("GET", LIST).answer(200, list));
    }
}

/// The queries of the list so far.
fn queries(world: &World) -> Vec<String> {
    let sent = world.sandbox.requests();
    let asked = sent.iter().filter(|request| request.path == LIST);
    asked.map(|request| request.query.clone().unwrap_or_default()).collect()
}

fn id(world: &World) -> String {
    world.outbox().row(SPEND, "a").unwrap().key()
}

fn row(world: &World) -> Row {
    world.outbox().row(SPEND, "a").unwrap()
}

#[test]
fn an_attempt_is_found_behind_newer_ones() -> TestResult {
    for kind in Kind::all() {
        for (status, expected) in
            [("settled", State::Done), ("failed", State::NotDone), ("uncertain", State::Unknown)]
        {
            let world = World::new(kind);
            let outbox = Outbox::builder(world.client.clone()).open(Arc::clone(&world.store))?;
            lost(&world, &outbox)?;
            pages(&world, 3, &json!({"attempt_id": id(&world), "status": status}));
            outbox.reconcile()?;
            assert_eq!(row(&world).state, expected, "{kind:?} {status}");
            let asked = queries(&world);
            assert_eq!(asked.len(), 3, "{asked:?}");
            assert!(!asked[0].contains("before"), "{asked:?}");
            assert!(
                asked[1].contains("cursor%201") && asked[2].contains("cursor%202"),
                "{asked:?}"
            );
        }
    }
    Ok(())
}

#[test]
fn what_is_not_found_within_the_bound_is_unknown_and_never_not_done() -> TestResult {
    for kind in Kind::all() {
        let world = World::new(kind);
        let policy = Policy::default().attempt_pages(2).looks(3);
        let outbox = Outbox::builder(world.client.clone()).policy(policy);
        let outbox = outbox.open(Arc::clone(&world.store))?;
        lost(&world, &outbox)?;
        let found = json!({"attempt_id": id(&world), "status": "failed"});
        for looks in 1..=3 {
            pages(&world, 3, &found);
            outbox.reconcile()?;
            world.sandbox.clear_faults();
            let row = row(&world);
            assert_eq!((row.state, row.looks), (State::Unknown, looks), "{kind:?}");
            assert_eq!(queries(&world).len(), 2 * usize::try_from(looks)?);
            world.pass(Duration::from_secs(700));
        }
        outbox.reconcile()?;
        assert_eq!(row(&world).state, State::NeedsPerson, "{kind:?}");
    }
    Ok(())
}

/// A store that lets time pass, or another take the row over, whenever a row is read.
struct Slow<'a> {
    world: &'a World,
    is_taken: bool,
}

impl Store for Slow<'_> {
    fn carry_out(&self, request: &StoreRequest) -> Result<Stored, StoreError> {
        if let StoreRequest::Load(id) = request {
            self.world.pass(Duration::from_secs(if self.is_taken { 91 } else { 31 }));
            if self.is_taken {
                let lease = Duration::from_secs(90);
                self.world.store.carry_out(&StoreRequest::Claim { id: id.clone(), lease })?;
            }
        }
        self.world.store.carry_out(request)
    }
}

#[test]
fn no_page_is_read_that_could_come_after_the_lease() -> TestResult {
    for kind in Kind::all() {
        for is_taken in [false, true] {
            let world = World::new(kind);
            let outbox = Outbox::builder(world.client.clone()).open(Arc::clone(&world.store))?;
            lost(&world, &outbox)?;
            pages(&world, 2, &json!({"attempt_id": id(&world), "status": "failed"}));
            let slow = Slow { world: &world, is_taken };
            Outbox::builder(world.client.clone()).open(slow)?.reconcile()?;
            assert_eq!(queries(&world).len(), 1, "{kind:?}");
            let row = row(&world);
            assert_eq!((row.state, row.lease_until.is_some()), (State::Unknown, is_taken));
        }
    }
    Ok(())
}

#[test]
fn a_late_receipt_is_found_behind_newer_attempts() -> TestResult {
    let world = World::new(Kind::Sqlite);
    let (outbox, mandate) = (world.outbox(), world.mandate());
    let spend = |id: &str| {
        let args = SpendArgs::new(id, Minor::new(100), "shop@pix.test");
        world.client.mandates().spend(&mandate, &args)
    };
    let path = format!("/v1/consumers/mandates/{mandate}/spend");
    let answer = json!({"status": "completed", "idempotent_replay": true, "payment": {}});
    world.sandbox.inject(Fault::on("POST", path.as_str()).answer(200, answer));
    assert_eq!(outbox.once("a", spend)?.send()?.row.state, State::Done);
    let settled = json!({"attempt_id": id(&world), "status": "settled", "receipt_id": "r"});
    pages(&world, 2, &settled);
    let receipt = json!({"receipt_id": "r", "payment": {"amount_minor": 100}});
    world.sandbox.inject(Fault::on("GET", "/v1/consumers/receipts/r").answer(200, receipt));
    world.rounds(&outbox, 1)?;
    assert_eq!(row(&world).evidence.as_deref(), Some("agrees"));
    assert_eq!(queries(&world).len(), 2);
    Ok(())
}

/// A store in which another worker learns, before the row is claimed once more, that the server
/// honours no ids.
struct Learned<'a> {
    world: &'a World,
    is_over: &'a AtomicBool,
}

impl Store for Learned<'_> {
    fn carry_out(&self, request: &StoreRequest) -> Result<Stored, StoreError> {
        if matches!(request, StoreRequest::Claim { .. })
            && !self.is_over.swap(true, Ordering::SeqCst)
        {
            self.world.pass(Duration::from_secs(10));
            let origin = codespar_outbox::origin(self.world.client.base_url()).unwrap();
            self.world.store.carry_out(&StoreRequest::MarkOrigin { origin, honours: false })?;
        }
        self.world.store.carry_out(request)
    }
}

#[test]
fn what_another_learned_of_the_server_counts_when_a_row_is_claimed_again() -> TestResult {
    // By clocks that stand still: nothing is due before it was claimed again.
    for kind in [Kind::Memory, Kind::Sqlite] {
        let world = World::new(kind);
        let mandate = world.mandate();
        let path = format!("/v1/consumers/mandates/{mandate}/spend");
        world.sandbox.inject(Fault::on("POST", path.as_str()).always().lose_answer());
        world.sandbox.inject(Fault::on("GET", LIST).always().answer(503, json!({})));
        // The wait between two presentations is waited for really, and is short.
        let policy = Policy::default().first_wait(Duration::from_millis(1));
        let builder = Outbox::builder(world.client.clone()).policy(policy).honours_attempts(true);
        let is_over = AtomicBool::new(false);
        let learned = Learned { world: &world, is_over: &is_over };
        let outbox = builder.open(learned)?;
        let spend = |id: &str| {
            let args = SpendArgs::new(id, Minor::new(100), "shop@pix.test");
            world.client.mandates().spend(&mandate, &args)
        };
        let once = outbox.once("a", spend)?.patience(Duration::from_secs(1));
        let row = once.send()?.row;
        assert!(is_over.load(Ordering::SeqCst), "it was not claimed again");
        assert_eq!((row.state, row.presentations), (State::Unknown, 1), "{kind:?}");
        let sent = world.sandbox.requests();
        assert_eq!(sent.iter().filter(|request| request.path == path).count(), 1, "{kind:?}");
    }
    Ok(())
}
