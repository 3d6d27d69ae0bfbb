//! The store in PostgreSQL over the asynchronous client `tokio-postgres`.

use std::{convert::Infallible, error::Error as StdError, fmt, ops::Deref, sync::Arc};

use tokio_postgres::{Client, GenericClient};

use crate::{
    asynchronous::{AsyncStore, StoreFuture},
    intent::Intent,
    postgresql::{
        ASKING, FORGETS, MAKING, NO_CLIENT,
        conversation::{Conversation, Next},
        durable, failed, script,
    },
    store::{StoreError, StoreRequest, Stored},
};

/// Where an [`AsyncPostgresStore`] has its client from: a pool of the user's, or one client in an
/// `Arc`, which is not made anew when its connection is lost.
pub trait AsyncPostgresClients: Send + Sync {
    /// A client for one request.
    type Client: Deref<Target = Client> + Send + Sync;
    /// Why there is none.
    type Error: Into<Box<dyn StdError + Send + Sync>>;

    /// A client for one request.
    ///
    /// # Errors
    /// When there is none to be had.
    fn client(&self) -> impl Future<Output = Result<Self::Client, Self::Error>> + Send;
}

impl AsyncPostgresClients for Arc<Client> {
    type Client = Self;
    type Error = Infallible;

    async fn client(&self) -> Result<Self, Infallible> {
        Ok(Self::clone(self))
    }
}

/// A store in PostgreSQL, as [`PostgresStore`](crate::PostgresStore) is, asked by futures.
///
/// Every request is one statement and a transaction by itself; leases and times go by the clock of
/// the database. Behind a proxy that pools transactions it works as well. `synchronous_commit`,
/// `fsync` and `full_page_writes` are to be on, as they are by default, since a row that a crash of
/// the database forgets is paid again: [`check_durability`](Self::check_durability).
///
/// ```no_run
/// use std::sync::Arc;
/// use codespar_outbox::AsyncPostgresStore;
/// use tokio_postgres::NoTls;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let (client, connection) = tokio_postgres::connect("host=localhost user=shop", NoTls).await?;
/// tokio::spawn(connection);
/// let store = AsyncPostgresStore::new(Arc::new(client));
/// store.create_tables().await?;
/// # Ok(()) }
/// ```
#[doc(alias = "PgBouncer")]
#[doc(alias = "deadpool")]
#[derive(Clone)]
pub struct AsyncPostgresStore<P> {
    clients: P,
}

impl<P: AsyncPostgresClients> AsyncPostgresStore<P> {
    /// A store whose clients come from here. Asks nothing yet.
    pub const fn new(clients: P) -> Self {
        Self { clients }
    }

    /// Makes the tables where they are not there, for a program that does not make them by
    /// [`SCHEMA`](crate::SCHEMA) itself.
    ///
    /// # Errors
    /// When the database cannot be reached, or the user may make none; as
    /// [`check_durability`](Self::check_durability).
    pub async fn create_tables(&self) -> Result<(), StoreError> {
        self.check_durability().await?;
        self.client().await?.batch_execute(&script()).await.map_err(failed(MAKING))
    }

    /// Refuses a database that may forget what it has answered: one with `fsync`,
    /// `full_page_writes` or `synchronous_commit` off, for this user and connection.
    ///
    /// # Errors
    /// When one is off, or the database cannot be reached.
    pub async fn check_durability(&self) -> Result<(), StoreError> {
        let rows = self.client().await?.query_typed(FORGETS, &[]).await;
        durable(&rows.map_err(failed(ASKING))?)
    }

    async fn client(&self) -> Result<P::Client, StoreError> {
        let client = self.clients.client().await;
        client.map_err(|error| StoreError::new(NO_CLIENT).with_source(error))
    }
}

impl<P: AsyncPostgresClients> AsyncStore for AsyncPostgresStore<P> {
    fn carry_out<'a>(&'a self, request: &'a StoreRequest) -> StoreFuture<'a> {
        Box::pin(async move {
            let client = self.client().await?;
            carry_out(&*client, request).await
        })
    }
}

async fn carry_out(
    client: &(impl GenericClient + Sync),
    request: &StoreRequest,
) -> Result<Stored, StoreError> {
    let mut conversation = Conversation::new(request);
    let mut statement = conversation.first();
    loop {
        let rows = client.query_typed(&statement.sql, &statement.values()).await;
        match conversation.next(&rows.map_err(failed(ASKING))?)? {
            Next::Ask(next) => statement = next,
            Next::Answer(stored) => return Ok(stored),
        }
    }
}

impl Intent {
    /// Writes it within a transaction of `tokio-postgres`, at the time of the database.
    ///
    /// # Errors
    /// When the reference was used before: the transaction can go on, and nothing was written.
    pub async fn write_tokio_postgres(
        &self,
        transaction: &tokio_postgres::Transaction<'_>,
    ) -> Result<(), StoreError> {
        self.written(carry_out(transaction, &self.insertion()).await?.answer)
    }
}

impl<P> fmt::Debug for AsyncPostgresStore<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncPostgresStore").finish_non_exhaustive()
    }
}
