//! Running a workflow until it is over.

use std::sync::Arc;

use codespar_engine::{
    Args, Call,
    driver::{BoxFlow, Transport},
    kit::{Chain, Error, Last, Map, Service, Then, check_segment},
};
use serde::Serialize;

use crate::{
    api::workflows::{
        Workflows, get,
        runs::{self, Run},
        versions::latest_published,
    },
    types::{
        money::Cents,
        object::Object,
        wait::{Wait, late_error},
    },
};

const OPERATION: &str = "workflows.run_and_wait";

/// How a workflow is run.
#[derive(Clone, Debug, Default, PartialEq, Args)]
#[non_exhaustive]
pub struct RunWorkflow {
    /// What it begins with.
    #[wire(personal)]
    pub input: Option<Object>,
    /// The version; the latest published one without it.
    pub workflow_version_id: Option<String>,
    /// What it may cost at most.
    pub budget_cents: Option<Cents>,
    /// Whether it is a test, which a draft can only be run as.
    pub test_run: Option<bool>,
    /// Whether to return at once when a step waits for a person. Without it, the wait goes
    /// on.
    pub stop_at_approval: Option<bool>,
}

/// What the server is told of it.
#[derive(Serialize)]
struct Body<'a> {
    workflow_version_id: &'a str,
    input: &'a Object,
    #[serde(skip_serializing_if = "Option::is_none")]
    budget_cents: Option<Cents>,
    #[serde(skip_serializing_if = "Option::is_none")]
    test_run: Option<bool>,
}

impl RunWorkflow {
    fn check(&self) -> Result<(), Error> {
        if let Some(version) = &self.workflow_version_id {
            check_segment("workflow_version_id", version)?;
        }
        self.budget_cents.map_or(Ok(()), |budget| budget.check("budget_cents"))
    }

    fn body(&self, version: &str) -> Result<Object, Error> {
        let empty = Object::empty();
        let body = Body {
            workflow_version_id: version,
            input: self.input.as_ref().unwrap_or(&empty),
            budget_cents: self.budget_cents,
            test_run: self.test_run,
        };
        Object::of("input", &body)
    }
}

impl<T: Transport> Workflows<T> {
    /// Runs a workflow and waits until it is over: looks its versions up unless one is given,
    /// begins a run, and looks at it after growing pauses.
    ///
    /// The run that comes back is completed, failed or cancelled; or paused, where
    /// [`stop_at_approval`](RunWorkflow::stop_at_approval) says so. A run that waits for a person
    /// when the time is up is reported with the code `waiting_approval`, or `paused` where it waits
    /// for an answer.
    ///
    /// Idempotency: none, the server honours no key; the first request is not repeated once the
    /// server may have seen it.
    ///
    /// # Errors
    /// `Config`: `workflow_id`, a negative budget, a wait without time. `Api` with
    /// `no_published_version`. `Timeout` when it goes on at the end. Once the run was begun, each
    /// error says so ([`Error::may_have_been_sent`]) and holds what was seen last:
    /// `error.last::<Run>()`.
    ///
    /// ```
    /// # use upivia_proto::doctest::*;
    /// # fn example<T: BlockingTransport>(client: &Client<T>) -> Result {
    /// use upivia_proto::{Object, Wait, workflows::RunWorkflow};
    ///
    /// let input = Object::of("input", &serde_json::json!({"topic": "pix"}))?;
    /// let run = RunWorkflow::default().input(input).stop_at_approval(true);
    /// let run = client.workflows().run_and_wait("wf_1", &run, Wait::default()).send()?;
    /// println!("{} {:?}", run.id, run.status);
    /// # Ok(()) }
    /// ```
    pub fn run_and_wait(&self, workflow_id: &str, run: &RunWorkflow, wait: Wait) -> Call<T, Run> {
        let flow = start(self.client().api.service(), workflow_id, run, wait);
        self.client().api.checked(OPERATION, flow)
    }
}

/// Begins a run, and looks at it until it is over.
fn start(
    service: &Arc<Service>,
    workflow_id: &str,
    args: &RunWorkflow,
    wait: Wait,
) -> Result<Last<Run>, Error> {
    check_segment("workflow_id", workflow_id)?;
    args.check()?;
    wait.check()?;
    let first = begin(service, workflow_id, args)?;
    let (service, workflow) = (Arc::clone(service), workflow_id.to_owned());
    let mut id = String::new();
    let ask = move |seen: Option<&Run>| -> Result<BoxFlow<Run>, Error> {
        if let Some(run) = seen {
            id.clone_from(&run.id);
        }
        let question = runs::get(&service, &workflow, &id);
        Ok(Box::new(Map::new(question, |answer| Ok(answer.run))))
    };
    let stop_at_approval = args.stop_at_approval == Some(true);
    let is_over = move |run: &Run| run.is_over() || stop_at_approval && run.is_paused();
    Ok(wait.poll(OPERATION, first, ask, is_over, |run, limit| {
        let error = late_error(&format!("workflow run {}", run.id), limit);
        match run.status.as_ref().filter(|_| run.is_paused()) {
            Some(status) => error.with_code(status.as_str()),
            None => error,
        }
    }))
}

/// What a step of the beginning answers.
enum Step {
    Version(String),
    Run(Run),
}

/// Begins a run of the version that is named, or of the latest one that is published.
fn begin(
    service: &Arc<Service>,
    workflow_id: &str,
    args: &RunWorkflow,
) -> Result<BoxFlow<Run>, Error> {
    if let Some(version) = &args.workflow_version_id {
        let question = runs::create(service, workflow_id, &args.body(version)?);
        return Ok(Box::new(Map::new(question, |answer| Ok(answer.run))));
    }
    let (service, workflow, args) = (Arc::clone(service), workflow_id.to_owned(), args.clone());
    let versions = Map::new(get(&service, &workflow), |answer| {
        let version = latest_published(&answer.versions).map_err(|error| error.at(OPERATION))?;
        Ok(Step::Version(version.id.clone()))
    });
    let create = move |version: &str| -> Result<BoxFlow<Step>, Error> {
        let question = runs::create(&service, &workflow, &args.body(version)?);
        Ok(Box::new(Map::new(question, |answer| Ok(Step::Run(answer.run)))))
    };
    Ok(Box::new(Chain::new(versions, move |answer, _| match answer {
        Ok(Step::Version(version)) => match create(&version) {
            Ok(question) => Then::Ask(question),
            Err(error) => Then::Done(Err(error)),
        },
        Ok(Step::Run(run)) => Then::Done(Ok(run)),
        Err(error) => Then::Done(Err(error)),
    })))
}
