//! Runs the timers that are due.

use std::{sync::Arc, time::Duration};

use crate::{
    codespar::{
        account_applications, approvals, cards,
        charges::settle,
        collect,
        consumers::{dda, pix_devolutions},
        events,
        mandates::in_flight,
        session::tracking,
        webhook_endpoints::delivery,
    },
    store::{Store, clock::Now, state::State, timers::Timer},
};

/// Lets everything happen that has become due, in order and each at its own time.
pub(crate) fn run_due(state: &mut State, now: Now) {
    while let Some((at, timer)) = state.timers.take_due(now.instant) {
        fire(state, timer, now.at(at));
    }
    events::tell_falls(state, now);
}

fn fire(state: &mut State, timer: Timer, now: Now) {
    match timer {
        Timer::ApplicationDecided { project, id } => {
            account_applications::decided(state, &project, &id, now);
        }
        Timer::ChargeRegistered { project, id } => settle::register(state, &project, &id, now),
        Timer::ChargePaid { project, id } => {
            settle::settle(state, &project, &id, now);
        }
        Timer::DdaActivated { project, id } => dda::activate(state, &project, &id, now),
        Timer::DevolutionSettled { project, id } => {
            pix_devolutions::settle(state, &project, &id, now);
        }
        Timer::ToolCallEnds { number } => tracking::complete(state, number, now),
        Timer::PaymentAnswered { attempt } => in_flight::arrive(state, &attempt, now),
        Timer::CardIssued { project, id } => cards::issue(state, &project, &id, now),
        Timer::ApprovalExpires { id } => approvals::expire(state, &id, now),
        Timer::CollectDue { project } => collect::lifecycle::go_on(state, &project, now),
        Timer::Delivery(delivery) => delivery::make_ready(state, *delivery, now),
    }
}

/// Runs timers as they become due, and sends deliveries, for as long as the sandbox runs.
pub(crate) async fn run(store: Arc<Store>) {
    /// Longest sleep: far beyond any test, and no timer minds it.
    const LONGEST: Duration = Duration::from_secs(60 * 60);
    loop {
        let (ready, next, now) = {
            let mut state = store.state.lock();
            let now = store.clock.read();
            run_due(&mut state, now);
            (std::mem::take(&mut state.ready), state.timers.next(), now)
        };
        for delivery in ready {
            tokio::spawn(delivery::attempt(Arc::clone(&store), delivery));
        }
        let wait = next.map_or(LONGEST, |next| next.saturating_duration_since(now.instant));
        tokio::select! {
            () = store.wake.notified() => {}
            () = tokio::time::sleep(wait.min(LONGEST)) => {}
        }
    }
}
