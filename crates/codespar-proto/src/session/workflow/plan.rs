//! What a workflow does: its steps, and how it goes on when one fails.

use std::{fmt, time::Duration};

use codespar_engine::{Describe, Error, Json};
use serde::{Deserialize, Serialize};

use crate::session::workflow::result::StepResult;

pub(super) type Params = Box<dyn FnOnce(&[StepResult]) -> Result<Json, Error> + Send>;
pub(super) type When = Box<dyn FnOnce(&[StepResult]) -> bool + Send>;
pub(super) type OnStep = Box<dyn FnMut(&StepResult) + Send>;

/// One step of a [`Workflow`]: a tool, what it is given, and when it is run at all.
pub struct WorkflowStep {
    pub(super) tool: String,
    pub(super) params: Params,
    pub(super) when: Option<When>,
    pub(super) on_done: Option<OnStep>,
}

impl WorkflowStep {
    /// A step with the same input whatever happened before: anything that becomes a JSON object.
    pub fn new(tool: impl Into<String>, params: &(impl Serialize + ?Sized)) -> Self {
        let params = Json::of(params);
        Self::computed(tool, move |_| params)
    }

    /// A step whose input is computed from the results so far. It is computed once, also where
    /// the step is repeated.
    ///
    /// ```
    /// use codespar_proto::{Json, workflow::WorkflowStep};
    ///
    /// let step = WorkflowStep::computed("codespar_notify", |done| {
    ///     let last = done.last().and_then(|step| step.result());
    ///     let text = if last.is_some_and(|result| result.success) { "done" } else { "failed" };
    ///     let to = "+5511999887766";
    ///     Json::of(&serde_json::json!({"channel": "sms", "to": to, "message": text}))
    /// });
    /// ```
    pub fn computed(
        tool: impl Into<String>,
        params: impl FnOnce(&[StepResult]) -> Result<Json, Error> + Send + 'static,
    ) -> Self {
        Self { tool: tool.into(), params: Box::new(params), when: None, on_done: None }
    }

    /// Runs it only if this is so when its turn comes. A step that is not run has no result.
    #[must_use]
    pub fn when(mut self, when: impl FnOnce(&[StepResult]) -> bool + Send + 'static) -> Self {
        self.when = Some(Box::new(when));
        self
    }

    /// Is told when this step is over, for better or worse.
    #[must_use]
    pub fn on_done(mut self, on_done: impl FnMut(&StepResult) + Send + 'static) -> Self {
        self.on_done = Some(Box::new(on_done));
        self
    }
}

/// Without the input, which may hold personal data.
impl fmt::Debug for WorkflowStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkflowStep").field("tool", &self.tool).finish_non_exhaustive()
    }
}

/// How the pauses between the tries of a step grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, Describe)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Backoff {
    /// Base, twice the base, three times the base.
    #[default]
    Linear,
    /// Base, twice the base, four times the base.
    Exponential,
}

/// Tools that are run one after another.
///
/// A step that fails ends the workflow, unless [`go_on`](Self::go_on) says otherwise. Nothing is
/// undone.
///
/// ```
/// # use codespar_proto::{Error, Session, driver::BlockingTransport};
/// # fn example<T: BlockingTransport>(session: &Session<T>) -> Result<(), Error> {
/// use codespar_proto::{Json, workflow::{Workflow, WorkflowStep}};
/// use serde_json::json;
///
/// let workflow = Workflow::new()
///     .step(WorkflowStep::new("codespar_discover", &json!({"use_case": "send a pix payment"})))
///     .step(
///         WorkflowStep::computed("codespar_notify", |done| {
///             let found = done.last().and_then(|step| step.result());
///             let text = if found.is_some() { "found" } else { "nothing" };
///             Json::of(&json!({"channel": "email", "to": "ops@example.com", "message": text}))
///         })
///         .when(|done| done.iter().all(|step| step.is_success())),
///     )
///     .on_step(|step| println!("{}: {}", step.tool, step.is_success()));
/// let report = session.run_workflow(workflow).send()?;
/// println!("{} of {}", report.completed_steps, report.total_steps);
/// # Ok(()) }
/// ```
#[must_use = "a workflow does nothing until it is run"]
pub struct Workflow {
    pub(super) steps: Vec<WorkflowStep>,
    pub(super) on_step: Option<OnStep>,
    pub(super) max_retries: u32,
    pub(super) backoff: Backoff,
    pub(super) base: Duration,
    pub(super) abort_on_error: bool,
}

