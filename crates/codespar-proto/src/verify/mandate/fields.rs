//! The signed fields of a mandate token, and the text that is signed of them.

use serde::{Serialize, Serializer, de::DeserializeOwned};

use crate::verify::{
    mandate::{did::agent_did_from_kid, error::MandateError},
    members::{Members, strict},
};

/// What a person has allowed an agent to do: the signed fields of a token.
///
/// Amounts are the texts that were signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Mandate {
    /// How the token is laid out and what is signed.
    pub format_version: FormatVersion,
    /// The mandate's id.
    pub id: String,
    /// The agent that may act.
    pub agent_id: String,
    /// What it allows (`type` in the token).
    #[serde(rename = "type")]
    pub kind: MandateKind,
    /// How much, as signed.
    pub amount: String,
    /// The currency, such as `BRL`.
    pub currency: String,
    /// What for, in the order of the token. The signatures do not cover the order.
    pub purposes: Vec<String>,
    /// Until when, in Unix seconds; that second included.
    pub expires_at: i64,
    /// The most that may ever be spent, as signed.
    pub max_amount: Option<String>,
    /// The mandate that this one was derived from.
    pub parent_id: Option<String>,
    /// The unit of the amounts, where it is not the currency.
    pub denomination: Option<String>,
    /// Which of the organisation's secrets the HMAC was made with.
    pub secret_version: i64,
    /// Reference to the check of the person's identity. From version 3 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_kyc_ref: Option<String>,
    /// Id of the key that the agent signed with: a DID, `#`, a name. From version 3 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_kid: Option<String>,
    /// When it was issued, in Unix seconds. From version 4 on; older tokens do not sign it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued_at: Option<i64>,
}

/// How a token is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FormatVersion {
    /// Known to decode; never verifies offline.
    V2,
    /// With the person's identity check and the agent's key id.
    V3,
    /// With the time of issue as well.
    V4,
}

impl FormatVersion {
    /// The number in the token.
    pub const fn number(self) -> u8 {
        match self {
            Self::V2 => 2,
            Self::V3 => 3,
            Self::V4 => 4,
        }
    }
}

impl Serialize for FormatVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.number())
    }
}

/// What a mandate allows. A token with another kind does not decode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MandateKind {
    /// Allows one payment.
    Payment,
    /// Payments that recur.
    Subscription,
    /// Payments that the agent decides on.
    Delegation,
}

impl MandateKind {
    /// The name in the token.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Subscription => "subscription",
            Self::Delegation => "delegation",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Payment, Self::Subscription, Self::Delegation]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }
}

impl Serialize for MandateKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The text that was signed, from the mandate's fields as a JSON object.
///
/// Same rules and errors as [`MandateToken::decode`](super::MandateToken::decode), but for
/// `purposes`, which may be missing here.
///
/// ```
/// use codespar_proto::mandate::reconstruct_signing_string;
///
/// let text = reconstruct_signing_string(r#"{
///     "format_version": 4, "id": "mnd_1", "agent_id": "ag1", "type": "payment",
///     "amount": "1500", "currency": "BRL", "purposes": ["rent", "food"],
///     "expires_at": 1799990000, "secret_version": 2, "principal_kyc_ref": "kyc_h1",
///     "issued_at": 1799900000, "agent_kid": "did:web:id.example.com:org1:ag1#1"
/// }"#)?;
/// assert_eq!(
///     text,
///     "4:mnd_1:ag1:payment:1500:BRL:food,rent:1799990000::::2:kyc_h1:1799900000\
///      :did:web:id.example.com:org1:ag1#1",
/// );
/// # Ok::<(), codespar_proto::mandate::MandateError>(())
/// ```
pub fn reconstruct_signing_string(fields: &str) -> Result<String, MandateError> {
    let mandate = Mandate::take(&mut members(fields.as_bytes())?, false)?;
    Ok(mandate.signing_string())
}

/// The members of a token.
pub(super) fn members(json: &[u8]) -> Result<Members, MandateError> {
    Members::parse(json).ok_or(MandateError::Token("not a JSON object with each member once"))
}

impl Mandate {
    /// The text that the agent and the issuer signed.
    pub fn signing_string(&self) -> String {
        let mut parts = vec![
            self.format_version.number().to_string(),
            self.id.clone(),
            self.agent_id.clone(),
            self.kind.as_str().to_owned(),
            self.amount.clone(),
            self.currency.clone(),
            signed_purposes(&self.purposes),
            self.expires_at.to_string(),
            self.max_amount.clone().unwrap_or_default(),
            self.parent_id.clone().unwrap_or_default(),
            self.denomination.clone().unwrap_or_default(),
            self.secret_version.to_string(),
        ];
        parts.extend(self.principal_kyc_ref.clone());
        parts.extend(self.issued_at.map(|seconds| seconds.to_string()));
        parts.extend(self.agent_kid.clone());
        parts.join(":")
    }

