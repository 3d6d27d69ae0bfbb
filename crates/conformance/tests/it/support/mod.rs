//! What several of the tests use: a client that does what was recorded, clients of the sandbox,
//! tables of operations.

pub(crate) mod codespar;
mod mirror;
pub(crate) mod table;
pub(crate) mod upivia;

pub(crate) use self::mirror::{Mirror, Outgoing, fixture, get, recordings, send};
