//! What was sent, and in what a receipt differs from it.

use codespar_engine::{Json, Sensitive, kit::Number};

use crate::{
    api::mandates::{PaymentArgs, SpendApproval, SpendArgs},
    types::money::Minor,
    verify::members::{Members, strict},
};

/// What was sent, as far as a receipt is to be compared with it. What is not said here is not
/// compared.
///
/// ```
/// use codespar_proto::{Minor, mandates::SpendArgs, receipt::Sent};
///
/// let spend = SpendArgs::new("att_1", Minor::new(4200), "shop@pix.example");
/// let sent = Sent::of(&spend).mandate_id("cm_1");
/// assert_eq!(sent, Sent::new()
///     .attempt_id("att_1").amount_minor(4200).payee("shop@pix.example").no_approval()
///     .mandate_id("cm_1"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Sent {
    payee: Option<Sensitive>,
    amount_minor: Option<i64>,
    currency: Option<String>,
    attempt_id: Option<String>,
    mandate_id: Option<String>,
    approval: Option<Approval>,
}

/// The hash of the items and that of their list, each without the prefix `sha256:`; `None` where
/// nothing was approved.
type Approval = Option<(String, Option<String>)>;

/// In what a receipt differs from what was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Disagreement {
    /// The payee of its quote is another. One that is shown in part is not compared.
    Payee,
    /// The amount is another, or it has none.
    Amount,
    /// The currency is another, or it has none.
    Currency,
    /// The attempt is another, or it names none.
    AttemptId,
    /// The mandate is another, or it names none.
    MandateId,
    /// What was approved is something else, or nothing.
    Approval,
}

impl Disagreement {
    /// A word for it, such as `payee`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Payee => "payee",
            Self::Amount => "amount",
            Self::Currency => "currency",
            Self::AttemptId => "attempt_id",
            Self::MandateId => "mandate_id",
            Self::Approval => "approval",
        }
    }
}

impl Sent {
    /// Nothing to compare with.
    pub fn new() -> Self {
        Self::default()
    }

    /// What [`mandates.spend`](crate::api::mandates::Mandates::spend) was given: payee, amount,
    /// attempt and approval.
    pub fn of(spend: &SpendArgs) -> Self {
        let SpendArgs { attempt_id, amount_minor, payee, approval, .. } = spend;
        Self::payment(attempt_id, *amount_minor, payee, approval.as_ref())
    }

    /// What [`mandates.execute_payment`](crate::api::mandates::Mandates::execute_payment) was
    /// given: payee, amount, attempt and approval.
    pub fn of_payment(payment: &PaymentArgs) -> Self {
        let PaymentArgs { attempt_id, amount_minor, payee, approval, .. } = payment;
        Self::payment(attempt_id, *amount_minor, payee, approval.as_ref())
    }

    fn payment(
        attempt_id: &str,
        amount_minor: Minor,
        payee: &Sensitive,
        approval: Option<&SpendApproval>,
    ) -> Self {
        let sent = Self::new().attempt_id(attempt_id).amount_minor(amount_minor.get());
        let sent = sent.payee(payee.clone());
        match approval {
            None => sent.no_approval(),
            Some(approval) => sent.approval(&approval.items_hash, approval.batch_hash.as_deref()),
        }
    }

    /// Whom it was sent to: a Pix key, a Pix code, an address.
    pub fn payee(mut self, payee: impl Into<Sensitive>) -> Self {
        self.payee = Some(payee.into());
        self
    }

    /// How much, in **minor** units.
    pub fn amount_minor(mut self, amount_minor: i64) -> Self {
        self.amount_minor = Some(amount_minor);
        self
    }

    /// In which currency, such as `BRL`: the one of the mandate.
    pub fn currency(mut self, currency: impl Into<String>) -> Self {
        self.currency = Some(currency.into());
        self
    }

    /// The id that names the payment.
    pub fn attempt_id(mut self, attempt_id: impl Into<String>) -> Self {
        self.attempt_id = Some(attempt_id.into());
        self
    }

    /// The mandate it was made under.
    pub fn mandate_id(mut self, mandate_id: impl Into<String>) -> Self {
        self.mandate_id = Some(mandate_id.into());
        self
    }

    /// What was approved, as digests: of the items and, where they are from a list, of that:
    /// without it, one that names a list disagrees. The prefix `sha256:` counts for nothing.
    pub fn approval(mut self, items_hash: &str, batch_hash: Option<&str>) -> Self {
        self.approval = Some(Some((bare(items_hash), batch_hash.map(bare))));
        self
    }

