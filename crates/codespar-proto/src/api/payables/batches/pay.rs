//! Paying a batch, round by round (`POST /v1/payables/batches/{batch_id}/pay`).

use std::{sync::Arc, time::Duration};

use codespar_engine::{
    Args, Error,
    driver::BoxFlow,
    endpoints,
    kit::{IdempotencyKey, KeySource, Last, Pace, Polls, Service, Unary},
};
use serde::Serialize;

use crate::{api::payables::batches::batch::Batch, check::check_filled};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Pays the bills of a batch, a part at a time: this moves money, and no bill is paid twice.
    fn pay(batch_id; json(agreed): &PayBatch) -> Batch:
        "payables.batches.pay" POST "/v1/payables/batches/{batch_id}/pay" Keyed,
        effect MovesMoney, part of pay;
}

const OPERATION: &str = "payables.batches.pay";

/// How many times it is asked for at most.
const MOST_ROUNDS: u32 = 30;

/// What is paid: a batch whose list is known exactly.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct PayBatch {
    /// The version of the list that was agreed to.
    pub version: u64,
    /// What that list is known by.
    pub list_hash: String,
    /// The mandate it is paid under.
    pub mandate_id: Option<String>,
    /// How long to wait between two rounds; a second unless set. It is not sent.
    #[wire(milliseconds, no_setter)]
    pub pause_ms: Option<u64>,
}

/// What is sent of it.
#[derive(Serialize)]
struct Agreed<'a> {
    version: u64,
    list_hash: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mandate_id: Option<&'a str>,
}

fn agreed(args: &PayBatch) -> Agreed<'_> {
    let (list_hash, mandate_id) = (args.list_hash.as_str(), args.mandate_id.as_deref());
    Agreed { version: args.version, list_hash, mandate_id }
}

impl PayBatch {
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

    /// Sets how long to wait between two rounds, in whole milliseconds.
    #[must_use]
    pub fn pause(mut self, pause: Duration) -> Self {
        self.pause_ms = Some(u64::try_from(pause.as_millis()).unwrap_or(u64::MAX));
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
pub(super) fn rounds(service: &Arc<Service>, batch_id: &str, args: &PayBatch) -> BoxFlow<Batch> {
    let key = format!("pay:{batch_id}:{}:{}", args.version, args.list_hash);
    let (service, batch_id, args) = (Arc::clone(service), batch_id.to_owned(), args.clone());
    let pause = args.pause_ms.map_or(Duration::from_secs(1), Duration::from_millis);
    let ask = move || pay(&service, &batch_id, &args);
    let mut rounds = 1;
    let polls = Polls::after(ask(), move |_| another(&mut rounds, &ask), Pace::every(pause))
        .keeping_key()
        .until(|batch| !batch.has_more_to_pay());
    let last = Last::new(OPERATION, polls, |_| false).timeout_for_each();
    let last = last.telling(|error, batch| error.with_last(batch));
    Box::new(IdempotencyKey::around(OPERATION, KeySource::Operation(key), last))
}

/// The next round, unless there were enough.
fn another(rounds: &mut u32, ask: &impl Fn() -> Unary<Batch>) -> Result<BoxFlow<Batch>, Error> {
    *rounds += 1;
    match *rounds {
        ..=MOST_ROUNDS => Ok(Box::new(ask())),
        _ => {
            let message = format!("bills are left to be paid after {MOST_ROUNDS} rounds");
            Err(Error::waited(message).at(OPERATION))
        }
    }
}
