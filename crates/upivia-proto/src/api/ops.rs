//! How everything stands: runs of all workflows, what blocks, what is spent (`/api/v1/ops`).

mod snapshot;

use codespar_engine::{
    Answer, Args, Call, Extra, Handle,
    driver::Transport,
    endpoints,
    kit::{Error, check_optional},
};

pub use self::snapshot::{
    OpsAutomation, OpsBlockers, OpsFleet, OpsSnapshot, OpsSpend, SchedulerLease,
};
use crate::{
    api::workflows::RunStatus,
    client::{Client, auth::WORKSPACE, pages::check_page_limit},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the latest runs of all workflows.
    fn runs(; query: &OpsRunQuery) -> OpsRuns: "ops.runs" GET "/api/v1/ops/runs", auth WORKSPACE;
    /// Says how agents, runs, blockers and money stand; for administrators.
    fn snapshot() -> OpsSnapshot: "ops.snapshot" GET "/api/v1/ops/snapshot", auth WORKSPACE;
}

/// Which runs of workflows are listed.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[wire(check)]
#[non_exhaustive]
pub struct OpsRunQuery {
    /// Those that stand so: `running`, `paused`, `completed` or `failed`.
    pub status: Option<String>,
    /// At most this many, 1 to 500; the official program asks for 25.
    pub limit: Option<u32>,
}

impl OpsRunQuery {
    fn check(&self) -> Result<(), Error> {
        check_optional("status", self.status.as_deref())?;
        check_page_limit(self.limit)
    }
}

/// The latest runs of all workflows.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OpsRuns {
    /// The runs, in the server's order.
    #[wire(default)]
    pub runs: Vec<OpsRun>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A run of a workflow, in the list of all. Its steps are told by
/// [`workflows().runs().get`](crate::workflows::WorkflowRuns::get).
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct OpsRun {
    /// The id of the run, such as `run_1`.
    pub id: String,
    /// The workflow that is run.
    pub workflow_id: Option<String>,
    /// What the workflow is called.
    pub workflow_name: Option<String>,
    /// How it stands.
    pub status: Option<RunStatus>,
    /// What began it, such as a person, a schedule or a trigger. The words are not documented.
    pub triggered_by_type: Option<String>,
    /// Why it failed, in words.
    pub error: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// How everything stands (`/api/v1/ops`, access token or cookie).
#[derive(Handle)]
#[handle(Client.ops)]
pub struct Ops<T> {
    client: Client<T>,
}

impl<T: Transport> Ops<T> {
    /// The latest runs of all workflows (`GET /api/v1/ops/runs`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `status` when it is empty, or `limit` when it is not 1 to 500.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::ops::OpsRunQuery;
    ///
    /// let failed = OpsRunQuery::default().status("failed").limit(25);
    /// for run in client.ops().runs(&failed).send()?.runs {
    ///     println!("{} of {:?}: {:?}", run.id, run.workflow_name, run.error);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn runs(&self, query: &OpsRunQuery) -> Call<T, OpsRuns> {
        self.client().api.call(runs(self.client().api.service(), query))
    }

    /// How agents, runs, blockers and money stand (`GET /api/v1/ops/snapshot`, for administrators).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Api` with status 403 for who is no administrator.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let snapshot = client.ops().snapshot().send()?;
    /// let waiting = snapshot.blockers.and_then(|blockers| blockers.pending_human_inputs);
    /// println!("{waiting:?} runs wait for a person");
    /// # Ok(()) }
    /// ```
    pub fn snapshot(&self) -> Call<T, OpsSnapshot> {
        self.client().api.call(snapshot(self.client().api.service()))
    }
}
