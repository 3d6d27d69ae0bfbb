//! Receipts, verified whole and without asking anyone: who sealed them, and whether what they say
//! is what was sealed.
//!
//! A receipt has a hash over its members, the `chain`, and an Ed25519 signature over its id and
//! that hash. The signature alone says that the issuer sealed *some* receipt with this hash; only
//! who computes the hash anew knows that it was this one. Both are done here, by the document of
//! keys and recipes that the API publishes (`client.receipts().keys()`). No request is made.
//!
//! ```
//! use codespar_proto::receipt::{KeyDocument, ReceiptVerdict, Sent, verify_receipt};
//!
//! # let published = codespar_proto::receipt::example::KEYS;
//! # let receipt = codespar_proto::receipt::example::RECEIPT;
//! // `published` is what `/.well-known/codespar-receipt-keys.json` says; it may be kept.
//! let keys = KeyDocument::from_json(published)?;
//!
//! // What was sent: the receipt has to be of this payment, and not just of some payment.
//! let sent = Sent::new().payee("shop@pix.example").amount_minor(4200).attempt_id("att_1");
//! let outcome = verify_receipt(receipt, &keys, &sent);
//! assert!(outcome.is_verified());
//!
//! let cheaper = receipt.replace("\"amount_minor\": 4200", "\"amount_minor\": 42");
//! let outcome = verify_receipt(&cheaper, &keys, &Sent::new());
//! assert_eq!(outcome.verdict, ReceiptVerdict::ChainMismatch);
//! # Ok::<(), codespar_proto::receipt::KeyDocumentError>(())
//! ```
//!
//! # What a verdict says
//!
//! [`ReceiptVerdict::Verified`] says that the holder of a published key sealed this receipt: its
//! id, and the members that the recipe names. `state`, `actor` and `exceptions` are not among
//! them, so that anybody may have changed those: [`ReceiptVerification::unsealed`] names what is
//! shown and not sealed. All other verdicts say what is missing, and only some of them speak
//! against the receipt, see [`ReceiptVerdict::is_against`]. A receipt that has no quote commits to
//! no payee ([`ReceiptVerification::is_payee_bound`]).
//!
//! A copy from before a delivery was proven has another hash than the receipt has now; it verifies
//! as what it was. Whether `mandate.sig_sha256` is the hash of `mandate.sig` is not checked.
//!
//! # What it is read from
//!
//! The receipt's JSON as it came ([`SealedReceipt::from_json`]) is what counts. A typed
//! [`Receipt`](crate::types::Receipt) will do as well ([`SealedReceipt::of`]): it keeps every
//! member, known or not, and writes what was missing as null, which no recipe tells from missing
//! but where the member has to be there. What was printed with secrets hidden cannot be computed.

mod canonical;
mod collect;
#[doc(hidden)]
pub mod example;
mod keys;
mod published;
mod recipe;
mod sealed;
mod sent;
mod signature;
mod verdict;

pub use self::{
    collect::{CollectedReceipt, verify_collect_receipt},
    keys::{KeyDocument, KeyDocumentError},
    sealed::{SealedReceipt, verify_receipt},
    sent::{Disagreement, Sent},
    verdict::{CannotRecompute, KeyStatus, MalformedReceipt, ReceiptVerdict, ReceiptVerification},
};
