//! The program that is killed: works the list, then what is left of it, until nothing is open.

use std::{
    env,
    error::Error,
    process::ExitCode,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use codespar_outbox::{
    AsyncPostgresStore, AsyncStore, OnThreads, OpenItem, Outbox, Policy, PostgresStore,
    SqliteStore, State, Store,
};

use crate::{
    lines::{Kind, invoice, list, pix, spend},
    point::Mortal,
};

type Outcome = Result<(), Box<dyn Error>>;

/// How long a row belongs to who works on it: short, as whoever comes after waits for its end.
pub(crate) const LEASE: Duration = Duration::from_millis(1_200);

/// Waits that a test has time for; of what is never known, little is asked, and still enough for a
/// machine that is so slow that requests run into their limit.
fn policy() -> Policy {
    let millis = Duration::from_millis;
    Policy::default()
        .first_wait(millis(20))
        .longest_wait(millis(100))
        .longest_settle_wait(millis(100))
        .request_limit(millis(1_000))
        .lease(LEASE)
        .presentations(24)
        .looks(4)
}

fn setting(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is missing"))
}

/// The end of a call: `send` or `await`.
macro_rules! end {
    (blocking, $once:expr) => {
        $once.send()?
    };
    (awaited, $once:expr) => {
        $once.await?
    };
}

/// What the outbox itself gives.
macro_rules! told {
    (blocking, $told:expr) => {
        $told?
    };
    (awaited, $told:expr) => {
        $told.await?
    };
}

macro_rules! work {
    ($driver:ident, $client:expr, $outbox:expr) => {{
        let (client, outbox) = ($client, $outbox);
        let (mandate, lines) = (setting("CRASH_MANDATE"), list(setting("CRASH_LINES").parse()?));
        told!($driver, outbox.reconcile());
        for (line, kind) in &lines {
            match kind {
                Kind::Charge => {
                    end!($driver, outbox.once(line, client.charges().create(&invoice()))?);
                }
                Kind::Pix => {
                    let call = client.charges().create(&pix());
                    end!($driver, outbox.at_most_once(line, call)?);
                }
                _ => {
                    let mandate = if *kind == Kind::Refused { "mnd_none" } else { &mandate };
                    let call = |id: &str| client.mandates().spend(mandate, &spend(*kind, id));
                    end!($driver, outbox.once(line, call)?);
                }
            }
        }
        while is_open(&told!($driver, outbox.open_items())) {
            thread::sleep(Duration::from_millis(15));
            told!($driver, outbox.reconcile());
        }
        for (line, kind) in &lines {
            let row = told!($driver, outbox.row(kind.operation(), line));
            println!("left\t{line}\t{}\t{}", row.state, row.generation);
        }
    }};
}

/// Whether the program itself has something left to do. Tells what waits for a person's approval.
fn is_open(items: &[OpenItem]) -> bool {
    for item in items.iter().filter(|item| item.row.state == State::Held) {
        println!("held\t{}", item.row.approval.as_deref().unwrap_or_default());
    }
    items.iter().any(|item| item.row.state != State::NeedsPerson)
}

fn blocking(store: impl Store) -> Outcome {
    use codespar_blocking::{Client, Config};
    let config = Config::new(setting("CRASH_KEY")).base_url(setting("CRASH_URL"));
    let client = Client::with_config(config)?;
    let builder = Outbox::builder(client.clone()).policy(policy()).honours_attempts(true);
    work!(blocking, client, builder.open(Mortal::new(store))?);
    Ok(())
}

async fn awaited(store: impl AsyncStore) -> Outcome {
    use codespar_async::{Client, Config};
    let config = Config::new(setting("CRASH_KEY")).base_url(setting("CRASH_URL"));
    let client = Client::with_config(config)?;
    let builder = Outbox::builder(client.clone()).policy(policy()).honours_attempts(true);
    work!(awaited, client, builder.open_async(Mortal::new(store)).await?);
    Ok(())
}

fn work() -> Outcome {
    use postgres::NoTls;
    let (driver, place) = (setting("CRASH_CHILD"), setting("CRASH_STORE"));
    let runtime =
        || tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    match driver.as_str() {
        "sqlite" => blocking(SqliteStore::open(place)?),
        "sqlite, async" => runtime()?.block_on(awaited(OnThreads::new(SqliteStore::open(place)?))),
        "postgres" => {
            let client = postgres::Client::connect(&place, NoTls)?;
            let store = PostgresStore::new(Mutex::new(client));
            store.create_tables()?;
            blocking(store)
        }
        _ => runtime()?.block_on(async {
            let (client, connection) = tokio_postgres::connect(&place, NoTls).await?;
            tokio::spawn(connection);
            let store = AsyncPostgresStore::new(Arc::new(client));
            store.create_tables().await?;
            awaited(store).await
        }),
    }
}

/// Runs to the end, or to where it is killed.
pub(crate) fn run() -> ExitCode {
    match work() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut words = error.to_string();
            let mut cause = error.source();
            while let Some(deeper) = cause {
                words = format!("{words}: {deeper}");
                cause = deeper.source();
            }
            println!("failed\t{words}");
            ExitCode::from(3)
        }
    }
}
