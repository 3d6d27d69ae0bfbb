//! A database for one test, in the PostgreSQL that `CODESPAR_OUTBOX_POSTGRES` names: `.ci/crashes`
//! starts one. Where it names none, what is about PostgreSQL alone says so and is passed over.

use std::{
    env, process,
    sync::atomic::{AtomicUsize, Ordering},
};

use codespar_outbox::SCHEMA;
use postgres::{Client, NoTls};

/// Databases of one process so far.
static MANY: AtomicUsize = AtomicUsize::new(0);

/// Tables of their own, as a schema.
pub(crate) struct Database {
    server: String,
    name: String,
}

impl Database {
    pub(crate) fn is_there() -> bool {
        let is_there = env::var("CODESPAR_OUTBOX_POSTGRES").is_ok();
        if !is_there {
            println!("passed over for PostgreSQL: CODESPAR_OUTBOX_POSTGRES names none");
        }
        is_there
    }

    /// One with tables.
    pub(crate) fn new() -> Self {
        let database = Self::empty();
        database.connect().batch_execute(SCHEMA).unwrap();
        database
    }

    /// One without.
    pub(crate) fn empty() -> Self {
        let server = env::var("CODESPAR_OUTBOX_POSTGRES").unwrap();
        let many = MANY.fetch_add(1, Ordering::SeqCst);
        let name = format!("outbox_{}_{many}", process::id());
        let mut client = Client::connect(&server, NoTls).unwrap();
        client.batch_execute(&format!("create schema {name}")).unwrap();
        Self { server, name }
    }

    /// How to connect to it. Who waits for a lock that is never let go is told so in the end.
    pub(crate) fn url(&self) -> String {
        format!("{} options='-c search_path={} -c lock_timeout=20s'", self.server, self.name)
    }

    pub(crate) fn connect(&self) -> Client {
        Client::connect(&self.url(), NoTls).unwrap()
    }

    /// Lets time pass for it: whatever was, was earlier.
    pub(crate) fn pass(&self, millis: i64) {
        let earlier = |name: &str| format!("{name} = {name} - {millis}");
        let times = ["created_at", "first_sent_at", "next_at", "lease_until", "updated_at"];
        let set: Vec<_> = times.into_iter().map(earlier).collect();
        let rows = format!("update codespar_outbox set {}", set.join(", "));
        let lines = format!("update codespar_outbox_history set {}", earlier("at"));
        self.connect().batch_execute(&format!("{rows}; {lines}")).unwrap();
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let gone = format!("drop schema {} cascade", self.name);
        if let Ok(mut client) = Client::connect(&self.server, NoTls) {
            // What a test leaves goes with the whole server at the latest.
            let _ = client.batch_execute(&gone);
        }
    }
}
