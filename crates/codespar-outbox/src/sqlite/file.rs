//! The file of a store: private, durable, whole, and with its tables.

use std::{
    fs::{self, OpenOptions},
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::Connection;

use crate::{columns::SCHEMA, store::StoreError};

/// A failure of SQLite, in words of what was being done.
pub(super) fn failed(what: &'static str) -> impl FnOnce(rusqlite::Error) -> StoreError {
    move |error| StoreError::new(what).with_source(error)
}

/// How long one process waits for another's transaction.
const BUSY: Duration = Duration::from_secs(30);

/// The smallest page that a database can have.
const SHORTEST: u64 = 512;

/// The write-ahead log beside a file.
fn log_of(path: &Path) -> PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}

/// Makes the file where there is none, and readable by its owner alone. SQLite gives the files
/// beside it the same permissions.
#[allow(clippy::disallowed_types, reason = "this is the file of a store")]
pub(super) fn make_private(path: &Path) -> Result<(), StoreError> {
    let failed = |error| StoreError::new("the file cannot be made private").with_source(error);
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(failed)?;
    // SQLite takes a file that is shorter than any page for an empty one, and begins anew: what it
    // had in it would be sent again.
    let length = file.metadata().map_err(failed)?.len();
    // The same, and what is still in the log is thrown away with it.
    let has_log = || fs::metadata(log_of(path)).is_ok_and(|log| log.len() > 0);
    if (1..SHORTEST).contains(&length) || length == 0 && has_log() {
        return Err(StoreError::new("the file is damaged: it is shorter than any database"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = file.metadata().map_err(failed)?.permissions().mode();
        if mode & 0o077 != 0 {
            let private = fs::Permissions::from_mode(0o600);
            file.set_permissions(private).map_err(failed)?;
        }
    }
    drop(file);
    Ok(())
}

/// Makes a connection durable, checks the file, and makes the tables.
pub(super) fn prepare(connection: &Connection) -> Result<(), StoreError> {
    let unusable = || failed("the file is no database, or is damaged");
    connection.busy_timeout(BUSY).map_err(unusable())?;
    let mode: String = connection
        .query_row("pragma journal_mode = wal", [], |row| row.get(0))
        .map_err(unusable())?;
    if !mode.eq_ignore_ascii_case("wal") {
        return Err(StoreError::new("the file's system has no write-ahead log"));
    }
    connection.execute_batch("pragma synchronous = full").map_err(unusable())?;
    let check: String =
        connection.query_row("pragma quick_check(1)", [], |row| row.get(0)).map_err(unusable())?;
    if check != "ok" {
        return Err(StoreError::new(format!("the file is damaged: {check}")));
    }
    connection.execute_batch(SCHEMA).map_err(failed("the tables cannot be made"))
}
