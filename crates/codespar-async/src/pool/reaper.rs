//! Lets go of connections that nobody used for long, or that their server has closed.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::{
    runtime::Handle,
    time::{Instant, sleep_until},
};

use super::host::{Connections, Host};

/// How long it rests at most: what is kept for a shorter time may have come meanwhile.
const LONGEST_REST: Duration = Duration::from_secs(5);

/// Starts it where there is none, or where its runtime has ended.
pub(super) fn ensure(connections: &mut Connections, host: &Arc<Host>, idle: Duration) {
    if connections.reaper.as_ref().is_some_and(|reaper| !reaper.is_finished()) {
        return;
    }
    // Outside a runtime nothing can be started; the next one to come does it.
    if let Ok(runtime) = Handle::try_current() {
        connections.reaper = Some(runtime.spawn(run(Arc::downgrade(host), idle.min(LONGEST_REST))));
    }
}

async fn run(host: Weak<Host>, rest: Duration) {
    let mut next = Instant::now() + rest;
    loop {
        // What is in use now may lie idle then, so it rests before it looks.
        sleep_until(next).await;
        let Some(host) = host.upgrade() else { return };
        let now = Instant::now();
        let mut connections = host.connections();
        let (end, dials) = connections.state.expire(now, |connection| connection.is_free());
        if end.is_none() {
            connections.reaper = None;
        }
        drop(connections);
        host.dial(dials);
        let Some(end) = end else { return };
        next = end.min(now + rest);
    }
}
