//! What will happen by itself, in order of time.

use std::{sync::Arc, time::Duration};

use crate::{
    codespar::{
        approvals,
        charges::{lifecycle, settle},
        session::tracking,
        webhook_endpoints::deliveries,
    },
    store::{Store, clock::Now, state::State, timers::What},
};

/// Lets everything happen that has become due, in order and each at its own time.
pub(crate) fn catch_up(state: &mut State, now: Now) {
    while let Some((at, what)) = state.agenda.take_due(now.instant) {
        happen(state, what, now.at(at));
    }
}

fn happen(state: &mut State, what: What, now: Now) {
    match what {
        What::ChargeRegistered { project, id } => lifecycle::register(state, &project, &id, now),
        What::ChargePaid { project, id } => {
            settle::settle(state, &project, &id, now);
        }
        What::ToolCallEnds { number } => tracking::end(state, number, now),
        What::ApprovalExpires { id } => approvals::expire(state, &id, now),
        What::Delivery(job) => deliveries::make_ready(state, *job, now),
    }
}

/// Keeps the agenda, and sends the deliveries that become due, for as long as the sandbox runs.
pub(crate) async fn keep(store: Arc<Store>) {
    /// Longest sleep: far beyond any test, and no timer minds it.
    const LONGEST: Duration = Duration::from_secs(60 * 60);
    loop {
        let (ready, next, now) = {
            let mut state = store.state.lock();
            let now = store.clock.read();
            catch_up(&mut state, now);
            (std::mem::take(&mut state.ready), state.agenda.next(), now)
        };
        for job in ready {
            tokio::spawn(deliveries::carry_out(Arc::clone(&store), job));
        }
        let wait = next.map_or(LONGEST, |next| next.saturating_duration_since(now.instant));
        tokio::select! {
            () = store.wake.notified() => {}
            () = tokio::time::sleep(wait.min(LONGEST)) => {}
        }
    }
}
