//! A batch of bills as the server describes it.

use codespar_engine::{Answer, Error, Extra, Json, Sensitive, Timestamp, WireEnum};

use crate::types::money::{Currency, Minor};

/// How a batch stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BatchStatus {
    /// Something has to be looked at first.
    Reviewing,
    /// It can be paid.
    Ready,
    /// A person has confirmed it.
    Confirmed,
    /// It is being paid.
    Executing,
    /// All of it is paid.
    Completed,
    /// Some of it is paid.
    PartiallyCompleted,
    /// None of it is paid.
    Failed,
    /// It was given up.
    Canceled,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Where a batch was made.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum BatchSource {
    /// By a program.
    Api,
    /// In a chat.
    Chat,
    /// In the dashboard.
    Dashboard,
    /// On a command line.
    Cli,
    /// By an agent, over the Model Context Protocol.
    Mcp,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How a bill of a batch stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ItemState {
    /// Something of it is missing.
    NeedsComplement,
    /// It is being looked up.
    Resolving,
    /// It can be paid.
    Ready,
    /// It is left out.
    Excluded,
    /// It cannot be paid.
    Rejected,
    /// Its payment is on its way.
    Dispatching,
    /// It is paid.
    Executed,
    /// Its payment was refused.
    Refused,
    /// Nobody knows whether it is paid.
    Uncertain,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// By which way a bill is paid.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ItemRail {
    /// The bill is paid as a boleto.
    Boleto,
    /// The bill is paid by Pix.
    Pix,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What a bill was read from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OriginKind {
    /// The digits of a boleto.
    BoletoLine,
    /// A Pix code to copy and paste.
    BrCode,
    /// A Pix key.
    PixKey,
    /// A picture of a QR code.
    QrImage,
    /// A picture of a bar code.
    BarcodeImage,
    /// A row of a table.
    CsvRow,
    /// What somebody typed.
    Manual,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What kind of destination it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DestinationKind {
    /// A boleto, known by the digits of its line.
    Boleto,
    /// A Pix key.
    PixKey,
    /// A Pix code that can be paid many times.
    BrCodeStatic,
    /// A Pix code of one charge.
    BrCodeDynamic,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What a bill lacks.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MissingPart {
    /// The amount to be paid is missing.
    Amount,
    /// The destination (Pix key, boleto or Pix code) is missing.
    Destination,
    /// That a person says the key's owner is the right one.
    PixKeyOwnerConfirmation,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Where an amount comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AmountSource {
    /// The bank said so.
    RailQuote,
    /// It stands in the Pix code.
    BrCode,
    /// Somebody said so.
    StatedByPerson,
    /// It stands in the table.
    Csv,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How a check went.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CheckStatus {
    /// The check passed.
    Pass,
    /// The check failed.
    Fail,
    /// Well, with a doubt.
    Warn,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What became of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ItemPaymentState {
    /// It was made.
    Executed,
    /// It was refused.
    Refused,
    /// The outcome of the payment is not known.
    Uncertain,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A batch of bills.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Batch {
    /// The id of the batch.
    pub batch_id: String,
    /// The status of the batch.
    pub status: BatchStatus,
    /// Which version of the list this is. Every change makes another one.
    pub version: Option<u64>,
    /// What the list of this version is known by.
    pub list_hash: Option<String>,
    /// The currency of all bills, such as `BRL`.
    pub currency: Option<Currency>,
    /// The sums over all bills of the batch.
    pub totals: Option<BatchTotals>,
    /// Who confirmed what.
    pub confirmation: Option<BatchConfirmation>,
    /// The bills of the batch.
    #[wire(default)]
    pub items: Vec<BatchItem>,
    /// When the batch was made (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// Where it was made.
    pub source: Option<BatchSource>,
    /// The chat it was made in.
    pub conversation_id: Option<String>,
    /// Whether this is a batch that was made before under the same key.
    pub idempotent_replay: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The sums of a batch.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct BatchTotals {
    /// How many bills there are.
    pub items: Option<u64>,
    /// How many of them can be paid.
    pub payable_items: Option<u64>,
    /// How many are left out.
    pub excluded: Option<u64>,
    /// What paying it costs, in **minor** units.
    pub amount_minor: Option<Minor>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Who confirmed which version of a batch.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct BatchConfirmation {
    /// The version of the list that was confirmed.
    pub version: Option<u64>,
    /// What its list is known by.
    pub list_hash: Option<String>,
    /// The person who confirmed the batch.
    pub confirmed_by: Option<String>,
    /// When the batch was confirmed (RFC 3339).
    pub confirmed_at: Option<Timestamp>,
    /// The mandate it was confirmed under.
    pub mandate_id: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A bill of a batch.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct BatchItem {
    /// The id of the bill within its batch.
    pub item_id: String,
    /// Where in the list it stands, from 0.
    pub position: Option<u64>,
    /// What it was read from.
    pub origin: Option<ItemOrigin>,
    /// By which way it is paid.
    pub rail: Option<ItemRail>,
    /// The status of the bill.
    pub state: Option<ItemState>,
    /// What it lacks.
    #[wire(default)]
    pub missing: Vec<MissingPart>,
    /// To whom it is paid.
    pub destination: Option<ItemDestination>,
    /// How much, in **minor** units.
    pub amount_minor: Option<Minor>,
    /// Where the amount comes from.
    pub amount_source: Option<AmountSource>,
    /// The description of the bill: what it is for.
    #[wire(personal)]
    pub description: Option<Sensitive>,
    /// A name of the caller's own for it.
    pub reference: Option<String>,
    /// What was checked.
    #[wire(default)]
    pub checks: Vec<ItemCheck>,
    /// What became of its payment.
    pub payment: Option<ItemPayment>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a bill was read from.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ItemOrigin {
    /// The id of the uploaded file that the bill was found in.
    pub file_id: Option<String>,
    /// The page of the file, from 1.
    pub page: Option<u64>,
    /// The row of the table.
    pub row: Option<u64>,
    /// What it was read from.
    pub kind: Option<OriginKind>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// To whom a bill is paid.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ItemDestination {
    /// What kind of destination it is.
    pub kind: Option<DestinationKind>,
    /// What to show to people: a name, or a masked key.
    #[wire(personal)]
    pub display: Option<Sensitive>,
    /// The name of whoever gets the money.
    #[wire(personal)]
    pub beneficiary_name: Option<Sensitive>,
    /// The masked document of whoever gets the money.
    #[wire(personal)]
    pub beneficiary_document_masked: Option<Sensitive>,
    /// Until when it has to be paid, as `YYYY-MM-DD`.
    #[wire(day)]
    pub due_date: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Something that was checked.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ItemCheck {
    /// The code of the check, which a program can branch on.
    pub code: Option<String>,
    /// The outcome of the check.
    pub status: Option<CheckStatus>,
    /// The server's words.
    pub message: Option<String>,
    /// Whether it was only played through, as in a test project.
    pub simulated: Option<bool>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What became of the payment of a bill.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ItemPayment {
    /// What became of it.
    pub state: Option<ItemPaymentState>,
    /// The id of the payment attempt.
    pub attempt_id: Option<String>,
    /// The id of the receipt of the payment.
    pub receipt_id: Option<String>,
    /// The bank's name for it.
    pub end_to_end_id: Option<String>,
    /// Why it was refused.
    pub refusal: Option<ItemRefusal>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Why a payment was refused.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ItemRefusal {
    /// What a program can branch on.
    pub code: Option<String>,
    /// The server's words.
    pub message: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl Batch {
    /// The batch as it is now, which the server puts into a refusal because of an old version
    /// (409 `payable_batch_version_conflict` and `payable_batch_version_mismatch`).
    pub fn of_error(error: &Error) -> Option<Self> {
        let details = error.json()?.member("error")?.member("details")?;
        details.member("batch").as_ref().and_then(|batch: &Json| batch.read().ok())
    }

    /// Whether paying it has to be asked for again: it is being paid, and bills are left that
    /// can be.
    pub fn has_more_to_pay(&self) -> bool {
        let is_ready = |item: &BatchItem| item.state == Some(ItemState::Ready);
        self.status == BatchStatus::Executing && self.items.iter().any(is_ready)
    }
}
