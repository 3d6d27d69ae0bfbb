//! Lists on several threads: totals, lines that fail, stopping in between, and what is told.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use codespar_outbox::{ListTotals, OutboxError, Policy, State, Stop, StoreRequest};
use codespar_proto::{ChargeMethod, CreateCharge, Currency};
use codespar_sandbox::{EffectKind, Fault};
use tracing_subscriber::{Layer, layer::SubscriberExt};

use crate::support::{Kind, TestOutbox, TestResult, World, invoice};

const CHARGE: &str = "charges.create";

fn numbers(many: usize) -> Vec<String> {
    (1..=many).map(|number| format!("invoice-{number}")).collect()
}

fn run(
    outbox: &TestOutbox,
    world: &World,
    lines: &[String],
    workers: usize,
) -> Result<ListTotals, OutboxError> {
    let args = |number: &String| match number.as_str() {
        "invoice-7" => CreateCharge::new("1".parse().unwrap(), Currency::BRL, ChargeMethod::Pix),
        "invoice-9" => invoice("0.00"),
        _ => invoice("15.00"),
    };
    let charge = |number: &&String| {
        outbox.once(number.as_str(), world.client.charges().create(&args(number)))
    };
    outbox.run_list(lines, charge).workers(NonZeroUsize::new(workers).unwrap()).run()
}

#[test]
fn every_line_happens_once_whatever_becomes_of_its_answer() -> TestResult {
    for kind in Kind::all() {
        let world = World::new(kind);
        let outbox = world.outbox();
        world.sandbox.inject(Fault::on("POST", "/v1/charges").times(5).lose_answer());
        let lines = numbers(40);
        let first = run(&outbox, &world, &lines, 8)?;
        // An immediate Pix has no key; a charge of nothing is no charge.
        let failed: Vec<_> = first.failed.iter().map(|(line, _)| *line).collect();
        assert_eq!(failed, [6, 8], "{kind:?} {first:?}");
        assert_eq!((first.count(State::Issued), first.count(State::Unknown)), (33, 5));
        assert!(!first.stopped && !first.is_through());
        assert_eq!(first.to_string(), "issued 33, unknown 5, failed 2");
        world.rounds(&outbox, 1)?;
        let second = run(&outbox, &world, &lines, 3)?;
        // Some were paid meanwhile.
        assert_eq!(second.count(State::Issued) + second.count(State::Done), 38);
        assert_eq!(world.sandbox.effects().count(EffectKind::Charge), 38);
        let good = run(&outbox, &world, &lines[..6], 1)?;
        assert!(good.is_through());
    }
    Ok(())
}

#[test]
fn a_list_that_is_stopped_takes_no_more_lines_and_goes_on_next_time() -> TestResult {
    let world = World::new(Kind::Sqlite);
    let stop = Stop::new();
    let outbox = world.builder().stop(&stop).open(Arc::clone(&world.store))?;
    let lines = numbers(6);
    let done = AtomicUsize::new(0);
    let totals = outbox
        .run_list(&lines, |number| {
            outbox.once(number, world.client.charges().create(&invoice("15.00")))
        })
        .workers(NonZeroUsize::MIN)
        .each(|_, outcome| {
            assert_eq!(outcome.as_ref().unwrap().row.state, State::Issued);
            if done.fetch_add(1, Ordering::SeqCst) == 2 {
                stop.stop();
            }
        })
        .run()?;
    assert_eq!((totals.count(State::Issued), totals.stopped), (3, true));
    assert_eq!(world.sandbox.effects().count(EffectKind::Charge), 3);
    // Neither does it work on rows.
    world.pass(Duration::from_secs(3_600 * 24));
    assert_eq!(outbox.reconcile()?.worked_on(), 0);

    let again = world.outbox();
    let lines: Vec<_> = lines.into_iter().filter(|line| line != "invoice-7").collect();
    assert!(run(&again, &world, &lines, 2)?.is_through());
    assert_eq!(world.sandbox.effects().count(EffectKind::Charge), 6);
    assert_eq!(again.reconcile()?.worked_on(), 3);
    Ok(())
}

