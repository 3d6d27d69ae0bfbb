//! A connection that was stored, and whether it is new.

use std::ops::Deref;

use codespar_engine::{Error, Json, Response};
use serde::{Serialize, Serializer};

use super::Connection;

/// A connection that was made, or whose secret was replaced. It dereferences to the connection.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StoredConnection {
    /// The connection.
    pub connection: Connection,
    /// Whether it was there before: the secret then replaced the one it had.
    pub rotated: bool,
}

impl Deref for StoredConnection {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

/// The connection's members, and `rotated`.
impl Serialize for StoredConnection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut connection = self.connection.clone();
        connection.extra.insert("rotated", Json::from(serde_json::Value::Bool(self.rotated)));
        connection.serialize(serializer)
    }
}

/// The status tells which it was: 201 for a new connection, 200 for a new secret of an old one.
pub(super) fn stored(answer: Response) -> Result<StoredConnection, Error> {
    let connection = answer.json()?;
    Ok(StoredConnection { connection, rotated: answer.status != 201 })
}
