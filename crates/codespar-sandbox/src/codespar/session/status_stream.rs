//! Status streams: a snapshot, then updates and heartbeats, then `done`.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval_at, sleep, sleep_until},
};

use crate::{
    codespar::{session::tracking, timers},
    server::event_stream::frame,
    store::{Store, json::member, records::tracking::StatusKind},
};

/// How often a stream looks for news. The real service looks once a second.
const POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Which tool call a stream follows.
pub(crate) struct StatusStream {
    pub(crate) kind: StatusKind,
    pub(crate) number: u64,
    pub(crate) project: String,
}

/// Writes the frames of a stream until it is over or the client has gone.
pub(crate) async fn run(
    store: Arc<Store>,
    target: StatusStream,
    frames: mpsc::Sender<Bytes>,
    heartbeats: bool,
) {
    // An error is a client that has gone, which ends the stream too.
    let _ = write(&store, &target, &frames, heartbeats).await;
}

async fn write(
    store: &Store,
    target: &StatusStream,
    frames: &mpsc::Sender<Bytes>,
    heartbeats: bool,
) -> Result<(), mpsc::error::SendError<Bytes>> {
    let begun = Instant::now();
    let end = begun.checked_add(store.settings.max_stream);
    let beat = store.settings.heartbeat;
    let mut beats = interval_at(begun + beat, beat);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);

    let Some(mut last) = snapshot(store, target) else { return Ok(()) };
    frames.send(frame("snapshot", &last)).await?;
    loop {
        if let Some(status) = terminal(target.kind, &last) {
            sleep(store.settings.linger).await;
            return frames.send(done_frame(target.kind, "terminal", status)).await;
        }
        tokio::select! {
            () = frames.closed() => return Ok(()),
            () = wait_until(end) => {
                let status = member(&last, target.kind.member()).as_str().unwrap_or_default();
                return frames.send(done_frame(target.kind, "max_duration", status)).await;
            }
            _ = beats.tick(), if heartbeats => {
                let millis = store.clock.read().wall.as_millisecond();
                frames.send(Bytes::from(format!(": heartbeat {millis}\n\n"))).await?;
            }
            () = sleep(POLL_INTERVAL) => {
                let Some(now) = snapshot(store, target) else { return Ok(()) };
                if now != last {
                    frames.send(frame("update", &now)).await?;
                    last = now;
                }
            }
        }
    }
}

/// Waits for an instant, for ever when there is none.
async fn wait_until(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => std::future::pending().await,
    }
}

fn snapshot(store: &Store, target: &StatusStream) -> Option<Value> {
    let mut state = store.state.lock();
    timers::run_due(&mut state, store.clock.read());
    tracking::status_body(&mut state, &target.project, target.number, target.kind).ok()
}

fn terminal(kind: StatusKind, body: &Value) -> Option<&str> {
    let status = member(body, kind.member()).as_str()?;
    kind.is_terminal(status).then_some(status)
}

fn done_frame(kind: StatusKind, reason: &str, status: &str) -> Bytes {
    frame("done", &json!({ "reason": reason, kind.member(): status }))
}
