//! What an implementation offers to be checked: conversations in which calls are made by name.

use serde_json::{Map, Value};

use crate::recording::{Call, Recording};

/// Which driver carries the requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Driver {
    /// The blocking driver.
    Blocking,
    /// The asynchronous driver.
    Async,
}

impl Driver {
    /// The name it has on the command line and in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blocking => "blocking",
            Self::Async => "async",
        }
    }
}

/// What a conversation starts from.
///
/// Every `{base_url}` in the recording has been replaced by the address of the scripted server
/// already.
#[derive(Debug, Clone, Copy)]
pub struct Setup<'a> {
    /// The driver to use.
    pub driver: Driver,
    /// The scripted server, `http://127.0.0.1:port`, without a slash at the end. The client's base
    /// URL unless [`Recording::config`] names one or [`Recording::env`] holds one.
    pub base_url: &'a str,
    /// The case. What matters here: `config`, `env`, `session`, and `sdk`, which says whose client
    /// it is.
    pub recording: &'a Recording,
}

/// A set of calls that can be checked.
pub trait Operations: Sync {
    /// Begins one conversation: one client, and where the recording has a session, one session on
    /// it.
    ///
    /// Nothing may be sent here, and nothing may fail: build the client at the first call, so that
    /// a bad setting is the outcome of that call.
    fn begin<'a>(&'a self, setup: Setup<'a>) -> Box<dyn Conversation + 'a>;

    /// The calls that there are, for hints at one that there is not.
    fn names(&self) -> Vec<&'static str> {
        Vec::new()
    }
}

/// One client, and the session on it, across the calls of a case.
pub trait Conversation {
    /// Makes one call and gives what came of it. A stream or an iteration is read to its end.
    fn call(&mut self, call: &Call) -> Outcome;
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It returned. Nothing is `Value::Null`.
    Value(Value),
    /// It was a stream or an iteration.
    Items {
        /// What it handed out, in order.
        items: Vec<Value>,
        /// The error it ended with.
        then: Option<Failure>,
    },
    /// It failed.
    Failed(Failure),
    /// There is no such call.
    Unknown,
}

/// An error, as far as it is compared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Failure {
    /// `Config`, `Api`, `Connect`, `Timeout`, `Io`, `Decode`, `Stream` or `Canceled`.
    pub kind: String,
    /// The status of the answer, where there was one.
    pub status: Option<u16>,
    /// The code of the error.
    pub code: Option<String>,
    /// Its text, for the report; never compared.
    pub message: String,
    /// The request id of the answer. Compared where the recorded error has one.
    pub request_id: Option<String>,
    /// Seconds to wait before the next attempt. Compared where the recorded error has them.
    pub retry_after: Option<f64>,
    /// The last state the error carries: an envelope of a stream, the batch of an earlier round.
    pub last: Option<Value>,
    /// Anything else an expectation may name, such as `batch` inside a version conflict.
    pub details: Map<String, Value>,
}

impl Failure {
    /// An error of this kind that carries only a text.
    #[must_use]
    pub fn new(kind: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind: kind.into(), message: message.into(), ..Self::default() }
    }
}

/// Knows no call, so that every case is unknown. For reading recordings without an implementation.
#[derive(Debug, Clone, Copy)]
pub struct Nothing;

impl Operations for Nothing {
    fn begin<'a>(&'a self, _: Setup<'a>) -> Box<dyn Conversation + 'a> {
        Box::new(Self)
    }
}

impl Conversation for Nothing {
    fn call(&mut self, _: &Call) -> Outcome {
        Outcome::Unknown
    }
}