#[test]
fn what_is_waited_for_is_left_to_a_later_run() -> TestResult {
    let world = World::new(Kind::Sqlite);
    let stop = Stop::new();
    // Nothing wakes by itself as long as a test takes.
    let hours = Duration::from_secs(3_600);
    let policy = Policy::default().first_wait(hours).longest_wait(hours);
    let builder = world.builder().stop(&stop).policy(policy);
    let outbox = builder.open(Arc::clone(&world.store))?;
    world.sandbox.inject(Fault::on("POST", "/v1/charges").lose_answer());
    let charge = outbox.once("a", world.client.charges().create(&invoice("15.00")))?;
    let outcome = std::thread::scope(|scope| {
        let waits = scope.spawn(|| charge.patience(hours).send());
        while !matches!(outbox.row(CHARGE, "a"), Ok(row) if row.state == State::Unknown) {
            std::thread::yield_now();
        }
        // Meanwhile it has begun to wait.
        for number in numbers(10) {
            let charge = world.client.charges().create(&invoice("15.00"));
            outbox.once(&number, charge).unwrap().send().unwrap();
        }
        stop.stop();
        waits.join().unwrap()
    })?;
    assert_eq!(outcome.row.state, State::Unknown);
    Ok(())
}

#[test]
fn a_store_that_fails_ends_the_list() -> TestResult {
    /// Fails from the third row on.
    struct Full(codespar_outbox::MemoryStore, AtomicUsize);

    impl codespar_outbox::Store for Full {
        fn carry_out(
            &self,
            request: &StoreRequest,
        ) -> Result<codespar_outbox::Stored, codespar_outbox::StoreError> {
            let is_new = matches!(request, StoreRequest::Insert { .. });
            if is_new && self.1.fetch_add(1, Ordering::SeqCst) >= 2 {
                return Err(codespar_outbox::StoreError::new("the disk is full"));
            }
            self.0.carry_out(request)
        }
    }

    let world = World::new(Kind::Memory);
    let outbox = world.builder().open(Full(Default::default(), AtomicUsize::new(0)))?;
    let call =
        |number: &String| outbox.once(number, world.client.charges().create(&invoice("15.00")));
    let run = outbox.run_list(numbers(50), call).workers(NonZeroUsize::MIN).run();
    assert!(matches!(run, Err(OutboxError::Store(_))), "{run:?}");
    assert_eq!(world.sandbox.effects().count(EffectKind::Charge), 2);
    Ok(())
}

/// The events that were told, as text.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<String>>>);

impl<S: tracing::Subscriber> Layer<S> for Told {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        struct Text(String);
        impl tracing::field::Visit for Text {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                use std::fmt::Write as _;
                write!(self.0, " {field}={value:?}").unwrap();
            }
        }
        let about = event.metadata();
        let mut text = Text(format!("{} {}", about.target(), about.level()));
        event.record(&mut text);
        self.0.lock().unwrap().push(text.0);
    }
}

#[test]
fn every_step_is_told_and_nothing_of_whom_and_how_much() -> TestResult {
    let world = World::new(Kind::Sqlite);
    let outbox = world.outbox();
    let told = Told::default();
    // For all threads: with one of its own, others settle meanwhile that nobody listens.
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(told.clone()))?;
    world.sandbox.inject(Fault::on("POST", "/v1/charges").lose_answer());
    outbox.once("for-maria", world.client.charges().create(&invoice("15.00")))?.send()?;
    world.rounds(&outbox, 1)?;
    let id = outbox.row(CHARGE, "for-maria")?.id;
    let told = told.0.lock().unwrap().clone();
    let told: Vec<_> = told.iter().filter(|line| line.contains(&id)).collect();
    for (line, (level, state)) in told.iter().zip([
        ("DEBUG", "ready"),
        ("DEBUG", "sent"),
        ("WARN", "unknown"),
        ("DEBUG", "sent"),
        ("INFO", "issued"),
    ]) {
        assert!(line.starts_with(&format!("codespar {level} ")), "{line}");
        assert!(line.contains(&format!("outbox.state=\"{state}\"")), "{line}");
        assert!(line.contains(CHARGE), "{line}");
        assert!(!["maria", "Maria", "11144477735", "15.00"].iter().any(|it| line.contains(it)));
    }
    assert_eq!(told.len(), 5, "{told:?}");
    Ok(())
}
