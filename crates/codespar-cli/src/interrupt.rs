//! Interrupts, and the request to end: the call that is under way is canceled, whose error then
//! says whether anything was sent; another does not begin; what goes on for ever ends.

use std::{
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
    thread,
    time::{Duration, Instant},
};

use codespar_blocking::CancelHandle;

use crate::outcome::{Exit, Failure};

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
pub(crate) fn call_on_interrupt(hook: impl Fn() + Send + 'static) {
    let mut it = interrupts();
    if it.came {
        hook();
    }
    it.hook = Some(Box::new(hook));
}

/// Lets interrupts cancel this call from now on; fails when there was one before.
pub(crate) fn on_interrupt(handle: CancelHandle) -> Result<(), Failure> {
    call_on_interrupt(move || handle.cancel());
    check()
}

/// Whether there was an interrupt.
pub(crate) fn was_interrupted() -> bool {
    interrupts().came
}

/// Fails when there was an interrupt.
fn check() -> Result<(), Failure> {
    match was_interrupted() {
        true => Err(Failure::new(Exit::Interrupted, "interrupted")),
        false => Ok(()),
    }
}

/// Lets time pass, until it is over or there is an interrupt.
pub(crate) fn pause(time: Duration) -> Result<(), Failure> {
    let begun = Instant::now();
    let waiting = thread::current();
    call_on_interrupt(move || waiting.unpark());
    loop {
        check()?;
        let left = time.saturating_sub(begun.elapsed());
        if left.is_zero() {
            return Ok(());
        }
        thread::park_timeout(left);
    }
}
