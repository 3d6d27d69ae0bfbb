//! What goes wrong in an outbox.

use codespar_engine::Error;

use crate::{resolve::ResolveError, store::StoreError};

/// Why the outbox did not do what was asked. What has become of an effect is told by its row.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutboxError {
    /// The call cannot work, or its recorded answer cannot be read as its type.
    #[error(transparent)]
    Call(#[from] Error),
    /// The store failed. A row that was sent stays so, and is presented again.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The reference was used before, for another request.
    #[error("{operation} {reference}: the reference stands for another request")]
    OtherArguments {
        /// The name of the operation.
        operation: String,
        /// The caller's name for the effect.
        reference: String,
    },
    /// The reference was used before, with another promise.
    #[error("{operation} {reference}: the reference was begun by the other of once, at_most_once")]
    OtherGuarantee {
        /// The name of the operation.
        operation: String,
        /// The caller's name for the effect.
        reference: String,
    },
    /// There is no row of this name.
    #[error("there is no row of this name")]
    NoSuchRow,
    /// The row cannot be resolved so.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// What is stored cannot be read: it is damaged, or sealed under a key that was not given.
    #[error("what is stored cannot be read: {0}")]
    Unreadable(&'static str),
}
