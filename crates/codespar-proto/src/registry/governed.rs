//! Payments under a mandate as one thing: operations of several requests, and what became of the
//! payment as one document.

use std::time::Duration;

use codespar_engine::{Describe, Error, compositions};
use serde::{Deserialize, Serialize};

use crate::{
    api::mandates::{GovernedSpend, Spend, SpendArgs, SpendOutcome},
    client::Client,
    registry::started::{Start, Started},
    types::receipt::Receipt,
};

compositions! {
    pub(super) static OPERATIONS;
    fn start(client: Client) -> Started;

    /// Pays under a mandate from the look at the mandate to the receipt, in minor units: this moves
    /// money, once for each attempt_id.
    "mandates.pay"(mandate_id; args: SpendArgs, around: Around) -> GovernedPayment,
        of "mandates.spend" => {
        let payment = around.payment(mandate_id, args);
        client.mandates().pay(&payment).map(GovernedPayment::by(payment))
    };
    /// Finds out what became of a payment under a mandate by presenting the same one again, in
    /// minor units: this moves money where the server never took it.
    "mandates.look_up"(mandate_id; args: SpendArgs, around: Around) -> GovernedPayment,
        of "mandates.spend" => {
        let payment = around.payment(mandate_id, args);
        client.mandates().look_up(&payment).map(GovernedPayment::by(payment))
    };
}

/// What happens around a payment.
#[derive(Deserialize, Describe)]
struct Around {
    /// How long to wait, in seconds, for a person's decision about what is held, and in a look-up
    /// for the end of what is under way. Not at all, unless it is said.
    #[wire(seconds)]
    patience: Option<u64>,
    /// Whether the server pays once for each attempt_id. The managed service does; of any other it
    /// has to be said, or nothing is presented a second time.
    honours_attempts: Option<bool>,
}

impl Around {
    fn payment(self, mandate_id: String, args: SpendArgs) -> GovernedSpend {
        let patience = Duration::from_secs(self.patience.unwrap_or_default());
        let payment = GovernedSpend::new(mandate_id, args).patience(patience);
        match self.honours_attempts {
            Some(honours) => payment.honours_attempts(honours),
            None => payment,
        }
    }
}

/// What became of a payment under a mandate.
#[derive(Serialize, Describe)]
struct GovernedPayment {
    /// What became of it: `settled`, `replayed` where it was made before, `held`, `not_moved` or
    /// `unknown`.
    outcome: String,
    /// What happened to the money, as it is said of every error: `settled`, `held`, `refused` or
    /// `unknown`.
    verdict: String,
    /// What becomes of the attempt_id: `same`, `spent` where another may be drawn, or
    /// `person_decides`.
    key_use: String,
    /// The id that names the payment.
    attempt_id: String,
    /// Why it was not made, or is not known to be, as a code.
    reason_code: Option<String>,
    /// The same in words.
    message: Option<String>,
    /// The approval that it waits for, or waited for.
    approval_id: Option<String>,
    /// What the server says of the payment.
    spend: Option<Spend>,
    /// Its receipt.
    receipt: Option<Receipt>,
    /// Why the receipt could not be read; the payment is made all the same.
    receipt_error: Option<String>,
}

impl GovernedPayment {
    fn by(payment: GovernedSpend) -> impl FnOnce(SpendOutcome) -> Self {
        move |outcome| Self::of(&payment, outcome)
    }

    fn of(payment: &GovernedSpend, outcome: SpendOutcome) -> Self {
        let error = outcome.error();
        let told = Self {
            outcome: outcome.as_str().to_owned(),
            verdict: outcome.verdict().as_str().to_owned(),
            key_use: outcome.key_use().as_str().to_owned(),
            attempt_id: payment.attempt_id().to_owned(),
            reason_code: error.and_then(Error::code).map(str::to_owned),
            message: error.map(ToString::to_string),
            approval_id: outcome.approval().map(|approval| approval.id.clone()),
            spend: error.and_then(|error| error.last::<Spend>().cloned()),
            receipt: None,
            receipt_error: None,
        };
        match outcome {
            SpendOutcome::Settled(paid) | SpendOutcome::Replayed(paid) => Self {
                spend: Some(paid.spend),
                receipt: paid.receipt,
                receipt_error: paid.receipt_error.map(|error| error.to_string()),
                ..told
            },
            _ => told,
        }
    }
}
