//! The receipt of what is done: read at once where it is known, and again later where it is late.

use codespar_engine::{Call, driver::Transport};

use crate::{
    error::OutboxError,
    evidence::{self, MISSING, Sent},
    observation::Observation,
    operations::is_attempt,
    plan::Look,
    policy::millis,
    row::{Row, State},
    work::{Phase, Step, Work, pages::Reading},
};

impl<T: Transport> Work<T> {
    /// What is to be done about the receipt of a row that is done and about to be written.
    pub(super) fn expect_receipt(&mut self, row: &mut Row, seen: &Observation) {
        self.receipt.clone_from(&seen.receipt);
        if let Some(receipt) = &seen.receipt {
            row.resource = Some(receipt.clone());
        }
        // It can be compared later only where what was sent is kept.
        if is_attempt(&row.name.operation) && row.request.is_some() {
            row.looks = 0;
            row.next_at = Some(self.receipt_wait(row));
        }
    }

    /// When a receipt is looked for again.
    fn receipt_wait(&self, row: &Row) -> i64 {
        let policy = &self.core.policy;
        let wait = policy.wait(row.looks, policy.longest_wait, &row.id);
        self.now.saturating_add(millis(wait))
    }

    /// The call that reads the receipt, where that is to be done now.
    pub(super) fn next_receipt(&mut self) -> Result<Option<Step<T, Box<Row>>>, OutboxError> {
        let is_done = self.row.state == State::Done;
        let is_due = is_done && self.row.next_at.is_some_and(|at| at <= self.now);
        let receipt = self.receipt.take();
        let receipt = receipt.or_else(|| self.row.resource.clone().filter(|_| is_due));
        let call = match receipt {
            Some(receipt) => match self.read_receipt(&receipt) {
                // What was sent cannot be opened: it is looked for no more.
                Err(_) if is_due => None,
                call => call?,
            },
            None if is_due => Some(self.find_receipt()?),
            None => return Ok(None),
        };
        match call {
            Some(call) => {
                self.phase = Phase::Reading(Reading::Receipt);
                Ok(Some(Step::Call(call)))
            }
            // What was sent was purged meanwhile, or its key is gone.
            None if is_due => Ok(Some(self.write(self.with_evidence(MISSING)))),
            None => Ok(None),
        }
    }

    fn read_receipt(&self, receipt: &str) -> Result<Option<Call<T, Observation>>, OutboxError> {
        let Some(request) = self.request()? else { return Ok(None) };
        let sent = Sent::new(&request, self.row.key());
        let (core, limit) = (&self.core, self.core.policy.request_limit);
        Ok(Some(evidence::read(&core.client, receipt, sent, &core.receipt_keys, limit)))
    }

    /// The list of attempts names the receipt once there is one.
    fn find_receipt(&self) -> Result<Call<T, Observation>, OutboxError> {
        let (look, limit) = (Look::Attempt(self.row.key()), self.core.policy.request_limit);
        Ok(crate::operations::look(&self.core.client, &look, ("", None), limit)?)
    }

    /// Writes down what the receipt says, or when to look for it again; done stays done.
    pub(super) fn receipt_read(
        &mut self,
        seen: Observation,
    ) -> Result<Step<T, Box<Row>>, OutboxError> {
        if let Some(evidence) = seen.evidence {
            return Ok(self.write(self.with_evidence(evidence)));
        }
        let mut row = Row { updated_at: self.now, ..(*self.row).clone() };
        if seen.receipt.is_some() {
            // It is read at once.
            self.receipt.clone_from(&seen.receipt);
            row.resource = seen.receipt;
            return Ok(self.write(row));
        }
        if row.next_at.is_none() {
            return self.go();
        }
        row.looks = row.looks.saturating_add(1);
        if row.looks >= self.core.policy.receipts {
            return Ok(self.write(self.with_evidence(MISSING)));
        }
        (row.next_at, row.lease_until) = (Some(self.receipt_wait(&row)), None);
        Ok(self.write(row))
    }

    /// The row with this evidence, which is all that was waited for.
    fn with_evidence(&self, evidence: &str) -> Row {
        let evidence = Some(evidence.to_owned());
        let (next_at, lease_until) = (None, None);
        Row { evidence, next_at, lease_until, updated_at: self.now, ..(*self.row).clone() }
    }
}
