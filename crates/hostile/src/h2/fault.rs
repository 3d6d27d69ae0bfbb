//! A fault that HTTP/2 has of its own, and what has to come of it.

use crate::{Act, Expect, Kind, Step};

/// What has to become of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fate {
    /// It serves the next call.
    Kept,
    /// The next call gets another one.
    Gone,
    /// It is in order: another one does as well.
    Any,
}

/// How a fault goes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Manner {
    /// It shows.
    Loud,
    /// Only a time limit ends it.
    Silent,
    /// It shows, and comes before anything that should begin a connection.
    Mute,
    /// It shows, and is an answer that says of a change that nothing was done.
    Refuses,
}

/// A fault that shows after a request has arrived.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct H2Fault {
    /// What happens.
    pub name: &'static str,
    /// What the server does on a stream, instead of giving the good answer.
    pub acts: fn(&Step, u32) -> Vec<Act>,
    /// What has to come of it where one answer is awaited.
    pub unary: Expect,
    /// What has to come of it where an event stream is awaited.
    pub stream: Expect,
    /// What has to become of the connection.
    pub fate: Fate,
    /// How it goes about.
    pub manner: Manner,
}

impl H2Fault {
    /// A fault that shows: what happens, what the server does on a stream, what has to come of it
    /// where one answer is awaited and where an event stream is, what becomes of the connection.
    pub(super) const fn new(
        name: &'static str,
        acts: fn(&Step, u32) -> Vec<Act>,
        unary: Expect,
        stream: Expect,
        fate: Fate,
    ) -> Self {
        Self { name, acts, unary, stream, fate, manner: Manner::Loud }
    }

    /// Of which both come to the same.
    pub(super) const fn both(
        name: &'static str,
        acts: fn(&Step, u32) -> Vec<Act>,
        expect: Expect,
        fate: Fate,
    ) -> Self {
        Self::new(name, acts, expect, expect, fate)
    }

    /// In another manner.
    pub(super) const fn manner(mut self, manner: Manner) -> Self {
        self.manner = manner;
        self
    }

    /// What has to come of it.
    pub const fn expect(&self, kind: Kind) -> Expect {
        match kind {
            Kind::Unary => self.unary,
            Kind::Stream => self.stream,
        }
    }
}
