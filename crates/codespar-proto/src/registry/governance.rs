//! Governed spending: operations whose methods do more than make one request.

use codespar_engine::compositions;

use crate::{
    api::{
        approvals::ApprovalRecord,
        mandates::{PaymentArgs, execute_stream::SpendEvent},
        receipts::ReceiptKeys,
    },
    client::Client,
    registry::started::{Start, Started},
};

compositions! {
    pub(super) static OPERATIONS;
    fn start(client: Client) -> Started;

    /// Waits until somebody has decided on an approval, and says what came of it.
    "approvals.decided" {
        /// The id of the approval.
        approval_id: String,
    } -> ApprovalRecord, of "approvals.status" => client.approvals().decided(&approval_id);
    /// Spends under a mandate that the caller holds and follows how it goes on, in minor units:
    /// this moves money, once for each attempt_id.
    "mandates.execute_payment_stream"(args: PaymentArgs) -> SpendEvent,
        of "mandates.execute_payment_stream" => client.mandates().execute_payment_stream(&args);
    /// Reads the public keys by which receipts are checked.
    "receipts.keys" {} -> ReceiptKeys, of "receipts.keys" => client.receipts().keys();
}
