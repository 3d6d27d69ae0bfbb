//! Requests that wait for a connection: calls and event streams, each in the order they came.

use std::collections::VecDeque;

use super::state::Purpose;

/// Somebody who waits.
pub(super) trait Waiter: Sized {
    type Connection;

    /// Hands the connection over; it comes back from one who has left.
    fn give(self, connection: Self::Connection) -> Result<(), Self::Connection>;

    /// Whether nobody waits here any more.
    fn has_left(&self) -> bool;
}

#[derive(Debug)]
pub(super) struct Waiting<W> {
    calls: Queue<W>,
    streams: Queue<W>,
}

#[derive(Debug)]
struct Queue<W> {
    waiters: VecDeque<W>,
    /// How many of them have left: they are removed once they are the greater part.
    left: usize,
}

impl<W> Default for Waiting<W> {
    fn default() -> Self {
        Self { calls: Queue::default(), streams: Queue::default() }
    }
}

impl<W> Default for Queue<W> {
    fn default() -> Self {
        Self { waiters: VecDeque::new(), left: 0 }
    }
}

impl<W> Queue<W> {
    fn count(&self) -> usize {
        self.waiters.len().saturating_sub(self.left)
    }
}

impl<W> Waiting<W> {
    const fn queue(&mut self, purpose: Purpose) -> &mut Queue<W> {
        match purpose {
            Purpose::Call => &mut self.calls,
            Purpose::Stream => &mut self.streams,
        }
    }

    pub(super) fn count(&self, purpose: Purpose) -> usize {
        match purpose {
            Purpose::Call => self.calls.count(),
            Purpose::Stream => self.streams.count(),
        }
    }

    pub(super) fn total(&self) -> usize {
        self.calls.count() + self.streams.count()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.calls.waiters.is_empty() && self.streams.waiters.is_empty()
    }

    pub(super) fn push(&mut self, purpose: Purpose, waiter: W) {
        self.queue(purpose).waiters.push_back(waiter);
    }
}

impl<W: Waiter> Waiting<W> {
    pub(super) fn take(&mut self, purpose: Purpose) -> Vec<W> {
        let queue = self.queue(purpose);
        queue.left = 0;
        queue.waiters.drain(..).filter(|waiter| !waiter.has_left()).collect()
    }

    pub(super) fn take_all(&mut self) -> Vec<W> {
        let mut all = self.take(Purpose::Call);
        all.extend(self.take(Purpose::Stream));
        all
    }

    /// The next one, calls first.
    pub(super) fn pop(&mut self) -> Option<W> {
        [Purpose::Call, Purpose::Stream].into_iter().find_map(|purpose| self.pop_from(purpose))
    }

    fn pop_from(&mut self, purpose: Purpose) -> Option<W> {
        let queue = self.queue(purpose);
        while let Some(waiter) = queue.waiters.pop_front() {
            if !waiter.has_left() {
                return Some(waiter);
            }
            queue.left = queue.left.saturating_sub(1);
        }
        None
    }

    /// Gives the connection to the first who takes it; it comes back where there is nobody.
    pub(super) fn give_to(
        &mut self,
        purpose: Purpose,
        mut connection: W::Connection,
    ) -> Option<W::Connection> {
        while let Some(waiter) = self.pop_from(purpose) {
            match waiter.give(connection) {
                Ok(()) => return None,
                Err(back) => connection = back,
            }
        }
        Some(connection)
    }

    /// The same for either kind, calls first.
    pub(super) fn give(&mut self, connection: W::Connection) -> Option<W::Connection> {
        let connection = self.give_to(Purpose::Call, connection)?;
        self.give_to(Purpose::Stream, connection)
    }

    /// One of them has left.
    pub(super) fn left(&mut self, purpose: Purpose) {
        let queue = self.queue(purpose);
        queue.left += 1;
        if queue.left * 2 > queue.waiters.len() {
            queue.waiters.retain(|waiter| !waiter.has_left());
            queue.left = 0;
        }
    }
}
