//! Stopping a conversation from elsewhere.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

type Hook = Box<dyn FnOnce() + Send>;

/// Cancels a call or a stream from another thread or task.
///
/// The call ends with an error of kind [`Canceled`](crate::error::ErrorKind::Canceled), whose
/// verdict says whether the request may have arrived. What the server has begun goes on there.
#[doc(alias = "abort")]
#[doc(alias = "cancellation")]
#[derive(Clone, Default)]
pub struct CancelHandle {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    canceled: AtomicBool,
    hook: Mutex<Option<Hook>>,
}

impl CancelHandle {
    /// A handle that belongs to no call yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels the call; calling it again does nothing.
    pub fn cancel(&self) {
        self.shared.canceled.store(true, Ordering::SeqCst);
        let hook = self.hook().take();
        if let Some(hook) = hook {
            hook();
        }
    }

    /// Whether [`cancel`](Self::cancel) was called.
    pub fn is_canceled(&self) -> bool {
        self.shared.canceled.load(Ordering::SeqCst)
    }

    /// For transports: what interrupts the work at hand. Replaces the hook before it, and runs
    /// at once if the handle was used already.
    pub fn on_cancel(&self, hook: impl FnOnce() + Send + 'static) {
        let mut slot = self.hook();
        if !self.is_canceled() {
            let old = slot.replace(Box::new(hook));
            drop(slot);
            // Not while the slot is locked: what it holds may use the handle as it goes.
            drop(old);
            return;
        }
        drop(slot);
        hook();
    }

    /// Forgets the hook of work that is over.
    pub fn clear(&self) {
        let old = self.hook().take();
        drop(old);
    }

    fn hook(&self) -> std::sync::MutexGuard<'_, Option<Hook>> {
        self.shared.hook.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for CancelHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelHandle").field("canceled", &self.is_canceled()).finish()
    }
}
