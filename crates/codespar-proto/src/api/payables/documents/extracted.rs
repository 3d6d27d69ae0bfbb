//! Values that were read out of a bill: where each comes from, and how sure that is.

use codespar_engine::{Answer, Extra, Sensitive, WireEnum};

use crate::types::money::Minor;

/// Where a value of a bill comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PayableProvenance {
    /// A program of the service read it.
    ParserLocal,
    /// The payment rail said it.
    Trilho,
    /// A language model read it.
    Modelo,
    /// A partner said it.
    Parceiro,
    /// A person said it.
    Pessoa,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Whether the evidence of a value was found in the bill.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum EvidenceVerification {
    /// It is where it was said to be.
    Verified,
    /// It is in the bill, somewhere else.
    Moved,
    /// It could not be looked for.
    Unverifiable,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Where in a bill a value stands.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PayableEvidence {
    /// The page, from 1.
    pub page: Option<u64>,
    /// The words of the bill.
    #[wire(personal)]
    pub excerpt: Option<Sensitive>,
    /// Whether they were found there.
    pub verification: Option<EvidenceVerification>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A text of a bill.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ExtractedText {
    /// The value of the text.
    pub value: Option<String>,
    /// Where it comes from.
    pub from: Option<PayableProvenance>,
    /// Where in the bill it stands.
    pub evidence: Option<PayableEvidence>,
    /// How sure it is, 0 to 1.
    pub confidence: Option<f64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A text of a bill that is about somebody.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ExtractedPersonal {
    /// The value of the text.
    #[wire(personal)]
    pub value: Option<Sensitive>,
    /// Where it comes from.
    pub from: Option<PayableProvenance>,
    /// Where in the bill it stands.
    pub evidence: Option<PayableEvidence>,
    /// How sure it is, 0 to 1.
    pub confidence: Option<f64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// An amount of a bill, in minor units.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ExtractedMinor {
    /// The amount, in minor units.
    pub value: Option<Minor>,
    /// Where it comes from.
    pub from: Option<PayableProvenance>,
    /// Where in the bill it stands.
    pub evidence: Option<PayableEvidence>,
    /// How sure it is, 0 to 1.
    pub confidence: Option<f64>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A number of a bill that is no amount of money.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ExtractedNumber {
    /// The value of the number.
    pub value: Option<f64>,
    /// Where it comes from.
    pub from: Option<PayableProvenance>,
    /// Where in the bill it stands.
    pub evidence: Option<PayableEvidence>,
    /// How sure it is, 0 to 1.
    pub confidence: Option<f64>,
    /// Members this version has no field for.
    pub extra: Extra,
}
