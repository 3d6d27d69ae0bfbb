//! How bills stand, and what their checks came to.

use codespar_engine::{Answer, Extra, WireEnum};

/// How a bill stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum PayableStatus {
    /// The document has arrived.
    Received,
    /// It is being read.
    Extracting,
    /// It was read.
    Extracted,
    /// It is being checked.
    Validating,
    /// It was checked.
    Validated,
    /// A person has to decide.
    NeedsReview,
    /// It can be paid.
    Ready,
    /// Its payment is under way, or nobody knows how it ended.
    Approved,
    /// The bill is paid.
    Executed,
    /// It was rejected.
    Rejected,
    /// It could not be read.
    FailedExtraction,
    /// It ran out.
    Expired,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// The kind of document of a bill.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PayableDocType {
    /// It is an invoice.
    Invoice,
    /// The printed form of an electronic invoice (NF-e).
    DanfeNfe,
    /// It is a boleto.
    Boleto,
    /// Nobody knows the kind.
    Unknown,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How a bill was made.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PayableChannel {
    /// Of a file.
    Upload,
    /// By a program.
    Structured,
    /// By a person in a form.
    Manual,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What a check of a bill came to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CheckOutcome {
    /// It found nothing wrong.
    #[serde(rename = "ok")]
    Passed,
    /// A person has to decide.
    NeedsReview,
    /// It does not concern this bill.
    #[serde(rename = "nao_aplicavel")]
    NotApplicable,
    /// It could not be made.
    #[serde(rename = "indisponivel")]
    Unavailable,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A check of bills.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PayableCheckCode {
    /// Of the check digits of the boleto line, the Pix code or the NF-e key.
    CarrierCheckDigits,
    /// Of the check digits of tax numbers.
    DocumentCheckDigits,
    /// Of the NF-e key, against what the document says.
    NfeKeyConsistency,
    /// Of the sums of the document.
    Arithmetic,
    /// Of whether the bill was there before.
    DuplicateDocument,
    /// Of the amount, against what the rail says.
    AmountMatchesRail,
    /// Of the payee of the rail, against the supplier.
    BeneficiaryDocumentMatchesSupplier,
    /// Of the due date.
    DueDateState,
    /// Of the owner of the Pix key, against the supplier.
    PixKeyOwnerMatchesSupplier,
    /// Of the supplier, in the registry of companies.
    SupplierRegistry,
    /// Of the bank details, against earlier bills.
    BankDetailsChanged,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What a check of a bill came to, and why.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PayableCheck {
    /// What it came to.
    pub outcome: Option<CheckOutcome>,
    /// Why it came to that.
    pub detail: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What the checks of a bill came to; one that is not there was not made.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PayableValidation {
    /// The check of the check digits of the boleto line, the Pix code or the NF-e key.
    pub carrier_check_digits: Option<PayableCheck>,
    /// The check of the check digits of tax numbers.
    pub document_check_digits: Option<PayableCheck>,
    /// The check of the NF-e key, against what the document says.
    pub nfe_key_consistency: Option<PayableCheck>,
    /// The check of the sums of the document.
    pub arithmetic: Option<PayableCheck>,
    /// The check of whether the bill was there before.
    pub duplicate_document: Option<PayableCheck>,
    /// The check of the amount, against what the rail says.
    pub amount_matches_rail: Option<PayableCheck>,
    /// The check of the payee of the rail, against the supplier.
    pub beneficiary_document_matches_supplier: Option<PayableCheck>,
    /// The check of the due date.
    pub due_date_state: Option<PayableCheck>,
    /// The check of the owner of the Pix key, against the supplier.
    pub pix_key_owner_matches_supplier: Option<PayableCheck>,
    /// The check of the supplier, in the registry of companies.
    pub supplier_registry: Option<PayableCheck>,
    /// The check of the bank details, against earlier bills.
    pub bank_details_changed: Option<PayableCheck>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How many bills there are of some kinds.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PayableCounts {
    /// How many a person has to decide about.
    pub needs_review: Option<u64>,
    /// How many can be paid.
    pub ready: Option<u64>,
    /// How many that can be paid are due this week, by Sunday.
    pub due_this_week: Option<u64>,
    /// How many that can be paid are overdue.
    pub overdue: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}
