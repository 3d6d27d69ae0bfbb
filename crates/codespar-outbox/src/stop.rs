//! Telling an outbox to stop: no more lines and rows are taken, and waits end.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use codespar_engine::CancelHandle;

/// Tells an outbox to stop: [`run_list`](crate::Outbox::run_list) takes no more lines and
/// [`reconcile`](crate::Outbox::reconcile) no more rows; what is in flight is finished, and what is
/// waited for is left to a later run.
///
/// The program wires it to its signals, for instance with the crate `ctrlc` (its feature
/// `termination` is about SIGTERM): `ctrlc::set_handler(move || stop.stop())`.
///
/// ```
/// let stop = codespar_outbox::Stop::new();
/// let handle = stop.clone();
/// assert!(!stop.is_stopped());
/// std::thread::spawn(move || handle.stop()).join().unwrap();
/// assert!(stop.is_stopped());
/// ```
#[doc(alias = "SIGTERM")]
#[doc(alias = "graceful shutdown")]
#[derive(Clone, Default)]
pub struct Stop(Arc<Shared>);

#[derive(Default)]
struct Shared {
    stopped: AtomicBool,
    waits: Mutex<Waits>,
}

/// The waits that are going on. A handle wakes one wait alone, and so each has its own.
#[derive(Default)]
struct Waits {
    next: u64,
    handles: BTreeMap<u64, CancelHandle>,
}

impl Stop {
    /// One that was not told yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells it; once more does nothing. Not to be called by a signal handler itself: a thread that
    /// waits for the signal calls it, as that of `ctrlc` does.
    pub fn stop(&self) {
        self.0.stopped.store(true, Ordering::SeqCst);
        let handles = std::mem::take(&mut self.waits().handles);
        handles.into_values().for_each(|handle| handle.cancel());
    }

    /// Whether it was told.
    pub fn is_stopped(&self) -> bool {
        self.0.stopped.load(Ordering::SeqCst)
    }

    /// Lets time pass by `sleep`, which ends early once the handle is used.
    pub(crate) fn wait(&self, sleep: impl FnOnce(&CancelHandle)) {
        let wait = Wait::of(self);
        // After the handle is known: who stops from now on uses it.
        if !self.is_stopped() {
            sleep(&wait.handle);
        }
    }

    /// Lets time pass by this future, less of it once it is told.
    #[cfg(feature = "async")]
    pub(crate) async fn wait_async(&self, sleep: impl Future<Output = ()>) {
        let wait = Wait::of(self);
        let mut sleep = std::pin::pin!(sleep);
        std::future::poll_fn(|context| {
            let waker = context.waker().clone();
            wait.handle.on_cancel(move || waker.wake());
            match self.is_stopped() {
                true => std::task::Poll::Ready(()),
                false => sleep.as_mut().poll(context),
            }
        })
        .await;
    }

    fn waits(&self) -> MutexGuard<'_, Waits> {
        self.0.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A wait that ends early; forgotten with this, also where its future is dropped.
struct Wait<'a> {
    stop: &'a Stop,
    number: u64,
    handle: CancelHandle,
}

impl<'a> Wait<'a> {
    fn of(stop: &'a Stop) -> Self {
        let handle = CancelHandle::new();
        let mut waits = stop.waits();
        waits.next = waits.next.wrapping_add(1);
        let number = waits.next;
        waits.handles.insert(number, handle.clone());
        drop(waits);
        Self { stop, number, handle }
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        self.stop.waits().handles.remove(&self.number);
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Stop").field(&self.is_stopped()).finish()
    }
}
