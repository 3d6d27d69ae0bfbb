//! One request of an operation, and the answer it is content with.

use crate::{Expect, chunk, ok, stream_head};

/// How an answer goes over the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// One answer.
    Unary,
    /// An event stream.
    Stream,
}

/// One request of an operation, and a good answer to it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Step {
    /// Method and target of the request.
    pub line: &'static str,
    /// How the answer goes over the wire.
    pub kind: Kind,
    /// Whether it may be repeated once the server may have seen it.
    pub repeats: bool,
    /// Whether it goes out under an idempotency key.
    pub keyed: bool,
    /// Whether the operation goes on when it has failed for good.
    pub forgiven: bool,
    /// The body of a good answer.
    pub body: String,
    /// What the operation is told by a good answer, piece by piece.
    pub tells: &'static [&'static str],
    /// The faults, by their names, that come to something else here.
    pub other: &'static [(&'static str, Expect)],
}

impl Step {
    fn new(line: &'static str, body: impl Into<String>) -> Self {
        Self {
            line,
            kind: Kind::Unary,
            repeats: line.starts_with("GET "),
            keyed: false,
            forgiven: false,
            body: body.into(),
            tells: &[],
            other: &[],
        }
    }

    /// A request with one answer. A `GET` may be repeated.
    pub(crate) fn unary(line: &'static str, body: impl Into<String>) -> Self {
        Self::new(line, body)
    }

    /// A request with an event stream for an answer. A `GET` may be repeated.
    pub(crate) fn stream(line: &'static str, body: impl Into<String>) -> Self {
        Self { kind: Kind::Stream, ..Self::new(line, body) }
    }

    /// Under an idempotency key, and therefore repeated.
    pub(crate) fn keyed(self) -> Self {
        Self { keyed: true, repeats: true, ..self }
    }

    /// Repeated, though it is no `GET`.
    pub(crate) fn repeated(self) -> Self {
        Self { repeats: true, ..self }
    }

    /// No reason for the operation to fail.
    pub(crate) fn forgiven(self) -> Self {
        Self { forgiven: true, ..self }
    }

    /// Says what a good answer tells.
    pub(crate) fn tells(self, tells: &'static [&'static str]) -> Self {
        Self { tells, ..self }
    }

    /// Says of some faults that they come to something else here.
    pub(crate) fn but(self, other: &'static [(&'static str, Expect)]) -> Self {
        Self { other, ..self }
    }

    /// Whether the request changes something.
    pub fn changes(&self) -> bool {
        !self.line.starts_with("GET ")
    }

    /// The media type of a good answer.
    pub const fn media_type(&self) -> &'static str {
        match self.kind {
            Kind::Unary => "application/json",
            Kind::Stream => "text/event-stream",
        }
    }

    /// A good answer, whole.
    pub fn answer(&self) -> Vec<u8> {
        match self.kind {
            Kind::Unary => ok(self.media_type(), &self.body),
            Kind::Stream => [stream_head(), chunk(&self.body), chunk("")].concat(),
        }
    }
}
