//! The outbox for asynchronous programs: the same list by both drivers leaves the same rows and
//! sends the same bytes.

use std::{sync::Arc, time::Duration};

use codespar_outbox::{
    AsyncOutbox, AsyncPostgresStore, AsyncStore, Note, OnThreads, Outbox, OutboxError, Policy,
    PostgresStore, Resolution, Row, SqliteStore, State, Store, Until,
};
use codespar_proto::{ChargeMethod, CreateCharge, Currency, Minor, mandates::SpendArgs};
use codespar_sandbox::Fault;

use crate::{
    database::Database,
    support::{Kind, TestResult, World, invoice},
};

type AsyncWorld = AsyncOutbox<codespar_async::HyperTransport, Arc<dyn AsyncStore>>;

/// Waits that a test has time for.
fn policy() -> Policy {
    let millis = Duration::from_millis;
    Policy::default()
        .first_wait(millis(20))
        .longest_wait(millis(50))
        .longest_settle_wait(millis(50))
}

fn client(world: &World) -> codespar_async::Client {
    let config = codespar_async::Config::new(world.sandbox.api_key());
    codespar_async::Client::with_config(config.base_url(world.sandbox.base_url())).unwrap()
}

/// What is left of a line: all that does not depend on when it happened.
#[derive(Debug, PartialEq)]
struct Left {
    reference: String,
    state: State,
    presentations: u32,
    code: Option<String>,
    history: Vec<String>,
}

fn left(row: &Row, history: &[codespar_outbox::Entry]) -> Left {
    Left {
        reference: row.name.reference.clone(),
        state: row.state,
        presentations: row.presentations,
        code: row.code.clone(),
        history: history.iter().map(|line| format!("{} {}", line.state, line.generation)).collect(),
    }
}

/// The bodies that arrived at these paths, in order.
fn bodies(world: &World, path: &str) -> Vec<Vec<u8>> {
    let sent = world.sandbox.requests();
    let posts = sent.iter().filter(|sent| sent.method == "POST" && sent.path == path);
    posts.map(|post| post.body.to_vec()).collect()
}

const LINES: [(&str, &str); 5] = [
    ("charges.create", "charge"),
    ("mandates.spend", "lost"),
    ("mandates.spend", "used up"),
    ("mandates.spend", "gone"),
    ("charges.create", "pix"),
];

fn faults(world: &World, mandate: &str) -> String {
    let path = format!("/v1/consumers/mandates/{mandate}/spend");
    let conflict = serde_json::json!({"error": {"code": "psp_attempt_conflict", "message": "no"}});
    world.sandbox.inject(Fault::on("POST", path.as_str()).lose_answer());
    world.sandbox.inject(Fault::on("POST", path.as_str()).skip(1).answer(409, conflict));
    path
}

macro_rules! spend {
    ($client:expr, $mandate:expr) => {
        |id: &str| {
            let args = SpendArgs::new(id, Minor::new(1_000), "shop@pix.test");
            $client.mandates().spend($mandate, &args)
        }
    };
}

/// The list, blocking.
fn blocking(world: &World, mandate: &str) -> Result<Vec<Left>, OutboxError> {
    // By a clock that goes by itself.
    let store: Arc<dyn Store + Send + Sync> = match &world.folder {
        Some(folder) => Arc::new(SqliteStore::open(folder.path().join("blocking.sqlite"))?),
        None => world.reopened(),
    };
    let outbox = world.builder().policy(policy()).open(store)?;
    let patience = Duration::from_secs(20);
    let client = &world.client;
    outbox.once("charge", client.charges().create(&invoice("1.00")))?.send()?;
    outbox.once("lost", spend!(client, mandate))?.patience(patience).send()?;
    outbox.once("used up", spend!(client, mandate))?.patience(patience).send()?;
    outbox.once("gone", spend!(client, "mnd_none"))?.send()?;
    let pix = CreateCharge::new("10.00".parse()?, Currency::BRL, ChargeMethod::Pix);
    outbox.at_most_once("pix", client.charges().create(&pix))?.send()?;
    let row = |(operation, reference): (&str, &str)| {
        Ok(left(&outbox.row(operation, reference)?, &outbox.history(operation, reference)?))
    };
    LINES.into_iter().map(row).collect()
}

/// The list, as futures.
async fn awaited(
    client: &codespar_async::Client,
    outbox: &AsyncWorld,
    mandate: &str,
) -> Result<Vec<Left>, OutboxError> {
    let patience = Duration::from_secs(20);
    outbox.once("charge", client.charges().create(&invoice("1.00")))?.await?;
    outbox.once("lost", spend!(client, mandate))?.patience(patience).await?;
    outbox.once("used up", spend!(client, mandate))?.patience(patience).await?;
    outbox.once("gone", spend!(client, "mnd_none"))?.await?;
    let pix = CreateCharge::new("10.00".parse()?, Currency::BRL, ChargeMethod::Pix);
    outbox.at_most_once("pix", client.charges().create(&pix))?.await?;
    let mut all = Vec::new();
    for (operation, reference) in LINES {
        let row = outbox.row(operation, reference).await?;
        all.push(left(&row, &outbox.history(operation, reference).await?));
    }
    Ok(all)
}

