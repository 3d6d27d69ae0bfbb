//! A careful client: two machines work the same list, a payment a line, and each line is paid once
//! whatever is lost on the way.
//!
//! Each machine derives the same id for the same line, writes down that it is about to send before
//! it does, asks again under the same id where it does not know, and takes the next id only after
//! the server has said that the last one is used up.

use std::{collections::BTreeSet, thread};

use codespar_proto::{
    Client, Error, KeyUse, Minor, Verdict,
    mandates::{GovernedSpend, PaidSpend, SpendApproval, SpendArgs, SpendOutcome, SpendQuote},
};
use codespar_sandbox::{Decision, EffectKind, Fault, Reconciliation, Sandbox};
use serde_json::json;
use sha2::{Digest, Sha256};
use testing_support::driver::{Driver, TestResult};

use crate::support::codespar::{client_of, granted};

testing_support::with_both_drivers! {
    a_list_worked_by_two_machines_is_paid_once
    two_machines_at_once_pay_every_line_once
    nothing_is_sent_under_a_mandate_that_is_halted
}

/// How many ids a line may have.
const GENERATIONS: u32 = 8;

/// A line of the list: how much, in minor units.
type Line = i64;

fn payee(line: usize) -> String {
    format!("seller-{line}@pix.test")
}

/// The digest of a list: of nothing that differs from machine to machine.
fn batch_hash(lines: &[Line]) -> String {
    let rows = lines
        .iter()
        .enumerate()
        .map(|(line, amount)| json!({"amount": amount, "currency": "BRL", "payee": payee(line)}));
    hex(json!(rows.collect::<Vec<_>>()).to_string())
}

fn hex(text: impl AsRef<[u8]>) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The id of a line: the same on every machine, and another in every generation.
fn attempt_id(mandate: &str, batch: &str, line: usize, generation: u32) -> String {
    let mut parts = vec![mandate.to_owned(), batch.to_owned(), line.to_string(), "0".to_owned()];
    if generation > 0 {
        parts.push(generation.to_string());
    }
    format!("ska_{}", hex(parts.join("|")))
}

/// How a line stands in the journal of a machine.
#[derive(Clone, Debug, PartialEq)]
enum State {
    /// Nothing has left under this id.
    Pending,
    /// It may have.
    Sent,
    /// It waits for this approval.
    Held(String),
    Settled,
    /// Somebody else has paid it.
    SettledElsewhere,
    Denied,
    Failed,
}

#[derive(Clone, Debug)]
struct Entry {
    generation: u32,
    state: State,
}

/// A machine: a client, and a journal that outlives a crash.
struct Machine<D: Driver> {
    client: Client<D>,
    mandate: String,
    lines: Vec<Line>,
    batch: String,
    journal: Vec<Entry>,
}

impl<D: Driver> Machine<D> {
    fn new(sandbox: &Sandbox, mandate: &str, lines: &[Line]) -> Self {
        let journal = vec![Entry { generation: 0, state: State::Pending }; lines.len()];
        let (mandate, batch) = (mandate.to_owned(), batch_hash(lines));
        Self { client: client_of::<D>(sandbox), mandate, lines: lines.to_vec(), batch, journal }
    }

    fn id(&self, line: usize) -> String {
        attempt_id(&self.mandate, &self.batch, line, self.journal[line].generation)
    }

    fn payment(&self, line: usize) -> GovernedSpend {
        let amount = Minor::new(self.lines[line]);
        // Without a time, or a second machine would ask for another payment.
        let quote = SpendQuote::new("seller", format!("line {line}"), amount, payee(line));
        let approval = SpendApproval::new(&self.batch).batch_hash(&self.batch);
        let args = SpendArgs::new(self.id(line), amount, payee(line));
        let args = args.quote(quote).approval(approval);
        GovernedSpend::new(&self.mandate, args).honours_attempts(true)
    }

    /// Sends a line and dies before it has looked at the answer.
    fn dies_at(&mut self, line: usize) {
        self.journal[line].state = State::Sent;
        drop(D::finish(self.client.mandates().pay(&self.payment(line))));
    }

    fn run(&mut self) -> Result<(), Error> {
        (0..self.lines.len()).try_for_each(|line| self.work(line))
    }

    fn work(&mut self, line: usize) -> Result<(), Error> {
        let payment = self.payment(line);
        let mandates = self.client.mandates();
        let outcome = match self.journal[line].state.clone() {
            State::Pending => {
                // Written down before the first byte.
                self.journal[line].state = State::Sent;
                D::finish(mandates.pay(&payment))
            }
            State::Sent => D::finish(mandates.look_up(&payment)),
            State::Held(approval) => {
                match D::finish(self.client.approvals().status(&approval))?.verdict() {
                    Verdict::Held => return Ok(()),
                    Verdict::Refused => {
                        self.journal[line].state = State::Denied;
                        return Ok(());
                    }
                    _ => D::finish(mandates.look_up(&payment)),
                }
            }
            _ => return Ok(()),
        };
        self.store(line, outcome);
        Ok(())
    }

