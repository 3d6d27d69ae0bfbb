//! What the payment rail says of a bill: whom to pay, and how much.

use codespar_engine::{Answer, Extra, Sensitive, Timestamp};

use crate::{api::payables::documents::extracted::PayableProvenance, types::money::Minor};

/// A text that the payment rail said.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RailText {
    /// The value of the text.
    pub value: Option<String>,
    /// Where it comes from: the rail.
    pub from: Option<PayableProvenance>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A text about somebody that the payment rail said.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RailPersonal {
    /// The value of the text.
    #[wire(personal)]
    pub value: Option<Sensitive>,
    /// Where it comes from: the rail.
    pub from: Option<PayableProvenance>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// An amount that the payment rail said, in minor units.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RailMinor {
    /// The amount, in minor units.
    pub value: Option<Minor>,
    /// Where it comes from: the rail.
    pub from: Option<PayableProvenance>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What the payment rail says of a bill. This is what is paid, whatever the document says.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RailQuote {
    /// The name of the payee.
    pub beneficiary: Option<RailPersonal>,
    /// The tax number of the payee, masked.
    pub beneficiary_document_masked: Option<RailPersonal>,
    /// The name of the last payee, where it is another.
    pub final_beneficiary: Option<RailPersonal>,
    /// The tax number of the last payee, masked.
    pub final_beneficiary_document_masked: Option<RailPersonal>,
    /// What is to be paid, in minor units.
    pub amount_minor: Option<RailMinor>,
    /// What was taken off.
    pub discount_minor: Option<RailMinor>,
    /// The interest that was added.
    pub interest_minor: Option<RailMinor>,
    /// The fine that was added.
    pub fine_minor: Option<RailMinor>,
    /// The day it is due on.
    pub due_date: Option<RailText>,
    /// When the rail said so.
    pub quoted_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}
