//! Whom an HTTP/1.1 connection wakes: whoever polls it, unless that is being done.
//!
//! The halves of a connection (what reads and writes, the answer, its body) wake each other. All of
//! them are polled by one task, one after the other, and such a wake would have that task polled
//! once more for nothing, and the runtime look at its sockets in between.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

/// Passes wakes on, or keeps them while the connection is polled.
#[derive(Default)]
pub(super) struct Gate {
    task: Mutex<Option<Waker>>,
    polling: AtomicBool,
    /// Whether somebody was woken meanwhile.
    missed: AtomicBool,
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
        self.polling.store(false, Ordering::SeqCst);
        if self.missed.load(Ordering::SeqCst) && result.is_pending() {
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
        self.missed.store(false, Ordering::SeqCst);
        self.polling.store(true, Ordering::SeqCst);
    }
}

impl Wake for Gate {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.missed.store(true, Ordering::SeqCst);
        if self.polling.load(Ordering::SeqCst) {
            return;
        }
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = &*task {
            task.wake_by_ref();
        }
    }
}
