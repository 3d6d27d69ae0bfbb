//! Payments that links received (`/v1/collect/payments`).

use codespar_engine::{
    Answer, Call, Error, Extra, Handle, Json, Timestamp, WireEnum, driver::Transport, endpoints,
    kit::Response,
};

use crate::{
    api::{
        answer::require_list,
        collect::{Collect, link::CollectSurface, refunds::CollectRefund},
    },
    types::money::{Currency, Minor},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the payments that a link received, late and repeated ones included, in minor units.
    fn list(link_id) -> Vec<CollectPayment>:
        "collect.payments.list" GET "/v1/collect/links/{link_id}/payments", read rows;
    /// Keeps a late payment instead of giving it back; it takes the id of the payment, and is
    /// final.
    fn honor(payment_id) -> CollectRefund:
        "collect.payments.honor" POST "/v1/collect/payments/{payment_id}/honor" Safe;
}

/// Payments that links received (`/v1/collect/payments`).
#[derive(Handle)]
#[handle(Collect.payments)]
pub struct CollectPayments<T> {
    client: crate::Client<T>,
}

impl<T: Transport> CollectPayments<T> {
    /// Lists the payments of a link, late and repeated ones included (`GET
    /// /v1/collect/links/{link_id}/payments`). At most one has the kind `paid`.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with `not_found`; `Decode` without a list.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for payment in client.collect().payments().list("cl_1").send()? {
    ///     println!("{:?} {:?}", payment.kind, payment.amount_minor);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, link_id: &str) -> Call<T, Vec<CollectPayment>> {
        self.client().call(list(self.client().service(), link_id))
    }

    /// Keeps a late payment instead of giving it back (`POST
    /// /v1/collect/payments/{payment_id}/honor`). It takes the id of the **payment**, not of the
    /// refund. This decides about a payer's money, and is **final**.
    ///
    /// Idempotency: none needed; doing it again changes nothing more, so it is repeated where it
    /// fails for a moment.
    ///
    /// # Errors
    /// `Api` with `collect_refund_not_honorable` for what is not late,
    /// `collect_refund_decision_closed` when the time is over, or `not_found`: nothing was decided.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let refund = client.collect().payments().honor("cp_1").send()?;
    /// println!("{:?}", refund.state);
    /// # Ok(()) }
    /// ```
    pub fn honor(&self, payment_id: &str) -> Call<T, CollectRefund> {
        self.client().call(honor(self.client().service(), payment_id))
    }
}

/// What a payment is to its link.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CollectPaymentKind {
    /// The one valid payment.
    Paid,
    /// One that is owed back.
    Exception,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// Why a payment is owed back.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CollectException {
    /// It came when the link was over.
    Late,
    /// The link was paid already.
    Duplicate,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// By which way a payment came.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CollectRail {
    /// It came by Pix.
    Pix,
    /// It came by boleto.
    Boleto,
    /// The service does not know.
    Unknown,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// A payment that a link received, in **minor** units. Late and repeated ones are credited, too,
/// and owed back.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectPayment {
    /// The id of the payment.
    pub id: Option<String>,
    /// What it is: `collect_payment`.
    pub object: Option<String>,
    /// Whether it is the valid one.
    pub kind: Option<CollectPaymentKind>,
    /// Why it is owed back.
    pub exception: Option<CollectException>,
    /// The id of the link.
    pub link_id: Option<String>,
    /// The attempt that was paid.
    pub attempt_id: Option<String>,
    /// Where it was paid.
    pub surface: Option<CollectSurface>,
    /// The version of the link that was paid.
    pub version: Option<u64>,
    /// The charge that was paid.
    pub charge_id: Option<String>,
    /// How much, in **minor** units.
    pub amount_minor: Option<Minor>,
    /// The currency of the amount: `BRL`.
    pub currency: Option<Currency>,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
    /// By which way it came.
    pub rail: Option<CollectRail>,
    /// The end-to-end id of the payment.
    pub end_to_end_id: Option<String>,
    /// Its entry in the ledger.
    pub ledger_entry_id: Option<String>,
    /// Whether it is a test.
    pub simulated: Option<bool>,
    /// The signed receipt; none until it is signed.
    pub receipt: Option<CollectReceipt>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A signed receipt of a payment. What is signed is `codespar-collect-receipt:v1:<id>:<digest>`,
/// with Ed25519.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectReceipt {
    /// The id of the receipt.
    pub id: Option<String>,
    /// What it is: `collect_receipt`.
    pub object: Option<String>,
    /// What the receipt says.
    pub document: Option<CollectReceiptDocument>,
    /// The SHA-256 of the canonical form (RFC 8785) of the document, in hex.
    pub digest: Option<String>,
    /// The signature, in base64url.
    pub sig: Option<String>,
    /// The key that signed it, by its id in the key document.
    pub kid: Option<String>,
    /// How the digest is made, as data.
    pub recipe: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a receipt says of a payment, in **minor** units.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct CollectReceiptDocument {
    /// The version of the document.
    pub v: Option<u32>,
    /// The id of the receipt.
    pub receipt_id: Option<String>,
    /// Who issued it.
    pub issuer: Option<String>,
    /// The charge that was paid.
    pub charge_id: Option<String>,
    /// The id of the link.
    pub link_id: Option<String>,
    /// The version of the link that was paid.
    pub link_version: Option<u64>,
    /// How much, in **minor** units.
    pub amount_minor: Option<Minor>,
    /// The currency of the amount: `BRL`.
    pub currency: Option<Currency>,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
    /// By which way it came.
    pub rail: Option<CollectRail>,
    /// The end-to-end id of the payment.
    pub end_to_end_id: Option<String>,
    /// Its entry in the ledger.
    pub ledger_entry_id: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
struct Payments {
    data: Option<Vec<CollectPayment>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn rows(answer: Response) -> Result<Vec<CollectPayment>, Error> {
    let rows: Payments = answer.json()?;
    require_list(&answer, "data", rows.data)
}
