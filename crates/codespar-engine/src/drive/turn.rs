//! How much is done in one poll, so that a server that is never late lets other tasks run.

use std::{future::poll_fn, mem, task::Poll};

use crate::flow::Event;

/// What was done since the task last gave way.
#[derive(Default)]
pub(crate) struct Turn {
    events: usize,
    bytes: usize,
}

/// How many pieces, heads and requests for items one poll may take in.
const EVENTS: usize = 128;
/// How many bytes. To keep them takes less than half a millisecond.
const BYTES: usize = 256 * 1024;

impl Turn {
    /// Counts what came.
    pub(crate) const fn took(&mut self, event: &Event) {
        self.events += 1;
        if let Event::Chunk(bytes) = event {
            self.bytes += bytes.len();
        }
    }

    /// Another begins.
    pub(crate) const fn ends(&mut self) {
        (self.events, self.bytes) = (0, 0);
    }

    /// Lets others run first, if it is their turn.
    pub(crate) async fn gives_way(&mut self) {
        let mut is_over = self.is_over();
        poll_fn(|cx| {
            if mem::take(&mut is_over) {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            Poll::Ready(())
        })
        .await;
    }

    /// Whether others are to run first. If so, another begins: it is told once.
    pub(crate) const fn is_over(&mut self) -> bool {
        let is_over = self.events >= EVENTS || self.bytes >= BYTES;
        if is_over {
            self.ends();
        }
        is_over
    }
}