impl Workflow {
    /// A workflow without steps.
    pub fn new() -> Self {
        Self {
            steps: Vec::new(),
            on_step: None,
            max_retries: 0,
            backoff: Backoff::Linear,
            base: Duration::from_secs(1),
            abort_on_error: true,
        }
    }

    /// Adds a step.
    pub fn step(mut self, step: WorkflowStep) -> Self {
        self.steps.push(step);
        self
    }

    /// Is told of every step that is over, for better or worse.
    pub fn on_step(mut self, on_step: impl FnMut(&StepResult) + Send + 'static) -> Self {
        self.on_step = Some(Box::new(on_step));
        self
    }

    /// Repeats a step that fails, at most so many times; never where nothing is said.
    ///
    /// **This repeats a tool call that may have done its work**: a charge whose answer was lost
    /// is made twice. Use it where all steps bear that, such as reads.
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = retries;
        self
    }

    /// Sets how the pauses between tries grow, and from what; linear, from a second, where
    /// nothing is said.
    pub fn backoff(mut self, backoff: Backoff, base: Duration) -> Self {
        (self.backoff, self.base) = (backoff, base);
        self
    }

    /// Goes on with the next step when one fails.
    pub fn go_on(mut self) -> Self {
        self.abort_on_error = false;
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The pause after so many tries, counted from 0.
    pub(super) fn pause(&self, tries: u32) -> Duration {
        let factor = match self.backoff {
            Backoff::Linear => tries.saturating_add(1),
            Backoff::Exponential => 2_u32.saturating_pow(tries),
        };
        self.base.saturating_mul(factor)
    }
}

impl Default for Workflow {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Workflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workflow")
            .field("steps", &self.steps)
            .field("max_retries", &self.max_retries)
            .field("backoff", &self.backoff)
            .field("base", &self.base)
            .field("abort_on_error", &self.abort_on_error)
            .finish_non_exhaustive()
    }
}

/// A workflow as data, with fixed inputs.
#[cfg(feature = "registry")]
#[derive(Deserialize, Describe)]
pub(crate) struct WorkflowArgs {
    /// The steps, in order.
    steps: Vec<StepArgs>,
    /// How often a step that failed is repeated: it may have done its work. Never, unless set.
    #[serde(default)]
    max_retries: u32,
    /// How the pauses between the tries of a step grow.
    #[serde(default)]
    backoff: Backoff,
    /// The first of these pauses; a second unless set.
    #[wire(milliseconds)]
    base_ms: Option<u64>,
    /// Whether a step that fails ends the workflow, as it does unless set.
    abort_on_error: Option<bool>,
}

/// A step as data.
#[cfg(feature = "registry")]
#[derive(Deserialize, Describe)]
struct StepArgs {
    /// The tool that is run.
    tool: String,
    /// What the tool is given: an object.
    params: Json,
}

#[cfg(feature = "registry")]
impl From<WorkflowArgs> for Workflow {
    fn from(args: WorkflowArgs) -> Self {
        let base = Duration::from_millis(args.base_ms.unwrap_or(1_000));
        let steps = args.steps.iter().map(|step| WorkflowStep::new(&*step.tool, &step.params));
        let workflow = steps.fold(Self::new(), Self::step);
        let workflow = workflow.max_retries(args.max_retries).backoff(args.backoff, base);
        if args.abort_on_error == Some(false) { workflow.go_on() } else { workflow }
    }
}
