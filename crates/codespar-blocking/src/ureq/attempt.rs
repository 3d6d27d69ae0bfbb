//! What one request tells the connection it is given, and the other way round.
//!
//! ureq picks or makes the connection itself and hands nothing through from a request to it.
//! Both happen on the calling thread, so the note lies in a thread-local while ureq runs.

use std::{cell::RefCell, time::Instant};

use codespar_engine::CancelHandle;

use super::link::Lease;

thread_local! {
    static CURRENT: RefCell<Option<Attempt>> = const { RefCell::new(None) };
}

/// The request at hand.
#[derive(Default)]
pub(super) struct Attempt {
    /// When a connection must be there.
    pub(super) connected_by: Option<Instant>,
    /// When the head of the response must be there.
    pub(super) answered_by: Option<Instant>,
    /// What stops it.
    pub(super) cancel: Option<CancelHandle>,
    /// Header lines that ureq must not see, because it logs what it sees.
    pub(super) private: Vec<u8>,
    /// How many bytes follow the request's head.
    pub(super) body: u64,
    /// Whether any byte of the request has been handed to the operating system.
    pub(super) sent: bool,
    /// The connection, once it was chosen.
    pub(super) lease: Option<Lease>,
}

impl Attempt {
    /// Runs `work` with this note at hand, gives back what became of it.
    pub(super) fn during<R>(self, work: impl FnOnce() -> R) -> (R, Self) {
        let guard = Guard(CURRENT.replace(Some(self)));
        let result = work();
        let attempt = CURRENT.take().unwrap_or_default();
        drop(guard);
        (result, attempt)
    }
}

/// Restores the note of an outer request: a logger of ureq's may send requests too.
struct Guard(Option<Attempt>);

impl Drop for Guard {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

/// Looks at the note of the request at hand, if there is one.
pub(super) fn with<R>(look: impl FnOnce(&mut Attempt) -> R) -> Option<R> {
    CURRENT.with_borrow_mut(|current| current.as_mut().map(look))
}
