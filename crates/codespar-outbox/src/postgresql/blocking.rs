//! The store in PostgreSQL over the blocking client `postgres`.

use std::{
    convert::Infallible,
    error::Error as StdError,
    fmt,
    ops::DerefMut,
    sync::{Mutex, MutexGuard, PoisonError},
};

use postgres::{Client, GenericClient};

use crate::{
    intent::Intent,
    postgresql::{
        ASKING, FORGETS, MAKING, NO_CLIENT,
        conversation::{Conversation, Next},
        durable, failed, script,
    },
    store::{Store, StoreError, StoreRequest, Stored},
};

/// Where a [`PostgresStore`] has its client from: a pool of the user's, or one client behind a
/// `Mutex`, which is not made anew when its connection is lost.
pub trait PostgresClients {
    /// A client for one request.
    type Client<'a>: DerefMut<Target = Client>
    where
        Self: 'a;
    /// Why there is none.
    type Error: Into<Box<dyn StdError + Send + Sync>>;

    /// A client for one request.
    ///
    /// # Errors
    /// When there is none to be had.
    fn client(&self) -> Result<Self::Client<'_>, Self::Error>;
}

impl PostgresClients for Mutex<Client> {
    type Client<'a> = MutexGuard<'a, Client>;
    type Error = Infallible;

    fn client(&self) -> Result<MutexGuard<'_, Client>, Infallible> {
        // Nothing is kept in a session that a panic could have left half done.
        Ok(self.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A store in PostgreSQL, for any number of machines. Clients, connections and their TLS are the
/// user's.
///
/// Every request is one statement and a transaction by itself; leases and times go by the clock of
/// the database. Behind a proxy that pools transactions it works as well. `synchronous_commit`,
/// `fsync` and `full_page_writes` are to be on, as they are by default, since a row that a crash of
/// the database forgets is paid again: [`check_durability`](Self::check_durability).
///
/// ```no_run
/// use std::sync::Mutex;
/// use codespar_outbox::PostgresStore;
/// use postgres::{Client, NoTls};
///
/// let client = Client::connect("host=localhost user=shop", NoTls)?;
/// let store = PostgresStore::new(Mutex::new(client));
/// store.create_tables()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "PgBouncer")]
pub struct PostgresStore<P> {
    clients: P,
}

impl<P: PostgresClients> PostgresStore<P> {
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
    pub fn create_tables(&self) -> Result<(), StoreError> {
        self.check_durability()?;
        self.client()?.batch_execute(&script()).map_err(failed(MAKING))
    }

    /// Refuses a database that may forget what it has answered: one with `fsync`,
    /// `full_page_writes` or `synchronous_commit` off, for this user and connection.
    ///
    /// # Errors
    /// When one is off, or the database cannot be reached.
    pub fn check_durability(&self) -> Result<(), StoreError> {
        let rows = self.client()?.query_typed(FORGETS, &[]).map_err(failed(ASKING))?;
        durable(&rows)
    }

    fn client(&self) -> Result<P::Client<'_>, StoreError> {
        self.clients.client().map_err(|error| StoreError::new(NO_CLIENT).with_source(error))
    }
}

impl<P: PostgresClients> Store for PostgresStore<P> {
    fn carry_out(&self, request: &StoreRequest) -> Result<Stored, StoreError> {
        carry_out(&mut *self.client()?, request)
    }
}

fn carry_out(
    client: &mut impl GenericClient,
    request: &StoreRequest,
) -> Result<Stored, StoreError> {
    let mut conversation = Conversation::new(request);
    let mut statement = conversation.first();
    loop {
        let rows = client.query_typed(&statement.sql, &statement.values());
        match conversation.next(&rows.map_err(failed(ASKING))?)? {
            Next::Ask(next) => statement = next,
            Next::Answer(stored) => return Ok(stored),
        }
    }
}

impl Intent {
    /// Writes it within a transaction of `postgres`, at the time of the database.
    ///
    /// # Errors
    /// When the reference was used before: the transaction can go on, and nothing was written.
    pub fn write_postgres(
        &self,
        transaction: &mut postgres::Transaction<'_>,
    ) -> Result<(), StoreError> {
        self.written(carry_out(transaction, &self.insertion())?.answer)
    }
}

impl<P> fmt::Debug for PostgresStore<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}
