//! A row: one effect that is to happen once, and what is known of it.

use std::fmt;

use codespar_engine::{KeyUse, Verdict};

use crate::id::Name;

/// How far an effect has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// Nothing of it can have happened: it may be sent.
    Ready,
    /// It may be on its way: somebody is sending it, or was when the program ended.
    Sent,
    /// The server took it, and it is not final: a charge, a transfer, a refund.
    Issued,
    /// It happens once a person approves.
    Held,
    /// It may have happened.
    Unknown,
    /// It happened. Final.
    Done,
    /// It did not happen, and will not under this reference. Final.
    NotDone,
    /// A person has to look at it; nothing is done by program until then.
    NeedsPerson,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Ready,
        Self::Sent,
        Self::Issued,
        Self::Held,
        Self::Unknown,
        Self::Done,
        Self::NotDone,
        Self::NeedsPerson,
    ];

    /// The word for it, as stores keep it: `ready`, `needs_person`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Sent => "sent",
            Self::Issued => "issued",
            Self::Held => "held",
            Self::Unknown => "unknown",
            Self::Done => "done",
            Self::NotDone => "not_done",
            Self::NeedsPerson => "needs_person",
        }
    }

    /// Whether nothing changes it any more.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Done | Self::NotDone)
    }

    /// Whether the outbox goes on with it by itself.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Done | Self::NotDone | Self::NeedsPerson)
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is promised of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Guarantee {
    /// The server honours its id: it is presented again until the outcome is known.
    ExactlyOnce,
    /// The server honours none: it is sent once, and never again once it may have arrived.
    AtMostOnce,
}

impl Guarantee {
    /// The word for it: `exactly_once`, `at_most_once`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ExactlyOnce => "exactly_once",
            Self::AtMostOnce => "at_most_once",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        [Self::ExactlyOnce, Self::AtMostOnce].into_iter().find(|rule| rule.as_str() == word)
    }
}

/// Bytes in a store: as they are, or sealed under a key of this name.
#[derive(Clone, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "stores of one's own make and read it")]
pub struct Blob {
    /// The bytes; personal data, unless they are sealed.
    pub bytes: Vec<u8>,
    /// The name of the key that they are sealed under.
    pub key_id: Option<String>,
}

/// Length only: it may be personal data.
impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blob")
            .field("bytes", &self.bytes.len())
            .field("key_id", &self.key_id)
            .finish()
    }
}

/// One effect that is to happen once, and what is known of it. Times are milliseconds since 1970,
/// by the clock of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "stores of one's own make and read it")]
pub struct Row {
    /// What it is called.
    pub name: Name,
    /// Its id of generation 0, which names the row in stores.
    pub id: String,
    /// What is promised of it.
    pub guarantee: Guarantee,
    /// The hash of the request, of generation 0.
    pub request_hash: String,
    /// The request; `None` where only its hash is kept, and once it was purged. Of a call of an
    /// agent: what is left of the call, once its answer was purged.
    pub request: Option<Blob>,
    /// When it was written.
    pub created_at: i64,

    /// How far it has come.
    pub state: State,
    /// Which of its ids counts: 0, unless the server said that earlier ones are used up.
    pub generation: u32,
    /// How many times this generation was presented.
    pub presentations: u32,
    /// Whether a presentation before the last may have arrived.
    pub exposed: bool,
    /// How often a refusal that may pass was waited out.
    pub refusals: u32,
    /// How often it was read while it was not known.
    pub looks: u32,
    /// How much has happened since it last took a step forward.
    pub backoff: u32,
    /// How much has happened to it in all.
    pub turns: u32,
    /// When this generation was first presented.
    pub first_sent_at: Option<i64>,
    /// When to go on with it; for one that is done, when to look for its receipt.
    pub next_at: Option<i64>,

    /// What the last answer said happened.
    pub verdict: Option<Verdict>,
    /// What the last answer said of the id.
    pub key_use: KeyUse,
    /// The code of the last refusal.
    pub code: Option<String>,
    /// The HTTP status of the last answer.
    pub status: Option<u16>,
    /// The answer to give again.
    pub answer: Option<Blob>,
    /// The server's name for what was made: a charge, a refund, the receipt of a payment.
    pub resource: Option<String>,
    /// The approval that it waits for.
    pub approval: Option<String>,
    /// What a receipt said: `agrees`, `verified` where its seal holds by the keys of the service,
    /// `disagrees` where it is of something else or was altered; `missing` where none was to be
    /// had. Where the seal cannot be tried the receipt is compared, and nothing more.
    pub evidence: Option<String>,

    /// Until when it belongs to who works on it.
    pub lease_until: Option<i64>,
    /// How often somebody took it over: who has a smaller number works on it no more.
    pub fence: i64,
    /// How often it was written.
    pub version: i64,
    /// When it was written last.
    pub updated_at: i64,
}

impl Row {
    /// A row to which nothing has happened yet.
    pub(crate) fn new(name: Name, guarantee: Guarantee, request_hash: String) -> Self {
        Self {
            id: name.id(0),
            name,
            guarantee,
            request_hash,
            request: None,
            created_at: 0,
            state: State::Ready,
            generation: 0,
            presentations: 0,
            exposed: false,
            refusals: 0,
            looks: 0,
            backoff: 0,
            turns: 0,
            first_sent_at: None,
            next_at: None,
            verdict: None,
            key_use: KeyUse::Same,
            code: None,
            status: None,
            answer: None,
            resource: None,
            approval: None,
            evidence: None,
            lease_until: None,
            fence: 0,
            version: 0,
            updated_at: 0,
        }
    }

    /// The id under which it is presented now.
    #[doc(alias = "attempt_id")]
    pub fn key(&self) -> String {
        self.name.id(self.generation)
    }

    /// Whether somebody works on it at this moment.
    pub fn is_leased(&self, now: i64) -> bool {
        self.lease_until.is_some_and(|until| until > now)
    }
}
