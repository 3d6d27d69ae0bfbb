//! A bill to be paid, as the server describes it.

use codespar_engine::{Answer, Extra, Sensitive, Timestamp};

use crate::api::payables::documents::{
    extracted::{ExtractedMinor, ExtractedNumber, ExtractedPersonal, ExtractedText},
    payment::{PayablePayment, PayableReceipt},
    rail_quote::RailQuote,
    review::PayableReview,
    status::{PayableChannel, PayableDocType, PayableStatus, PayableValidation},
};

/// A supplier, or who is billed.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PayableParty {
    /// The name of the party.
    pub name: Option<ExtractedPersonal>,
    /// The tax number of the party (CPF, CNPJ).
    pub document: Option<ExtractedPersonal>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A line of a bill.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PayableItem {
    /// The words of the line.
    pub description: Option<ExtractedText>,
    /// How many of them.
    pub quantity: Option<ExtractedNumber>,
    /// The price of one, in minor units.
    pub unit_amount_minor: Option<ExtractedMinor>,
    /// The price of all, in minor units.
    pub total_amount_minor: Option<ExtractedMinor>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The sums of a bill, in minor units.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PayableTotals {
    /// The sum of the items.
    pub subtotal_minor: Option<ExtractedMinor>,
    /// What is taken off.
    pub discount_minor: Option<ExtractedMinor>,
    /// The tax relief that is taken off.
    pub tax_relief_deducted_minor: Option<ExtractedMinor>,
    /// The freight that is added.
    pub freight_minor: Option<ExtractedMinor>,
    /// The insurance that is added.
    pub insurance_minor: Option<ExtractedMinor>,
    /// Other charges that are added.
    pub other_charges_minor: Option<ExtractedMinor>,
    /// Taxes that are added.
    pub taxes_added_minor: Option<ExtractedMinor>,
    /// Taxes that are included already, and in no sum.
    pub taxes_included_minor: Option<ExtractedMinor>,
    /// What the document says is to be paid.
    pub grand_total_minor: Option<ExtractedMinor>,
    /// The currency of the sums.
    pub currency: Option<ExtractedText>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Who made a bill, and how.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PayableAttribution {
    /// How it was made.
    pub channel: Option<PayableChannel>,
    /// The key of the API it was made with.
    pub credential_id: Option<String>,
    /// The connection it comes from.
    pub connection_id: Option<String>,
    /// The person who made it.
    #[wire(personal)]
    pub actor: Option<Sensitive>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a bill can be paid by.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PayableCarriers {
    /// The boleto line or bar code.
    pub boleto: Option<Sensitive>,
    /// The Pix code (BR Code).
    pub br_code: Option<Sensitive>,
    /// The key of the NF-e.
    pub nfe: Option<Sensitive>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The model that read a bill.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PayableExtraction {
    /// The name of the model.
    pub model: Option<String>,
    /// The version of the model.
    pub model_version: Option<String>,
    /// How many tokens went in.
    pub input_tokens: Option<u64>,
    /// How many tokens came out.
    pub output_tokens: Option<u64>,
    /// How many tokens were thought in.
    pub reasoning_tokens: Option<u64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A bill to be paid.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Payable {
    /// Its id: `pbl_` and 16 letters or digits.
    pub payable_id: String,
    /// The version of this shape, `payable.v1`.
    pub schema_version: Option<String>,
    /// The kind of document.
    pub doc_type: Option<PayableDocType>,
    /// How the bill stands.
    pub status: Option<PayableStatus>,
    /// Who made it, and how.
    pub attribution: Option<PayableAttribution>,
    /// The SHA-256 of the document, in hexadecimal digits.
    pub document_hash: Option<String>,
    /// Who is to be paid, by the document.
    pub supplier: Option<PayableParty>,
    /// Who is billed.
    pub recipient: Option<PayableParty>,
    /// The number of the invoice.
    pub invoice_number: Option<ExtractedText>,
    /// The series of the invoice.
    pub serie: Option<ExtractedText>,
    /// The day it was written on.
    pub issue_date: Option<ExtractedText>,
    /// The day that is printed on it.
    pub due_date: Option<ExtractedText>,
    /// The day it is due on, moved to a day that banks work on; lists only.
    #[wire(day)]
    pub due_date_effective: Option<String>,
    /// The lines of the bill.
    pub items: Option<Vec<PayableItem>>,
    /// The sums of the bill, in minor units.
    pub totals: Option<PayableTotals>,
    /// What it can be paid by.
    pub carriers: Option<PayableCarriers>,
    /// The model that read it.
    pub extraction: Option<PayableExtraction>,
    /// Whom to pay and how much, by the payment rail: that is what is paid.
    pub rail_quote: Option<RailQuote>,
    /// What the checks came to.
    pub validation: Option<PayableValidation>,
    /// What a person has to decide, and has decided.
    pub review: Option<PayableReview>,
    /// The payment, once one was tried.
    pub payment: Option<PayablePayment>,
    /// The receipt, in the answer to a payment only; none where nobody could sign it.
    pub receipt: Option<PayableReceipt>,
    /// Whether the key was used before and this bill was there; in the answers to making one only.
    pub idempotent_replay: Option<bool>,
    /// When the bill was made (RFC 3339).
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub(super) struct Listed {
    pub(super) payables: Vec<Payable>,
    pub(super) next_before: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}
