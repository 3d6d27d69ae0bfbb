//! Several workers on one list in PostgreSQL, each with clients of a pool of its own: every invoice
//! is charged once, whoever does it.
//!
//! `DATABASE=… cargo run -p codespar-outbox --example outbox_fleet` with a connection string such
//! as `host=localhost user=shop dbname=shop`. It runs on a sandbox of its own, and on the real API
//! when `CODESPAR_API_KEY` is set. For TLS, hand the pool a connector of yours in place of `NoTls`.

use std::{env, error::Error, ops::Deref};

use codespar_async::{Buyer, ChargeMethod, Client, Config, CreateCharge, Currency};
use codespar_outbox::{AsyncOutbox, AsyncPostgresClients, AsyncPostgresStore, Outbox};
use codespar_sandbox::Sandbox;
use deadpool_postgres::{Manager, Object, Pool, PoolError};
use tokio_postgres::NoTls;

/// A pool as the outbox takes it.
#[derive(Clone)]
struct Clients(Pool);

/// A client of that pool.
struct Lent(Object);

impl Deref for Lent {
    type Target = tokio_postgres::Client;

    fn deref(&self) -> &tokio_postgres::Client {
        &self.0
    }
}

impl AsyncPostgresClients for Clients {
    type Client = Lent;
    type Error = PoolError;

    async fn client(&self) -> Result<Lent, PoolError> {
        self.0.get().await.map(Lent)
    }
}

type Fleet = AsyncOutbox<codespar_async::HyperTransport, AsyncPostgresStore<Clients>>;

/// What every worker does with the whole list. Another may be at a line: it is left to them.
async fn work(client: &Client, outbox: &Fleet) -> Result<(), Box<dyn Error + Send + Sync>> {
    outbox.reconcile().await?;
    for number in 0..20 {
        let charge = CreateCharge::new("150.00".parse()?, Currency::BRL, ChargeMethod::Boleto)
            .consumer_id("con_1")
            .buyer(Buyer::new("Maria Silva").document("11144477735"))
            .due_date("2030-12-31");
        let line = format!("invoice-{number}");
        outbox.once(&line, client.charges().create(&charge))?.await?;
    }
    Ok(())
}

async fn worker(config: Config, database: String) -> Result<Fleet, Box<dyn Error + Send + Sync>> {
    let client = Client::with_config(config)?;
    let manager = Manager::new(database.parse()?, NoTls);
    let clients = Clients(Pool::builder(manager).max_size(4).build()?);
    let store = AsyncPostgresStore::new(clients);
    store.create_tables().await?;
    let outbox = Outbox::builder(client.clone()).honours_attempts(true).open_async(store).await?;
    work(&client, &outbox).await?;
    Ok(outbox)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let Ok(database) = env::var("DATABASE") else {
        return Err("DATABASE is missing, such as host=localhost user=shop dbname=shop".into());
    };
    let sandbox = Sandbox::start()?;
    let config = match env::var("CODESPAR_API_KEY") {
        Ok(key) => Config::new(key),
        Err(_) => Config::new(sandbox.api_key()).base_url(sandbox.base_url()),
    };
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..3 {
        workers.spawn(worker(config.clone(), database.clone()));
    }
    let mut fleet = None;
    while let Some(worked) = workers.join_next().await {
        fleet = Some(worked??);
    }
    for item in fleet.ok_or("no worker")?.open_items().await? {
        println!("{}: {}", item.row.name.reference, item.row.state);
    }
    let charged = sandbox.effects().len();
    println!("{charged} charged");
    if env::var_os("CODESPAR_API_KEY").is_none() && charged != 20 {
        return Err("not every invoice was charged once".into());
    }
    Ok(())
}
