//! What is about PostgreSQL alone: several connections at once, the caller's own transactions, and
//! that nothing is kept in a session.

use std::{
    sync::{
        Arc, Barrier, Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use codespar_outbox::{
    AsyncPostgresStore, Intent, Outbox, OutboxError, PostgresClients, PostgresStore, State, Store,
    StoreAnswer, StoreRequest,
};
use codespar_proto::{ChargeMethod, CreateCharge, Currency};
use postgres::{Client, NoTls, types::ToSql};

use crate::{
    database::Database,
    support::{Kind, TestResult, World, invoice},
};

const LEASE: Duration = Duration::from_secs(90);

/// A world in PostgreSQL, and intents of this many invoices in it.
fn with_invoices(many: usize) -> World {
    let world = World::new(Kind::Postgres);
    let outbox = world.outbox();
    let mut client = world.database.as_ref().unwrap().connect();
    let mut transaction = client.transaction().unwrap();
    for number in 0..many {
        let charge = world.client.charges().create(&invoice("1.00"));
        let intent = outbox.intent(&format!("line {number}"), charge).unwrap();
        intent.write_postgres(&mut transaction).unwrap();
    }
    transaction.commit().unwrap();
    world
}

#[test]
fn of_many_connections_that_claim_at_once_each_row_belongs_to_one() {
    if !Database::is_there() {
        return;
    }
    let world = with_invoices(60);
    let due = world.claim_due(LEASE);
    let claim = |store: &dyn Store| {
        let stored = store.carry_out(&due).unwrap();
        let StoreAnswer::Row(row) = stored.answer else { panic!() };
        let row = row?;
        assert_eq!((row.fence, row.version), (1, 2));
        assert_eq!(row.lease_until, Some(stored.now + 90_000));
        Some(row.id)
    };
    let begin = Barrier::new(6);
    let claimed: Vec<Vec<String>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6)
            .map(|_| {
                let store = world.reopened();
                let begin = &begin;
                scope.spawn(move || {
                    begin.wait();
                    std::iter::from_fn(|| claim(&*store)).collect()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut ids = claimed.concat();
    ids.sort();
    let count = ids.len();
    ids.dedup();
    // What one was just claiming another passed over, and came back for.
    assert_eq!((count, ids.len()), (60, 60));
    assert_eq!(claim(&*world.store), None);
}

#[test]
fn a_row_that_another_transaction_holds_is_passed_over_and_not_waited_for() {
    if !Database::is_there() {
        return;
    }
    let world = with_invoices(2);
    let mut other = world.database.as_ref().unwrap().connect();
    let mut held = other.transaction().unwrap();
    let first = "select id from codespar_outbox order by next_at, id limit 1 for update";
    let first: String = held.query_one(first, &[]).unwrap().get(0);
    let claim = |id: Option<String>| {
        let of = |id| StoreRequest::Claim { id, lease: LEASE };
        let request = id.map_or_else(|| world.claim_due(LEASE), of);
        match world.store.carry_out(&request).unwrap().answer {
            StoreAnswer::Row(row) => row.map(|row| row.id),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(claim(Some(first.clone())), None);
    assert_ne!(claim(None).unwrap(), first);
    assert_eq!(claim(None), None);
    held.rollback().unwrap();
    assert_eq!(claim(None), Some(first));
}

#[test]
fn tables_are_made_by_several_at_once() {
    if !Database::is_there() {
        return;
    }
    let database = Database::empty();
    let begin = Barrier::new(4);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let store = PostgresStore::new(Mutex::new(database.connect()));
                begin.wait();
                store.create_tables().unwrap();
            });
        }
    });
    let tables = "select count(*) from information_schema.tables where table_schema = \
                  current_schema() and table_name like 'codespar_outbox%'";
    assert_eq!(database.connect().query_one(tables, &[]).unwrap().get::<_, i64>(0), 3);
}

/// Connections of which each request gets another, as from a proxy that pools transactions.
struct Rotating {
    clients: Vec<Mutex<Client>>,
    next: AtomicUsize,
}

impl PostgresClients for &Rotating {
    type Client<'a>
        = MutexGuard<'a, Client>
    where
        Self: 'a;
    type Error = std::convert::Infallible;

    fn client(&self) -> Result<MutexGuard<'_, Client>, Self::Error> {
        let at = self.next.fetch_add(1, Ordering::SeqCst) % self.clients.len();
        Ok(self.clients[at].lock().unwrap())
    }
}

#[test]
fn nothing_is_kept_in_a_session_from_one_request_to_the_next() -> TestResult {
    if !Database::is_there() {
        return Ok(());
    }
    let world = World::new(Kind::Postgres);
    let connect = |_| Mutex::new(world.database.as_ref().unwrap().connect());
    let rotating = Rotating { clients: (0..3).map(connect).collect(), next: AtomicUsize::new(0) };
    let outbox = world.builder().open(PostgresStore::new(&rotating))?;
    let charge = |line: &str| outbox.once(line, world.client.charges().create(&invoice("1.00")));
    for line in ["a", "b", "c", "a"] {
        assert_eq!(charge(line)?.send()?.row.state, State::Issued);
    }
    assert_eq!(outbox.open_items()?.len(), 3);
    assert_eq!(world.sandbox.effects().len(), 3);
    for client in &rotating.clients {
        let mut client = client.lock().unwrap();
        for kept in [
            "select count(*) from pg_prepared_statements",
            "select count(*) from pg_cursors where name <> ''",
            "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()",
        ] {
            // A text without values and types is sent as it is: nothing is prepared for it.
            let answer = client.simple_query(kept)?;
            let many = answer.iter().find_map(|message| match message {
                postgres::SimpleQueryMessage::Row(row) => row.get(0),
                _ => None,
            });
            assert_eq!(many, Some("0"), "{kept}");
        }
    }
    Ok(())
}

/// The intents of one invoice and one immediate Pix.
fn intents(world: &World, reference: &str) -> [Intent; 2] {
    let outbox = world.outbox();
    let charge = world.client.charges().create(&invoice("1.00"));
    let pix = CreateCharge::new("10.00".parse().unwrap(), Currency::BRL, ChargeMethod::Pix);
    let pix = world.client.charges().create(&pix);
    [
        outbox.intent(reference, charge).unwrap(),
        outbox.intent_at_most_once(&format!("{reference} at most"), pix).unwrap(),
    ]
}

#[test]
fn an_intent_goes_with_the_callers_transaction_by_either_client_and_by_its_text() -> TestResult {
    if !Database::is_there() {
        return Ok(());
    }
    let world = World::new(Kind::Postgres);
    let database = world.database.as_ref().unwrap();
    let mut client = database.connect();
    client.batch_execute("create table orders (number text)")?;
    for (reference, commits) in [("blocking", true), ("blocking, given up", false)] {
        let mut transaction = client.transaction()?;
        transaction.execute("insert into orders values ($1)", &[&reference])?;
        for intent in intents(&world, reference) {
            intent.write_postgres(&mut transaction)?;
            // A second is told, and the transaction can go on.
            assert!(intent.write_postgres(&mut transaction).is_err());
        }
        if commits { transaction.commit()? } else { transaction.rollback()? }
    }
    for (reference, commits) in [("text", true), ("text, given up", false)] {
        let mut transaction = client.transaction()?;
        for intent in intents(&world, reference) {
            let (text, values) = intent.sql(SystemTime::now());
            let values: Vec<_> = values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
            assert_eq!(transaction.execute(&text, &values)?, 1);
        }
        if commits { transaction.commit()? } else { transaction.rollback()? }
    }
    tokio::runtime::Runtime::new()?.block_on(async {
        let (mut client, connection) = tokio_postgres::connect(&database.url(), NoTls).await?;
        tokio::spawn(connection);
        for (reference, commits) in [("tokio", true), ("tokio, given up", false)] {
            let transaction = client.transaction().await?;
            for intent in intents(&world, reference) {
                intent.write_tokio_postgres(&transaction).await?;
            }
            if commits { transaction.commit().await? } else { transaction.rollback().await? }
        }
        let store = AsyncPostgresStore::new(Arc::new(client));
        // They are there already, and stay.
        store.create_tables().await?;
        Ok::<_, Box<dyn std::error::Error>>(())
    })?;
    assert_eq!(world.sandbox.effects().len(), 0);
    let outbox = Outbox::builder(world.client.clone()).open(Arc::clone(&world.store))?;
    let totals = outbox.reconcile()?;
    assert_eq!((totals.count(State::Issued), totals.count(State::Done)), (3, 3));
    assert_eq!(world.sandbox.effects().len(), 6);
    for reference in ["blocking", "text", "tokio"] {
        assert_eq!(outbox.row("charges.create", reference)?.state, State::Issued);
        let gone = outbox.row("charges.create", &format!("{reference}, given up"));
        assert!(matches!(gone, Err(OutboxError::NoSuchRow)));
    }
    Ok(())
}

#[test]
fn a_database_that_forgets_is_refused_by_the_name_of_its_setting() -> TestResult {
    if !Database::is_there() {
        return Ok(());
    }
    let database = Database::new();
    let runtime = tokio::runtime::Runtime::new()?;
    for (setting, is_refused) in [("on", false), ("off", true), ("local", false)] {
        let url = database.url();
        let url = url.replace("options='", &format!("options='-c synchronous_commit={setting} "));
        let store = PostgresStore::new(Mutex::new(Client::connect(&url, NoTls)?));
        let blocking = [store.check_durability(), store.create_tables()];
        let awaited = runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
            tokio::spawn(connection);
            let store = AsyncPostgresStore::new(Arc::new(client));
            [store.check_durability().await, store.create_tables().await]
        });
        for checked in blocking.into_iter().chain(awaited) {
            match checked {
                Ok(()) => assert!(!is_refused, "{setting}"),
                Err(error) => {
                    assert!(is_refused, "{setting}: {error}");
                    assert!(error.to_string().contains("synchronous_commit is off"), "{error}");
                }
            }
        }
    }
    Ok(())
}

