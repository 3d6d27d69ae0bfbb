//! What is to happen, written within a transaction of the caller's own.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::{
    columns::{COLUMNS, SqlValue, values},
    memory::inserted,
    policy::millis,
    row::Row,
};

/// What is to happen, to be written within a transaction of the caller's own: with the order it
/// belongs to, or not at all. [`Outbox::reconcile`](crate::Outbox::reconcile) sends it once that
/// transaction is committed.
///
/// ```
/// use codespar_outbox::{MemoryStore, Outbox};
/// # use codespar_proto::{Client, CreateCharge, driver::BlockingTransport};
/// # fn example<T: BlockingTransport>(
/// #     client: Client<T>, outbox: &Outbox<T, MemoryStore>, args: &CreateCharge,
/// # ) -> Result<(), codespar_outbox::OutboxError> {
/// let intent = outbox.intent("invoice-42", client.charges().create(args))?;
/// let (text, values) = intent.sql(std::time::SystemTime::now());
/// assert!(text.starts_with("insert into codespar_outbox "));
/// // … executed by a database client of your own.
/// # let _ = values; Ok(()) }
/// ```
#[doc(alias = "transactional outbox")]
#[derive(Clone, Debug)]
pub struct Intent {
    row: Row,
}

impl Intent {
    pub(crate) const fn new(row: Row) -> Self {
        Self { row }
    }

    /// The id under which it will be presented.
    pub fn id(&self) -> &str {
        &self.row.id
    }

    /// What a store is asked to write it.
    #[cfg(any(feature = "postgres", feature = "tokio-postgres"))]
    pub(crate) fn insertion(&self) -> crate::StoreRequest {
        crate::StoreRequest::Insert { row: Box::new(self.row.clone()), lease: None }
    }

    /// Whether a store has written it.
    #[cfg(any(feature = "postgres", feature = "tokio-postgres"))]
    pub(crate) fn written(&self, answer: crate::StoreAnswer) -> Result<(), crate::StoreError> {
        match answer {
            crate::StoreAnswer::Inserted(_) => Ok(()),
            _ => Err(crate::StoreError::new("the reference was used before")),
        }
    }

    fn row(&self, now: SystemTime) -> Row {
        let now = millis(now.duration_since(UNIX_EPOCH).unwrap_or_default());
        inserted(&self.row, None, now)
    }

    /// The statement that writes it, for SQLite and PostgreSQL: its text, with `$1` and so on, and
    /// its values in that order. A reference that was used before violates the primary key.
    pub fn sql(&self, now: SystemTime) -> (String, Vec<SqlValue>) {
        let places: Vec<_> = (1..=COLUMNS.len()).map(|at| format!("${at}")).collect();
        let (columns, places) = (COLUMNS.join(", "), places.join(", "));
        let text = format!("insert into codespar_outbox ({columns}) values ({places})");
        (text, values(&self.row(now)).into())
    }

    /// Writes it within a transaction of `rusqlite`.
    ///
    /// # Errors
    /// A reference that was used before violates the primary key.
    #[cfg(feature = "sqlite-transaction")]
    pub fn write(
        &self,
        transaction: &rusqlite::Transaction<'_>,
        now: SystemTime,
    ) -> Result<(), crate::StoreError> {
        crate::sqlite::insert(transaction, &self.row(now))
    }
}
