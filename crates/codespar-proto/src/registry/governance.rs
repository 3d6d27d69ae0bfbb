//! Governed spending: operations whose methods do more than make one request.

use codespar_engine::compositions;

use crate::{
    api::approvals::ApprovalRecord,
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
}
