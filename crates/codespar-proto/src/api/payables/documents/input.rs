//! Values of a bill that is made, each with where it comes from.

use codespar_engine::{Args, Error, Sensitive};

use crate::{
    api::payables::documents::extracted::{EvidenceVerification, PayableProvenance},
    check::check_filled,
    types::money::Minor,
};

/// Where in a bill a value stands: the page, and the words.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct EvidenceInput {
    /// The page, from 1.
    #[wire(into)]
    pub page: u32,
    /// The words of the bill.
    #[wire(personal)]
    pub excerpt: Sensitive,
    /// Whether they were found there.
    pub verification: Option<EvidenceVerification>,
}

/// A text of a bill, and where it comes from.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct TextInput {
    /// The value of the text.
    pub value: String,
    /// Where it comes from.
    pub from: PayableProvenance,
    /// Where in the bill it stands.
    pub evidence: Option<EvidenceInput>,
    /// How sure it is, 0 to 1.
    pub confidence: Option<f64>,
}

/// A text of a bill that is about somebody, and where it comes from.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct PersonalInput {
    /// The value of the text.
    #[wire(personal)]
    pub value: Sensitive,
    /// Where it comes from.
    pub from: PayableProvenance,
    /// Where in the bill it stands.
    pub evidence: Option<EvidenceInput>,
    /// How sure it is, 0 to 1.
    pub confidence: Option<f64>,
}

/// An amount of a bill in minor units, and where it comes from.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct MinorInput {
    /// The amount, in minor units.
    pub value: Minor,
    /// Where it comes from.
    pub from: PayableProvenance,
    /// Where in the bill it stands.
    pub evidence: Option<EvidenceInput>,
    /// How sure it is, 0 to 1.
    pub confidence: Option<f64>,
}

/// A number of a bill that is no amount of money, and where it comes from.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct NumberInput {
    /// The value of the number.
    pub value: f64,
    /// Where it comes from.
    pub from: PayableProvenance,
    /// Where in the bill it stands.
    pub evidence: Option<EvidenceInput>,
    /// How sure it is, 0 to 1.
    pub confidence: Option<f64>,
}

/// What is said of a field has to be something, and of a certainty from 0 to 1.
fn check_said(field: &str, text: Option<&str>, confidence: Option<f64>) -> Result<(), Error> {
    if let Some(text) = text {
        check_filled(field, text)?;
    }
    match confidence {
        Some(sure) if !(0.0..=1.0).contains(&sure) => {
            Err(Error::config(field, "expected a confidence of 0 to 1"))
        }
        _ => Ok(()),
    }
}

impl TextInput {
    pub(super) fn check(&self, field: &str) -> Result<(), Error> {
        check_said(field, Some(&self.value), self.confidence)
    }
}

impl PersonalInput {
    pub(super) fn check(&self, field: &str) -> Result<(), Error> {
        check_said(field, Some(self.value.expose()), self.confidence)
    }
}

impl MinorInput {
    pub(super) fn check(&self, field: &str) -> Result<(), Error> {
        if self.value < Minor::new(0) {
            return Err(Error::config(field, "expected no negative amount"));
        }
        check_said(field, None, self.confidence)
    }
}

impl NumberInput {
    pub(super) fn check(&self, field: &str) -> Result<(), Error> {
        if !self.value.is_finite() {
            return Err(Error::config(field, "expected a number"));
        }
        check_said(field, None, self.confidence)
    }
}