/// How much an index and the whole table were read, since the database was made.
fn reads(database: &Database) -> (i64, i64) {
    let reads = "select (select idx_tup_read from pg_stat_user_indexes where schemaname = \
                 current_schema() and indexrelname = 'codespar_outbox_due'), \
                 (select seq_tup_read from pg_stat_user_tables where schemaname = \
                 current_schema() and relname = 'codespar_outbox')";
    let row = database.connect().query_one(reads, &[]).unwrap();
    (row.get(0), row.get(1))
}

#[test]
fn a_claim_reads_a_few_rows_however_many_are_due() -> TestResult {
    if !Database::is_there() {
        return Ok(());
    }
    let world = with_invoices(3_000);
    let database = world.database.as_ref().unwrap();
    database.connect().batch_execute("vacuum analyze codespar_outbox")?;
    let (before, due) = (reads(database), world.claim_due(LEASE));
    let store = world.reopened();
    for _ in 0..10 {
        assert!(matches!(store.carry_out(&due)?.answer, StoreAnswer::Row(Some(_))));
    }
    // What a connection has read is counted when it ends.
    drop(store);
    let by_index = loop {
        let after = reads(database);
        if after != before {
            assert_eq!(after.1, before.1, "the whole table was read");
            break after.0 - before.0;
        }
        std::thread::yield_now();
    };
    // Each passes over those that were taken before it.
    assert!(by_index <= 200, "{by_index}");
    Ok(())
}
