//! What a store is asked, and what it answers: the core says what to read and write, a store does
//! it.

use std::{error::Error as StdError, fmt, time::Duration};

use crate::row::{Row, State};

/// What a store is asked. Each is atomic and durable once it is answered.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_enums, reason = "a store that passed over one would lose it")]
pub enum StoreRequest {
    /// Write a row, unless there is one of its name: `created_at`, `updated_at` and `next_at` are
    /// the time of the store's clock. With a lease the writer holds it, with fence 1.
    Insert {
        /// The row to be written.
        row: Box<Row>,
        /// For how long the writer holds it.
        lease: Option<Duration>,
    },
    /// Read the row of this id.
    Load(String),
    /// Write a row in place of the one that has its id and this version, and a line of its history.
    Swap(Box<Swap>),
    /// Take the row of this id over, due or not. Only an open row that nobody holds, or one that is
    /// done and whose receipt is looked for. Its fence and version grow by one.
    Claim {
        /// The id that names it in stores.
        id: String,
        /// For how long.
        lease: Duration,
    },
    /// The same for the row of this origin and project that is due longest. Rows of others may lie
    /// in the same store, and are not this client's to send. One that cannot be read is taken over
    /// all the same: others would wait behind it for ever.
    ClaimDue {
        /// The origin of the base URL.
        origin: String,
        /// The id of the project.
        project: String,
        /// For how long.
        lease: Duration,
    },
    /// Read the row that is called so by the server or to it: by the id under which it is presented
    /// now, the id of what was made, or that of its approval. An open one goes before others.
    Find(String),
    /// Read rows in the order of their ids.
    List {
        /// In which states; empty for all.
        states: Vec<State>,
        /// After this id.
        after: Option<String>,
        /// How many at most.
        limit: u32,
    },
    /// Read the rows of an operation, oldest first.
    ListOf {
        /// The origin of the base URL.
        origin: String,
        /// The id of the project.
        project: String,
        /// The name of the operation.
        operation: String,
    },
    /// Read the history of the row of this id.
    History(String),
    /// Remove requests and answers of final rows that were written last before this time, but of
    /// those whose operation begins with `tools.call/`: their answer is the call itself, by which
    /// an agent knows what it has paid. What is left of those is written by `Swap`.
    Purge {
        /// In milliseconds since 1970.
        before: i64,
    },
    /// Read those that `Purge` leaves, in the order of their ids: final rows whose operation begins
    /// with `tools.call/`, that were written last before this time and have an answer.
    Calls {
        /// In milliseconds since 1970.
        before: i64,
        /// After this id.
        after: Option<String>,
        /// How many at most.
        limit: u32,
    },
    /// Read whether an origin honours attempts.
    Origin(String),
    /// Write whether an origin honours attempts.
    MarkOrigin {
        /// The origin of the base URL.
        origin: String,
        /// Whether it does.
        honours: bool,
    },
}

/// A row to be written in place of another.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs, reason = "stores of one's own read it")]
pub struct Swap {
    /// The row, with the version it gets.
    pub row: Row,
    /// The version that must be there.
    pub from: i64,
    /// Who decided it and why, where a person did.
    pub note: Option<Note>,
}

/// Who decided something, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Note {
    /// The person who decided.
    pub who: String,
    /// Why: the evidence.
    pub why: String,
}

impl Note {
    /// Who decided, and why.
    pub fn new(who: impl Into<String>, why: impl Into<String>) -> Self {
        Self { who: who.into(), why: why.into() }
    }
}

/// A line of a row's history.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "stores of one's own make it")]
pub struct Entry {
    /// The version that the row got.
    pub version: i64,
    /// When it was written.
    pub at: i64,
    /// The state that it got.
    pub state: State,
    /// The generation that it was in.
    pub generation: u32,
    /// The code of the last answer.
    pub code: Option<String>,
    /// The HTTP status of the last answer.
    pub status: Option<u16>,
    /// Who decided it, where a person did.
    pub note: Option<Note>,
}

/// What a store answers.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_enums, reason = "each answers one request")]
pub enum StoreAnswer {
    /// To `Insert`: the row as it was written.
    Inserted(Box<Row>),
    /// To `Insert`: the row that was there.
    Exists(Box<Row>),
    /// To `Load`, `Claim`, `ClaimDue` and `Find`: the row, if there is one.
    Row(Option<Box<Row>>),
    /// To `ClaimDue`: the row was taken over, and cannot be read. A newer version has written it,
    /// or somebody else has.
    Unreadable {
        /// The id that names it in stores.
        id: String,
        /// Why it cannot be read.
        why: String,
    },
    /// To `Swap`, `Purge` and `MarkOrigin`: how many rows were written.
    Written(u64),
    /// To `List` and `Calls`: the rows, by their ids; to `ListOf`: by their age.
    Rows(Vec<Row>),
    /// To `History`: its lines, oldest first.
    History(Vec<Entry>),
    /// To `Origin`: what is known.
    Origin(Option<bool>),
}

/// An answer, and the time at which it was given.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs, reason = "stores of one's own make it")]
pub struct Stored {
    /// What the store answered.
    pub answer: StoreAnswer,
    /// The time by the store's clock, in milliseconds since 1970.
    pub now: i64,
}

/// A store that is asked on the calling thread.
pub trait Store {
    /// Carries a request out.
    ///
    /// # Errors
    /// When nothing is known to be written: the request may be repeated.
    fn carry_out(&self, request: &StoreRequest) -> Result<Stored, StoreError>;
}

impl<S: Store + ?Sized> Store for &S {
    fn carry_out(&self, request: &StoreRequest) -> Result<Stored, StoreError> {
        (**self).carry_out(request)
    }
}

impl<S: Store + ?Sized> Store for std::sync::Arc<S> {
    fn carry_out(&self, request: &StoreRequest) -> Result<Stored, StoreError> {
        (**self).carry_out(request)
    }
}

/// Why a store failed.
#[derive(Debug)]
pub struct StoreError {
    message: Box<str>,
    /// Whether it is of one row alone, and others can be worked on.
    is_of_row: bool,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl StoreError {
    /// A failure in words.
    pub fn new(message: impl Into<Box<str>>) -> Self {
        Self { message: message.into(), is_of_row: false, source: None }
    }

    /// A row that cannot be read, and why.
    #[cfg_attr(
        not(any(feature = "sqlite", feature = "postgres", feature = "tokio-postgres")),
        allow(dead_code, reason = "said by stores in databases")
    )]
    pub(crate) fn of_row(id: &str, why: &Self) -> Self {
        Self { is_of_row: true, ..Self::new(format!("the row {id}: {}", why.message)) }
    }

    /// Whether it is of one row alone, and others can be worked on.
    pub(crate) const fn is_of_row(&self) -> bool {
        self.is_of_row
    }

    /// Hangs a cause below.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store failed: {}", self.message)
    }
}

impl StdError for StoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|source| &**source as _)
    }
}
