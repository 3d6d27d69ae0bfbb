//! Lets go of connections that nobody used for long, or that their server has closed.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::{
    runtime::Handle,
    task::JoinHandle,
    time::{Instant, sleep_until},
};

/// How long it rests at most: what is kept for a shorter time may have come meanwhile.
const LONGEST_REST: Duration = Duration::from_secs(5);

/// What has connections that grow old.
pub(super) trait Expire: Send + Sync + 'static {
    /// Lets go of those that have; the answer is when to look again, if there are any.
    fn expire(self: Arc<Self>, now: Instant) -> Option<Instant>;
}

/// The task that looks.
#[derive(Default)]
pub(super) struct Reaper(Option<JoinHandle<()>>);

impl Reaper {
    /// Starts it where there is none, or where its runtime has ended.
    pub(super) fn ensure(&mut self, owner: &Arc<impl Expire>, idle: Duration) {
        if self.0.as_ref().is_some_and(|task| !task.is_finished()) {
            return;
        }
        // Outside a runtime nothing can be started; the next one to come does it.
        if let Ok(runtime) = Handle::try_current() {
            self.0 = Some(runtime.spawn(run(Arc::downgrade(owner), idle.min(LONGEST_REST))));
        }
    }
}

async fn run(owner: Weak<impl Expire>, rest: Duration) {
    let mut next = Instant::now() + rest;
    loop {
        // What is in use now may lie idle then, so it rests before it looks.
        sleep_until(next).await;
        let Some(owner) = owner.upgrade() else { return };
        let now = Instant::now();
        let Some(end) = owner.expire(now) else { return };
        next = end.min(now + rest);
    }
}
