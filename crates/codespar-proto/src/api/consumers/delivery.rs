//! Proofs that what was paid for has come (`/v1/consumers/receipts/{receipt_id}/delivery`).

use codespar_engine::{Args, Call, Error, Timestamp, WireEnum, driver::Transport, endpoints};

use crate::{
    api::consumers::Consumers,
    check::{check_filled, check_length},
    types::receipt::Receipt,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Records on a receipt whether what was paid for has come, and signs it again.
    fn record_delivery(receipt_id; json: &RecordDelivery) -> Receipt:
        "consumers.record_delivery" POST "/v1/consumers/receipts/{receipt_id}/delivery";
}

impl<T: Transport> Consumers<T> {
    /// Records on a receipt whether what was paid for has come (`POST
    /// /v1/consumers/receipts/{receipt_id}/delivery`), and signs it again: its chain is another
    /// then. A proof that is no stronger than the one that is there changes nothing, and neither
    /// does any on a receipt that is void.
    ///
    /// Idempotency: none, but the same proof twice is the same as once. It is not repeated by
    /// itself once the server may have seen it; repeating it is safe.
    ///
    /// # Errors
    /// `Config` naming `receipt_id`, `proof` or `nfe_chave`; `Api` with `receipt_not_found` and
    /// `invalid_receipt_timestamp`, and with `consumer_secret_unavailable` (409) and
    /// `receipt_reseal_failed` (500), after which nothing was written.
    ///
    /// ```
    /// use codespar_proto::consumers::{DeliveryOutcome, DeliveryProofKind, RecordDelivery};
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let came = DeliveryOutcome::Confirmed;
    /// let args = RecordDelivery::new(came, "BR123456789BR", DeliveryProofKind::Tracking);
    /// let receipt = client.consumers().record_delivery("rcpt_1", &args).send()?;
    /// # Ok(()) }
    /// ```
    pub fn record_delivery(&self, receipt_id: &str, args: &RecordDelivery) -> Call<T, Receipt> {
        self.client().call(record_delivery(self.client().service(), receipt_id, args))
    }
}

/// Whether what was paid for has come, and what proves it.
#[derive(Clone, Debug, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct RecordDelivery {
    /// Whether it has come.
    #[wire(into)]
    pub result: DeliveryOutcome,
    /// What proves it, 500 characters at most.
    pub proof: String,
    /// What kind of proof that is.
    #[wire(into)]
    pub kind: DeliveryProofKind,
    /// The access key of the invoice (NF-e).
    pub nfe_chave: Option<String>,
    /// When it came; now, unless set.
    #[wire(into)]
    pub at: Option<Timestamp>,
}

impl RecordDelivery {
    fn check(&self) -> Result<(), Error> {
        check_filled("proof", &self.proof)?;
        check_length("proof", &self.proof, 500)?;
        self.nfe_chave.as_ref().map_or(Ok(()), |key| check_filled("nfe_chave", key))
    }
}

/// Whether something has come.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum DeliveryOutcome {
    /// It has come.
    Confirmed,
    /// It is on its way.
    Pending,
    /// It will not come.
    Failed,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What proves that something has come, from the weakest to the strongest.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeliveryProofKind {
    /// The end-to-end id of a Pix payment.
    #[serde(rename = "pix_e2e")]
    PixE2e,
    /// The seller's confirmation.
    OrderConfirmation,
    /// The carrier's number.
    Tracking,
    /// What was bought, where it can be reached.
    Resource,
    /// The seller's reference.
    MerchantRef,
    /// An invoice for goods.
    Nfe,
    /// An invoice for services.
    Nfse,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}
