//! What a person decides about a bill.

use codespar_engine::{Answer, Args, Error, Extra, Json, Sensitive, Timestamp, WireEnum};

use crate::{api::payables::documents::status::PayableCheckCode, check::check_filled};

/// How a check of a bill is resolved.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PayableResolution {
    /// What was read wrong is corrected.
    HumanCorrection,
    /// The bill is rejected; said alone, of one check.
    Reject,
    /// The payee of the rail is the right one.
    ConfirmRailBeneficiary,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A field of a bill that is corrected, and what is right.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct Correction {
    /// The field, such as `due_date` or `totals.subtotal_minor`.
    pub field: String,
    /// What is right: a text, or a number of minor units.
    #[wire(into)]
    pub value: Json,
}

/// How one check of a bill is resolved.
#[derive(Clone, Debug, PartialEq, Args)]
#[non_exhaustive]
pub struct Resolution {
    /// The check that is resolved.
    #[wire(into)]
    pub code: PayableCheckCode,
    /// How it is resolved.
    #[wire(into)]
    pub resolution: PayableResolution,
    /// What is corrected.
    pub corrections: Option<Vec<Correction>>,
    /// The masked tax number of the payee, exactly as the server gave it.
    #[wire(personal)]
    pub confirmed_beneficiary_document: Option<Sensitive>,
}

/// How the checks of a bill are resolved; none lets it pass where only a trigger stopped it.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ReviewPayable {
    /// How each check is resolved, each once.
    pub resolutions: Option<Vec<Resolution>>,
}

impl ReviewPayable {
    fn check(&self) -> Result<(), Error> {
        for (at, resolution) in self.resolutions.iter().flatten().enumerate() {
            let of_field = |name: &str| format!("resolutions[{at}].{name}");
            let is_confirmed = resolution.resolution == PayableResolution::ConfirmRailBeneficiary;
            match &resolution.confirmed_beneficiary_document {
                Some(document) => {
                    let field = of_field("confirmed_beneficiary_document");
                    check_filled(&field, document.expose())?;
                }
                None if is_confirmed => {
                    let field = of_field("confirmed_beneficiary_document");
                    return Err(Error::config(field, "expected the one that the server gave"));
                }
                None => {}
            }
            for correction in resolution.corrections.iter().flatten() {
                check_filled(&of_field("corrections"), &correction.field)?;
            }
        }
        Ok(())
    }
}

/// What the checks of a bill came to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum ReviewStatus {
    /// The bill was rejected.
    Rejected,
    /// A person has to decide.
    NeedsReview,
    /// The checks are being made.
    Validating,
    /// Nothing is left to decide.
    Validated,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Why a check asks for a review.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReviewCause {
    /// It found something wrong.
    CheckFailed,
    /// It could not be made.
    RetriesExhausted,
    /// It is needed, and the service cannot make it yet.
    RequiredNotImplemented,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A check that asks for a review.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ReviewReason {
    /// The check that asks.
    pub code: Option<String>,
    /// Why it asks.
    pub cause: Option<ReviewCause>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How the service knows who decided.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DecisionSource {
    /// By a session token that it verified.
    VerifiedUserToken,
    /// By a header that was believed.
    HeaderAsserted,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How a check of a bill was resolved.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct TakenResolution {
    /// The check that was resolved.
    pub code: Option<String>,
    /// How it was resolved.
    pub resolution: Option<PayableResolution>,
    /// When it was resolved.
    pub at: Option<Timestamp>,
    /// The user who decided.
    #[wire(personal)]
    pub by: Option<Sensitive>,
    /// How the service knows who it was.
    pub by_source: Option<DecisionSource>,
    /// The fields that were corrected.
    pub fields: Option<Vec<String>>,
    /// The masked tax number that was confirmed.
    #[wire(personal)]
    pub confirmed_beneficiary_document: Option<Sensitive>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a person has to decide about a bill, and has decided.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct PayableReview {
    /// What the checks came to.
    pub validation_status: Option<ReviewStatus>,
    /// The checks that ask for a review.
    #[wire(default)]
    pub review_by: Vec<ReviewReason>,
    /// The checks that reject the bill.
    #[wire(default)]
    pub rejected_by: Vec<String>,
    /// The checks that confirm it.
    #[wire(default)]
    pub confirmed_by: Vec<String>,
    /// The checks that have yet to be made.
    #[wire(default)]
    pub awaiting: Vec<String>,
    /// The checks that were not made.
    #[wire(default)]
    pub not_covered: Vec<String>,
    /// What asks for a review besides checks, such as `new_supplier`.
    #[wire(default)]
    pub review_triggers: Vec<String>,
    /// What was decided.
    pub resolutions: Option<Vec<TakenResolution>>,
    /// Members this version has no field for.
    pub extra: Extra,
}
