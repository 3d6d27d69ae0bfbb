//! Lists, events and the calls of agents by the asynchronous outbox: as by the blocking one.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use codespar_async::{
    Client, Config, HyperTransport,
    agent_tools::{
        Dispatch, Happened, Moment, OperationTools, ToolAnswer, ToolCall, Toolbox, ToolboxOptions,
    },
};
use codespar_outbox::{
    AsyncOutbox, AsyncPostgresStore, AsyncStore, EventOutcome, ListTotals, OnThreads, Outbox,
    OutboxError, Policy, State, Stop,
};
use codespar_proto::{ChargeMethod, CreateCharge, Currency, webhook::Event};
use codespar_sandbox::{EffectKind, Fault};
use serde_json::json;
use tokio::runtime::Runtime;

use crate::support::{Kind, TestResult, World, invoice};

type Awaited = AsyncOutbox<HyperTransport, Arc<dyn AsyncStore>>;

const CHARGE: &str = "charges.create";

fn client(world: &World) -> Client {
    let config = Config::new(world.sandbox.api_key()).base_url(world.sandbox.base_url());
    Client::with_config(config).unwrap()
}

/// The world's store, asked by futures.
async fn store(world: &World) -> Arc<dyn AsyncStore> {
    let Some(database) = &world.database else {
        return Arc::new(OnThreads::new(Arc::clone(&world.store)));
    };
    let connecting = tokio_postgres::connect(&database.url(), tokio_postgres::NoTls).await;
    let (client, connection) = connecting.unwrap();
    tokio::spawn(connection);
    Arc::new(AsyncPostgresStore::new(Arc::new(client)))
}

async fn outbox(world: &World, client: &Client, stop: &Stop) -> Awaited {
    let builder = Outbox::builder(client.clone()).stop(stop).honours_attempts(true);
    builder.open_async(store(world).await).await.unwrap()
}

fn numbers(many: usize) -> Vec<String> {
    (1..=many).map(|number| format!("invoice-{number}")).collect()
}

async fn run(
    outbox: &Awaited,
    client: &Client,
    lines: Vec<String>,
    workers: usize,
    each: impl Fn() + Send + Sync,
) -> Result<ListTotals, OutboxError> {
    let charge = |number: &String| {
        let args = match number.as_str() {
            "invoice-7" => CreateCharge::new("1".parse()?, Currency::BRL, ChargeMethod::Pix),
            "invoice-9" => invoice("0.00"),
            _ => invoice("15.00"),
        };
        outbox.once(number, client.charges().create(&args))
    };
    let workers = NonZeroUsize::new(workers).unwrap();
    outbox.run_list(lines, charge).workers(workers).each(|_, _| each()).run().await
}

// The world's own database is asked by blocking: outside of the runtime.