    fn store(&mut self, line: usize, outcome: Result<SpendOutcome, Error>) {
        let id = self.id(line);
        let entry = &mut self.journal[line];
        entry.state = match outcome {
            Err(_) => State::Pending,
            Ok(SpendOutcome::Settled(paid)) => {
                compare(&paid, &id, line, self.lines[line]);
                State::Settled
            }
            Ok(SpendOutcome::Replayed(paid)) => {
                compare(&paid, &id, line, self.lines[line]);
                State::SettledElsewhere
            }
            Ok(SpendOutcome::Held(held)) => State::Held(held.approval().unwrap().id.clone()),
            Ok(outcome) if outcome.key_use() == KeyUse::Spent => {
                assert_eq!(outcome.error().and_then(Error::code), Some("psp_attempt_conflict"));
                match entry.generation + 1 {
                    GENERATIONS => State::Failed,
                    next => {
                        entry.generation = next;
                        State::Pending
                    }
                }
            }
            // The same id once more tells what became of it.
            Ok(SpendOutcome::NotMoved(error)) if !error.is_retryable() => State::Failed,
            Ok(_) => State::Sent,
        };
    }

    fn is_settled(&self, line: usize) -> bool {
        matches!(self.journal[line].state, State::Settled | State::SettledElsewhere)
    }

    fn is_open(&self) -> bool {
        let open = |it: &Entry| matches!(it.state, State::Pending | State::Sent | State::Held(_));
        self.journal.iter().any(open)
    }
}

/// The receipt is of this payment, and no other.
fn compare(paid: &PaidSpend, id: &str, line: usize, amount: Line) {
    let receipt = paid.receipt.as_ref().unwrap();
    let payment = receipt.payment.as_ref().unwrap();
    assert_eq!(payment.attempt_id.as_deref(), Some(id));
    assert_eq!(payment.amount_minor, Some(Minor::new(amount)));
    let sealed = receipt.quote.as_ref().unwrap().payee.as_ref().unwrap();
    assert_eq!(sealed.expose(), payee(line));
}

fn a_list_worked_by_two_machines_is_paid_once<D: Driver>() -> TestResult {
    const LOST: usize = 1;
    const NEVER_TAKEN: usize = 2;
    const APPROVED: usize = 3;
    const DENIED: usize = 4;
    const APPROVED_AND_FAILED: usize = 5;
    const UNCERTAIN: usize = 6;
    const REFUSED_ALWAYS: usize = 7;
    let lines = [1_000, 1_001, 1_002, 25_000, 25_001, 25_002, 667, 666];
    let sandbox = Sandbox::builder().approval_above(20_000).start()?;
    let mandate = granted(&client_of::<D>(&sandbox), "con-1", 1_000_000, 60_000)?.mandate_id;
    let mut machines = [0, 1].map(|_| Machine::<D>::new(&sandbox, &mandate, &lines));
    let path = format!("/v1/consumers/mandates/{mandate}/spend");

    // The first machine dies twice between sending and the answer: once the payment was made, once
    // it never arrived.
    let [first, second] = &mut machines;
    sandbox.inject(Fault::on("POST", path.as_str()).lose_answer());
    first.dies_at(LOST);
    sandbox.inject(Fault::on("POST", path.as_str()).close());
    first.dies_at(NEVER_TAKEN);
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 1);

    // The second one begins, and is told of one payment that it is under way.
    let in_flight = json!({"error": {"code": "psp_attempt_in_flight", "message": "running"}});
    sandbox.inject(Fault::on("POST", path.as_str()).answer(409, in_flight));
    second.run()?;
    assert_eq!(second.journal[0].state, State::Sent);
    assert_eq!(second.journal[LOST].state, State::SettledElsewhere);
    assert_eq!(second.journal[NEVER_TAKEN].state, State::Settled);

    // The first one is started again: what was sent is only looked up.
    first.run()?;
    assert_eq!(first.journal[0].state, State::Settled);
    assert_eq!(first.journal[LOST].state, State::Settled);
    assert_eq!(first.journal[NEVER_TAKEN].state, State::Settled);
    for line in [APPROVED, DENIED, APPROVED_AND_FAILED] {
        let State::Held(approval) = &first.journal[line].state else { panic!("{line}") };
        assert_eq!(first.journal[line].state, second.journal[line].state);
        let decision = match line {
            APPROVED => Decision::Approve,
            DENIED => Decision::Deny,
            _ => Decision::ApproveAndFail,
        };
        assert!(sandbox.decide(approval, decision));
    }
    assert_eq!(first.journal[UNCERTAIN].state, State::Sent);
    let before = first.id(UNCERTAIN);
    first.run()?;
    assert_eq!(first.id(UNCERTAIN), before, "what is not known has no other id");
    assert!(sandbox.reconcile(&before, Reconciliation::NotMoved));

    for _ in 0..2 * GENERATIONS {
        for machine in &mut machines {
            machine.run()?;
        }
        for machine in &machines {
            if let State::Held(approval) = &machine.journal[APPROVED_AND_FAILED].state {
                sandbox.decide(approval, Decision::Approve);
            }
            if machine.journal[UNCERTAIN].generation == 1 {
                sandbox.reconcile(&machine.id(UNCERTAIN), Reconciliation::Moved);
            }
        }
    }
    is_paid_once(&sandbox, &machines, &[DENIED, REFUSED_ALWAYS]);
    for machine in &machines {
        let generation = |line: usize| machine.journal[line].generation;
        assert_eq!([generation(UNCERTAIN), generation(APPROVED_AND_FAILED)], [1, 1]);
        assert_eq!((generation(APPROVED), generation(REFUSED_ALWAYS)), (0, GENERATIONS - 1));
        assert_eq!(machine.journal[DENIED].state, State::Denied);
        assert_eq!(machine.journal[REFUSED_ALWAYS].state, State::Failed);
    }

    // Whoever begins anew, without a journal, pays nothing: a replay is counted once.
    let mut third = Machine::<D>::new(&sandbox, &mandate, &lines[..3]);
    third.batch = batch_hash(&lines);
    third.run()?;
    assert!(third.journal.iter().all(|it| it.state == State::SettledElsewhere));
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 6);
    Ok(())
}