    /// The agent's DID, from [`agent_kid`](Self::agent_kid).
    pub fn agent_did(&self) -> Option<&str> {
        self.agent_kid.as_deref().map(agent_did_from_kid)
    }

    /// Takes the signed fields out of the members of a token.
    pub(super) fn take(
        members: &mut Members,
        purposes_required: bool,
    ) -> Result<Self, MandateError> {
        let format_version = match members.take::<u64>("format_version") {
            Some(2) => FormatVersion::V2,
            Some(3) => FormatVersion::V3,
            Some(4) => FormatVersion::V4,
            _ => return Err(MandateError::Format),
        };
        let mut mandate = Self {
            format_version,
            id: plain(members, "id")?,
            agent_id: plain(members, "agent_id")?,
            kind: MandateKind::from_name(&text(members, "type")?)
                .ok_or(wrong("type", "is not payment, subscription or delegation"))?,
            amount: plain(members, "amount")?,
            currency: plain(members, "currency")?,
            purposes: purposes(members, purposes_required)?,
            expires_at: integer(members, "expires_at")?,
            max_amount: optional(members, "max_amount")?,
            parent_id: optional(members, "parent_id")?,
            denomination: optional(members, "denomination")?,
            secret_version: integer(members, "secret_version")?,
            principal_kyc_ref: None,
            agent_kid: None,
            issued_at: None,
        };
        if format_version >= FormatVersion::V3 {
            mandate.principal_kyc_ref = Some(plain(members, "principal_kyc_ref")?);
            mandate.agent_kid = Some(agent_kid(members)?);
        }
        if format_version >= FormatVersion::V4 {
            mandate.issued_at = Some(integer(members, "issued_at")?);
        }
        Ok(mandate)
    }
}

/// A required text, whatever is in it.
pub(super) fn text(members: &mut Members, field: &'static str) -> Result<String, MandateError> {
    required(members, field)
}

const MISSING: &str = "is missing or of the wrong type";

fn required<T: DeserializeOwned>(
    members: &mut Members,
    field: &'static str,
) -> Result<T, MandateError> {
    members.take(field).ok_or_else(|| wrong(field, MISSING))
}

/// A required integer.
fn integer(members: &mut Members, field: &'static str) -> Result<i64, MandateError> {
    let json = members.json(field).ok_or_else(|| wrong(field, MISSING))?;
    let digits = json.as_str().strip_prefix('-').unwrap_or(json.as_str());
    strict(&json).ok_or_else(|| {
        let is_integer = digits.bytes().all(|byte| byte.is_ascii_digit());
        wrong(field, if is_integer { "does not fit 64 bits" } else { MISSING })
    })
}

/// A required text without a colon: see the module on why.
fn plain(members: &mut Members, field: &'static str) -> Result<String, MandateError> {
    let text = text(members, field)?;
    no_colon(&text, field)?;
    Ok(text)
}

/// A text that may be missing. An empty one is signed like a missing one, so it counts as that.
fn optional(members: &mut Members, field: &'static str) -> Result<Option<String>, MandateError> {
    let Some(json) = members.json(field) else { return Ok(None) };
    let text: String = strict(&json).ok_or_else(|| wrong(field, "is not a text"))?;
    no_colon(&text, field)?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn purposes(members: &mut Members, needed: bool) -> Result<Vec<String>, MandateError> {
    const FIELD: &str = "purposes";
    let purposes: Vec<String> = match members.json(FIELD) {
        Some(json) => strict(&json).ok_or_else(|| wrong(FIELD, "is not a list of texts"))?,
        None if needed => return Err(wrong(FIELD, "is missing")),
        None => Vec::new(),
    };
    for purpose in &purposes {
        no_colon(purpose, FIELD)?;
        if purpose.is_empty() {
            // A list of one empty text is signed like an empty list.
            return Err(wrong(FIELD, "has an empty text"));
        }
    }
    Ok(purposes)
}

fn agent_kid(members: &mut Members) -> Result<String, MandateError> {
    const FIELD: &str = "agent_kid";
    let kid = text(members, FIELD)?;
    if !kid.starts_with("did:") {
        return Err(wrong(FIELD, "does not begin with did:"));
    }
    Ok(kid)
}

fn no_colon(text: &str, field: &'static str) -> Result<(), MandateError> {
    if text.contains(':') { Err(wrong(field, "has a colon")) } else { Ok(()) }
}

const fn wrong(field: &'static str, problem: &'static str) -> MandateError {
    MandateError::Field { field, problem }
}

/// Sorted, then escaped: the order of the texts, not of their escaped forms.
fn signed_purposes(purposes: &[String]) -> String {
    let mut sorted: Vec<_> = purposes.iter().collect();
    sorted.sort();
    let escaped = sorted.iter().map(|text| text.replace('\\', "\\\\").replace(',', "\\,"));
    escaped.collect::<Vec<_>>().join(",")
}
