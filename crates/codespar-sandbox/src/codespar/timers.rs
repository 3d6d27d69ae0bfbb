//! What will happen by itself, in order of time.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    codespar::{
        approvals, charges,
        session::status,
        webhook_endpoints::deliveries::{self, Job},
    },
    server::listen::Shared,
    store::{clock::Now, state::State},
};

/// What happens.
pub(crate) enum What {
    /// The issuer registers the document of a charge.
    ChargeRegistered { project: String, id: String },
    /// The buyer of a charge pays.
    ChargePaid { project: String, id: String },
    /// What a tool call waits for arrives.
    ToolCallEnds { number: u64 },
    /// Nobody has decided about a held payment.
    ApprovalExpires { id: String },
    /// A delivery is due.
    Delivery(Box<Job>),
}

#[derive(Default)]
pub(crate) struct Agenda {
    due: BTreeMap<(Instant, u64), What>,
    /// Tells apart what is due at the same instant.
    count: u64,
}

impl Agenda {
    /// Lets it happen after this time, unless that is endless.
    pub(crate) fn after(&mut self, wait: Duration, now: Now, what: What) {
        if let Some(at) = now.instant.checked_add(wait) {
            self.count += 1;
            self.due.insert((at, self.count), what);
        }
    }

    /// When something happens next.
    fn next(&self) -> Option<Instant> {
        self.due.first_key_value().map(|(&(at, _), _)| at)
    }
}

/// Lets everything happen that has become due, in order and each at its own time.
pub(crate) fn catch_up(state: &mut State, now: Now) {
    while let Some(entry) = state.agenda.due.first_entry() {
        let at = entry.key().0;
        if at > now.instant {
            return;
        }
        let what = entry.remove();
        happen(state, what, now.at(at));
    }
}

fn happen(state: &mut State, what: What, now: Now) {
    match what {
        What::ChargeRegistered { project, id } => charges::register(state, &project, &id, now),
        What::ChargePaid { project, id } => {
            charges::settle(state, &project, &id, now);
        }
        What::ToolCallEnds { number } => status::end(state, number, now),
        What::ApprovalExpires { id } => approvals::expire(state, &id, now),
        What::Delivery(job) => deliveries::make_ready(state, *job, now),
    }
}

/// Keeps the agenda, and sends the deliveries that become due, for as long as the sandbox runs.
pub(crate) async fn keep(shared: Arc<Shared>) {
    /// Longest sleep: far beyond any test, and no timer minds it.
    const LONGEST: Duration = Duration::from_secs(60 * 60);
    loop {
        let (ready, next, now) = {
            let mut state = shared.state.lock();
            let now = shared.clock.read();
            catch_up(&mut state, now);
            (std::mem::take(&mut state.ready), state.agenda.next(), now)
        };
        for job in ready {
            tokio::spawn(deliveries::carry_out(Arc::clone(&shared), job));
        }
        let wait = next.map_or(LONGEST, |next| next.saturating_duration_since(now.instant));
        tokio::select! {
            () = shared.wake.notified() => {}
            () = tokio::time::sleep(wait.min(LONGEST)) => {}
        }
    }
}
