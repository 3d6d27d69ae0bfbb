//! Receipts, verified by the keys that are published now.

use codespar_engine::{Call, ErrorKind, driver::Transport};

use crate::{
    api::receipts::Receipts,
    verify::receipt::{
        keys::KeyDocument, sealed::SealedReceipt, sent::Sent, verdict::ReceiptVerification,
    },
};

impl<T: Transport> Receipts<T> {
    /// Verifies a receipt by the keys that are published now: its signature, that its hash is of
    /// what it says, and that it is of what was sent. One request, for the keys
    /// ([`keys`](Self::keys)); who has many receipts keeps a
    /// [`KeyDocument`] instead.
    ///
    /// Where the keys cannot be had the verdict is
    /// [`Unreachable`](crate::receipt::ReceiptVerdict::Unreachable), and no error: nothing is
    /// proven either way.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Canceled`, and `Config` where an option is wrong.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport, mandates::SpendArgs};
    /// use codespar_proto::receipt::{ReceiptVerdict, SealedReceipt, Sent};
    ///
    /// # fn example<T: BlockingTransport>(client: &Client<T>, spend: &SpendArgs)
    /// #     -> Result<(), Box<dyn std::error::Error>> {
    /// let receipt = client.consumers().receipt("rcpt_1").send()?;
    /// let receipt = SealedReceipt::of(&receipt)?;
    /// let outcome = client.receipts().verify(&receipt, &Sent::of(spend)).send()?;
    /// match outcome.verdict {
    ///     ReceiptVerdict::Verified => println!("sealed, and of this payment"),
    ///     verdict if verdict.is_against() => println!("not as it was sealed: {verdict}"),
    ///     verdict => println!("nothing is proven: {verdict}"),
    /// }
    /// # Ok(()) }
    /// ```
    pub fn verify(&self, receipt: &SealedReceipt, sent: &Sent) -> Call<T, ReceiptVerification> {
        let (receipt, sent) = (receipt.clone(), sent.clone());
        self.keys().then(move |keys| match keys {
            Err(error) if matches!(error.kind(), ErrorKind::Canceled | ErrorKind::Config) => {
                Err(error)
            }
            keys => {
                let keys = keys.ok().and_then(|keys| KeyDocument::of(&keys).ok());
                Ok(keys.map_or_else(
                    || receipt.without_keys(&sent),
                    |keys| receipt.verify(&keys, &sent),
                ))
            }
        })
    }
}