/// From outside: each line that is settled has one effect, and there is no other.
fn is_paid_once<D: Driver>(sandbox: &Sandbox, machines: &[Machine<D>], unpaid: &[usize]) {
    let mut paid = BTreeSet::new();
    for machine in machines {
        assert!(!machine.is_open(), "{:?}", machine.journal);
        for line in 0..machine.lines.len() {
            assert_eq!(machine.is_settled(line), !unpaid.contains(&line), "line {line}");
            if machine.is_settled(line) {
                paid.insert((machine.id(line), machine.lines[line]));
            }
        }
    }
    let effects = sandbox.effects();
    for (id, _) in &paid {
        assert_eq!(effects.count_with_key(id), 1, "{id}");
    }
    assert_eq!(effects.count(EffectKind::Payment), paid.len());
}

fn two_machines_at_once_pay_every_line_once<D: Driver>() -> TestResult {
    let lines: Vec<Line> = (0..12).map(|line| 1_000 + line).collect();
    let sandbox = Sandbox::start()?;
    let mandate = granted(&client_of::<D>(&sandbox), "con-1", 1_000_000, 60_000)?.mandate_id;
    let path = format!("/v1/consumers/mandates/{mandate}/spend");
    for skip in [0, 3, 7, 11] {
        sandbox.inject(Fault::on("POST", path.as_str()).skip(skip).lose_answer());
        sandbox.inject(Fault::on("POST", path.as_str()).skip(skip + 2).close());
    }
    let mut machines = [0, 1].map(|_| Machine::<D>::new(&sandbox, &mandate, &lines));
    thread::scope(|scope| {
        let working: Vec<_> = machines
            .iter_mut()
            .map(|machine| {
                scope.spawn(move || {
                    while machine.is_open() {
                        machine.run().unwrap();
                    }
                })
            })
            .collect();
        working.into_iter().for_each(|machine| machine.join().unwrap());
    });
    is_paid_once(&sandbox, &machines, &[]);
    assert_eq!(sandbox.effects().count(EffectKind::Payment), lines.len());
    Ok(())
}

fn nothing_is_sent_under_a_mandate_that_is_halted<D: Driver>() -> TestResult {
    let sandbox = Sandbox::start()?;
    let client = client_of::<D>(&sandbox);
    let mandate = granted(&client, "con-1", 1_000_000, 60_000)?.mandate_id;
    let mut machine = Machine::<D>::new(&sandbox, &mandate, &[1_000, 1_001]);
    machine.work(0)?;
    D::finish(client.mandates().pause(&mandate, None))?;
    machine.work(1)?;
    assert_eq!(machine.journal[1].state, State::Pending);
    let presented = sandbox.requests().iter().filter(|it| it.path.ends_with("/spend")).count();
    assert_eq!(presented, 1);
    // What was paid before is still told, whatever has become of the mandate.
    let paid = D::finish(client.mandates().look_up(&machine.payment(0)))?;
    assert!(matches!(paid, SpendOutcome::Settled(_)));
    D::finish(client.mandates().resume(&mandate, None))?;
    machine.run()?;
    assert_eq!(sandbox.effects().count(EffectKind::Payment), 2);
    Ok(())
}
