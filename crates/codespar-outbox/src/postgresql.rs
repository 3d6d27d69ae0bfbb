//! The stores in PostgreSQL, for any number of machines.

#[cfg(feature = "tokio-postgres")]
mod asynchronous;
#[cfg(feature = "postgres")]
mod blocking;
mod conversation;
mod statements;
mod values;

#[cfg(feature = "tokio-postgres")]
pub use self::asynchronous::{AsyncPostgresClients, AsyncPostgresStore};
#[cfg(feature = "postgres")]
pub use self::blocking::{PostgresClients, PostgresStore};
use crate::{columns::SCHEMA, store::StoreError};

/// Makes the tables. Of several programs that do so at once, one waits for the other: to make what
/// is there already is no error, to make what is being made would be one.
fn script() -> String {
    // Any number that nobody else locks: it is let go with the transaction that these are.
    format!("select pg_advisory_xact_lock(8241367005);\n{SCHEMA}")
}

/// Settings with which a database answers before it is sure to remember, as it is asked for them.
const FORGETS: &str = "select name from pg_settings where setting = 'off' \
     and name in ('fsync', 'full_page_writes', 'synchronous_commit') order by name";

/// Whether the database remembers, given the rows of [`FORGETS`].
fn durable(rows: &[tokio_postgres::Row]) -> Result<(), StoreError> {
    let Some(row) = rows.first() else { return Ok(()) };
    let name: &str = row.try_get(0).map_err(failed(ASKING))?;
    Err(StoreError::new(format!("{name} is off: a crash of the database would pay again")))
}

/// A failure of PostgreSQL, in words of what was being done.
fn failed(what: &'static str) -> impl FnOnce(tokio_postgres::Error) -> StoreError {
    move |error| StoreError::new(what).with_source(error)
}

const ASKING: &str = "PostgreSQL did not carry the statement out";
const MAKING: &str = "the tables cannot be made";
const NO_CLIENT: &str = "there is no client to be had";
