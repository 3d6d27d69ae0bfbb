//! Why a webhook delivery is not accepted.

use std::time::Duration;

use codespar_engine::Error;
use http::StatusCode;

/// Why a delivery is not to be trusted, or a secret not to be used.
///
/// The text never quotes a header, a body or a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// A secret handed in cannot be one. Nothing was checked.
    #[error("webhook secret {0}")]
    Secret(&'static str),
    /// The delivery carries no signature of an accepted scheme.
    #[error("webhook signature header is missing")]
    MissingSignature,
    /// The signature header is there and does not read as one.
    #[error("webhook signature header is malformed: {0}")]
    MalformedSignature(&'static str),
    /// The signature is of the older scheme, which this verifier was not told to accept.
    #[error("webhook signature is of the legacy scheme, which is not accepted")]
    LegacyNotAccepted,
    /// No signature in the header was made with any of the secrets over this body.
    #[error("webhook signature matches no secret")]
    NoMatch,
    /// Rightly signed, but longer ago than the tolerance: perhaps replayed.
    #[error("webhook was signed {} s ago, more than tolerated", age.as_secs())]
    TooOld {
        /// How long ago.
        age: Duration,
    },
    /// Rightly signed, but further ahead of the given time than the tolerance: a clock is wrong.
    #[error("webhook was signed {} s in the future, more than tolerated", ahead.as_secs())]
    FromTheFuture {
        /// How far ahead.
        ahead: Duration,
    },
    /// The body is not an event: where, and what was expected.
    #[error("webhook body is not an event: {0}")]
    Body(Box<str>),
}

impl WebhookError {
    /// The reason as a short code, for logs and answers.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Secret(_) => "invalid_secret",
            Self::MissingSignature => "signature_missing",
            Self::MalformedSignature(_) => "signature_malformed",
            Self::LegacyNotAccepted => "signature_legacy",
            Self::NoMatch => "signature_mismatch",
            Self::TooOld { .. } => "timestamp_too_old",
            Self::FromTheFuture { .. } => "timestamp_in_future",
            Self::Body(_) => "invalid_body",
        }
    }

    /// The HTTP status that a receiver answers such a delivery with: 401 for what is unsigned,
    /// forged or stale, 400 for what is broken, 500 where the receiver's own secret is at fault.
    ///
    /// The service repeats what is refused, so that a wrong secret or clock can be mended in time.
    ///
    /// ```
    /// use codespar_proto::webhook::WebhookError;
    ///
    /// assert_eq!(WebhookError::NoMatch.status_to_answer(), 401);
    /// ```
    #[doc(alias = "http_status")]
    pub const fn status_to_answer(&self) -> StatusCode {
        match self {
            Self::Secret(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::MissingSignature
            | Self::LegacyNotAccepted
            | Self::NoMatch
            | Self::TooOld { .. }
            | Self::FromTheFuture { .. } => StatusCode::UNAUTHORIZED,
            Self::MalformedSignature(_) | Self::Body(_) => StatusCode::BAD_REQUEST,
        }
    }

    /// The field at fault when the error is about a setting rather than a delivery.
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Self::Secret(_) => Some("secret"),
            _ => None,
        }
    }
}

/// A bad secret is a `Config` error that names its field, everything else a `Decode` error.
impl From<WebhookError> for Error {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::Secret(problem) => Self::config("secret", problem),
            _ => Self::decode(error.to_string()).with_code(error.code()).with_source(error),
        }
    }
}
