//! The course of a payment under a mandate: which question follows on which answer.

use std::{sync::Arc, time::Duration};

use codespar_engine::{
    Error, ErrorKind, KeyUse, Verdict,
    driver::BoxFlow,
    kit::{Chain, Judgement, Map, Service, Then},
};

use crate::{
    api::{
        approvals::{self, ApprovalRecord, ApprovalState},
        consumers,
        mandates::{
            self, MandateRecord, MandateStatus,
            governed::{GovernedSpend, PAY, SpendOutcome},
            spend::Spend,
        },
    },
    types::receipt::Receipt,
};

/// How long to wait before an approval is looked at again, or a payment presented again.
const BETWEEN_LOOKS: Duration = Duration::from_secs(3);

/// What a question was answered with.
enum Seen {
    Mandate(Box<MandateRecord>),
    Spent(Box<Spend>),
    Approval(Box<ApprovalRecord>),
    Receipt(Box<Receipt>),
}

/// The question that is open.
enum At {
    Mandate,
    Payment,
    Approval(Wait),
    Receipt(SpendOutcome),
    Over,
}

/// A payment that waits for a person.
struct Wait {
    /// It is held, as this error says.
    held: Error,
    /// What the last look said, where it was nothing that is known here.
    unclear: Option<Error>,
}

impl Wait {
    /// What is known where nobody waits any longer: what was held is held, unless something else
    /// was said since.
    fn over(self) -> SpendOutcome {
        self.unclear.map_or(SpendOutcome::Held(self.held), SpendOutcome::unknown)
    }
}

type Next = Then<Seen, SpendOutcome>;

/// A payment on its way.
pub(super) struct Course {
    service: Arc<Service>,
    payment: GovernedSpend,
    at: At,
    /// Whether the attempt may have arrived before it is presented now.
    was_presented: bool,
}

impl Course {
    /// Begins with a look at the mandate.
    pub(super) fn first(service: &Arc<Service>, payment: &GovernedSpend) -> BoxFlow<SpendOutcome> {
        let record = mandates::get(service, &payment.mandate_id);
        let record = Map::new(record, |record| Ok(Seen::Mandate(Box::new(record))));
        Self::run(service, payment, At::Mandate, Box::new(record))
    }

    /// Begins with the payment, which may have been presented before.
    pub(super) fn again(service: &Arc<Service>, payment: &GovernedSpend) -> BoxFlow<SpendOutcome> {
        Self::run(service, payment, At::Payment, presented(service, payment))
    }

    fn run(
        service: &Arc<Service>,
        payment: &GovernedSpend,
        at: At,
        first: BoxFlow<Seen>,
    ) -> BoxFlow<SpendOutcome> {
        let was_presented = matches!(at, At::Payment);
        let (service, payment) = (Arc::clone(service), payment.clone());
        let mut course = Self { service, payment, at, was_presented };
        Box::new(Chain::new(first, move |seen, elapsed| course.follow(seen, elapsed)))
    }

    fn follow(&mut self, seen: Result<Seen, Error>, elapsed: Duration) -> Next {
        match (std::mem::replace(&mut self.at, At::Over), seen) {
            (At::Mandate, Ok(Seen::Mandate(record))) => match check_mandate(&record) {
                Ok(()) => self.present(None),
                Err(error) => Then::Done(Err(error.at(PAY).with_last(*record))),
            },
            (At::Payment, Ok(Seen::Spent(spend))) => {
                self.settled(SpendOutcome::of_spend(*spend, self.was_presented))
            }
            (At::Payment, Err(error)) => self.not_settled(error, elapsed),
            (At::Approval(wait), seen) => self.looked(wait, seen, elapsed),
            (At::Receipt(outcome), seen) => Then::Done(Ok(with_receipt(outcome, seen))),
            (_, Err(error)) => Then::Done(Err(error)),
            (_, Ok(_)) => Then::Done(Err(Error::stream("an answer came out of turn"))),
        }
    }

    /// Presents the payment, at once or after a pause.
    fn present(&mut self, after: Option<Duration>) -> Next {
        self.at = At::Payment;
        let question = presented(&self.service, &self.payment);
        match after {
            None => Then::Ask(question),
            Some(pause) => Then::AskAfter(pause, question),
        }
    }

    /// Reads the receipt of a payment that was made, where it has one.
    fn settled(&mut self, outcome: SpendOutcome) -> Next {
        let receipt = outcome.paid().and_then(|paid| paid.spend.receipt.as_ref()?.id.as_deref());
        let Some(id) = receipt.filter(|_| self.payment.reads_receipt) else {
            return Then::Done(Ok(outcome));
        };
        let receipt = consumers::receipt(&self.service, id);
        self.at = At::Receipt(outcome);
        Then::Ask(Box::new(Map::new(receipt, |receipt| Ok(Seen::Receipt(Box::new(receipt))))))
    }

