//! The receipt of a payment: read, and verified.

use std::{borrow::Cow, fmt};

use crate::{
    types::receipt::Receipt,
    verify::{
        members::Members,
        receipt::{
            keys::{KeyDocument, Published, RECEIPT},
            recipe::{Plan, Recipe},
            sent::{Disagreement, Sent, is_payee_masked},
            signature::{Signed, id, members},
            verdict::{CannotRecompute, MalformedReceipt, ReceiptVerdict, ReceiptVerification},
        },
    },
};

/// The receipt of a payment, as it is signed: its JSON, each member once.
///
/// ```
/// use codespar_proto::receipt::{KeyDocument, ReceiptVerdict, SealedReceipt, Sent};
///
/// let receipt = SealedReceipt::from_json(codespar_proto::receipt::example::RECEIPT)?;
/// assert_eq!(receipt.receipt_id(), "rcpt_v4");
///
/// // Without its key nothing is proven, and nothing disproven.
/// let outcome = receipt.verify(&KeyDocument::new(), &Sent::new());
/// assert_eq!(outcome.verdict, ReceiptVerdict::UnknownKey);
/// # Ok::<(), codespar_proto::receipt::MalformedReceipt>(())
/// ```
#[derive(Clone)]
pub struct SealedReceipt {
    id: String,
    signed: Option<Signed>,
    members: Members,
}

/// The last version of which some receipts have times that are not written as they were hashed.
const LAST_WITH_FAULTY_TIMES: u64 = 3;

/// Verifies the JSON of a receipt: the signature, that the hash is of these members, and that it
/// is of the payment that was sent.
///
/// The same as [`SealedReceipt::from_json`] and [`SealedReceipt::verify`], where what cannot be
/// read is [`ReceiptVerdict::Malformed`].
///
/// ```
/// use codespar_proto::receipt::{KeyDocument, ReceiptVerdict, Sent, verify_receipt};
///
/// # let published = codespar_proto::receipt::example::KEYS;
/// # let receipt = codespar_proto::receipt::example::RECEIPT;
/// let keys = KeyDocument::from_json(published)?;
/// let outcome = verify_receipt(receipt, &keys, &Sent::new().amount_minor(1));
/// assert_eq!(outcome.verdict, ReceiptVerdict::SentMismatch);
/// # Ok::<(), codespar_proto::receipt::KeyDocumentError>(())
/// ```
pub fn verify_receipt(receipt: &str, keys: &KeyDocument, sent: &Sent) -> ReceiptVerification {
    match SealedReceipt::from_json(receipt) {
        Ok(receipt) => receipt.verify(keys, sent),
        Err(why) => ReceiptVerification::new(ReceiptVerdict::Malformed(why)),
    }
}

impl SealedReceipt {
    /// Reads the JSON of a receipt.
    ///
    /// # Errors
    /// [`MalformedReceipt`], where it is no receipt, or one that was edited so that it cannot be
    /// read in one way.
    pub fn from_json(json: &str) -> Result<Self, MalformedReceipt> {
        let members = members(json)?;
        let id = id(&members, "receipt_id")?;
        let signed = Signed::read(&members, "chain", "receipt_sig_ed25519", "receipt_sig_kid")?;
        Ok(Self { id, signed, members })
    }

