//! Paying a batch, round by round (`POST /v1/payables/batches/{batch_id}/pay`).

use std::{sync::Arc, time::Duration};

use codespar_engine::{
    Describe, Error,
    driver::BoxFlow,
    endpoints,
    kit::{Next, Repeat, Service},
};
use serde::{Deserialize, Serialize};

use crate::{
    api::payables::batches::batch::Batch,
    check::check_filled,
    client::idempotency_key::{IdempotencyKey, KeySource},
};

endpoints! {
    pub(crate) static ROUTES;
    fn pay_batch(batch_id; json: &PayBatch) -> Batch: "payables.batches.pay" POST "/v1/payables/batches/{batch_id}/pay" Keyed, effect MovesMoney;
}

const OPERATION: &str = "payables.batches.pay";

/// How many times it is asked for at most.
const MOST_ROUNDS: u32 = 30;

/// What is paid: a batch whose list is known exactly.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Describe)]
#[non_exhaustive]
pub struct PayBatch {
    /// The version of the list that was agreed to.
    pub version: u64,
    /// What that list is known by.
    pub list_hash: String,
    /// The mandate it is paid under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mandate_id: Option<String>,
    /// How long to wait between two rounds; 1 s unless set.
    #[serde(skip, default = "a_second")]
    pub pause: Duration,
}

const fn a_second() -> Duration {
    Duration::from_secs(1)
}

impl PayBatch {
    /// The list of a version, by its hash.
    pub fn new(version: u64, list_hash: impl Into<String>) -> Self {
        Self { version, list_hash: list_hash.into(), mandate_id: None, pause: a_second() }
    }

    /// The list as it stands in a batch that was looked at.
    ///
    /// # Errors
    /// `Config` naming `version` or `list_hash`, when the batch does not say it.
    pub fn of(batch: &Batch) -> Result<Self, Error> {
        let missing = |field: &'static str| Error::config(field, "expected it in the batch");
        let version = batch.version.ok_or_else(|| missing("version"))?;
        let list_hash = batch.list_hash.as_deref().ok_or_else(|| missing("list_hash"))?;
        Ok(Self::new(version, list_hash))
    }

    /// Sets the mandate it is paid under.
    #[must_use]
    pub fn mandate(mut self, mandate_id: impl Into<String>) -> Self {
        self.mandate_id = Some(mandate_id.into());
        self
    }

    /// Sets how long to wait between two rounds.
    #[must_use]
    pub const fn pause(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    fn check(&self) -> Result<(), Error> {
        check_filled("list_hash", &self.list_hash)?;
        match &self.mandate_id {
            Some(id) => check_filled("mandate_id", id),
            None => Ok(()),
        }
    }
}

/// Asks round after round, under one key.
pub(super) fn rounds(
    service: &Arc<Service>,
    batch_id: &str,
    args: &PayBatch,
) -> Result<IdempotencyKey<Repeat<Batch, Batch>>, Error> {
    args.check().map_err(|error| error.at(OPERATION))?;
    let key = format!("pay:{batch_id}:{}:{}", args.version, args.list_hash);
    let (service, batch_id, args) = (Arc::clone(service), batch_id.to_owned(), args.clone());
    let pause = args.pause;
    let ask = move || -> BoxFlow<Batch> { Box::new(pay_batch(&service, &batch_id, &args)) };
    let mut round = 0;
    let mut last = None;
    let judge = move |answer: Result<Batch, Error>, _| {
        round += 1;
        match answer {
            Ok(batch) if !batch.has_more_to_pay() => Next::Done(Ok(batch)),
            Ok(batch) if round < MOST_ROUNDS => {
                last = Some(batch);
                Next::Again(pause)
            }
            Ok(batch) => Next::Done(Err(unfinished().with_last(batch))),
            Err(error) => Next::Done(Err(match last.take() {
                Some(batch) => error.at(OPERATION).with_last::<Batch>(batch),
                None => error.at(OPERATION),
            })),
        }
    };
    Ok(IdempotencyKey::new(OPERATION, Repeat::new(ask, judge), KeySource::Default(key)))
}

fn unfinished() -> Error {
    let message = format!("bills are left to be paid after {MOST_ROUNDS} rounds");
    Error::waited(message).at(OPERATION)
}