    fn not_settled(&mut self, error: Error, elapsed: Duration) -> Next {
        let pause = self.pause(error.retry_after(), elapsed);
        // A refusal that passes may hide what became of an earlier presentation.
        let may_pass = error.verdict() == Verdict::Unknown || error.is_retryable();
        match (SpendOutcome::of_error(error, self.was_presented), pause) {
            (Ok(SpendOutcome::Held(held)), Some(pause)) => {
                self.look(Wait { held, unclear: None }, pause)
            }
            (Ok(SpendOutcome::Unknown(error)), Some(pause))
                if self.was_presented && may_pass && may_go_on(&error) =>
            {
                self.present(Some(pause))
            }
            (outcome, _) => Then::Done(outcome),
        }
    }

    /// How long to wait until the next look; `None` where the patience is over.
    fn pause(&self, asked: Option<Duration>, elapsed: Duration) -> Option<Duration> {
        let pause = BETWEEN_LOOKS.max(asked.unwrap_or_default());
        (elapsed.saturating_add(pause) <= self.payment.patience).then_some(pause)
    }

    /// Looks at the approval of a payment that is held, after a pause.
    fn look(&mut self, wait: Wait, pause: Duration) -> Next {
        let Some(approval) = wait.held.approval() else { return Then::Done(Ok(wait.over())) };
        let status = approvals::status(&self.service, &approval.id);
        let status = Map::new(status, |record| Ok(Seen::Approval(Box::new(record))));
        self.at = At::Approval(wait);
        Then::AskAfter(pause, Box::new(status))
    }

    /// What is known of the approval now.
    fn looked(&mut self, wait: Wait, seen: Result<Seen, Error>, elapsed: Duration) -> Next {
        let record = match seen {
            Ok(Seen::Approval(record)) => *record,
            Err(error) if error.is_retryable() && may_go_on(&error) => {
                return self.wait_on(wait, error.retry_after(), elapsed);
            }
            // A look that fails tells nothing.
            _ => return Then::Done(Ok(wait.over())),
        };
        let held = wait.held;
        match record.approval_status {
            ApprovalState::Pending => self.wait_on(Wait { held, unclear: None }, None, elapsed),
            ApprovalState::Denied | ApprovalState::Expired => {
                Then::Done(Ok(SpendOutcome::NotMoved(decided(&held, record))))
            }
            ApprovalState::Approved if self.payment.may_present_again(&self.service) => {
                self.was_presented = true;
                self.present(None)
            }
            ApprovalState::Approved | ApprovalState::ExecutionFailed => {
                Then::Done(Ok(SpendOutcome::unknown(decided(&held, record))))
            }
            // It may be on the way to one that is known.
            ApprovalState::Other(_) => {
                let unclear = Some(decided(&held, record));
                self.wait_on(Wait { held, unclear }, None, elapsed)
            }
        }
    }

    fn wait_on(&mut self, wait: Wait, asked: Option<Duration>, elapsed: Duration) -> Next {
        match self.pause(asked, elapsed) {
            Some(pause) => self.look(wait, pause),
            None => Then::Done(Ok(wait.over())),
        }
    }
}

/// The presentation of the payment, as a question.
fn presented(service: &Arc<Service>, payment: &GovernedSpend) -> BoxFlow<Seen> {
    Box::new(Map::new(payment.present(service), |spend| Ok(Seen::Spent(Box::new(spend)))))
}

/// Whether nobody has said that it is enough, and no person is asked.
fn may_go_on(error: &Error) -> bool {
    error.kind() != ErrorKind::Canceled && error.key_use() != KeyUse::PersonDecides
}

/// A pause of the organization leaves the status of its mandates as it is.
fn check_mandate(record: &MandateRecord) -> Result<(), Error> {
    let expected = |found: &str| Err(Error::config("mandate_id", format!("expected {found}")));
    match (&record.status, record.org_paused) {
        (Some(MandateStatus::Active), Some(false)) => Ok(()),
        (Some(MandateStatus::Active), Some(true)) => {
            expected("a mandate of an organization that is not paused")
        }
        (Some(MandateStatus::Active), None) => {
            expected("a mandate that says whether its organization is paused")
        }
        (Some(status), _) => expected(&format!("an active mandate, it is {}", status.as_str())),
        (None, _) => expected("a mandate that says how it stands"),
    }
}

/// What a decision has made of a payment that was held.
fn decided(held: &Error, record: ApprovalRecord) -> Error {
    let (verdict, state) = (record.verdict(), record.approval_status.as_str());
    let error = Error::api(format!("the approval of the payment is {state}")).with_code(state);
    error
        .at(held.operation())
        .maybe_sent(true)
        .judged(Judgement { verdict, key: KeyUse::Same })
        .with_approval(held.approval().cloned())
        .with_last(record)
}

fn with_receipt(mut outcome: SpendOutcome, seen: Result<Seen, Error>) -> SpendOutcome {
    if let Some(paid) = outcome.paid_mut() {
        match seen {
            Ok(Seen::Receipt(receipt)) => paid.receipt = Some(*receipt),
            Ok(_) => {}
            Err(error) => paid.receipt_error = Some(error),
        }
    }
    outcome
}