    /// Nothing was approved: a receipt that says otherwise disagrees.
    pub fn no_approval(mut self) -> Self {
        self.approval = Some(None);
        self
    }

    /// In what a receipt differs. Members that it hides are not compared.
    pub(super) fn compared_with(&self, receipt: &Members) -> Vec<Disagreement> {
        let payee = text(receipt, "quote", "payee").filter(|payee| !is_masked(payee));
        let payee = self.payee.as_ref().zip(payee).map(|(sent, payee)| sent.expose() == payee);
        let is_same = |sent: &Option<String>, object, name| {
            sent.as_ref().map(|sent| text(receipt, object, name).as_ref() == Some(sent))
        };
        let amount = || member(receipt, "payment", "amount_minor");
        let approval = || approval(receipt);
        [
            (payee, Disagreement::Payee),
            (self.amount_minor.map(|sent| is_amount(amount(), sent)), Disagreement::Amount),
            (is_same(&self.currency, "mandate", "currency"), Disagreement::Currency),
            (is_same(&self.attempt_id, "payment", "attempt_id"), Disagreement::AttemptId),
            (is_same(&self.mandate_id, "mandate", "id"), Disagreement::MandateId),
            (self.approval.as_ref().map(|sent| *sent == approval()), Disagreement::Approval),
        ]
        .into_iter()
        .filter_map(|(is_same, what)| (is_same == Some(false)).then_some(what))
        .collect()
    }

    /// Whether another payee is shown in full than was sent: where the hash holds, what is shown is
    /// what was sealed, and a star is one.
    pub(super) fn is_another_payee(&self, receipt: &Members) -> bool {
        let payee = self.payee.as_ref().zip(text(receipt, "quote", "payee"));
        payee.is_some_and(|(sent, payee)| *sent.expose() != *payee)
    }

    /// The same for the document of a receipt of a collected payment, which has amount and
    /// currency: whatever else was sent is nothing that it is of.
    pub(super) fn compared_with_collected(&self, document: &Members) -> Vec<Disagreement> {
        let currency: Option<String> = document.get("currency").and_then(strict);
        let amount = document.get("amount_minor").cloned();
        let is_currency = self.currency.as_ref().map(|sent| currency.as_ref() == Some(sent));
        [
            (self.payee.as_ref().map(|_| false), Disagreement::Payee),
            (self.amount_minor.map(|sent| is_amount(amount, sent)), Disagreement::Amount),
            (is_currency, Disagreement::Currency),
            (self.attempt_id.as_ref().map(|_| false), Disagreement::AttemptId),
            (self.mandate_id.as_ref().map(|_| false), Disagreement::MandateId),
            (self.approval.as_ref().map(Option::is_none), Disagreement::Approval),
        ]
        .into_iter()
        .filter_map(|(is_same, what)| (is_same == Some(false)).then_some(what))
        .collect()
    }
}

fn is_amount(json: Option<Json>, sent: i64) -> bool {
    let number = json.and_then(|json| Number::parse(json.as_str()));
    number.and_then(|number| number.whole()) == Some(i128::from(sent))
}

fn bare(hash: &str) -> String {
    hash.strip_prefix("sha256:").unwrap_or(hash).to_owned()
}

/// What a receipt says was approved.
fn approval(receipt: &Members) -> Approval {
    receipt.get("approval")?;
    let hash = |name| text(receipt, "approval", name).map(|hash| bare(&hash));
    Some((hash("items_hash").unwrap_or_default(), hash("batch_hash")))
}

fn member(receipt: &Members, object: &str, name: &str) -> Option<Json> {
    Members::parse(receipt.get(object)?.as_str().as_bytes())?.json(name)
}

fn text(receipt: &Members, object: &str, name: &str) -> Option<String> {
    strict(&member(receipt, object, name)?)
}

/// Whether a receipt shows its payee in part or not at all.
pub(super) fn is_payee_masked(receipt: &Members) -> bool {
    text(receipt, "quote", "payee").is_some_and(|payee| is_masked(&payee))
}

/// What hides a part of a payee has stars. So has a Pix code without a transaction id of its own,
/// where they mean just that and are not hidden.
fn is_masked(payee: &str) -> bool {
    let rest = payee.replace("0503***", "");
    rest.contains(['*', '\u{2022}']) || rest == HIDDEN
}

/// What the tools of this project write in place of what is secret or personal.
pub(super) const HIDDEN: &str = "[redacted]";
