//! The verdict on a mandate token: its signatures, its time, and what speaks against it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::verify::mandate::{
    did::DidDocument,
    error::MandateError,
    failure::Failure,
    fields::{FormatVersion, Mandate},
    key::{KeyError, PublicKey, verify_ed25519},
    token::MandateToken,
};

/// The public keys that a token is checked against.
///
/// ```
/// use codespar_proto::mandate::Keys;
///
/// let error = Keys::new().issuer_key("abcd").unwrap_err();
/// assert_eq!(error.to_string(), "issuer_key: an Ed25519 key has 32 bytes, this one has 2");
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Keys {
    agent: Option<AgentKey>,
    issuer: Option<PublicKey>,
}

/// Where the agent's key comes from.
#[derive(Clone, Debug)]
enum AgentKey {
    Key(PublicKey),
    Document(DidDocument),
}

impl Keys {
    /// No keys yet. What is left out is not checked, and then nothing verifies.
    pub fn new() -> Self {
        Self::default()
    }

    /// The agent's key: a [`PublicKey`], 32 bytes, or hexadecimal. The caller knows that it is the
    /// one published under the token's [`agent_kid`](Mandate::agent_kid).
    ///
    /// Fails when it is not a key, or when the agent's key is already given.
    pub fn agent_key<K>(self, key: K) -> Result<Self, MandateError>
    where
        K: TryInto<PublicKey, Error: Into<KeyError>>,
    {
        let key = role("agent_key", key)?;
        self.agent(AgentKey::Key(key))
    }

    /// The agent's DID document, in which the signed `agent_kid` is looked up.
    ///
    /// Fails when the agent's key is already given.
    pub fn agent_document(self, document: DidDocument) -> Result<Self, MandateError> {
        self.agent(AgentKey::Document(document))
    }

    /// The issuer's key: a [`PublicKey`], 32 bytes, or hexadecimal. Fails when it is not a key.
    pub fn issuer_key<K>(mut self, key: K) -> Result<Self, MandateError>
    where
        K: TryInto<PublicKey, Error: Into<KeyError>>,
    {
        self.issuer = Some(role("issuer_key", key)?);
        Ok(self)
    }

    fn agent(mut self, agent: AgentKey) -> Result<Self, MandateError> {
        if self.agent.is_some() {
            return Err(MandateError::AgentKeyTwice);
        }
        self.agent = Some(agent);
        Ok(self)
    }
}

fn role<K>(field: &'static str, key: K) -> Result<PublicKey, MandateError>
where
    K: TryInto<PublicKey, Error: Into<KeyError>>,
{
    key.try_into().map_err(|error| MandateError::Key { field, source: error.into() })
}

/// What came of checking a token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    /// The agent's signature, under the signed `agent_kid`.
    pub agent: SignatureStatus,
    /// The issuer's signature.
    pub issuer: SignatureStatus,
    /// Everything that speaks against the token, in the order of the checks.
    pub failures: Vec<Failure>,
}

impl Verdict {
    /// Whether nothing speaks against the token.
    pub fn is_verified(&self) -> bool {
        self.failures.is_empty()
    }

    /// Whether the mandate is past its time.
    pub fn is_expired(&self) -> bool {
        self.failures.contains(&Failure::Expired)
    }
}

/// What is known of one signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureStatus {
    /// There, and made with the right key.
    Verified,
    /// There, and wrong, or the right key could not be established.
    Failed,
    /// The token has no such signature.
    Absent,
    /// There, and not checked.
    Skipped,
}

impl SignatureStatus {
    /// The status as one lower-case word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Failed => "failed",
            Self::Absent => "absent",
            Self::Skipped => "skipped",
        }
    }
}

/// The mandate in a token that verifies: both signatures valid, and `now` within its time.
///
/// Fails like [`MandateToken::decode`], and with [`MandateError::NotVerified`], which lists every
/// reason, when the token is well formed and does not verify.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use codespar_proto::mandate::{Failure, Keys, MandateError, verify_mandate_token};
///
/// # let token = codespar_proto::mandate::recorded::EXAMPLE_TOKEN;
/// let now = UNIX_EPOCH + Duration::from_secs(1_735_686_000);
/// let error = verify_mandate_token(token, &Keys::new(), now).unwrap_err();
/// let failures = vec![Failure::AgentSigUnchecked, Failure::IssuerSigUnchecked];
/// assert_eq!(error, MandateError::NotVerified { failures });
/// ```
pub fn verify_mandate_token(
    token: &str,
    keys: &Keys,
    now: SystemTime,
) -> Result<Mandate, MandateError> {
    MandateToken::decode(token)?.into_verified(keys, now)
}

