//! Whom an HTTP/1.1 connection wakes: whoever polls it, unless that is being done.
//!
//! The halves of a connection (what reads and writes, the answer, its body) wake each other. All of
//! them are polled by one task, one after the other, and such a wake would have that task polled
//! once more for nothing, and the runtime look at its sockets in between.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

/// Nobody polls: wakes are passed on.
const OPEN: u8 = 0;
/// The connection is polled.
const SHUT: u8 = 1;
/// And somebody was woken meanwhile.
const MISSED: u8 = 2;

/// Passes wakes on, or keeps them while the connection is polled.
#[derive(Default)]
pub(super) struct Gate {
    task: Mutex<Option<Waker>>,
    state: AtomicU8,
}

impl Gate {
    /// Polls with the gate shut. What was missed is passed on, unless something came of it.
    pub(super) fn poll<T>(
        &self,
        waker: &Waker,
        cx: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        self.shut(cx.waker());
        let result = poll(&mut Context::from_waker(waker));
        let missed = self.state.swap(OPEN, Ordering::AcqRel) == MISSED;
        if missed && result.is_pending() {
            cx.waker().wake_by_ref();
        }
        result
    }

    /// Nobody polls any more.
    pub(super) fn forget(&self) {
        self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    fn shut(&self, waker: &Waker) {
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if !task.as_ref().is_some_and(|task| task.will_wake(waker)) {
            *task = Some(waker.clone());
        }
        self.state.store(SHUT, Ordering::Release);
    }
}

impl Wake for Gate {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let (set, fetch) = (Ordering::AcqRel, Ordering::Acquire);
        match self.state.compare_exchange(SHUT, MISSED, set, fetch) {
            Ok(_) | Err(MISSED) => return,
            Err(_) => {}
        }
        // Woken outside of the lock, as nobody knows what a waker does.
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(task) = task {
            task.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[derive(Default)]
    struct Task(AtomicUsize);

    impl Wake for Task {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn a_wake_is_passed_on_unless_the_connection_is_polled_and_something_came_of_it() {
        let (gate, task) = (Arc::new(Gate::default()), Arc::new(Task::default()));
        let (inner, outer) = (Waker::from(Arc::clone(&gate)), Waker::from(Arc::clone(&task)));
        let woken = || task.0.swap(0, Ordering::SeqCst);
        let poll = |result: Poll<()>, wakes: bool| {
            let _: Poll<()> = gate.poll(&inner, &mut Context::from_waker(&outer), |cx| {
                if wakes {
                    cx.waker().wake_by_ref();
                    cx.waker().wake_by_ref();
                    assert_eq!(task.0.load(Ordering::SeqCst), 0, "while it is polled");
                }
                result
            });
        };
        poll(Poll::Pending, false);
        assert_eq!(woken(), 0);
        inner.wake_by_ref();
        assert_eq!(woken(), 1, "while nobody polls");
        poll(Poll::Pending, true);
        assert_eq!(woken(), 1, "nothing came of it");
        poll(Poll::Ready(()), true);
        assert_eq!(woken(), 0);
        poll(Poll::Pending, false);
        assert_eq!(woken(), 0, "what was missed is over");
        gate.forget();
        inner.wake_by_ref();
        assert_eq!(woken(), 0);
    }
}
