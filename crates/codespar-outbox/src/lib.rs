//! Charges and payments of the CodeSpar API that survive a crash: each reference happens once.
//!
//! A dropped answer is the normal case. The server makes a repetition safe only if the caller still
//! knows the id after a crash, sends the same bytes again, and reads a dozen codes right: this is
//! what an [`Outbox`] does. A program that pays and charges a list may be killed at any
//! instruction, on any of several machines; when it runs again, every line has happened once, or is
//! in the list of those that a person must look at ([`Outbox::open_items`],
//! [`State::NeedsPerson`]).
//!
//! - **Safe**: charges with a due date, spends, payments under a mandate, refunds, transfers, and
//!   what else takes a key that the server honours. [`Outbox::once`] refuses all else.
//! - **Not safe**: immediate Pix through `charges.create`, money tools of sessions, a wallet's own
//!   execute. [`Outbox::at_most_once`] sends them once and never again.
//!
//! The [guide](guide::outbox) has a nightly run, a fleet, and what to do with what needs a person.
//!
//! # How it is built
//! The core does no I/O: [`Name::id`] derives the id, [`plan()`] says what to do with a row,
//! [`apply()`] what an observation makes of it, all pure; a [`Machine`] says the steps, and a
//! driver carries them out. [`Store`] is asked one request at a time.
//!
//! # Features
//! - `sqlite` (default): [`SqliteStore`], a file. `bundled` (default) builds SQLite with it.
//! - `sqlite-transaction`: intents within a transaction of the caller's own.
//! - `async`: `AsyncOutbox`, the same as futures, for the client of `codespar-async`.
//! - `postgres`, `tokio-postgres`: stores in PostgreSQL, for any number of machines, over a client
//!   or pool of the caller's own. `postgres-tls`: TLS for either, by rustls.
//! - `seal`: requests and answers are encrypted in the store.
//! - `webhook`: `Outbox::take_event`.
//! - `tools`: the record of an agent's toolbox, `Outbox::tool_calls`.
//! - `tracing`: an event per written step of a row, below the target `codespar`: debug for `ready`
//!   and `sent`, warn for `unknown` and `needs_person`, info for the others. Neither references nor
//!   anything of requests and answers is told.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![warn(clippy::disallowed_methods, clippy::disallowed_types)]

#[cfg(feature = "async")]
mod asynchronous;
mod blocking;
mod builder;
#[allow(clippy::disallowed_methods, reason = "stores without a clock of their own have this one")]
mod clock;
#[cfg_attr(
    not(any(feature = "sqlite", feature = "postgres", feature = "tokio-postgres")),
    allow(dead_code, reason = "read by stores in databases")
)]
mod columns;
mod error;
mod evidence;
#[cfg(feature = "webhook")]
mod feed;
pub mod guide;
mod id;
mod intent;
mod list;
mod memory;
mod observation;
mod operations;
mod outbox;
mod plan;
mod policy;
#[cfg(feature = "postgres-tls")]
mod postgres_tls;
#[cfg(any(feature = "postgres", feature = "tokio-postgres"))]
mod postgresql;
mod purge;
mod queries;
mod reconcile;
mod request;
mod resolve;
mod row;
#[cfg(feature = "seal")]
mod seal;
#[cfg(feature = "sqlite")]
mod sqlite;
mod stop;
mod store;
mod told;
#[cfg(feature = "tools")]
mod tool_calls;
mod transition;
mod vault;
mod work;

/// What the README shows, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

#[cfg(all(feature = "async", feature = "tools"))]
pub use self::asynchronous::BlockOn;
#[cfg(feature = "async")]
pub use self::asynchronous::{AsyncOnce, AsyncOutbox, AsyncStore, OnThreads, StoreFuture};
#[cfg(feature = "webhook")]
pub use self::feed::EventOutcome;
#[cfg(feature = "postgres-tls")]
pub use self::postgres_tls::PostgresTls;
#[cfg(feature = "tokio-postgres")]
pub use self::postgresql::{AsyncPostgresClients, AsyncPostgresStore};
#[cfg(feature = "postgres")]
pub use self::postgresql::{PostgresClients, PostgresStore};
#[cfg(feature = "seal")]
pub use self::seal::Seal;
#[cfg(feature = "sqlite")]
pub use self::sqlite::SqliteStore;
#[cfg(feature = "tools")]
pub use self::tool_calls::ToolCalls;
pub use self::{
    blocking::{Once, Outbox, Outcome},
    builder::Builder,
    clock::Clock,
    columns::{SCHEMA, SqlValue},
    error::OutboxError,
    id::{Name, origin},
    intent::Intent,
    list::{ListTotals, RunList},
    memory::MemoryStore,
    observation::Observation,
    outbox::{Keep, OnceCall},
    plan::{Look, Plan, plan},
    policy::Policy,
    queries::OpenItem,
    reconcile::{Reconcile, Totals},
    resolve::{Resolution, ResolveError, resolve},
    row::{Blob, Guarantee, Row, State},
    stop::Stop,
    store::{Entry, Note, Store, StoreAnswer, StoreError, StoreRequest, Stored, Swap},
    transition::apply,
    work::{Event, Machine, Step, Until, Work},
};
