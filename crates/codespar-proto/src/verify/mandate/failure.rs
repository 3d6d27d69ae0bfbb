//! The reasons that speak against a token.

/// Something that speaks against a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Failure {
    /// The key id on the envelope is not the signed one.
    KidMismatch,
    /// The DID document has no usable key under the signed key id.
    KidNotInDocument,
    /// The DID document is of another DID than the signed key id.
    DocumentMismatch,
    /// The agent did not sign.
    AgentSigAbsent,
    /// The agent's signature was not checked: no key was given, or the token is of version 2.
    AgentSigUnchecked,
    /// The agent's signature is not by the agent's key.
    AgentSigInvalid,
    /// The issuer did not sign.
    IssuerSigAbsent,
    /// The issuer's signature was not checked: no key was given, or the token is of version 2.
    IssuerSigUnchecked,
    /// The issuer's signature is not by the issuer's key.
    IssuerSigInvalid,
    /// The token was issued after the time given as now.
    NotYetIssued,
    /// The time given as now is past `expires_at`.
    Expired,
}

impl Failure {
    /// The short code. All but `document_mismatch` and `not_yet_issued`, which others do not
    /// check, are those of the official clients.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::KidMismatch => "kid_mismatch",
            Self::KidNotInDocument => "kid_not_in_document",
            Self::DocumentMismatch => "document_mismatch",
            Self::AgentSigAbsent => "agent_sig_absent",
            Self::AgentSigUnchecked => "agent_sig_unchecked",
            Self::AgentSigInvalid => "agent_sig_invalid",
            Self::IssuerSigAbsent => "issuer_sig_absent",
            Self::IssuerSigUnchecked => "issuer_sig_unchecked",
            Self::IssuerSigInvalid => "issuer_sig_invalid",
            Self::NotYetIssued => "not_yet_issued",
            Self::Expired => "expired",
        }
    }
}
