//! The attempt at hand: what one request tells the connection it is given, and the other way round.
//!
//! ureq picks or makes the connection itself and hands nothing through from a request to it.
//! Both happen on the calling thread, so the note lies in a thread-local while ureq runs.

use std::{cell::RefCell, mem::ManuallyDrop, time::Instant};

use codespar_engine::CancelHandle;
use http::uri::PathAndQuery;

use crate::socket::ExchangeGuard;

thread_local! {
    // Never dropped, as it is empty between requests: so it can be used to the very end of a
    // thread, where the destructors of other thread-locals may send requests.
    static CURRENT: ManuallyDrop<RefCell<Option<Attempt>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
}

/// The request at hand.
#[derive(Default)]
pub(crate) struct Attempt {
    /// When a connection must be there.
    pub(crate) connected_by: Option<Instant>,
    /// When the head of the response must be there.
    pub(crate) answered_by: Option<Instant>,
    /// What stops it.
    pub(crate) cancel: Option<CancelHandle>,
    /// Path and query of the request, and its header lines. ureq does not see them, because it
    /// logs what it sees.
    pub(crate) target: Option<PathAndQuery>,
    pub(crate) header_lines: Vec<u8>,
    /// How many bytes follow the request's head.
    pub(crate) body_len: u64,
    /// Whether any byte of the request has been handed to the operating system.
    pub(crate) sent: bool,
    /// Whether the rest of the request is not sent any more.
    pub(crate) stopped: bool,
    /// The connection, once it was chosen.
    pub(crate) guard: Option<ExchangeGuard>,
}

impl Attempt {
    /// Runs `work` with this note at hand, gives back what became of it; `None` where the thread
    /// has no place for the note any more, and `work` was not begun.
    pub(crate) fn run<R>(self, work: impl FnOnce() -> R) -> Option<(R, Self)> {
        let before = CURRENT.try_with(|current| current.replace(Some(self))).ok()?;
        let restore = RestoreOuter(before);
        let result = work();
        let attempt = CURRENT.try_with(|current| current.take()).ok()??;
        drop(restore);
        Some((result, attempt))
    }
}

/// Restores the note of an outer request: a logger of ureq's may send requests too.
struct RestoreOuter(Option<Attempt>);

impl Drop for RestoreOuter {
    fn drop(&mut self) {
        // Where there is no place any more there is nothing to restore.
        let _ = CURRENT.try_with(|current| current.replace(self.0.take()));
    }
}

/// Looks at the note of the request at hand, if there is one.
pub(crate) fn with_current<R>(look: impl FnOnce(&mut Attempt) -> R) -> Option<R> {
    CURRENT.try_with(|current| current.borrow_mut().as_mut().map(look)).ok()?
}
