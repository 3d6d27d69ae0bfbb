//! The store in a file: SQLite, for one machine.

mod file;
mod statements;

use std::{
    fmt,
    path::Path,
    sync::{Mutex, PoisonError},
};

#[cfg(feature = "sqlite-transaction")]
pub(crate) use self::statements::insert;
use rusqlite::{Connection, TransactionBehavior};

use self::file::failed;
use crate::{
    clock::Clock,
    store::{Store, StoreError, StoreRequest, Stored},
};

/// A store in a file, for the processes of one machine. Not on a network drive: its locks are not
/// to be relied on there.
///
/// Every answer is on the disk before it is given (WAL, `synchronous=full`). The file is readable
/// by its owner alone (0600), and so are the files that SQLite keeps beside it.
///
/// ```
/// use codespar_outbox::SqliteStore;
///
/// let folder = tempfile::tempdir()?;
/// let store = SqliteStore::open(folder.path().join("outbox.sqlite"))?;
/// # let _ = store;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct SqliteStore {
    connection: Mutex<Connection>,
    clock: Clock,
}

impl SqliteStore {
    /// Opens the store in a file, which is made where there is none.
    ///
    /// # Errors
    /// When the file cannot be opened, is no database, is damaged, or cannot be made private.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::open_with(path, Clock::default())
    }

    /// The same by another clock.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with(path: impl AsRef<Path>, clock: Clock) -> Result<Self, StoreError> {
        let path = path.as_ref();
        file::make_private(path)?;
        let connection = Connection::open(path).map_err(failed("the file cannot be opened"))?;
        file::prepare(&connection)?;
        Ok(Self { connection: Mutex::new(connection), clock })
    }
}

impl Store for SqliteStore {
    fn carry_out(&self, request: &StoreRequest) -> Result<Stored, StoreError> {
        // A transaction that a panic left open was rolled back when it was dropped.
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let behavior = match request {
            StoreRequest::Load(_)
            | StoreRequest::Find(_)
            | StoreRequest::List { .. }
            | StoreRequest::ListOf { .. }
            | StoreRequest::Calls { .. }
            | StoreRequest::History(_)
            | StoreRequest::Origin(_) => TransactionBehavior::Deferred,
            _ => TransactionBehavior::Immediate,
        };
        let transaction = connection.transaction_with_behavior(behavior);
        let transaction = transaction.map_err(failed("no transaction could be begun"))?;
        // Within the transaction: who waited for it has waited.
        let now = self.clock.now();
        let answer = statements::answer(&transaction, request, now)?;
        transaction.commit().map_err(failed("the transaction could not be committed"))?;
        Ok(Stored { answer, now })
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}
