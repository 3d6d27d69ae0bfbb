//! What is due, and what is not: rows that nothing can be read of, rows without their request, and
//! what is known of a row whatever a later read says.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use codespar_outbox::{Keep, Seal, State, Store, StoreError, StoreRequest, Stored};
use codespar_proto::{Currency, Minor, mandates::SpendArgs, wallets::WalletTransferArgs};
use codespar_sandbox::{EffectKind, Fault};
use serde_json::json;

use crate::support::{Kind, TestResult, World, invoice};

const CHARGE: &str = "charges.create";
const TRANSFER: &str = "wallets.transfer";
const SPEND: &str = "mandates.spend";

/// A store that carries out so many requests, and then fails: the program ends there.
struct Ends {
    store: Arc<dyn Store + Send + Sync>,
    left: AtomicUsize,
}

impl Ends {
    fn after(world: &World, requests: usize) -> Self {
        Self { store: Arc::clone(&world.store), left: AtomicUsize::new(requests) }
    }
}

impl Store for Ends {
    fn carry_out(&self, request: &StoreRequest) -> Result<Stored, StoreError> {
        let left = self.left.load(Ordering::SeqCst);
        self.left.store(left.saturating_sub(1), Ordering::SeqCst);
        if left == 0 { Err(StoreError::new("it ended")) } else { self.store.carry_out(request) }
    }
}

#[test]
fn what_cannot_be_read_is_worked_on_once_a_run_and_holds_nothing_up() -> TestResult {
    for kind in Kind::all() {
        let world = World::new(kind);
        let outbox = world.outbox();
        let answer = json!({"status": "accepted", "withdrawal_id": "wd_1"});
        world.sandbox.inject(Fault::on("POST", "/v1/wallets/w_1").answer(200, answer));
        let args = WalletTransferArgs::new(Currency::BRL, "a@pix.test", Minor::new(100));
        let sent = outbox.once("a", world.client.wallets().transfer("w_1", &args))?.send()?;
        assert_eq!(sent.row.state, State::Issued, "{kind:?}");
        world.pass(Duration::from_secs(1));
        world.sandbox.inject(Fault::on("POST", "/v1/charges").lose_answer());
        outbox.once("b", world.client.charges().create(&invoice("1.00")))?.send()?;

        world.pass(Duration::from_secs(120));
        let totals = outbox.reconcile()?;
        assert_eq!((totals.worked_on(), totals.unreadable.len()), (2, 0));
        assert_eq!(outbox.row(CHARGE, "b")?.state, State::Issued);
        // It waits for its event, and in the end for a person.
        let row = outbox.row(TRANSFER, "a")?;
        let over = row.created_at + 120 * 24 * 60 * 60 * 1000;
        assert_eq!((row.state, row.lease_until), (State::Issued, None));
        assert_eq!(row.next_at, Some(over));
        assert_eq!(outbox.reconcile()?.worked_on(), 0);
        world.pass(Duration::from_secs(121 * 24 * 60 * 60));
        outbox.reconcile()?;
        assert_eq!(outbox.row(TRANSFER, "a")?.state, State::NeedsPerson);
    }
    Ok(())
}

#[test]
fn an_issued_charge_is_told_whatever_a_later_read_says() -> TestResult {
    for kind in Kind::all() {
        let world = World::new(kind);
        let outbox = world.outbox();
        let charge = || outbox.once("a", world.client.charges().create(&invoice("1.00")));
        let id = charge()?.send()?.output.unwrap().id.unwrap();
        for (status, code) in [(404, "charge_not_found"), (502, "provider_down")] {
            let answer = json!({"error": {"code": code, "message": "no"}});
            let fault = Fault::on("GET", "/v1/charges/").always();
            world.sandbox.inject(fault.answer(status, answer));
            world.rounds(&outbox, 1)?;
            world.sandbox.clear_faults();
            let row = outbox.row(CHARGE, "a")?;
            assert_eq!((row.state, row.status), (State::Issued, Some(status)), "{kind:?}");
            let told = charge()?.send()?;
            assert_eq!(told.row.state, State::Issued);
            assert_eq!(told.output.unwrap().id.as_ref(), Some(&id));
        }
        assert_eq!(world.sandbox.effects().count(EffectKind::Charge), 1);
    }
    Ok(())
}

#[test]
fn what_lies_there_as_a_hash_is_sent_with_the_next_call_though_it_was_put_off() -> TestResult {
    for kind in Kind::all() {
        // Ended after it was written, and after it was written as sent.
        for (requests, state) in [(1, State::Ready), (2, State::Sent)] {
            let world = World::new(kind);
            let open = |store| world.builder().keep(Keep::Hash).open(store);
            let charge = || world.client.charges().create(&invoice("1.00"));
            let ended = world.builder().keep(Keep::Hash).open(Ends::after(&world, requests))?;
            assert!(ended.once("a", charge())?.send().is_err());
            let outbox = open(Arc::clone(&world.store))?;
            assert_eq!(outbox.row(CHARGE, "a")?.state, state);
            world.pass(Duration::from_secs(91));
            assert_eq!(outbox.reconcile()?.worked_on(), 1, "{kind:?}");
            let row = outbox.row(CHARGE, "a")?;
            assert_eq!((row.state, row.request, row.lease_until), (state, None, None));
            let sent = outbox.once("a", charge())?.send()?.row;
            assert_eq!(sent.state, State::Issued, "{kind:?} {state}");
            assert_eq!(world.sandbox.effects().count_with_key(&sent.key()), 1);
        }
        // What the server asked to wait is waited, though.
        let world = World::new(kind);
        let outbox = world.builder().keep(Keep::Hash).open(Arc::clone(&world.store))?;
        world.sandbox.inject(Fault::on("POST", "/v1/charges").lose_answer());
        for _ in 0..2 {
            let charge = world.client.charges().create(&invoice("1.00"));
            let row = outbox.once("a", charge)?.send()?.row;
            assert_eq!((row.state, row.presentations), (State::Unknown, 1));
        }
    }
    Ok(())
}

