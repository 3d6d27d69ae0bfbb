//! Running many cases at once, each within a limit that only a hang exceeds.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Mutex, mpsc},
    thread,
    time::Duration,
};

/// Far beyond anything a case takes, also on a machine that is busy with much else: it turns a hang
/// into a failure.
const GUARD: Duration = Duration::from_secs(600);

/// A limit that is not meant to run out, on however busy a machine.
pub const LONG: Duration = Duration::from_secs(120);
/// How many cases run at a time: most of them wait.
const AT_A_TIME: usize = 24;

/// Runs `work` on a thread of its own; fails when it does not come back.
///
/// # Panics
/// When `work` does, or takes longer than any limit in it allows.
pub fn guarded<R: Send + 'static>(name: &str, work: impl FnOnce() -> R + Send + 'static) -> R {
    let (done, finished) = mpsc::channel();
    let thread = thread::Builder::new().name(name.to_owned());
    let worker = thread
        .spawn(move || {
            // Nobody listens any more when this fails.
            let _ = done.send(catch_unwind(AssertUnwindSafe(work)));
        })
        .unwrap();
    match finished.recv_timeout(GUARD) {
        Ok(Ok(result)) => {
            worker.join().unwrap();
            result
        }
        Ok(Err(panic)) => resume_unwind(panic),
        Err(_) => panic!("{name}: the call did not come back"),
    }
}

/// Runs every case, a few at a time, and reports all that fail.
///
/// # Panics
/// When a case gives a complaint, panics or does not come back.
pub fn each<C: Send + 'static>(
    cases: impl IntoIterator<Item = C>,
    name: fn(&C) -> String,
    check: fn(C) -> Result<(), String>,
) {
    let cases: Vec<C> = cases.into_iter().collect();
    let count = cases.len();
    let cases = Mutex::new(cases);
    let complaints = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                loop {
                    let next = cases.lock().unwrap().pop();
                    let Some(case) = next else { return };
                    let name = name(&case);
                    let guard = || guarded(&name, move || check(case));
                    let complaint = match catch_unwind(AssertUnwindSafe(guard)) {
                        Ok(Ok(())) => continue,
                        Ok(Err(complaint)) => complaint,
                        Err(_) => "panicked, see above".to_owned(),
                    };
                    complaints.lock().unwrap().push(format!("{name}: {complaint}"));
                }
            });
        }
    });
    let mut complaints = complaints.into_inner().unwrap();
    complaints.sort();
    assert!(complaints.is_empty(), "{} of {count}:\n{}", complaints.len(), complaints.join("\n"));
}
