//! Runs of workflows (`/api/v1/workflows/{id}/runs`).

use codespar_engine::{
    Answer, Call, Extra, Handle, WireEnum,
    driver::Transport,
    endpoints,
    kit::{Error, Response},
};
use serde::Serialize;

use crate::{
    api::{workflows::Workflows, wrapped::read_wrapped},
    client::auth::{SESSION, WORKSPACE},
    types::{nothing::Nothing, object::Object},
};

endpoints! {
    pub(crate) static ROUTES, OPERATIONS;

    /// Lists the runs of a workflow.
    fn list(workflow_id) -> Object:
        "workflows.runs.list" GET "/api/v1/workflows/{workflow_id}/runs", auth SESSION;
    /// Begins a run of a workflow, whose steps may spend money.
    fn create(workflow_id; json: &Object as "input") -> RunAnswer:
        "workflows.runs.create" POST "/api/v1/workflows/{workflow_id}/runs",
        effect MovesMoney, auth SESSION, read run;
    /// Says how a run stands.
    fn get(workflow_id, run_id) -> RunAnswer:
        "workflows.runs.get" GET "/api/v1/workflows/{workflow_id}/runs/{run_id}",
        auth SESSION, read run;
    /// Stops a run of a workflow.
    fn cancel(workflow_id, run_id; json: &Nothing) -> Object:
        "workflows.runs.cancel" POST "/api/v1/workflows/{workflow_id}/runs/{run_id}/cancel",
        auth SESSION;
    /// Tries the steps of a run that failed once more; they may spend money.
    fn rerun_failed(workflow_id, run_id; json: &Nothing) -> Object:
        "workflows.runs.rerun_failed" POST
            "/api/v1/workflows/{workflow_id}/runs/{run_id}/rerun-failed",
        effect MovesMoney, auth SESSION;
    /// Tries one step of a run that failed once more; it may spend money.
    fn retry_step(workflow_id, run_id, step_id; json: &Object) -> Object:
        "workflows.runs.retry_step" POST
            "/api/v1/workflows/{workflow_id}/runs/{run_id}/steps/{step_id}/retry",
        effect MovesMoney, auth SESSION, part of retry_step;
    /// Passes over one step of a run that failed; the run goes on and may spend money.
    fn skip_step(workflow_id, run_id, step_id; json: &Nothing) -> Object:
        "workflows.runs.skip_step" POST
            "/api/v1/workflows/{workflow_id}/runs/{run_id}/steps/{step_id}/skip",
        effect MovesMoney, auth WORKSPACE;
}

/// How a run stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash, WireEnum)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RunStatus {
    /// It has not begun.
    Pending,
    /// It is under way.
    Running,
    /// A step waits for a person.
    WaitingApproval,
    /// It waits until a question is answered: see [`HumanInput`](crate::human_input::HumanInput).
    Paused,
    /// It is done.
    Completed,
    /// A step failed, and the run is over.
    Failed,
    /// It was cancelled.
    Cancelled,
    /// A value this version does not know, as the server wrote it.
    Other(Box<str>),
}

impl RunStatus {
    /// Whether it is over.
    pub const fn is_over(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}

/// An answer about a run.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RunAnswer {
    /// The run that was asked about.
    pub run: Run,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A run of a workflow. Members that are not documented are in `extra`.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct Run {
    /// The id of the run, such as `run_1`.
    pub id: String,
    /// How it stands.
    pub status: Option<RunStatus>,
    /// Why it failed, in words.
    pub error: Option<String>,
    /// Its steps, where the server tells them with the run.
    pub steps: Option<Vec<RunStep>>,
    /// Members this version has no field for.
    pub extra: Extra,
}

/// A step of a run.
#[derive(Clone, Debug, PartialEq, Answer)]
#[non_exhaustive]
pub struct RunStep {
    /// The id of the step in its workflow, such as `s1`.
    pub step_id: Option<String>,
    /// What the step is called.
    pub label: Option<String>,
    /// What kind of step it is. The words are not documented.
    pub step_type: Option<String>,
    /// How it stands: `pending`, `running`, `completed`, `failed`, `skipped`, others.
    pub status: Option<String>,
    /// Why it failed, in words.
    pub error: Option<String>,
    /// Members this version has no field for.
    pub extra: Extra,
}

fn run(answer: Response) -> Result<RunAnswer, Error> {
    read_wrapped(&answer, "run")
}

impl Run {
    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        self.status.as_ref().is_some_and(RunStatus::is_over)
    }

    /// Whether a step waits for a person.
    pub fn is_paused(&self) -> bool {
        matches!(self.status, Some(RunStatus::WaitingApproval | RunStatus::Paused))
    }
}