#[test]
fn what_cannot_be_opened_is_put_off_and_sent_with_the_next_call() -> TestResult {
    for kind in Kind::all() {
        let world = World::new(kind);
        let charge = || world.client.charges().create(&invoice("1.00"));
        let sealed = world.builder().seal(Seal::new("k1", [7; 32]));
        let sealed = sealed.open(Arc::clone(&world.store))?;
        let outbox = world.outbox();
        world.sandbox.inject(Fault::on("POST", "/v1/charges").times(2).lose_answer());
        sealed.once("a", charge())?.send()?;
        world.pass(Duration::from_secs(1));
        outbox.once("b", charge())?.send()?;
        world.pass(Duration::from_secs(120));
        let totals = outbox.reconcile()?;
        assert_eq!((totals.worked_on(), totals.unreadable.len()), (1, 1), "{kind:?}");
        assert_eq!(outbox.row(CHARGE, "b")?.state, State::Issued);
        let row = outbox.row(CHARGE, "a")?;
        assert_eq!((row.state, row.lease_until), (State::Unknown, None));
        assert_eq!(sealed.once("a", charge())?.send()?.row.state, State::Issued);
        assert_eq!(world.sandbox.effects().count_with_key(&row.key()), 1);
    }
    Ok(())
}

#[test]
fn what_an_answer_says_of_the_server_is_kept_before_the_answer() -> TestResult {
    for kind in Kind::all() {
        let world = World::new(kind);
        let mandate = world.mandate();
        let path = format!("/v1/consumers/mandates/{mandate}/spend");
        let spend = |id: &str| {
            let args = SpendArgs::new(id, Minor::new(100), "shop@pix.test");
            world.client.mandates().spend(&mandate, &args)
        };
        let attempts = Fault::on("GET", "/v1/account/payments").always();
        world.sandbox.inject(attempts.answer(503, json!({})));
        world.sandbox.inject(Fault::on("POST", path.as_str()).lose_answer());
        let outbox = world.outbox();
        outbox.once("a", spend)?.send()?;
        // The answer does not tell replays: this server knows no attempts. That is the last thing
        // the program writes, after: inserted, asked of the server, sent, looked at.
        let old = json!({"status": "completed", "payment": {"transactionId": "t"}});
        world.sandbox.inject(Fault::on("POST", path.as_str()).answer(200, old));
        assert!(world.builder().open(Ends::after(&world, 5))?.once("b", spend)?.send().is_err());
        assert_eq!(outbox.row(SPEND, "b")?.state, State::Sent);
        world.rounds(&outbox, 2)?;
        let sent = world.sandbox.requests();
        let posts = sent.iter().filter(|request| request.path == path).count();
        assert_eq!((outbox.row(SPEND, "a")?.state, posts), (State::Unknown, 2), "{kind:?}");
    }
    Ok(())
}

#[test]
fn a_row_that_a_newer_version_has_written_holds_nothing_up() -> TestResult {
    for kind in Kind::all().into_iter().filter(|kind| *kind != Kind::Memory) {
        let world = World::new(kind);
        let outbox = world.outbox();
        world.sandbox.inject(Fault::on("POST", "/v1/charges").times(2).lose_answer());
        for reference in ["a", "b"] {
            outbox.once(reference, world.client.charges().create(&invoice("1.00")))?.send()?;
            world.pass(Duration::from_secs(1));
        }
        let id = outbox.row(CHARGE, "a")?.id;
        let newer = format!("update codespar_outbox set key_use = 'newer' where id = '{id}'");
        match &world.database {
            Some(database) => database.connect().batch_execute(&newer)?,
            None => {
                let file = world.folder.as_ref().unwrap().path().join("outbox.sqlite");
                rusqlite::Connection::open(file)?.execute_batch(&newer)?;
            }
        }
        for _ in 0..2 {
            world.pass(Duration::from_secs(120));
            let totals = outbox.reconcile()?;
            let [(unreadable, why)] = &*totals.unreadable else { panic!("{totals:?}") };
            assert_eq!(*unreadable, id, "{kind:?}");
            assert!(why.contains("a word of a newer version"), "{why}");
        }
        assert_eq!(outbox.row(CHARGE, "b")?.state, State::Issued, "{kind:?}");
        // It is as it was, and asked for by name it says what is wrong with it.
        let error = outbox.row(CHARGE, "a").unwrap_err().to_string();
        assert!(error.contains("newer version") && error.contains(&id), "{error}");
        // Of a list it is one line.
        let charge =
            |line: &&str| outbox.once(line, world.client.charges().create(&invoice("1.00")));
        let totals = outbox.run_list(["a", "c"], charge).run()?;
        let failed: Vec<_> = totals.failed.iter().map(|(line, _)| *line).collect();
        assert_eq!((failed, totals.count(State::Issued)), (vec![0], 1), "{totals:?}");
        assert_eq!(world.sandbox.effects().count(EffectKind::Charge), 3);
    }
    Ok(())
}