#[test]
fn a_list_of_futures_happens_once_whatever_becomes_of_its_answers() -> TestResult {
    let runtime = Runtime::new()?;
    for kind in Kind::all() {
        let world = World::new(kind);
        let client = client(&world);
        let outbox = Arc::new(runtime.block_on(outbox(&world, &client, &Stop::new())));
        world.sandbox.inject(Fault::on("POST", "/v1/charges").times(5).lose_answer());
        // As a task: the future may go from one thread to another.
        let first = runtime.spawn({
            let (outbox, client) = (Arc::clone(&outbox), client.clone());
            async move { run(&outbox, &client, numbers(40), 8, || {}).await }
        });
        let first = runtime.block_on(first)??;
        let failed: Vec<_> = first.failed.iter().map(|(line, _)| *line).collect();
        assert_eq!(failed, [6, 8], "{kind:?} {first:?}");
        assert_eq!(first.to_string(), "issued 33, unknown 5, failed 2");
        world.pass(Duration::from_secs(120));
        runtime.block_on(outbox.reconcile())?;
        let second = runtime.block_on(run(&outbox, &client, numbers(40), 3, || {}))?;
        assert_eq!(second.to_string(), "issued 38, failed 2");
        assert_eq!(world.sandbox.effects().count(EffectKind::Charge), 38);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_to_stop_takes_no_more_and_waits_no_longer() -> TestResult {
    let world = World::new(Kind::Sqlite);
    let (client, stop) = (client(&world), Stop::new());
    // Nothing wakes by itself as long as a test takes.
    let hour = Duration::from_secs(3_600);
    let policy = Policy::default().first_wait(hour).longest_wait(hour);
    let builder = Outbox::builder(client.clone()).stop(&stop).policy(policy);
    let outbox = Arc::new(builder.open_async(store(&world).await).await?);
    world.sandbox.inject(Fault::on("POST", "/v1/charges").lose_answer());
    let waits = tokio::spawn({
        let (outbox, client) = (Arc::clone(&outbox), client.clone());
        async move {
            let charge = outbox.once("waits", client.charges().create(&invoice("15.00")))?;
            charge.patience(hour).await
        }
    });
    while !matches!(outbox.row(CHARGE, "waits").await, Ok(row) if row.state == State::Unknown) {
        tokio::task::yield_now().await;
    }
    let done = AtomicUsize::new(0);
    let third = || {
        if done.fetch_add(1, Ordering::SeqCst) == 2 {
            stop.stop();
        }
    };
    let totals = run(&outbox, &client, numbers(6), 1, third).await?;
    assert_eq!((totals.count(State::Issued), totals.stopped), (3, true));
    assert_eq!(waits.await??.row.state, State::Unknown);
    assert_eq!(world.sandbox.effects().count(EffectKind::Charge), 4);
    world.pass(Duration::from_secs(3_600));
    assert_eq!(outbox.reconcile().await?.worked_on(), 0);
    Ok(())
}

#[test]
fn an_event_has_the_charge_read() -> TestResult {
    let runtime = Runtime::new()?;
    for kind in Kind::all() {
        let world = World::new(kind);
        let client = client(&world);
        let outbox = runtime.block_on(outbox(&world, &client, &Stop::new()));
        let charge = outbox.once("a", client.charges().create(&invoice("15.00")))?;
        let charge = runtime.block_on(charge.into_future())?;
        let id = charge.row.resource.unwrap();
        let event = |id: &str| {
            let data = json!({"payment_id": id});
            let body = json!({"id": "evt_1", "type": "commerce.charge.paid", "data": data});
            Event::from_slice(body.to_string().as_bytes()).unwrap()
        };
        for (is_paid, expected) in [(false, State::Issued), (true, State::Done)] {
            assert!(!is_paid || world.sandbox.pay(&id));
            let taken = runtime.block_on(outbox.take_event(&event(&id)))?;
            let EventOutcome::Taken(row) = taken else {
                panic!("{kind:?}: it is not taken");
            };
            assert_eq!(row.state, expected, "{kind:?}");
        }
        let other = runtime.block_on(outbox.take_event(&event("chg_none")))?;
        assert_eq!(other, EventOutcome::Unrelated);
    }
    Ok(())
}

async fn call(tools: &Toolbox<HyperTransport>, id: &str) -> ToolAnswer {
    let arguments = json!({"amount": 15, "currency": "BRL", "method": "pix", "consumer_id": "con_1",
        "buyer": {"name": "Maria Silva", "document": "11144477735"}});
    let tool = tools.tools().find(|it| it.spec.id == CHARGE).unwrap();
    let call = ToolCall::new(tool.name.clone(), arguments.to_string()).id(id).conversation("chat");
    match tools.dispatch(&call, Moment::new(SystemTime::now())) {
        Dispatch::Call(pending) => pending.into_call().await.unwrap(),
        Dispatch::Answer(answer) => *answer,
        Dispatch::Ask(question) => question.into_answer(),
    }
}

async fn toolbox(world: &World) -> (Toolbox<HyperTransport>, Awaited) {
    let client = client(world);
    let outbox = outbox(world, &client, &Stop::new()).await;
    let tools = Toolbox::new(vec![Box::new(OperationTools::new(&client))], ToolboxOptions::new());
    (tools.record(Arc::new(outbox.tool_calls())), outbox)
}

/// One thread of the runtime: it goes on with other tasks while a call waits for the store.
#[test]
fn calls_of_agents_are_rows() -> TestResult {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    for kind in Kind::all() {
        let world = Arc::new(World::new(kind));
        let called = runtime.spawn({
            let world = Arc::clone(&world);
            async move {
                let (tools, outbox) = toolbox(&world).await;
                let first = call(&tools, "1").await;
                assert_eq!(first.verdict, Happened::Done, "{kind:?} {first:?}");
                let (again, _) = toolbox(&world).await;
                assert_eq!(call(&again, "1").await, first);
                assert_eq!(call(&again, "2").await.code.as_deref(), Some("repeated_call"));
                outbox.row("tools.call/chat", "1").await
            }
        });
        assert_eq!(runtime.block_on(called)??.state, State::Done);
        assert_eq!(world.sandbox.effects().count(EffectKind::Charge), 1);
    }
    Ok(())
}

#[tokio::test]
async fn where_nobody_can_wait_for_the_store_nothing_is_called() {
    let world = World::new(Kind::Sqlite);
    let (tools, _) = toolbox(&world).await;
    let answer = call(&tools, "1").await;
    assert_eq!(answer.verdict, Happened::NothingSent, "{answer:?}");
    assert_eq!(world.sandbox.effects().len(), 0);
}

/// Where tokio would panic, a call is an answer all the same.
#[test]
fn in_a_local_set_nothing_is_called() -> TestResult {
    let runtime = Runtime::new()?;
    let world = World::new(Kind::Sqlite);
    let (tools, _) = runtime.block_on(toolbox(&world));
    let local = tokio::task::LocalSet::new();
    let answer = local.block_on(&runtime, call(&tools, "1"));
    assert_eq!(answer.verdict, Happened::NothingSent, "{answer:?}");
    assert!(answer.message.contains("LocalSet"), "{answer:?}");
    assert_eq!(world.sandbox.effects().len(), 0);
    // Beside it, it is called.
    assert_eq!(runtime.block_on(call(&tools, "1")).verdict, Happened::Done);
    Ok(())
}

/// Outside of the runtime that the outbox was opened in.
#[test]
fn a_thread_of_no_runtime_waits_for_the_store() -> TestResult {
    let world = World::new(Kind::Sqlite);
    let runtime = Runtime::new()?;
    let (tools, outbox) = runtime.block_on(toolbox(&world));
    let tool = tools.tools().find(|it| it.spec.id == CHARGE).unwrap();
    let arguments = json!({"amount": 1, "currency": "BRL", "method": "pix"});
    let call = ToolCall::new(tool.name.clone(), arguments.to_string()).id("1").conversation("chat");
    assert!(matches!(tools.dispatch(&call, Moment::new(SystemTime::now())), Dispatch::Call(_)));
    let row = runtime.block_on(outbox.row("tools.call/chat", "1"))?;
    assert_eq!(row.state, State::Sent);
    Ok(())
}
