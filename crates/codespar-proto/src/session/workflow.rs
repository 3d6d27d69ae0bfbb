//! Workflows: tools run one after another, each with what the ones before gave.
//!
//! The API knows no workflows. This is a sequence of `POST /v1/sessions/{id}/execute`, with
//! conditions, waits and repetitions between them.

pub(crate) mod plan;
pub(crate) mod result;
mod run;

use codespar_engine::{Call, Error, driver::Transport};

pub use self::{
    plan::{Backoff, Workflow, WorkflowStep},
    result::{StepResult, WorkflowResult},
};
use crate::session::{Session, workflow::run::RunWorkflow};

impl<T: Transport> Session<T> {
    /// Runs tools one after another.
    ///
    /// The options of the call are for each tool call of its own: its `timeout` limits one try of
    /// one step. A step whose call fails is kept with its error as one that failed.
    ///
    /// Idempotency: none, many tools under one key would be one effect.
    ///
    /// # Errors
    /// `Config` naming `steps`, when there are none; `Canceled`, with the results so far
    /// (`error.last::<WorkflowResult>()`). Everything else is in the [`WorkflowResult`].
    pub fn run_workflow(&self, workflow: Workflow) -> Call<T, WorkflowResult> {
        if workflow.is_empty() {
            let error = Error::config("steps", "expected at least one step");
            return self.api().fails("session.run_workflow", error);
        }
        self.call(RunWorkflow::of(self.service(), self.id(), workflow))
    }
}
