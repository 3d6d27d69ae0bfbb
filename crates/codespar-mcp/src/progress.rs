//! What a client is told while it waits.

use std::time::Duration;

use rmcp::{
    RoleServer,
    model::{ProgressNotificationParam, ProgressToken},
    service::{Peer, RequestContext},
};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};

/// How often.
const EVERY: Duration = Duration::from_secs(5);

/// Tells a client that asked for it how long it has been waiting.
pub(crate) struct Progress {
    to: Option<(Peer<RoleServer>, ProgressToken)>,
    what: String,
    began: Instant,
    ticks: Interval,
    /// What was told last: the protocol wants more each time.
    told: f64,
}

impl Progress {
    pub(crate) fn new(context: &RequestContext<RoleServer>, what: String) -> Self {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let token = context.meta.get_progress_token();
        Self {
            to: token.map(|token| (context.peer.clone(), token)),
            what,
            began: Instant::now(),
            ticks,
            told: -1.0,
        }
    }

    /// Tells it for the first time.
    pub(crate) async fn begin(&mut self) {
        if self.to.is_some() {
            self.tell().await;
        }
    }

    /// Tells it once more, when it is time: at once, then every five seconds. Without anybody who
    /// listens it never ends.
    pub(crate) async fn tell(&mut self) {
        let Some((peer, token)) = &self.to else { return std::future::pending().await };
        self.ticks.tick().await;
        let seconds = self.began.elapsed().as_secs_f64();
        self.told = if seconds > self.told { seconds } else { self.told + 1.0 };
        let message = format!("{}, {:.0} s", self.what, seconds);
        let progress =
            ProgressNotificationParam::new(token.clone(), self.told).with_message(message);
        // A client that has gone is noticed elsewhere.
        let _ = peer.notify_progress(progress).await;
    }
}