    /// Takes a receipt that was read as an answer. See [the module](crate::receipt) on why this
    /// is as good as its JSON.
    ///
    /// # Errors
    /// As [`from_json`](Self::from_json).
    pub fn of(receipt: &Receipt) -> Result<Self, MalformedReceipt> {
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

    /// In what it differs from what was sent. This compares and proves nothing.
    pub fn disagreements(&self, sent: &Sent) -> Vec<Disagreement> {
        sent.compared_with(&self.members)
    }

    /// Verifies it: the signature, that the hash is of these members, and that it is of the
    /// payment that was sent.
    pub fn verify(&self, keys: &KeyDocument, sent: &Sent) -> ReceiptVerification {
        let mut outcome = self.without_keys(sent);
        let Some(signed) = &self.signed else { return outcome };
        match signed.check(keys, RECEIPT, &self.id) {
            Err(verdict) => outcome.verdict = verdict,
            Ok(status) => {
                outcome.key_status = Some(status);
                outcome.verdict = self.members_verdict(&signed.hash, (keys, sent), &mut outcome);
            }
        }
        outcome
    }

    /// What can be said where the keys could not be had: in what it differs from what was sent.
    pub fn without_keys(&self, sent: &Sent) -> ReceiptVerification {
        let disagreements = self.disagreements(sent);
        let outcome = ReceiptVerification::without_keys(&self.id, self.kid());
        ReceiptVerification { disagreements, ..outcome }
    }

    /// The verdict on the members of a receipt whose signature holds.
    fn members_verdict(
        &self,
        hash: &str,
        (keys, sent): (&KeyDocument, &Sent),
        outcome: &mut ReceiptVerification,
    ) -> ReceiptVerdict {
        let recipe = match keys.chain() {
            Published::As(recipe) => Cow::Borrowed(recipe),
            Published::Not => Cow::Owned(Recipe::known()),
            Published::Unknown(why) => {
                return of_sent(ReceiptVerdict::SignatureOnly(*why), &outcome.disagreements);
            }
        };
        let plan = match recipe.plan(&self.members) {
            Ok(plan) => plan,
            Err(why) => {
                return of_sent(ReceiptVerdict::SignatureOnly(why), &outcome.disagreements);
            }
        };
        outcome.chain_version = Some(plan.version());
        let is_served = matches!(recipe, Cow::Borrowed(_));
        let verdict = self.chain_verdict(&plan, hash, is_served);
        if verdict == ReceiptVerdict::Verified {
            self.compare_sealed_payee(&plan, outcome, sent);
            outcome.is_payee_bound = self.has_payee() && plan.seals("quote", "payee");
            outcome.unsealed = plan.unsealed(&self.members);
        }
        match verdict {
            ReceiptVerdict::ChainMismatch => verdict,
            // Who reads it takes for approved what nobody sealed.
            _ if plan.shows_unsealed(&self.members) => ReceiptVerdict::ApprovalMismatch,
            _ => of_sent(verdict, &outcome.disagreements),
        }
    }

    /// What looked as if it hid a part of its payee does not, if its hash holds.
    fn compare_sealed_payee(
        &self,
        plan: &Plan<'_>,
        outcome: &mut ReceiptVerification,
        sent: &Sent,
    ) {
        let told = outcome.disagreements.contains(&Disagreement::Payee);
        if !told && plan.seals("quote", "payee") && sent.is_another_payee(&self.members) {
            outcome.disagreements.insert(0, Disagreement::Payee);
        }
    }

    fn chain_verdict(&self, plan: &Plan<'_>, hash: &str, is_served: bool) -> ReceiptVerdict {
        let why = match plan.hash(&self.members) {
            Ok(computed) if computed == hash => return ReceiptVerdict::Verified,
            Ok(_) if is_payee_masked(&self.members) => CannotRecompute::MaskedPayee,
            // Only what is served says how this one was made.
            Ok(_) if !is_served => CannotRecompute::NoRecipe,
            Ok(_) if plan.version() <= LAST_WITH_FAULTY_TIMES => CannotRecompute::OldVersion,
            Ok(_) => return ReceiptVerdict::ChainMismatch,
            Err(why) => why,
        };
        ReceiptVerdict::SignatureOnly(why)
    }

    fn has_payee(&self) -> bool {
        let quote = self.members.get("quote");
        let quote = quote.and_then(|json| Members::parse(json.as_str().as_bytes()));
        quote.is_some_and(|quote| quote.get("payee").is_some())
    }
}

/// The verdict, if it is a receipt of what was sent.
pub(super) fn of_sent(verdict: ReceiptVerdict, disagreements: &[Disagreement]) -> ReceiptVerdict {
    if disagreements.contains(&Disagreement::Approval) {
        ReceiptVerdict::ApprovalMismatch
    } else if disagreements.is_empty() {
        verdict
    } else {
        ReceiptVerdict::SentMismatch
    }
}

/// Says which receipt it is: it may hold what a mandate is spent with.
impl fmt::Debug for SealedReceipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedReceipt").field("receipt_id", &self.id).finish_non_exhaustive()
    }
}
