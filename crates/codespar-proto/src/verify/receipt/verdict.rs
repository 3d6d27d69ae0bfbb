//! What comes of checking a receipt.

use std::fmt;

use crate::verify::receipt::sent::Disagreement;

/// What a receipt proves, or why it proves nothing.
///
/// They are kept apart because they ask for different things: a receipt that was altered is not
/// the same as one whose key could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReceiptVerdict {
    /// Sealed by the holder of a published key, as it stands, and of the payment that was sent as
    /// far as that was said.
    Verified,
    /// The signature over id and hash holds; whether the other members are those that were
    /// hashed cannot be computed. This speaks neither for them nor against them.
    SignatureOnly(CannotRecompute),
    /// The signature holds, and the members are not those that were hashed: somebody changed
    /// them, or this is an old copy with parts of a new one. Of receipts of the versions 1 to 3
    /// this cannot be said: see [`CannotRecompute::OldVersion`].
    ChainMismatch,
    /// Something else was approved than what was sent, or an approval is shown that was not
    /// sealed.
    ApprovalMismatch,
    /// It is the receipt of another payment than the one sent:
    /// [`disagreements`](ReceiptVerification::disagreements) says in what.
    SentMismatch,
    /// The signature is not of the key over this id and this hash: one of them was changed, or
    /// the signature is another receipt's.
    Tampered,
    /// There is no signature, as on all receipts from before there were any. No failure, and no
    /// proof.
    Unsigned,
    /// The key is not among those published: of another deployment, or revoked. No proof of a
    /// forgery.
    UnknownKey,
    /// The keys could not be had, or the one that is named cannot be used. Nothing is proven
    /// either way.
    Unreachable,
    /// This is no receipt that can be read.
    Malformed(MalformedReceipt),
}

impl ReceiptVerdict {
    /// A word for it, such as `chain_mismatch`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::SignatureOnly(_) => "signature_only",
            Self::ChainMismatch => "chain_mismatch",
            Self::ApprovalMismatch => "approval_mismatch",
            Self::SentMismatch => "sent_mismatch",
            Self::Tampered => "tampered",
            Self::Unsigned => "unsigned",
            Self::UnknownKey => "unknown_key",
            Self::Unreachable => "unreachable",
            Self::Malformed(_) => "malformed",
        }
    }

    /// A word for why, where there is more to say.
    pub const fn reason(self) -> Option<&'static str> {
        match self {
            Self::SignatureOnly(why) => Some(why.as_str()),
            Self::Malformed(why) => Some(why.as_str()),
            _ => None,
        }
    }

    /// Whether it speaks against the receipt, or against it as one of what was sent. What is
    /// neither for it nor against it (`SignatureOnly`, `Unsigned`, `UnknownKey`, `Unreachable`)
    /// does not.
    pub const fn is_against(self) -> bool {
        match self {
            Self::ChainMismatch
            | Self::ApprovalMismatch
            | Self::SentMismatch
            | Self::Tampered
            | Self::Malformed(_) => true,
            Self::Verified
            | Self::SignatureOnly(_)
            | Self::Unsigned
            | Self::UnknownKey
            | Self::Unreachable => false,
        }
    }
}

impl fmt::Display for ReceiptVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())?;
        self.reason().map_or(Ok(()), |reason| write!(f, " ({reason})"))
    }
}

/// Why the hash of a receipt cannot be computed anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CannotRecompute {
    /// The versions 1 to 3 hash the signature of the mandate, which only a key that may spend is
    /// shown. It is a secret: do not ask for it only to check a receipt.
    NoMandateSig,
    /// A receipt of one of the versions 1 to 3 comes to another hash. Some of them have times that
    /// are not written as they were hashed, so that this may be such a fault as well as a change.
    OldVersion,
    /// The payee is shown in part, or hidden.
    MaskedPayee,
    /// The recipe has a condition that this version does not know.
    UnknownClause,
    /// The recipe is not one that this version can follow.
    UnknownRecipe,
    /// The members that the recipe names are not those of the document, so that nobody can say
    /// what was hashed; or it names none, or one twice.
    UnknownFields,
    /// The receipt does not say its version, or the recipe has none for it.
    UnknownVersion,
    /// The document of keys has no recipe, and by the one that this version knows it is not so.
    NoRecipe,
    /// A member that the recipe names is not there.
    MissingMember,
    /// A number that was hashed, or was said to be, cannot be told from its neighbours by who
    /// reads it as a binary float.
    InexactNumber,
}