impl MandateToken {
    /// Checks both signatures and the time, and reports on each.
    ///
    /// `now` is compared exactly: a clock behind the issuer's finds fresh tokens
    /// [not yet issued](Failure::NotYetIssued).
    pub fn verify(&self, keys: &Keys, now: SystemTime) -> Verdict {
        let mandate = self.mandate();
        let now = nanos(now);
        let text = self.signing_string();
        let agent = self.check_agent(keys.agent.as_ref(), &text);
        let issuer = self.check_issuer(keys.issuer.as_ref(), &text);
        // Told whether or not there is a signature that it would spoil.
        let foreign = self.has_foreign_kid().then_some(Failure::KidMismatch);
        let agent_failures = [foreign, agent.err().filter(|failure| Some(*failure) != foreign)];
        let mut failures: Vec<_> =
            agent_failures.into_iter().flatten().chain(issuer.err()).collect();
        if mandate.issued_at.is_some_and(|issued| second(issued) > now) {
            failures.push(Failure::NotYetIssued);
        }
        if now > second(mandate.expires_at) {
            failures.push(Failure::Expired);
        }
        Verdict { agent: status(agent), issuer: status(issuer), failures }
    }

    /// The mandate, if the token [verifies](Self::verify);
    /// [`MandateError::NotVerified`] otherwise.
    pub fn into_verified(self, keys: &Keys, now: SystemTime) -> Result<Mandate, MandateError> {
        let failures = self.verify(keys, now).failures;
        if failures.is_empty() {
            Ok(self.into_mandate())
        } else {
            Err(MandateError::NotVerified { failures })
        }
    }

    fn check_agent(&self, key: Option<&AgentKey>, text: &str) -> Result<(), Failure> {
        let signature = self.agent_sig().ok_or(Failure::AgentSigAbsent)?;
        // Version 2 signs no key id, so no signature of an agent can be attributed in it.
        let kid = self.signed_kid().ok_or(Failure::AgentSigUnchecked)?;
        if self.has_foreign_kid() {
            return Err(Failure::KidMismatch);
        }
        let key = match key.ok_or(Failure::AgentSigUnchecked)? {
            AgentKey::Key(key) => key,
            AgentKey::Document(document) => {
                let key = document.key(kid).ok_or(Failure::KidNotInDocument)?;
                if document.id() != self.mandate().agent_did() {
                    return Err(Failure::DocumentMismatch);
                }
                key
            }
        };
        if verify_ed25519(text, signature, key) { Ok(()) } else { Err(Failure::AgentSigInvalid) }
    }

    fn check_issuer(&self, key: Option<&PublicKey>, text: &str) -> Result<(), Failure> {
        let signature = self.issuer_sig().ok_or(Failure::IssuerSigAbsent)?;
        let key = key
            .filter(|_| self.mandate().format_version >= FormatVersion::V3)
            .ok_or(Failure::IssuerSigUnchecked)?;
        if verify_ed25519(text, signature, key) { Ok(()) } else { Err(Failure::IssuerSigInvalid) }
    }

    /// Whether the envelope names another key than the one that is signed.
    fn has_foreign_kid(&self) -> bool {
        let kids = self.kid().zip(self.signed_kid());
        kids.is_some_and(|(outside, signed)| outside != signed)
    }

    fn signed_kid(&self) -> Option<&str> {
        self.mandate().agent_kid.as_deref()
    }
}

const fn status(check: Result<(), Failure>) -> SignatureStatus {
    match check {
        Ok(()) => SignatureStatus::Verified,
        Err(Failure::AgentSigAbsent | Failure::IssuerSigAbsent) => SignatureStatus::Absent,
        Err(Failure::AgentSigUnchecked | Failure::IssuerSigUnchecked) => SignatureStatus::Skipped,
        Err(_) => SignatureStatus::Failed,
    }
}

/// Nanoseconds since 1970, so that a fraction of a second counts.
fn nanos(time: SystemTime) -> i128 {
    let count = |span: Duration| i128::try_from(span.as_nanos()).unwrap_or(i128::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => count(since),
        Err(before) => -count(before.duration()),
    }
}

fn second(unix: i64) -> i128 {
    i128::from(unix) * 1_000_000_000
}
