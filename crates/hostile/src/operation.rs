//! One operation of each kind, of both APIs: what it asks for, step by step, and what came of it.

mod codespar;
mod run;
mod upivia;

use std::any::Any;

use codespar_proto::Error;

/// An operation of each kind there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// A read.
    Get,
    /// A write that must not happen twice.
    Post,
    /// A write under an idempotency key.
    Keyed,
    /// A file.
    Upload,
    /// A turn of a chat, as an event stream.
    Chat,
    /// A payment that is followed, opened again when it breaks off.
    Status,
    /// The same, of which the first connection breaks off.
    Reopened,
    /// A payment that is waited for.
    Settled,
    /// The same, of which the first connection breaks off.
    Resettled,
    /// A verification that is waited for, of which the first connection breaks off.
    Decided,
    /// A list in pages.
    Pages,
    /// A batch that is paid in rounds, under one key.
    Pay,
    /// A session that is opened and whose connections are waited for.
    Opening,
    /// Tool calls that follow one another.
    Workflow,
    /// A read of Upivia's.
    UpiviaGet,
    /// A write of Upivia's that must not happen twice.
    UpiviaPost,
    /// A write of Upivia's under an idempotency key.
    UpiviaKeyed,
    /// A deletion of Upivia's, which must not happen twice either.
    UpiviaDelete,
    /// A file for Upivia.
    UpiviaUpload,
    /// A file for Upivia, in three requests, of which one goes elsewhere.
    UpiviaLarge,
    /// The place of a file of Upivia's.
    UpiviaDownload,
    /// A turn of a chat of Upivia's, as an event stream.
    UpiviaChat,
    /// A list of Upivia's in pages.
    UpiviaPages,
    /// A write of Upivia's under a key, and a wait until it is done.
    UpiviaWait,
    /// A workflow of Upivia's that is looked up, begun and waited for.
    UpiviaRun,
}

/// All of them.
pub const OPERATIONS: [Operation; 25] = [
    Operation::Get,
    Operation::Post,
    Operation::Keyed,
    Operation::Upload,
    Operation::Chat,
    Operation::Status,
    Operation::Reopened,
    Operation::Settled,
    Operation::Resettled,
    Operation::Decided,
    Operation::Pages,
    Operation::Pay,
    Operation::Opening,
    Operation::Workflow,
    Operation::UpiviaGet,
    Operation::UpiviaPost,
    Operation::UpiviaKeyed,
    Operation::UpiviaDelete,
    Operation::UpiviaUpload,
    Operation::UpiviaLarge,
    Operation::UpiviaDownload,
    Operation::UpiviaChat,
    Operation::UpiviaPages,
    Operation::UpiviaWait,
    Operation::UpiviaRun,
];

/// The name of an event that was handed out unread.
pub const UNREAD: &str = "unread";

/// What became of an operation.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Outcome {
    /// What it handed out.
    pub items: Vec<String>,
    /// The error it ended with.
    pub error: Option<Error>,
    /// The last state that the error holds.
    pub last: Option<String>,
}

impl Outcome {
    /// Of an operation that says nothing but whether it went well.
    fn of<O>(result: Result<O, Error>) -> Self {
        Self { error: result.err(), ..Self::default() }
    }

    /// Of an operation that hands items out, each named by `item`.
    fn items<I>((items, error): (Vec<I>, Option<Error>), item: fn(&I) -> String) -> Self {
        Self { items: items.iter().map(item).collect(), error, last: None }
    }

    /// Adds the state that the error holds.
    fn keeping<S: Any>(self, state: fn(&S) -> String) -> Self {
        let last = self.error.as_ref().and_then(Error::last::<S>).map(state);
        Self { last, ..self }
    }
}

impl Operation {
    /// Whether it is one of Upivia's.
    const fn is_upivia(self) -> bool {
        use Operation::{
            UpiviaChat, UpiviaDelete, UpiviaDownload, UpiviaGet, UpiviaKeyed, UpiviaLarge,
            UpiviaPages, UpiviaPost, UpiviaRun, UpiviaUpload, UpiviaWait,
        };
        matches!(
            self,
            UpiviaChat
                | UpiviaDelete
                | UpiviaDownload
                | UpiviaGet
                | UpiviaKeyed
                | UpiviaLarge
                | UpiviaPages
                | UpiviaPost
                | UpiviaRun
                | UpiviaUpload
                | UpiviaWait
        )
    }

    /// Whether it hands out what it is told.
    pub const fn hands_out(self) -> bool {
        matches!(
            self,
            Self::Chat
                | Self::Status
                | Self::Reopened
                | Self::Pages
                | Self::Opening
                | Self::Workflow
                | Self::UpiviaChat
                | Self::UpiviaPages
        )
    }

    /// Whether its errors hold what it was told last.
    pub const fn remembers(self) -> bool {
        matches!(
            self,
            Self::Status
                | Self::Reopened
                | Self::Settled
                | Self::Resettled
                | Self::Decided
                | Self::Pay
                | Self::UpiviaChat
                | Self::UpiviaLarge
                | Self::UpiviaWait
                | Self::UpiviaRun
        )
    }
}
