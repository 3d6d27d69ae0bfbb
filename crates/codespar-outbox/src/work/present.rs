//! Presenting a row: `sent` in its own commit, the check of the fence, the call.

use codespar_engine::driver::Transport;

use crate::{
    error::OutboxError,
    observation::Observation,
    operations::{is_attempt, present},
    request::KeptRequest,
    row::Row,
    store::StoreRequest,
    transition::sent,
    work::{Phase, Step, Work},
};

impl<T: Transport> Work<T> {
    /// The request: as it was given with the call, or as it lies in the store.
    pub(super) fn request(&self) -> Result<Option<KeptRequest>, OutboxError> {
        if let Some(given) = &self.order.given {
            return Ok(Some(given.clone()));
        }
        self.core.kept_request(&self.row)
    }

    /// The row as one that is put off, where it is held: it cannot be opened here, but may be sent
    /// with the next call.
    pub(crate) fn into_put_off(self) -> Option<Row> {
        let is_held = self.holds && self.row.state.is_open();
        is_held.then(|| crate::work::put_off::later(&self.row, self.now))
    }

    /// Writes that the row is about to be presented.
    pub(super) fn mark_sent(&mut self) -> Result<Step<T, Box<Row>>, OutboxError> {
        if self.request()?.is_none() {
            return Ok(self.put_off());
        }
        let before = self.row.clone();
        let row = sent(&before, self.now, &self.core.policy);
        self.phase = Phase::Marking(before);
        Ok(self.swap(row))
    }

    /// Reads the fence, right before the row is presented.
    pub(super) fn check(&mut self, before: Box<Row>) -> Step<T, Box<Row>> {
        self.phase = Phase::Checking(before);
        Step::Store(StoreRequest::Load(self.row.id.clone()))
    }

    pub(super) fn checked(
        &mut self,
        before: &Row,
        found: Box<Row>,
    ) -> Result<Step<T, Box<Row>>, OutboxError> {
        let is_same = found.fence == self.row.fence && found.version == self.row.version;
        if is_same && found.is_leased(self.now) {
            return self.send();
        }
        if is_same {
            // The lease ran out between the commit and this moment. Nothing was sent by this one,
            // and nobody has taken the row over: it is as it was.
            self.phase = Phase::PuttingBack;
            return Ok(self.swap(Row { lease_until: None, ..before.clone() }));
        }
        (self.row, self.holds) = (found, false);
        self.rest()
    }

    fn send(&mut self) -> Result<Step<T, Box<Row>>, OutboxError> {
        let Some(request) = self.request()? else { return Ok(self.put_off()) };
        let route = codespar_proto::operations::route(&self.row.name.operation);
        let route = route.ok_or(OutboxError::Unreadable("the operation is not known"))?;
        let ids = (self.row.id.as_str(), self.row.key());
        let ids = (ids.0, ids.1.as_str());
        let limit = self.core.policy.request_limit;
        let call = present(&self.core.client, route.operation, &request, ids, limit)?;
        self.phase = Phase::Presenting;
        Ok(Step::Call(call))
    }

    /// Takes in what the presentation came to.
    pub(super) fn presented(
        &mut self,
        seen: Result<Observation, codespar_engine::Error>,
    ) -> Result<Step<T, Box<Row>>, OutboxError> {
        self.record(seen.unwrap_or(Observation::NOTHING))
    }

    /// What an attempt's answer says of the base URL, where that is news.
    pub(super) fn origin_news(&self, seen: &Observation) -> Option<bool> {
        let is_answer = seen.status.is_some_and(|status| (200..300).contains(&status));
        if seen.is_read || !is_answer || !is_attempt(&self.row.name.operation) {
            return None;
        }
        let honours = seen.is_replay.is_some();
        (self.honours.flatten() != Some(honours)).then_some(honours)
    }
}