/// What a person does with it, and what is told of it afterwards.
async fn looked_at(
    world: &World,
    client: &codespar_async::Client,
    outbox: &AsyncWorld,
    mandate: &str,
) -> TestResult {
    let told = outbox.once("charge", client.charges().create(&invoice("1.00")))?.await?;
    let id = told.output.unwrap().id.unwrap();
    let other = outbox.once("charge", client.charges().create(&invoice("2.00")))?.await;
    assert!(matches!(other, Err(OutboxError::OtherArguments { .. })));
    assert!(world.sandbox.pay(&id));
    let charge = outbox.once("charge", client.charges().create(&invoice("1.00")))?;
    let paid = charge.until(Until::Settled).patience(Duration::from_secs(20)).await?;
    assert_eq!((paid.row.state, paid.row.resource), (State::Done, Some(id)));

    world.sandbox.inject(Fault::on("POST", "/v1/charges").lose_answer());
    let pix = CreateCharge::new("10.00".parse()?, Currency::BRL, ChargeMethod::Pix);
    let lost = outbox.at_most_once("lost pix", client.charges().create(&pix))?.await?;
    assert_eq!(lost.row.state, State::NeedsPerson);
    let items = outbox.open_items().await?;
    assert_eq!(
        items.iter().map(|item| &*item.row.name.reference).collect::<Vec<_>>(),
        ["lost pix"]
    );
    let done = Resolution::Done;
    let note = Note::new("Ana", "the bank has it");
    let row = outbox.resolve("charges.create", "lost pix", done, note.clone()).await?;
    assert_eq!(row.state, State::Done);
    let history = outbox.history("charges.create", "lost pix").await?;
    assert_eq!(history.last().unwrap().note, Some(note));
    let gone = outbox.row("charges.create", "nobody").await;
    assert!(matches!(gone, Err(OutboxError::NoSuchRow)));

    let intent = outbox.intent("later", spend!(client, mandate))?;
    assert_eq!(intent.id().len(), 64);
    assert_eq!(outbox.reconcile().await?.worked_on(), 0);
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(outbox.purge(Duration::ZERO).await?, 6);
    assert!(outbox.row("charges.create", "charge").await?.answer.is_none());
    Ok(())
}

#[test]
fn both_drivers_do_the_same_with_a_list() -> TestResult {
    let runtime = tokio::runtime::Runtime::new()?;
    for kind in Kind::all().into_iter().filter(|kind| *kind != Kind::Memory) {
        let world = World::new(kind);
        let mandate = world.mandate();
        let path = faults(&world, &mandate);
        let expected = blocking(&world, &mandate)?;
        let states: Vec<_> = expected.iter().map(|line| line.state).collect();
        use State::{Done, Issued, NotDone};
        assert_eq!(states, [Issued, Done, Done, NotDone, Done], "{expected:?}");

        // The same once more, where everything is new but the ids, which are the same.
        let other = World::new(kind);
        let again = other.mandate();
        faults(&other, &again);
        let store: Arc<dyn AsyncStore> = match &other.database {
            None => {
                let file = other.folder.as_ref().unwrap().path().join("asynchronous.sqlite");
                Arc::new(OnThreads::new(SqliteStore::open(file)?))
            }
            Some(database) => {
                let url = database.url();
                let connecting = tokio_postgres::connect(&url, tokio_postgres::NoTls);
                let (client, connection) = runtime.block_on(connecting)?;
                runtime.spawn(connection);
                Arc::new(AsyncPostgresStore::new(Arc::new(client)))
            }
        };
        let client = client(&other);
        runtime.block_on(async {
            let builder = Outbox::builder(client.clone()).policy(policy()).honours_attempts(true);
            let outbox = builder.open_async(store).await?;
            assert_eq!(awaited(&client, &outbox, &again).await?, expected, "{kind:?}");
            looked_at(&other, &client, &outbox, &again).await
        })?;
        assert_eq!(
            bodies(&other, &path.replace(&mandate, &again)).len(),
            bodies(&world, &path).len()
        );
        let key = other.sandbox.effects().iter().filter_map(|effect| effect.key.clone()).next();
        assert!(key.is_some_and(|key| other.sandbox.effects().count_with_key(&key) == 1));
    }
    Ok(())
}

/// A blocking client of PostgreSQL on threads of tokio, where one has nothing else.
#[test]
fn any_blocking_store_is_asked_on_a_thread() -> TestResult {
    if !Database::is_there() {
        return Ok(());
    }
    let world = World::new(Kind::Postgres);
    let client = world.database.as_ref().unwrap().connect();
    let store = OnThreads::new(PostgresStore::new(std::sync::Mutex::new(client)));
    let asked = codespar_outbox::StoreRequest::Origin("x".to_owned());
    let stored = tokio::runtime::Runtime::new()?.block_on(store.carry_out(&asked))?;
    assert!(matches!(stored.answer, codespar_outbox::StoreAnswer::Origin(None)));
    // Its connection blocks when it is dropped: not within the runtime.
    drop(store);
    Ok(())
}
