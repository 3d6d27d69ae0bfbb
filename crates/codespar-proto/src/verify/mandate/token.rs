//! Mandate tokens: decoded, with the mandate apart from what nobody signed.

use std::{collections::BTreeMap, fmt};

use base64::Engine;
use codespar_engine::Json;

use crate::verify::{
    mandate::{
        error::MandateError,
        fields::{self, Mandate},
        key::BASE64URL,
    },
    members::Members,
};

/// A decoded token: the mandate, the envelope around it, and what no signature covers.
///
/// Decoding proves nothing; [`verify`](Self::verify) does.
///
/// ```
/// use codespar_proto::mandate::MandateToken;
///
/// # let text = codespar_proto::mandate::recorded::EXAMPLE_TOKEN;
/// let token = MandateToken::decode(text)?;
/// assert_eq!(token.mandate().purposes, ["refund", "utility"]);
/// assert!(token.signing_string().starts_with("3:mnd_v3_abc...:a1:delegation:5000:BRL:"));
/// assert!(token.unsigned().is_empty());
/// # Ok::<(), codespar_proto::mandate::MandateError>(())
/// ```
#[derive(Clone)]
pub struct MandateToken {
    mandate: Mandate,
    signature: String,
    agent_sig: Option<String>,
    issuer_sig: Option<String>,
    kid: Option<String>,
    unsigned: BTreeMap<String, Json>,
}

/// Decodes a token; the same as [`MandateToken::decode`].
///
/// ```
/// use codespar_proto::mandate::decode_mandate_token;
///
/// assert_eq!(decode_mandate_token("bnVsbA").unwrap_err().code(), "invalid_payload");
/// ```
pub fn decode_mandate_token(token: &str) -> Result<MandateToken, MandateError> {
    MandateToken::decode(token)
}

impl MandateToken {
    /// Decodes a token of version 2, 3 or 4.
    ///
    /// Fails with [`MandateError::Format`] for another version, and with
    /// [`MandateError::Token`] or [`MandateError::Field`] for everything malformed.
    pub fn decode(token: &str) -> Result<Self, MandateError> {
        let bytes =
            BASE64URL.decode(token).map_err(|_| MandateError::Token("not unpadded base64url"))?;
        let mut members = fields::members(&bytes)?;
        let mandate = Mandate::take(&mut members, true)?;
        Ok(Self {
            mandate,
            signature: fields::text(&mut members, "signature")?,
            agent_sig: members.take("agent_sig"),
            issuer_sig: members.take("issuer_sig"),
            kid: members.take("kid"),
            unsigned: rest(members)?,
        })
    }

    /// The mandate: the fields that the signatures cover, and no others.
    pub fn mandate(&self) -> &Mandate {
        &self.mandate
    }

    pub(super) fn into_mandate(self) -> Mandate {
        self.mandate
    }

    /// The text that the agent and the issuer signed.
    pub fn signing_string(&self) -> String {
        self.mandate.signing_string()
    }

    /// The organisation's HMAC in hexadecimal. It cannot be checked without their secret.
    pub fn signature(&self) -> &str {
        &self.signature
    }

    /// The agent's Ed25519 signature in base64url.
    pub fn agent_sig(&self) -> Option<&str> {
        self.agent_sig.as_deref()
    }

    /// The issuer's Ed25519 signature in base64url.
    pub fn issuer_sig(&self) -> Option<&str> {
        self.issuer_sig.as_deref()
    }

    /// The key id on the envelope, which is not signed; [`Mandate::agent_kid`] is.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// Members that neither the signatures nor the envelope know. Anyone may have added them.
    pub fn unsigned(&self) -> &BTreeMap<String, Json> {
        &self.unsigned
    }
}

/// What is left when all that is known was taken.
fn rest(members: Members) -> Result<BTreeMap<String, Json>, MandateError> {
    if members.are_each_once() {
        Ok(members.into_inner())
    } else {
        Err(MandateError::Token("an unsigned member is malformed"))
    }
}

/// Says which mandate it is; signatures are left out, since a token may be spent by its holder.
impl fmt::Debug for MandateToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MandateToken")
            .field("format_version", &self.mandate.format_version)
            .field("id", &self.mandate.id)
            .finish_non_exhaustive()
    }
}
