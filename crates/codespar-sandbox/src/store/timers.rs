//! Timers: what will happen by itself, in order of time.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use crate::store::{clock::Now, records::delivery::Delivery};

/// What happens.
pub(crate) enum Timer {
    /// The bank decides about an application for an account.
    ApplicationDecided { project: String, id: String },
    /// The issuer registers the document of a charge.
    ChargeRegistered { project: String, id: String },
    /// The buyer of a charge pays.
    ChargePaid { project: String, id: String },
    /// The bank takes the subscription of a document.
    DdaActivated { project: String, id: String },
    /// A consumer's statement shows a devolution.
    DevolutionSettled { project: String, id: String },
    /// What a tool call waits for arrives.
    ToolCallEnds { number: u64 },
    /// The rail answers about a payment that took its time.
    PaymentAnswered { attempt: String },
    /// The holder of a card is known well enough.
    CardIssued { project: String, id: String },
    /// Nobody has decided about a held payment.
    ApprovalExpires { id: String },
    /// An attempt to collect, or a refund that it led to, goes on.
    CollectDue { project: String },
    /// A delivery is due.
    Delivery(Box<Delivery>),
}

#[derive(Default)]
pub(crate) struct Timers {
    due: BTreeMap<(Instant, u64), Timer>,
    /// Tells apart what is due at the same instant.
    count: u64,
}

impl Timers {
    /// Lets it happen after this time, unless that is endless.
    pub(crate) fn after(&mut self, wait: Duration, now: Now, timer: Timer) {
        if let Some(at) = now.instant.checked_add(wait) {
            self.count += 1;
            self.due.insert((at, self.count), timer);
        }
    }

    /// Takes out what is first, where it is due by this time, and says when it was.
    pub(crate) fn take_due(&mut self, now: Instant) -> Option<(Instant, Timer)> {
        let first = self.due.first_entry().filter(|entry| entry.key().0 <= now)?;
        let at = first.key().0;
        Some((at, first.remove()))
    }

    /// Takes out at most so many deliveries that are wanted, in order of time.
    pub(crate) fn take_deliveries(
        &mut self,
        most: usize,
        wanted: impl Fn(&Delivery) -> bool,
    ) -> Vec<Delivery> {
        let found = self.due.iter().filter_map(|(at, timer)| match timer {
            Timer::Delivery(delivery) if wanted(delivery) => Some(*at),
            _ => None,
        });
        let found: Vec<_> = found.take(most).collect();
        let taken = found.iter().filter_map(|at| match self.due.remove(at) {
            Some(Timer::Delivery(delivery)) => Some(*delivery),
            _ => None,
        });
        taken.collect()
    }

    /// When something happens next.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.due.first_key_value().map(|(&(at, _), _)| at)
    }
}
