//! What was read of the server, one page or several: an attempt may lie behind many newer ones.

use codespar_engine::driver::Transport;

use crate::{
    error::OutboxError,
    observation::Observation,
    operations::look,
    plan::Look,
    policy::millis,
    row::Row,
    work::{Phase, Step, Work},
};

/// What something is read for.
#[derive(Clone, Copy)]
pub(super) enum Reading {
    /// What has become of the row.
    Outcome,
    /// What the receipt of one that is done says.
    Receipt,
}

impl<T: Transport> Work<T> {
    /// Takes in what was read. Where more pages follow, whether this one still holds the row is
    /// looked at before the next.
    pub(super) fn was_read(
        &mut self,
        of: Reading,
        seen: Option<Observation>,
    ) -> Result<Step<T, Box<Row>>, OutboxError> {
        self.pages = self.pages.saturating_add(1);
        let is_last = self.pages >= self.core.policy.attempt_pages;
        let nothing = Observation { is_read: true, ..Observation::NOTHING };
        let seen = seen.unwrap_or(nothing);
        match seen.next_page.as_ref().filter(|_| !is_last) {
            Some(cursor) => {
                self.phase = Phase::Turning(of, cursor.clone());
                Ok(self.load_row())
            }
            None => self.read_out(of, seen),
        }
    }

    /// Reads a further page, if there is time for it before the lease ends.
    pub(super) fn turned(
        &mut self,
        of: Reading,
        cursor: &str,
        found: Box<Row>,
    ) -> Result<Step<T, Box<Row>>, OutboxError> {
        if found.fence != self.row.fence || found.version != self.row.version {
            (self.row, self.holds) = (found, false);
            return self.rest();
        }
        let limit = self.core.policy.request_limit;
        if !found.is_leased(self.now.saturating_add(millis(limit))) {
            // Nothing was learned: it is found the next time, or stays unknown.
            return self.read_out(of, Observation { is_read: true, ..Observation::NOTHING });
        }
        self.phase = Phase::Reading(of);
        let attempt = Look::Attempt(self.row.key());
        Ok(Step::Call(look(&self.core.client, &attempt, ("", Some(cursor)), limit)?))
    }

    fn read_out(
        &mut self,
        of: Reading,
        seen: Observation,
    ) -> Result<Step<T, Box<Row>>, OutboxError> {
        self.pages = 0;
        match of {
            Reading::Outcome => self.record(seen),
            Reading::Receipt => self.receipt_read(seen),
        }
    }
}
