//! Interrupts, and the request to end: what is under way is canceled, what goes on for ever ends.

use std::{
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
    thread,
    time::Duration,
};

use codespar_blocking::CancelHandle;

#[derive(Default)]
struct Interrupts {
    came: bool,
    hook: Option<Box<dyn Fn() + Send>>,
}

static INTERRUPTS: OnceLock<Mutex<Interrupts>> = OnceLock::new();

fn interrupts() -> MutexGuard<'static, Interrupts> {
    let cell = INTERRUPTS.get_or_init(|| {
        // Where there are no signals there is nothing to handle.
        let _ = ctrlc::set_handler(interrupted);
        Mutex::default()
    });
    cell.lock().unwrap_or_else(PoisonError::into_inner)
}

fn interrupted() {
    let mut it = interrupts();
    it.came = true;
    if let Some(hook) = &it.hook {
        hook();
    }
}

/// What an interrupt does from now on, in place of what it did; at once if there was one.
pub(crate) fn on_interrupt(hook: impl Fn() + Send + 'static) {
    let mut it = interrupts();
    if it.came {
        hook();
    }
    it.hook = Some(Box::new(hook));
}

/// An interrupt cancels this call, whose error then says whether anything was sent.
pub(crate) fn cancel_on_interrupt(handle: CancelHandle) {
    on_interrupt(move || handle.cancel());
}

/// Whether there was an interrupt.
pub(crate) fn was_interrupted() -> bool {
    interrupts().came
}

/// Lets time pass, less of it at an interrupt: then the answer is `false`.
pub(crate) fn pause(time: Duration) -> bool {
    let waiting = thread::current();
    on_interrupt(move || waiting.unpark());
    if !was_interrupted() {
        thread::park_timeout(time);
    }
    !was_interrupted()
}