/// Runs of workflows (`/api/v1/workflows/{id}/runs`, session cookie).
#[derive(Handle)]
#[handle(Workflows.runs)]
pub struct WorkflowRuns<T> {
    client: crate::Client<T>,
}

impl<T: Transport> WorkflowRuns<T> {
    /// The runs of a workflow (`GET /api/v1/workflows/{id}/runs`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `workflow_id`: empty, `.` or `..`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{}", client.workflows().runs().list("wf_1").send()?.as_json().as_str());
    /// # Ok(()) }
    /// ```
    pub fn list(&self, workflow_id: &str) -> Call<T, Object> {
        self.client().api.call(list(self.client().api.service(), workflow_id))
    }

    /// Begins a run (`POST /api/v1/workflows/{id}/runs`): `workflow_version_id`, `input`, perhaps
    /// `budget_cents` and `test_run`, which drafts need. Its steps go on after the answer.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `workflow_id`, `input`, or `budget_cents` when it is not a whole number,
    /// zero or more.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// let input = serde_json::json!({"workflow_version_id": "v2", "input": {"topic": "pix"}});
    /// let run = client.workflows().runs().create("wf_1", &input).send()?.run;
    /// println!("{} {:?}", run.id, run.status);
    /// # Ok(()) }
    /// ```
    pub fn create<I: Serialize + ?Sized>(
        &self,
        workflow_id: &str,
        input: &I,
    ) -> Call<T, RunAnswer> {
        let (input, given) = Object::given("input", input);
        self.client()
            .api
            .call(create(self.client().api.service(), workflow_id, &input).checked(given))
    }

    /// How a run stands (`GET /api/v1/workflows/{id}/runs/{run}`).
    ///
    /// Idempotency: a read, repeated where it fails for a moment.
    ///
    /// # Errors
    /// `Config` naming `workflow_id` or `run_id`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// println!("{:?}", client.workflows().runs().get("wf_1", "run_1").send()?.run.status);
    /// # Ok(()) }
    /// ```
    pub fn get(&self, workflow_id: &str, run_id: &str) -> Call<T, RunAnswer> {
        self.client().api.call(get(self.client().api.service(), workflow_id, run_id))
    }

    /// Stops a run (`POST /api/v1/workflows/{id}/runs/{run}/cancel`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `workflow_id` or `run_id`. Older servers answer 404 or 400.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.workflows().runs().cancel("wf_1", "run_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn cancel(&self, workflow_id: &str, run_id: &str) -> Call<T, Object> {
        self.client().api.call(cancel(
            self.client().api.service(),
            workflow_id,
            run_id,
            &Nothing {},
        ))
    }

    /// Tries the steps that failed once more
    /// (`POST /api/v1/workflows/{id}/runs/{run}/rerun-failed`).
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `workflow_id` or `run_id`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.workflows().runs().rerun_failed("wf_1", "run_1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn rerun_failed(&self, workflow_id: &str, run_id: &str) -> Call<T, Object> {
        self.client().api.call(rerun_failed(
            self.client().api.service(),
            workflow_id,
            run_id,
            &Nothing {},
        ))
    }

    /// Tries one step that failed once more
    /// (`POST /api/v1/workflows/{id}/runs/{run}/steps/{step}/retry`). `body` may be empty.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `workflow_id`, `run_id`, `step_id` or `body`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::Object;
    ///
    /// client.workflows().runs().retry_step("wf_1", "run_1", "s1", &Object::empty()).send()?;
    /// # Ok(()) }
    /// ```
    pub fn retry_step<I: Serialize + ?Sized>(
        &self,
        workflow_id: &str,
        run_id: &str,
        step_id: &str,
        body: &I,
    ) -> Call<T, Object> {
        let (body, given) = Object::given("body", body);
        self.client().api.call(
            retry_step(self.client().api.service(), workflow_id, run_id, step_id, &body)
                .checked(given),
        )
    }

    /// Passes over one step that failed
    /// (`POST /api/v1/workflows/{id}/runs/{run}/steps/{step}/skip`, access token or cookie). The
    /// run goes on after the answer, and its next steps may spend money.
    ///
    /// Idempotency: none, the server honours no key; it is not repeated once the server may have
    /// seen it.
    ///
    /// # Errors
    /// `Config` naming `workflow_id`, `run_id` or `step_id`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// client.workflows().runs().skip_step("wf_1", "run_1", "s1").send()?;
    /// # Ok(()) }
    /// ```
    pub fn skip_step(&self, workflow_id: &str, run_id: &str, step_id: &str) -> Call<T, Object> {
        self.client().api.call(skip_step(
            self.client().api.service(),
            workflow_id,
            run_id,
            step_id,
            &Nothing {},
        ))
    }
}
