//! Writing down what was learned, also when another wrote the row meanwhile.

use codespar_engine::driver::Transport;

use crate::{
    error::OutboxError,
    observation::Observation,
    plan::{Plan, plan},
    row::{Row, State},
    store::StoreRequest,
    transition::apply,
    vault::place,
    work::{Phase, Step, Work},
};

impl<T: Transport> Work<T> {
    /// The work on a row that was claimed at this time, of which something was told meanwhile.
    #[cfg(feature = "webhook")]
    pub(crate) fn on_told(
        core: std::sync::Arc<crate::outbox::Core<T>>,
        row: Row,
        now: i64,
        order: crate::work::Order,
        seen: Observation,
    ) -> Self {
        let work = Self::of(core, row, order, Phase::Told(Box::new(seen)));
        Self { holds: true, now, ..work }
    }

    /// Writes what was learned, and lets the row go unless there is more to do at once.
    pub(super) fn record(&mut self, seen: Observation) -> Result<Step<T, Box<Row>>, OutboxError> {
        // First what it says of the base URL: were the row written and this forgotten, others would
        // be presented again to a server that does not know them.
        if let Some(honours) = self.origin_news(&seen) {
            self.phase = Phase::MarkingOrigin(Box::new(seen), honours);
            let origin = self.row.name.origin.clone();
            return Ok(Step::Store(StoreRequest::MarkOrigin { origin, honours }));
        }
        let mut row = apply(&self.row, &seen, self.now, &self.core.policy);
        if let Some(answer) = seen.answer.as_ref().filter(|_| row.state != State::NeedsPerson) {
            row.answer = Some(self.core.vault.put(&place(&row, "answer"), answer)?);
        }
        if row.state == State::Done {
            self.expect_receipt(&mut row, &seen);
        }
        let is_over =
            matches!(plan(&row, self.now, &self.core.policy, true), Plan::Stop | Plan::Wait(_));
        if is_over && row.state != State::NeedsPerson {
            row.lease_until = None;
        }
        self.phase = Phase::Recording(Box::new(seen));
        Ok(self.swap(row))
    }

    /// The row was written by another: what was learned still holds if this one still holds it.
    pub(super) fn reloaded(
        &mut self,
        seen: Observation,
        found: Box<Row>,
    ) -> Result<Step<T, Box<Row>>, OutboxError> {
        // The row that is known is the one that was to be written.
        let is_held = found.fence == self.row.fence && found.state.is_open();
        self.row = found;
        if is_held {
            return self.record(seen);
        }
        self.holds = false;
        self.rest()
    }
}
