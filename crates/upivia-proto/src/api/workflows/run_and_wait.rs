//! Running a workflow until it is over.

use std::{convert::Infallible, sync::Arc};

use codespar_engine::{
    Call, Error, args,
    driver::{BoxFlow, Flow, Transport},
    kit::{Chain, Map, Ready, Service, Then, Unary, check_segment},
};
use serde::Serialize;

use crate::{
    api::workflows::{
        WorkflowAnswer, Workflows, get,
        runs::{self, Run, RunAnswer},
        versions::latest_published,
    },
    types::{
        money::Cents,
        object::Object,
        wait::{Wait, looked},
    },
};

const OPERATION: &str = "workflows.run_and_wait";

args! {
    /// How a workflow is run.
    pub struct RunWorkflow with {
        /// What it begins with.
        input: Object,
        /// The version; the latest published one without it.
        workflow_version_id: String = into,
        /// What it may cost at most.
        budget_cents: Cents,
        /// Whether it is a test, which a draft can only be run as.
        test_run: bool,
        /// Whether to return at once when a step waits for a person. Without it, the wait goes
        /// on.
        stop_at_approval: bool,
    }
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
    /// [`stop_at_approval`](RunWorkflow::stop_at_approval) says so. A run that is paused for an
    /// approval when the time is up is reported with the code `waiting_approval`.
    ///
    /// Idempotency: none, the server honours no key; the first request is not repeated once the
    /// server may have seen it.
    ///
    /// # Errors
    /// `Config`: `workflow_id`, a negative budget, a wait without time. `Api` with
    /// `no_published_version`. `Timeout` when it goes on at the end. Once the run was begun, each error
    /// says so ([`Error::may_have_been_sent`]) and holds what was seen last: `error.last::<Run>()`.
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

/// What a step of the conversation answers.
enum Seen {
    Version(String),
    Run(Run),
}

fn start(
    service: &Arc<Service>,
    workflow_id: &str,
    args: &RunWorkflow,
    wait: Wait,
) -> Result<Chain<Seen, Run>, Error> {
    check_segment("workflow_id", workflow_id)?;
    args.check()?;
    wait.check()?;
    let (service, workflow, args) = (Arc::clone(service), workflow_id.to_owned(), args.clone());
    let first: BoxFlow<Seen> = match &args.workflow_version_id {
        Some(version) => Box::new(Ready::with(Seen::Version(version.clone()))),
        None => Box::new(version(get(&service, &workflow))),
    };
    let stop_at_approval = args.stop_at_approval == Some(true);
    let mut pace = wait.pace();
    let mut last: Option<Run> = None;
    Ok(Chain::new(first, move |answer, spent| {
        let run = match answer {
            Ok(Seen::Run(run)) => run,
            Ok(Seen::Version(version)) => {
                return match args.body(&version) {
                    Ok(body) => Then::Ask(watch(runs::create(&service, &workflow, &body))),
                    Err(error) => Then::Done(Err(error)),
                };
            }
            Err(error) => return Then::Done(Err(looked(error, OPERATION, last.take()))),
        };
        if run.is_over() || stop_at_approval && run.is_paused() {
            return Then::Done(Ok(run));
        }
        let Some(pause) = pace.pause(spent) else {
            let error = pace.too_late(&format!("workflow run {}", run.id), run.clone());
            let error = error.at(OPERATION);
            return Then::Done(Err(match run.is_paused() {
                true => error.with_code("waiting_approval"),
                false => error,
            }));
        };
        let question = watch(runs::get(&service, &workflow, &run.id));
        last = Some(run);
        Then::AskAfter(pause, question)
    }))
}

fn version(
    question: Unary<WorkflowAnswer>,
) -> impl Flow<Item = Infallible, Output = Seen> + 'static {
    Map::new(question, |answer| {
        let version = latest_published(&answer.versions).map_err(|error| error.at(OPERATION))?;
        Ok(Seen::Version(version.id.clone()))
    })
}

fn watch(question: Unary<RunAnswer>) -> BoxFlow<Seen> {
    Box::new(Map::new(question, |answer| Ok(Seen::Run(answer.run))))
}
