//! The databases that an outbox is measured on, each with its floor.

use std::{
    env,
    ops::{Deref, DerefMut},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::SystemTime,
};

use codespar_outbox::{Intent, PostgresClients, PostgresStore, SqliteStore, Store};
use postgres::NoTls;

use super::floor::{States, TABLE};
use crate::Outcome;

/// A database of its own, gone with this.
pub(super) trait Database: Sized {
    const NAME: &'static str;
    type Store: Store + Send + Sync;

    fn new() -> Outcome<Self>;
    fn store(&self) -> Outcome<Self::Store>;
    fn states(&self) -> Outcome<Box<dyn States>>;
    /// Writes rows that are due, in one transaction.
    fn fill(&self, intents: &[Intent], now: SystemTime) -> Outcome<()>;
}

/// A file.
pub(super) struct Sqlite(tempfile::TempDir);

impl Sqlite {
    /// A connection with the settings of the store: each commit is on the disk when it returns.
    fn connect(&self, file: &str) -> Outcome<rusqlite::Connection> {
        let connection = rusqlite::Connection::open(self.0.path().join(file))?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        Ok(connection)
    }
}

impl Database for Sqlite {
    const NAME: &'static str = "SQLite";
    type Store = SqliteStore;

    fn new() -> Outcome<Self> {
        // Beside the program, as the folder for such files may lie in memory.
        let program = env::current_exe()?;
        Ok(Self(tempfile::tempdir_in(program.parent().ok_or("no folder")?)?))
    }

    fn store(&self) -> Outcome<SqliteStore> {
        Ok(SqliteStore::open(self.0.path().join("outbox.sqlite"))?)
    }

    fn states(&self) -> Outcome<Box<dyn States>> {
        let connection = self.connect("floor.sqlite")?;
        connection.execute_batch(TABLE)?;
        Ok(Box::new(connection))
    }

    fn fill(&self, intents: &[Intent], now: SystemTime) -> Outcome<()> {
        let mut connection = self.connect("outbox.sqlite")?;
        let transaction = connection.transaction()?;
        for intent in intents {
            intent.write(&transaction, now)?;
        }
        Ok(transaction.commit()?)
    }
}

impl States for rusqlite::Connection {
    fn insert(&mut self, id: &str, request: &[u8]) -> Outcome<()> {
        let sql = "insert into floor (id, state, request) values (?1, 'ready', ?2)";
        self.prepare(sql)?.execute((id, request))?;
        Ok(())
    }

    fn update(&mut self, id: &str, state: &str, answer: Option<&[u8]>) -> Outcome<()> {
        let sql = "update floor set state = ?2, answer = ?3 where id = ?1";
        self.prepare(sql)?.execute((id, state, answer))?;
        Ok(())
    }
}

/// A schema in the PostgreSQL that the environment names.
pub(super) struct Postgres {
    server: String,
    name: String,
}

impl Postgres {
    fn connect(&self) -> Result<postgres::Client, postgres::Error> {
        let Self { server, name } = self;
        postgres::Client::connect(&format!("{server} options='-c search_path={name}'"), NoTls)
    }
}

impl Database for Postgres {
    const NAME: &'static str = "PostgreSQL";
    type Store = PostgresStore<Pool>;

    fn new() -> Outcome<Self> {
        static MANY: AtomicUsize = AtomicUsize::new(0);
        let server = env::var("CODESPAR_OUTBOX_POSTGRES")?;
        let number = MANY.fetch_add(1, Ordering::Relaxed);
        let name = format!("bench_{}_{number}", std::process::id());
        postgres::Client::connect(&server, NoTls)?
            .batch_execute(&format!("create schema {name}"))?;
        Ok(Self { server, name })
    }

    fn store(&self) -> Outcome<Self::Store> {
        let clients = (0..3).map(|_| self.connect()).collect::<Result<_, _>>()?;
        let store = PostgresStore::new(Pool(Mutex::new(clients)));
        store.create_tables()?;
        Ok(store)
    }

    fn states(&self) -> Outcome<Box<dyn States>> {
        let mut client = self.connect()?;
        client.batch_execute(TABLE)?;
        let insert = "insert into floor (id, state, request) values ($1, 'ready', $2)";
        let update = "update floor set state = $2, answer = $3 where id = $1";
        let (insert, update) = (client.prepare(insert)?, client.prepare(update)?);
        Ok(Box::new(Prepared { client, insert, update }))
    }

    fn fill(&self, intents: &[Intent], _: SystemTime) -> Outcome<()> {
        let mut client = self.connect()?;
        let mut transaction = client.transaction()?;
        for intent in intents {
            intent.write_postgres(&mut transaction)?;
        }
        transaction.commit()?;
        // As autovacuum does after a while.
        Ok(client.batch_execute("analyze codespar_outbox")?)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // The server goes with the measurement.
        if let Ok(mut client) = postgres::Client::connect(&self.server, NoTls) {
            let _ = client.batch_execute(&format!("drop schema {} cascade", self.name));
        }
    }
}

struct Prepared {
    client: postgres::Client,
    insert: postgres::Statement,
    update: postgres::Statement,
}

impl States for Prepared {
    fn insert(&mut self, id: &str, request: &[u8]) -> Outcome<()> {
        self.client.execute(&self.insert, &[&id, &request])?;
        Ok(())
    }

    fn update(&mut self, id: &str, state: &str, answer: Option<&[u8]>) -> Outcome<()> {
        self.client.execute(&self.update, &[&id, &state, &answer])?;
        Ok(())
    }
}

/// As many clients as there are workers.
pub(super) struct Pool(Mutex<Vec<postgres::Client>>);

/// A client out of the pool, until this is dropped.
pub(super) struct Lent<'a> {
    pool: &'a Pool,
    client: Option<postgres::Client>,
}

impl PostgresClients for Pool {
    type Client<'a> = Lent<'a>;
    type Error = &'static str;

    fn client(&self) -> Result<Lent<'_>, &'static str> {
        let client = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Ok(Lent { pool: self, client: Some(client.ok_or("more workers than clients")?) })
    }
}

#[allow(clippy::expect_used, reason = "it is there until it is dropped")]
impl Deref for Lent<'_> {
    type Target = postgres::Client;

    fn deref(&self) -> &postgres::Client {
        self.client.as_ref().expect("it is there until it is dropped")
    }
}

#[allow(clippy::expect_used, reason = "it is there until it is dropped")]
impl DerefMut for Lent<'_> {
    fn deref_mut(&mut self) -> &mut postgres::Client {
        self.client.as_mut().expect("it is there until it is dropped")
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut clients = self.pool.0.lock().unwrap_or_else(PoisonError::into_inner);
        clients.extend(self.client.take());
    }
}
