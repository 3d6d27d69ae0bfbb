//! The receipt of a collected payment: read, and verified.

use std::fmt;

use codespar_engine::Json;

#[cfg(feature = "selling")]
use crate::api::collect::CollectReceipt;
use crate::verify::{
    members::Members,
    receipt::{
        canonical::{exact, hash},
        keys::{COLLECTED, KeyDocument, Published},
        sealed::of_sent,
        sent::Sent,
        signature::{Signed, id, members},
        verdict::{CannotRecompute, MalformedReceipt, ReceiptVerdict, ReceiptVerification},
    },
};

/// The receipt of a payment that was collected by a link, as it is signed: a document, its digest
/// and a signature over its id and that.
///
/// ```
/// use codespar_proto::receipt::{CollectedReceipt, MalformedReceipt};
///
/// let error = CollectedReceipt::from_json(r#"{"id":"crc_1"}"#).unwrap_err();
/// assert_eq!(error, MalformedReceipt::Id); // of the document, which is not there
/// ```
#[derive(Clone)]
pub struct CollectedReceipt {
    id: String,
    signed: Option<Signed>,
    document: Json,
    members: Members,
    /// What stands beside the document and what belongs to it.
    unsealed: Vec<String>,
}

/// The members of a receipt of a payment, whose seal is another: who takes the one for the other
/// believes what nobody sealed.
const PAYMENT: [&str; 4] = ["receipt_id", "payment", "mandate", "chain"];

/// The document, and what only says how it is sealed.
const SEALED: [&str; 7] = ["id", "object", "document", "digest", "sig", "kid", "recipe"];

/// Verifies the JSON of a receipt of a collected payment: the signature, and that the digest is
/// of this document. Amount and currency are compared with what was sent, where that is said.
///
/// ```
/// use codespar_proto::receipt::{KeyDocument, Sent, verify_collect_receipt};
///
/// let keys = KeyDocument::from_json(codespar_proto::receipt::example::KEYS)?;
/// let outcome = verify_collect_receipt("[]", &keys, &Sent::new());
/// assert_eq!(outcome.verdict.to_string(), "malformed (not_json)");
/// # Ok::<(), codespar_proto::receipt::KeyDocumentError>(())
/// ```
pub fn verify_collect_receipt(
    receipt: &str,
    keys: &KeyDocument,
    sent: &Sent,
) -> ReceiptVerification {
    match CollectedReceipt::from_json(receipt) {
        Ok(receipt) => receipt.verify(keys, sent),
        Err(why) => ReceiptVerification::new(ReceiptVerdict::Malformed(why)),
    }
}

impl CollectedReceipt {
    /// Reads the JSON of a receipt.
    ///
    /// # Errors
    /// [`MalformedReceipt`], where it is none, or its document is another receipt's.
    pub fn from_json(json: &str) -> Result<Self, MalformedReceipt> {
        let receipt = members(json)?;
        let document = receipt.get("document").cloned().ok_or(MalformedReceipt::Id)?;
        let members = Members::parse(document.as_str().as_bytes());
        let members = members.ok_or(MalformedReceipt::NotJson)?;
        let id = id(&receipt, "id")?;
        if id != self::id(&members, "receipt_id")? {
            return Err(MalformedReceipt::Id);
        }
        if PAYMENT.iter().any(|name| receipt.get(name).is_some()) {
            return Err(MalformedReceipt::TwoKinds);
        }
        let signed = Signed::read(&receipt, "digest", "sig", "kid")?;
        let unsealed = receipt.iter().map(|(name, _)| name).filter(|name| !SEALED.contains(name));
        let unsealed = unsealed.map(str::to_owned).collect();
        Ok(Self { id, signed, document, members, unsealed })
    }

    /// Takes a receipt that was read as an answer. A member that its document was read without is
    /// null here, and hashed so: for one that lacks any take [`from_json`](Self::from_json).
    ///
    /// # Errors
    /// As [`from_json`](Self::from_json).
    #[cfg(feature = "selling")]
    pub fn of(receipt: &CollectReceipt) -> Result<Self, MalformedReceipt> {
        let json = serde_json::to_string(receipt).map_err(|_| MalformedReceipt::NotJson)?;
        Self::from_json(&json)
    }

    /// The id of the receipt.
    pub fn receipt_id(&self) -> &str {
        &self.id
    }

    /// The id of the key it says it is signed with; `None` where it is not signed.
    pub fn kid(&self) -> Option<&str> {
        self.signed.as_ref().map(|signed| &*signed.kid)
    }

    /// What can be said where the keys could not be had: in what it differs from what was sent.
    pub fn without_keys(&self, sent: &Sent) -> ReceiptVerification {
        let disagreements = sent.compared_with_collected(&self.members);
        let outcome = ReceiptVerification::without_keys(&self.id, self.kid());
        ReceiptVerification { disagreements, ..outcome }
    }

    /// Verifies it: the signature, and that the digest is of this document. Amount and currency
    /// are compared with what was sent, where that is said; a payee, an attempt, a mandate or an
    /// approval that was sent is nothing that such a receipt is of.
    pub fn verify(&self, keys: &KeyDocument, sent: &Sent) -> ReceiptVerification {
        let mut outcome = self.without_keys(sent);
        let Some(signed) = &self.signed else { return outcome };
        match signed.check(keys, COLLECTED, &self.id) {
            Err(verdict) => outcome.verdict = verdict,
            Ok(status) => {
                outcome.key_status = Some(status);
                let verdict = self.document_verdict(&signed.hash, keys);
                if verdict == ReceiptVerdict::Verified {
                    outcome.unsealed.clone_from(&self.unsealed);
                }
                outcome.verdict = match verdict {
                    ReceiptVerdict::ChainMismatch => verdict,
                    verdict => of_sent(verdict, &outcome.disagreements),
                };
            }
        }
        outcome
    }

    fn document_verdict(&self, digest: &str, keys: &KeyDocument) -> ReceiptVerdict {
        let recipe = keys.collect();
        let is_of_all = match recipe {
            Published::Unknown(why) => Err(*why),
            Published::As(recipe) => recipe.is_of_all(&self.members),
            Published::Not => Ok(()),
        };
        let computed = is_of_all
            .and_then(|()| exact(&self.document).ok_or(CannotRecompute::InexactNumber))
            .and_then(|document| hash(&document).ok_or(CannotRecompute::UnknownRecipe));
        match (computed, recipe) {
            (Ok(computed), _) if computed == digest => ReceiptVerdict::Verified,
            // Only what is served says how this one was made.
            (Ok(_), Published::Not) => ReceiptVerdict::SignatureOnly(CannotRecompute::NoRecipe),
            (Ok(_), _) => ReceiptVerdict::ChainMismatch,
            (Err(why), _) => ReceiptVerdict::SignatureOnly(why),
        }
    }
}

/// Says which receipt it is, and nothing of the document.
impl fmt::Debug for CollectedReceipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CollectedReceipt").field("receipt_id", &self.id).finish_non_exhaustive()
    }
}
