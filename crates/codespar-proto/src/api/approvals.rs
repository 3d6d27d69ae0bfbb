//! Approvals that held effects wait for (`/v1/approvals`).

use std::{sync::Arc, time::Duration};

use codespar_engine::{
    Answer, Call, Extra, Handle, Json, Timestamp, WireEnum,
    driver::{BoxFlow, Transport},
    endpoints,
    kit::{Last, Polls, Service},
};

use crate::client::Client;

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Says how an approval stands: whether somebody has decided, and what came of it.
    fn status(approval_id) -> ApprovalRecord:
        "approvals.status" GET "/v1/approvals/{approval_id}/status";
}

/// How long to wait before an approval is looked at again.
const BETWEEN_LOOKS: Duration = Duration::from_secs(3);

fn decided(service: &Arc<Service>, approval_id: &str) -> BoxFlow<ApprovalRecord> {
    let (service, id) = (Arc::clone(service), approval_id.to_owned());
    let ask = move || -> BoxFlow<ApprovalRecord> { Box::new(status(&service, &id)) };
    let polls = Polls::new(ask, BETWEEN_LOOKS, |_| false);
    Box::new(Last::new("approvals.decided", polls, ApprovalRecord::is_decided))
}

/// Approvals that held effects wait for (`/v1/approvals`). Only people decide about them.
#[derive(Handle)]
#[handle(Client.approvals)]
pub struct Approvals<T> {
    client: Client<T>,
}

impl<T: Transport> Approvals<T> {
    /// Says how an approval stands (`GET /v1/approvals/{approval_id}/status`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `approval_id`; `Api` with `approval_not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let approval = client.approvals().status("apv_0123456789abcdef").send()?;
    /// println!("{}", approval.approval_status);
    /// # Ok(()) }
    /// ```
    pub fn status(&self, approval_id: &str) -> Call<T, ApprovalRecord> {
        self.client().call(status(self.client().service(), approval_id))
    }

    /// Waits until a person has decided, and gives how the approval stands then
    /// (`GET /v1/approvals/{approval_id}/status`, every three seconds). What was approved is
    /// carried out by the server: nothing has to be sent again.
    ///
    /// The wait lasts as long as it takes; [`Call::timeout`] limits the whole of it.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// As [`status`](Self::status); `Timeout`. What was seen last is in
    /// `error.last::<ApprovalRecord>()`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>, held: &Error) -> Result<(), Error> {
    /// if let Some(approval) = held.approval() {
    ///     let decided = client.approvals().decided(&approval.id).send()?;
    ///     println!("{}", decided.approval_status);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn decided(&self, approval_id: &str) -> Call<T, ApprovalRecord> {
        self.client().boxed_call(decided(self.client().service(), approval_id))
    }
}

/// How an approval stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ApprovalState {
    /// Nobody has decided yet.
    Pending,
    /// It was given.
    Approved,
    /// It was refused: nothing happens.
    Denied,
    /// Nobody decided in time: nothing happens.
    Expired,
    /// It was given, and carrying it out failed: what happened is not known.
    ExecutionFailed,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How an approval stands.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ApprovalRecord {
    /// The id of the approval.
    pub approval_id: Option<String>,
    /// The status of the approval.
    pub approval_status: ApprovalState,
    /// The tool or the operation that waits for it.
    pub tool_name: Option<String>,
    /// When it was asked for.
    pub created_at: Option<Timestamp>,
    /// Until when it can be given.
    pub expires_at: Option<Timestamp>,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// When it was carried out.
    pub executed_at: Option<Timestamp>,
    /// What carrying it out gave.
    pub execution_result: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

impl ApprovalRecord {
    /// Whether somebody has decided, or the time to do so is over.
    pub fn is_decided(&self) -> bool {
        use ApprovalState::{Approved, Denied, ExecutionFailed, Expired};
        matches!(self.approval_status, Approved | Denied | Expired | ExecutionFailed)
    }
}
