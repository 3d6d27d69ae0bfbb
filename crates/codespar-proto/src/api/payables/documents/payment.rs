//! How a bill is paid, and how its payment stands.

use codespar_engine::{Answer, Args, Error, Extra, Timestamp, WireEnum};

use crate::{
    check::check_filled,
    types::{
        money::Minor,
        receipt::{ReceiptException, ReceiptState},
    },
};

/// The mandate under which a bill is paid.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct PayPayable {
    /// The id of a mandate of the organization, whose list of merchants names the boleto line.
    pub mandate_id: String,
}

impl PayPayable {
    fn check(&self) -> Result<(), Error> {
        check_filled("mandate_id", &self.mandate_id)
    }
}

/// How the payment of a bill stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PayablePaymentState {
    /// A person has to approve it first; it is then made by itself.
    AwaitingApproval,
    /// It is being made.
    Dispatching,
    /// The bill is paid.
    Executed,
    /// Nobody knows yet whether the money has moved: never pay the bill again.
    Uncertain,
    /// No money has moved, and the bill can be paid.
    Released,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What a payment was settled against.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SettledAgainst {
    /// The boleto line of the bill: real money.
    DocumentLine,
    /// A made-up payee, in test mode.
    SandboxFixture,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Why the payment of a bill was last refused.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PayableRefusal {
    /// The error code of the refusal.
    pub code: Option<String>,
    /// The attempt that was refused.
    pub attempt_id: Option<String>,
    /// When it was refused.
    pub at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The payment of a bill.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PayablePayment {
    /// How the payment stands.
    pub state: Option<PayablePaymentState>,
    /// The approval that it waits for, or was made by.
    pub approval_id: Option<String>,
    /// What it was settled against.
    pub settled_against: Option<SettledAgainst>,
    /// What the document says, in minor units.
    pub document_amount_minor: Option<Minor>,
    /// The mandate it is made under.
    pub mandate_id: Option<String>,
    /// Its name at the provider, chosen by the server.
    pub attempt_id: Option<String>,
    /// How often it was tried.
    pub tries: Option<u64>,
    /// What the rail said was to be paid, in minor units.
    pub amount_minor: Option<Minor>,
    /// The SHA-256 of what the rail said.
    pub quote_hash: Option<String>,
    /// When it was begun.
    pub claimed_at: Option<Timestamp>,
    /// The key of the API it was begun with.
    pub key_id: Option<String>,
    /// How it was begun.
    pub via: Option<String>,
    /// When it was made.
    pub executed_at: Option<Timestamp>,
    /// The receipt of the payment.
    pub receipt_id: Option<String>,
    /// Its id at the provider.
    pub transaction_id: Option<String>,
    /// Its id among banks.
    pub end_to_end_id: Option<String>,
    /// Whether money moved.
    pub money_moved: Option<bool>,
    /// Why nobody knows whether it did.
    pub uncertain_code: Option<String>,
    /// The entry of the wallet that holds the money.
    pub hold_entry_id: Option<String>,
    /// Why it was last refused.
    pub last_refusal: Option<PayableRefusal>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The receipt of a bill that was paid.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PayableReceipt {
    /// The id of the receipt.
    pub id: Option<String>,
    /// How the receipt stands.
    pub state: Option<ReceiptState>,
    /// Its place in the chain of receipts.
    pub chain: Option<String>,
    /// What went wrong.
    #[wire(default)]
    pub exceptions: Vec<ReceiptException>,
    /// Members this version has no field for.
    pub extra: Extra,
}
