//! What became of a payment under a mandate.

use codespar_engine::{Error, ErrorKind, KeyUse, PendingApproval, Stage, Verdict, kit::Judgement};

use crate::{api::mandates::spend::Spend, types::receipt::Receipt};

/// What became of a payment under a mandate: [`verdict`](Self::verdict) as it is said of every
/// error, with what goes with it.
#[derive(Debug)]
#[non_exhaustive]
pub enum SpendOutcome {
    /// It is made, under this attempt.
    Settled(Box<PaidSpend>),
    /// It was made before this call presented it, under the same attempt: count it once.
    Replayed(Box<PaidSpend>),
    /// It happens once a person approves, without another call.
    Held(Error),
    /// Nothing moved. Whether the attempt may be presented again is [`SpendOutcome::key_use`].
    NotMoved(Error),
    /// It may have moved, or be about to: look it up under the **same** attempt. Where the key is
    /// left to a person, no program draws another.
    Unknown(Error),
}

/// A payment that was made.
#[derive(Debug)]
#[non_exhaustive]
pub struct PaidSpend {
    /// What the server says of it.
    pub spend: Spend,
    /// The whole receipt, as it was read afterwards, to be compared with what was sent.
    pub receipt: Option<Receipt>,
    /// Why the receipt could not be read. It may come late; the payment is made all the same.
    pub receipt_error: Option<Error>,
}

impl SpendOutcome {
    /// The outcome of a payment that was presented once, by
    /// [`spend`](crate::mandates::Mandates::spend) or its like.
    ///
    /// # Errors
    /// The error itself, where nothing was presented.
    ///
    /// ```
    /// use codespar_proto::{Verdict, mandates::SpendOutcome, testing::refusal};
    ///
    /// let refused = refusal(422, "psp_refused", "the bank says no");
    /// let outcome = SpendOutcome::of(Err(refused)).unwrap();
    /// assert!(matches!(outcome, SpendOutcome::NotMoved(_)));
    /// assert_eq!(outcome.verdict(), Verdict::Refused);
    /// ```
    pub fn of(presented: Result<Spend, Error>) -> Result<Self, Error> {
        match presented {
            Ok(spend) => Ok(Self::of_spend(spend, false)),
            Err(error) => Self::of_error(error, false),
        }
    }

    /// What a success says. `was_presented` is whether the attempt may have arrived before.
    pub(super) fn of_spend(spend: Spend, was_presented: bool) -> Self {
        if !spend.verdict().is_done() {
            let error = Error::decode("expected a payment that is completed");
            return Self::unknown(error.maybe_sent(true).with_last(spend));
        }
        // What is replayed to somebody who has presented it themselves is their own payment.
        let is_replay = spend.idempotent_replay == Some(true) && !was_presented;
        let paid = Box::new(PaidSpend { spend, receipt: None, receipt_error: None });
        if is_replay { Self::Replayed(paid) } else { Self::Settled(paid) }
    }

    /// What an error says of an attempt that may have arrived before, or may not.
    pub(super) fn of_error(error: Error, was_presented: bool) -> Result<Self, Error> {
        if error.key_use() == KeyUse::Spent {
            // It is said of the attempt, and not of this presentation alone.
            return Ok(Self::NotMoved(error));
        }
        if error.kind() == ErrorKind::Config {
            return Err(error);
        }
        let verdict = match was_presented {
            true => error.verdict().after_a_change(),
            false => error.verdict(),
        };
        Ok(match verdict {
            Verdict::NothingSent => return Err(error),
            Verdict::Refused => Self::NotMoved(error),
            Verdict::Held => Self::Held(error),
            _ => Self::unknown(error.maybe_sent(true)),
        })
    }

    /// An outcome that is not known, whatever the last answer said.
    pub(super) fn unknown(error: Error) -> Self {
        let key = match error.key_use() {
            KeyUse::PersonDecides => KeyUse::PersonDecides,
            _ => KeyUse::Same,
        };
        if (error.verdict(), error.key_use()) == (Verdict::Unknown, key) {
            return Self::Unknown(error);
        }
        Self::Unknown(error.judged(Judgement { verdict: Verdict::Unknown, key }))
    }

    /// The outcome as one lower-case word: `settled`, `replayed`, `held`, `not_moved`, `unknown`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Settled(_) => "settled",
            Self::Replayed(_) => "replayed",
            Self::Held(_) => "held",
            Self::NotMoved(_) => "not_moved",
            Self::Unknown(_) => "unknown",
        }
    }

    /// What happened, money above all.
    pub fn verdict(&self) -> Verdict {
        self.error().map_or(Verdict::Done(Stage::Settled), Error::verdict)
    }

    /// What becomes of the attempt's id. Only [`KeyUse::Spent`] is leave to draw another one.
    pub fn key_use(&self) -> KeyUse {
        self.error().map_or(KeyUse::Same, Error::key_use)
    }

    /// The payment that was made.
    pub fn paid(&self) -> Option<&PaidSpend> {
        match self {
            Self::Settled(paid) | Self::Replayed(paid) => Some(paid),
            _ => None,
        }
    }

    /// What stands in the way of it.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Settled(_) | Self::Replayed(_) => None,
            Self::Held(error) | Self::NotMoved(error) | Self::Unknown(error) => Some(error),
        }
    }

    /// The approval that it waits for, or waited for.
    pub fn approval(&self) -> Option<&PendingApproval> {
        self.error().and_then(Error::approval)
    }

    pub(super) fn paid_mut(&mut self) -> Option<&mut PaidSpend> {
        match self {
            Self::Settled(paid) | Self::Replayed(paid) => Some(paid),
            _ => None,
        }
    }
}