impl CannotRecompute {
    /// A word for it, such as `masked_payee`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoMandateSig => "no_mandate_sig",
            Self::OldVersion => "old_version",
            Self::MaskedPayee => "masked_payee",
            Self::UnknownClause => "unknown_clause",
            Self::UnknownRecipe => "unknown_recipe",
            Self::UnknownFields => "unknown_fields",
            Self::UnknownVersion => "unknown_version",
            Self::NoRecipe => "no_recipe",
            Self::MissingMember => "missing_member",
            Self::InexactNumber => "inexact_number",
        }
    }
}

/// Why something is no receipt that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum MalformedReceipt {
    /// It is longer than 256 KiB.
    #[error("receipt: longer than 256 KiB")]
    TooLarge,
    /// It is no JSON object, or a member occurs twice in it.
    #[error("receipt: not a JSON object with each member once")]
    NotJson,
    /// It has no id; or one that is no text, or has a colon, and could be told from the hash in
    /// more than one way; or two that differ.
    #[error("receipt: the id is missing, is not a text, has a colon or is not one")]
    Id,
    /// It has a signature and not what was signed.
    #[error("receipt: the hash is missing or not a text")]
    Chain,
    /// It has a signature without the id of its key, or the other way round. The server writes
    /// both or neither: this one was edited.
    #[error("receipt: half of the pair of signature and key, or one of them is not a text")]
    HalfSignature,
    /// It has a document, as the receipt of a collected payment, and members of the receipt of a
    /// payment, which the seal of the document does not cover.
    #[error("receipt: of a payment and of a collected payment in one")]
    TwoKinds,
}

impl MalformedReceipt {
    /// A word for it, such as `half_signature`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::NotJson => "not_json",
            Self::Id => "id",
            Self::Chain => "chain",
            Self::HalfSignature => "half_signature",
            Self::TwoKinds => "two_kinds",
        }
    }
}

/// How a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyStatus {
    /// Receipts are signed with it.
    Active,
    /// Nothing new is signed with it; what was signed holds.
    Retired,
}

impl KeyStatus {
    /// The word of the document.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Retired => "retired",
        }
    }
}

/// What came of checking a receipt.
///
/// ```
/// use codespar_proto::receipt::{KeyDocument, Sent, verify_receipt};
///
/// let outcome = verify_receipt("{}", &KeyDocument::new(), &Sent::new());
/// assert_eq!(outcome.verdict.to_string(), "malformed (id)");
/// assert!(!outcome.is_verified() && outcome.verdict.is_against());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceiptVerification {
    /// What it proves.
    pub verdict: ReceiptVerdict,
    /// The id of the receipt, where it can be read.
    pub receipt_id: Option<String>,
    /// Which key it says it is signed with.
    pub kid: Option<String>,
    /// How that key stands, where it is published. What a retired one signed still holds.
    pub key_status: Option<KeyStatus>,
    /// The version of the recipe of its hash.
    pub chain_version: Option<u64>,
    /// Whether the seal commits to who was paid. Without a quote that names the payee it does
    /// not, and then only for a receipt whose hash was computed can it be told.
    pub is_payee_bound: bool,
    /// In what it differs from what was sent.
    pub disagreements: Vec<Disagreement>,
    /// The names of the members that are shown and that nothing seals, where the hash was
    /// computed: `state`, `actor`. Anybody may have changed them.
    pub unsealed: Vec<String>,
}

impl ReceiptVerification {
    pub(super) const fn new(verdict: ReceiptVerdict) -> Self {
        Self {
            verdict,
            receipt_id: None,
            kid: None,
            key_status: None,
            chain_version: None,
            is_payee_bound: false,
            disagreements: Vec::new(),
            unsealed: Vec::new(),
        }
    }

    /// What can be said of a receipt without keys.
    pub(super) fn without_keys(id: &str, kid: Option<&str>) -> Self {
        let verdict = match kid {
            Some(_) => ReceiptVerdict::Unreachable,
            None => ReceiptVerdict::Unsigned,
        };
        let (receipt_id, kid) = (Some(id.to_owned()), kid.map(str::to_owned));
        Self { receipt_id, kid, ..Self::new(verdict) }
    }

    /// Whether it was sealed as it stands, and is of what was sent. Whom it went to is sealed only
    /// where [`is_payee_bound`](Self::is_payee_bound) says so.
    pub fn is_verified(&self) -> bool {
        self.verdict == ReceiptVerdict::Verified
    }
}
