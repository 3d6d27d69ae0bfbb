//! What an error or a result says about what happened on the server, money above all.

pub(crate) mod table;

use std::fmt;

use serde::{Serialize, Serializer};

/// What happened on the server: whether money has moved, and what to do next.
///
/// It covers the whole call: every request, its retries and what follows from them. Requests that
/// only read do not count. Unknown is never "not done".
#[doc(alias = "outcome")]
#[doc(alias = "uncertain")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// No request that changes anything can have reached the server. Repeat the call.
    NothingSent,
    /// The server says that nothing was done. Correct the call, then repeat it.
    Refused,
    /// It happens once a person approves, without another call. Wait for the approval.
    Held,
    /// It may have happened, be happening, or have been left half done. Repeat under the same key
    /// where the server honours one; look first where it does not.
    Unknown,
    /// It happened, as far as the operation goes.
    Done(Stage),
}

/// How far something that was done has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// It was carried out, and there is nothing further to it.
    Completed,
    /// Something payable was issued; it is not paid yet.
    Issued,
    /// Money is on its way; it has not arrived yet.
    Dispatched,
    /// The money is there.
    Settled,
}

impl Stage {
    /// The stage as one lower-case word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Issued => "issued",
            Self::Dispatched => "dispatched",
            Self::Settled => "settled",
        }
    }
}

impl Verdict {
    /// The verdict as one lower-case word: `nothing_sent`, `refused`, `held`, `unknown`, or the
    /// stage of what is done.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NothingSent => "nothing_sent",
            Self::Refused => "refused",
            Self::Held => "held",
            Self::Unknown => "unknown",
            Self::Done(stage) => stage.as_str(),
        }
    }

    /// Whether nothing of it happened and nothing of it will: nothing sent, or refused. Only then
    /// may the work be done anew.
    pub const fn is_nothing_done(self) -> bool {
        matches!(self, Self::NothingSent | Self::Refused)
    }

    /// Whether it happened, as far as the operation goes.
    pub const fn is_done(self) -> bool {
        matches!(self, Self::Done(_))
    }

    /// What is known when an earlier request that changes something was answered or may have
    /// arrived: that nothing was done can no longer be said.
    pub const fn after_a_change(self) -> Self {
        match self {
            Self::NothingSent | Self::Refused => Self::Unknown,
            verdict => verdict,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What becomes of an idempotency key or attempt id after an error: whether a repetition needs the
/// same one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyUse {
    /// Repeat under the same key, never under another.
    Same,
    /// It is used up, and nothing happened under it: a new one may be drawn.
    Spent,
    /// It names something else, or something that cannot be read: a person decides.
    PersonDecides,
    /// No key plays a part.
    None,
}

impl KeyUse {
    /// The word for it: `same`, `spent`, `person_decides`, `none`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Spent => "spent",
            Self::PersonDecides => "person_decides",
            Self::None => "none",
        }
    }
}

impl Serialize for KeyUse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What an operation does to the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// Nothing: it reads.
    Reads,
    /// It changes something.
    Changes,
    /// It moves money, or makes somebody owe some.
    MovesMoney,
    /// It removes something, or makes it useless.
    Destroys,
}

impl Effect {
    /// The word for it: `reads`, `changes`, `moves money`, `destroys`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Changes => "changes",
            Self::MovesMoney => "moves money",
            Self::Destroys => "destroys",
        }
    }

    /// Whether doing it twice, or not knowing whether it was done, is worth a thought.
    pub const fn is_change(self) -> bool {
        !matches!(self, Self::Reads)
    }

    /// The worst that a request of this method may do, where nothing else is known of it.
    pub fn of_method(method: &http::Method) -> Self {
        match method.as_str() {
            "GET" | "HEAD" | "OPTIONS" => Self::Reads,
            "DELETE" => Self::Destroys,
            _ => Self::MovesMoney,
        }
    }
}

/// How an operation names its effect to the server, so that it happens once however often it is
/// asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyRule {
    /// The server honours none: none is made up, none is taken.
    None,
    /// The header `Idempotency-Key`.
    Header,
    /// The header `Idempotency-Key` and the body's member `idempotency_key`, alike.
    HeaderAndBody,
    /// The body's member `idempotency_key`.
    Body,
    /// An argument of this name, which the caller chooses.
    Argument(&'static str),
    /// It depends on the arguments: see the operation.
    Depends,
    /// A request of the caller's own: any key is sent, and nothing is promised.
    Unpromised,
}

impl KeyRule {
    /// Whether a call takes a key by its option.
    pub const fn takes_option(self) -> bool {
        !matches!(self, Self::None | Self::Argument(_) | Self::Depends)
    }

    /// Whether the server is known to honour a key.
    pub const fn is_honoured(self) -> bool {
        !matches!(self, Self::None | Self::Unpromised)
    }

    /// The rule in words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Header => "header",
            Self::HeaderAndBody => "header and body",
            Self::Body => "body",
            Self::Argument(name) => name,
            Self::Depends => "by its arguments",
            Self::Unpromised => "sent, not promised",
        }
    }
}

/// A verdict, and what becomes of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[allow(clippy::exhaustive_structs, reason = "it is the two words of a row")]
pub struct Judgement {
    /// What happened, as far as it is known.
    pub verdict: Verdict,
    /// What becomes of the key.
    pub key: KeyUse,
}

impl Judgement {
    /// Nothing is known, and no key helps.
    pub(crate) const UNKNOWN: Self = Self { verdict: Verdict::Unknown, key: KeyUse::None };

    /// Of what several codes of one answer say, that which leaves most open; of equals, the last.
    pub fn most_open(all: impl IntoIterator<Item = Self>) -> Option<Self> {
        all.into_iter().max_by_key(|judgement| match judgement.verdict {
            Verdict::Unknown => 3,
            Verdict::Held => 2,
            Verdict::Done(_) => 1,
            Verdict::NothingSent | Verdict::Refused => 0,
        })
    }
}
