//! Receipts: what stands behind a payment, from the mandate to the delivery.

use codespar_engine::{Answer, Extra, Json, Sensitive, Timestamp, WireEnum};

use crate::types::money::Minor;

/// How far a purchase has come.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ReceiptState {
    /// It is paid.
    Paid,
    /// Something is wrong with it; see the exceptions.
    Exception,
    /// It is delivered.
    Delivered,
    /// It does not count.
    Voided,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// The receipt of a payment.
///
/// Its Ed25519 signature can be checked offline: `mandate::SignedReceipt`, behind the
/// feature `mandate`.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Receipt {
    /// The id of the receipt.
    pub receipt_id: Option<String>,
    /// How far the purchase has come.
    pub state: Option<ReceiptState>,
    /// Under which mandate it was paid.
    pub mandate: Option<ReceiptMandate>,
    /// What was offered.
    pub quote: Option<ReceiptQuote>,
    /// What was paid.
    pub payment: Option<ReceiptPayment>,
    /// What was delivered.
    pub delivery: Option<ReceiptDelivery>,
    /// Who acted; it is not part of what is signed.
    pub actor: Option<ReceiptActor>,
    /// What a person approved.
    pub approval: Option<ReceiptApproval>,
    /// The hash of the receipt in its chain.
    pub chain: Option<String>,
    /// The version of the recipe of that hash.
    pub chain_version: Option<u32>,
    /// The server's own signature, which only the server can check.
    pub receipt_sig: Option<String>,
    /// The signature that anybody can check.
    pub receipt_sig_ed25519: Option<String>,
    /// The key it was made with.
    pub receipt_sig_kid: Option<String>,
    /// What went wrong.
    #[wire(default)]
    pub exceptions: Vec<ReceiptException>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Who acted in a payment.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ReceiptActor {
    /// Whether an `agent` or a `human` acted.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The id of the agent or of the person.
    #[wire(personal)]
    pub id: Option<Sensitive>,
    /// The id of the consumer for whom an agent acted.
    pub on_behalf_of: Option<String>,
    /// The channel a person came by, such as `whatsapp`.
    pub channel: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a person approved of a payment, as digests.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ReceiptApproval {
    /// The digest of the approved items: SHA-256, in hexadecimal.
    pub items_hash: Option<String>,
    /// The digest of the list that they are from.
    pub batch_hash: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The mandate behind a receipt.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ReceiptMandate {
    /// The id of the mandate.
    pub id: Option<String>,
    /// What makes it unique.
    pub nonce: Option<String>,
    /// The scope of the mandate: what it is for.
    pub scope: Option<String>,
    /// The currency, such as `BRL`.
    pub currency: Option<String>,
    /// Its signature, for a key that may spend. Whoever has it and the mandate can spend.
    pub sig: Option<Sensitive>,
    /// The SHA-256 of its signature, in hexadecimal.
    pub sig_sha256: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The offer behind a receipt.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ReceiptQuote {
    /// The seller who made the offer.
    pub seller: Option<String>,
    /// The thing or service that was offered.
    pub resource: Option<String>,
    /// For how much, in **minor** units.
    pub price_minor: Option<Minor>,
    /// Who gets the money: a Pix key, a Pix code, an address.
    pub payee: Option<Sensitive>,
    /// In which session.
    pub session_id: Option<String>,
    /// The offer's signature.
    pub sig: Option<String>,
    /// When the offer was made (RFC 3339).
    pub at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The payment behind a receipt.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ReceiptPayment {
    /// Which way the money went, such as `pix`.
    pub rail: Option<String>,
    /// Who carried it.
    pub provider: Option<String>,
    /// The provider's transaction.
    pub tx_id: Option<String>,
    /// How much, in **minor** units.
    pub amount_minor: Option<Minor>,
    /// The id of the payment attempt.
    pub attempt_id: Option<String>,
    /// Whether money moved.
    pub money_moved: Option<bool>,
    /// When the payment was made (RFC 3339).
    pub at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// The delivery behind a receipt.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ReceiptDelivery {
    /// What came of it.
    pub result: Option<String>,
    /// What proves it.
    pub proof: Option<Json>,
    /// What kind of proof that is.
    pub kind: Option<String>,
    /// The key of the electronic invoice.
    pub nfe_chave: Option<String>,
    /// When the delivery was made (RFC 3339).
    pub at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Something that went wrong with a purchase.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ReceiptException {
    /// What, as a code.
    pub code: Option<String>,
    /// What, in words or as data.
    pub detail: Option<Json>,
    /// When the problem was found (RFC 3339).
    pub at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}
