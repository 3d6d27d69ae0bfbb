//! Approvals that held effects wait for (`/v1/approvals`).

use std::{sync::Arc, time::Duration};

use codespar_engine::{
    Answer, Args, Call, Error, Extra, Handle, Json, Timestamp, Verdict, WireEnum,
    driver::{BoxFlow, Transport},
    endpoints,
    kit::{Last, Polls, Service},
};

use crate::{
    check::{check_filled, check_range},
    client::Client,
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the calls that wait for an approval, or waited for one.
    fn list(; query: &ListApprovals) -> Vec<ApprovalRequest>: "approvals.list" GET "/v1/approvals";
    /// Says how many calls wait for an approval, and for how long.
    fn health() -> ApprovalQueue: "approvals.health" GET "/v1/approvals/health";
    /// Reads a call that waits for an approval, or waited for one.
    fn get(approval_id) -> ApprovalRequest: "approvals.get" GET "/v1/approvals/{approval_id}";
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
    /// Lists the calls that wait for an approval (`GET /v1/approvals`), or with a status set those
    /// that waited. There is no next page. A key sees those of its project, and not what the tools
    /// were given.
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `limit` or `status`; `Api` with `invalid_query`.
    ///
    /// ```
    /// use codespar_proto::approvals::ListApprovals;
    ///
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// for held in client.approvals().list(&ListApprovals::default()).send()? {
    ///     println!("{:?} until {:?}", held.tool_name, held.expires_at);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn list(&self, args: &ListApprovals) -> Call<T, Vec<ApprovalRequest>> {
        self.client().call(list(self.client().service(), args))
    }

    /// A call that waits for an approval, or waited for one (`GET /v1/approvals/{approval_id}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `approval_id`; `Api` with `not_found`.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let held = client.approvals().get("apv_0123456789abcdef").send()?;
    /// println!("{:?}", held.matched_rule_name);
    /// # Ok(()) }
    /// ```
    pub fn get(&self, approval_id: &str) -> Call<T, ApprovalRequest> {
        self.client().call(get(self.client().service(), approval_id))
    }

    /// How many calls wait for an approval, and for how long (`GET /v1/approvals/health`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` as the server says.
    ///
    /// ```
    /// # use codespar_proto::{Client, Error, driver::BlockingTransport};
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result<(), Error> {
    /// let queue = client.approvals().health().send()?;
    /// println!("{:?} wait", queue.pending_count);
    /// # Ok(()) }
    /// ```
    pub fn health(&self) -> Call<T, ApprovalQueue> {
        self.client().call(health(self.client().service()))
    }

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

/// Which calls are listed: those that wait, unless a status is set.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct ListApprovals {
    /// Calls whose approval has one of these statuses, with commas between them: `approved,denied`.
    pub status: Option<String>,
    /// How many at most.
    pub limit: Option<u32>,
}

impl ListApprovals {
    fn check(&self) -> Result<(), Error> {
        if let Some(status) = &self.status {
            check_filled("status", status)?;
        }
        check_range("limit", self.limit, 1..=u32::MAX)
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
    /// The person who decided.
    pub decided_by: Option<String>,
    /// Why it was decided so, in words.
    pub decision_reason: Option<String>,
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

    /// What is known of the effect: held while nobody has decided, refused where nothing happens.
    /// What was approved is carried out by the server, and not known: the same call under the same
    /// id, or a look at what it made, tells what came of it. Nor is it known what a status means
    /// that this version does not know.
    pub fn verdict(&self) -> Verdict {
        match self.approval_status {
            ApprovalState::Denied | ApprovalState::Expired => Verdict::Refused,
            ApprovalState::Approved | ApprovalState::ExecutionFailed | ApprovalState::Other(_) => {
                Verdict::Unknown
            }
            ApprovalState::Pending => Verdict::Held,
        }
    }
}

/// A call that waits for an approval, or waited for one.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ApprovalRequest {
    /// The id of the approval.
    pub id: Option<String>,
    /// The id of the organization.
    pub org_id: Option<String>,
    /// The project in which the call was made.
    pub project_id: Option<String>,
    /// The session in which the call was made.
    pub session_id: Option<String>,
    /// The agent that called.
    pub agent_id: Option<String>,
    /// What the call came from.
    pub origin: Option<ApprovalOrigin>,
    /// The id of the policy rule that asked for it.
    pub matched_rule_id: Option<String>,
    /// The name of the policy rule that asked for it.
    pub matched_rule_name: Option<String>,
    /// The tool or the operation that waits for it.
    pub tool_name: Option<String>,
    /// What the tool was given; keys never get it.
    pub tool_input: Option<Json>,
    /// How the approval stands.
    pub status: Option<ApprovalState>,
    /// When it was asked for.
    pub created_at: Option<Timestamp>,
    /// Until when it can be given.
    pub expires_at: Option<Timestamp>,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// The person who decided.
    pub decided_by: Option<String>,
    /// Why it was decided so, in words.
    pub decision_reason: Option<String>,
    /// When it was carried out.
    pub executed_at: Option<Timestamp>,
    /// What carrying it out gave.
    pub execution_result: Option<Json>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// What a call came from that waits for an approval.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ApprovalOriginKind {
    /// An agent called.
    Agent,
    /// A trigger asks a person to look: no call of an agent.
    Trigger,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// What a call came from that waits for an approval.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ApprovalOrigin {
    /// Whether an agent or a trigger asked.
    pub kind: Option<ApprovalOriginKind>,
    /// The trigger that asked.
    pub trigger_id: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// Whether approvals are looked after.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ApprovalQueueStatus {
    /// They expire in time.
    Ok,
    /// They may not expire in time.
    Degraded,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

/// How many calls wait for an approval, and for how long.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct ApprovalQueue {
    /// Whether approvals are looked after.
    pub status: Option<ApprovalQueueStatus>,
    /// Why they may not be, as a code: `sweep_never_ran`, `sweep_stale`.
    pub status_reason: Option<String>,
    /// How many wait; for a key, in its project.
    pub pending_count: Option<u32>,
    /// For how many seconds the oldest has waited.
    #[wire(seconds)]
    pub oldest_pending_age_seconds: Option<u64>,
    /// When approvals were looked through last, anywhere.
    pub last_sweep_at: Option<Timestamp>,
    /// Members this version has no field for.
    pub extra: Extra,
}
