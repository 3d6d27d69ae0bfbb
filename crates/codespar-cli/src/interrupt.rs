//! What an interrupt does: it cancels the call that is under way, whose error then says whether
//! anything was sent, and keeps another from beginning.

use std::{
    sync::{
        Mutex, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use codespar_blocking::CancelHandle;

use crate::outcome::{Exit, Failure};

static CALL: OnceLock<Mutex<Option<CancelHandle>>> = OnceLock::new();
static IS_INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Lets interrupts cancel this call from now on; fails when there was one before.
pub(crate) fn on_interrupt(handle: CancelHandle) -> Result<(), Failure> {
    let cell = CALL.get_or_init(|| {
        // Where there are no signals there is nothing to handle.
        let _ = ctrlc::set_handler(cancel);
        Mutex::new(None)
    });
    *cell.lock().unwrap_or_else(PoisonError::into_inner) = Some(handle);
    // Asked last: one that comes after it finds the handle.
    check()
}

/// Fails when there was an interrupt.
fn check() -> Result<(), Failure> {
    match IS_INTERRUPTED.load(Ordering::SeqCst) {
        true => Err(Failure::new(Exit::Interrupted, "interrupted")),
        false => Ok(()),
    }
}

/// Lets time pass, until it is over or there is an interrupt.
pub(crate) fn pause(time: Duration) -> Result<(), Failure> {
    let begun = Instant::now();
    loop {
        check()?;
        let left = time.saturating_sub(begun.elapsed());
        if left.is_zero() {
            return Ok(());
        }
        thread::sleep(left.min(Duration::from_millis(50)));
    }
}

fn cancel() {
    IS_INTERRUPTED.store(true, Ordering::SeqCst);
    let cell = CALL.get().map(|it| it.lock().unwrap_or_else(PoisonError::into_inner));
    if let Some(handle) = cell.as_deref().and_then(Option::as_ref) {
        handle.cancel();
    }
}
