//! Why a mandate token or a key cannot be used.

use codespar_engine::Error;

use crate::verify::mandate::{failure::Failure, key::KeyError};

/// Why a token or a key cannot be used.
///
/// The text names fields and never quotes what was in them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MandateError {
    /// `format_version` is not 2, 3 or 4.
    #[error("mandate token: format_version is not supported")]
    Format,
    /// The token is not base64url of a JSON object, or a member occurs twice in it.
    #[error("mandate token: {0}")]
    Token(&'static str),
    /// A signed field is missing, of the wrong type or ambiguous.
    #[error("mandate token: {field} {problem}")]
    Field {
        /// Its name in the token.
        field: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// A key handed in is not an Ed25519 public key.
    #[error("{field}: {source}")]
    Key {
        /// The key's role: `agent_key` or `issuer_key`.
        field: &'static str,
        /// What is wrong with it.
        source: KeyError,
    },
    /// The agent's key was given twice, by itself or in a document.
    #[error("agent_key: given twice; a key or a document, not both")]
    AgentKeyTwice,
    /// A DID document is not a JSON object of the expected shape.
    #[error("agent_document: not a DID document")]
    Document,
    /// The token is well formed and does not verify.
    #[error("mandate not verified: {}", codes(.failures))]
    NotVerified {
        /// Why, in the order of the checks.
        failures: Vec<Failure>,
    },
}

impl MandateError {
    /// The short code other implementations use: `invalid_payload`,
    /// `mandate_format_unsupported`, `invalid_config` or `mandate_not_verified`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Format => "mandate_format_unsupported",
            Self::Token(_) | Self::Field { .. } => "invalid_payload",
            Self::Key { .. } | Self::AgentKeyTwice | Self::Document => "invalid_config",
            Self::NotVerified { .. } => "mandate_not_verified",
        }
    }

    /// The field at fault, where one is.
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Self::Format => Some("format_version"),
            Self::Field { field, .. } | Self::Key { field, .. } => Some(field),
            Self::AgentKeyTwice => Some("agent_key"),
            Self::Document => Some("agent_document"),
            Self::Token(_) | Self::NotVerified { .. } => None,
        }
    }
}

/// A bad key is a `Config` error that names its field, everything else a `Decode` error.
impl From<MandateError> for Error {
    fn from(error: MandateError) -> Self {
        match (&error, error.field()) {
            (MandateError::Key { source, .. }, Some(field)) => Self::config(field, source),
            (MandateError::AgentKeyTwice, Some(field)) => {
                Self::config(field, "expected once: a key or a document")
            }
            (MandateError::Document, Some(field)) => Self::config(field, "expected a DID document"),
            _ => Self::decode(error.to_string()).with_code(error.code()).with_source(error),
        }
    }
}

fn codes(failures: &[Failure]) -> String {
    failures.iter().map(|failure| failure.as_str()).collect::<Vec<_>>().join(", ")
}
