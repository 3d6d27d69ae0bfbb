//! The conversation of a workflow: one tool call after another.

use std::{collections::VecDeque, convert::Infallible, mem, sync::Arc, time::Duration};

use codespar_engine::{
    CallOptions, Error, ErrorKind, Json, Verdict,
    driver::{Event, Flow, Step, Tick, TransportError},
    kit::{History, Service, Unary},
};

use crate::session::{
    execute::{effect::effect, execute, tool_result::ToolResult},
    workflow::{
        plan::{OnStep, Workflow, WorkflowStep},
        result::{StepResult, WorkflowResult, is_done},
    },
};

const OPERATION: &str = "session.run_workflow";
const EXECUTE: &str = "session.execute";

/// A workflow at work.
pub(super) struct RunWorkflow {
    service: Arc<Service>,
    session: String,
    workflow: Workflow,
    /// The steps that are still to come.
    steps: VecDeque<WorkflowStep>,
    total: usize,
    results: Vec<StepResult>,
    options: CallOptions,
    begun: Option<Duration>,
    current: Option<Current>,
    phase: Phase,
}

/// The step that is being run.
struct Current {
    index: usize,
    tool: String,
    input: Json,
    tries: u32,
    on_done: Option<OnStep>,
    /// What its tries have sent.
    history: History,
}

enum Phase {
    New,
    Calling(Box<Unary<ToolResult>>),
    Pausing,
    Over,
}

type Next = Step<Infallible, WorkflowResult>;

impl RunWorkflow {
    pub(super) fn of(service: &Arc<Service>, session: &str, mut workflow: Workflow) -> Self {
        let steps = VecDeque::from(mem::take(&mut workflow.steps));
        Self {
            service: Arc::clone(service),
            session: session.to_owned(),
            total: steps.len(),
            workflow,
            steps,
            results: Vec::new(),
            options: CallOptions::default(),
            begun: None,
            current: None,
            phase: Phase::New,
        }
    }

    /// Begins the next step that is to be run. One that cannot even begin is over at once.
    fn proceed(&mut self, tick: Tick<'_>) -> Next {
        while let Some(step) = self.steps.pop_front() {
            let index = self.total - self.steps.len() - 1;
            if step.when.is_some_and(|when| !when(&self.results)) {
                continue;
            }
            let params = (step.params)(&self.results);
            let (tool, on_done) = (step.tool, step.on_done);
            let current = |input| Current {
                index,
                tool,
                input,
                tries: 0,
                on_done,
                history: History::default(),
            };
            match params {
                Ok(input) => {
                    self.current = Some(current(input));
                    if let Some(next) = self.attempt(tick) {
                        return next;
                    }
                }
                Err(error) => self.keep(current(Json::null()), Err(error)),
            }
        }
        self.done(tick)
    }

    /// Makes the call of the current step; nothing, when the step is over already.
    fn attempt(&mut self, tick: Tick<'_>) -> Option<Next> {
        let current = self.current.as_mut()?;
        current.tries += 1;
        match execute(&self.service, &self.session, &current.tool, &current.input) {
            Ok(call) => self.forward(tick, Event::Start(self.options.clone()), Box::new(call)),
            Err(error) => self.judge(tick, Err(error)),
        }
    }

    fn forward(
        &mut self,
        tick: Tick<'_>,
        event: Event,
        mut call: Box<Unary<ToolResult>>,
    ) -> Option<Next> {
        match call.resume(tick, event).or_done() {
            Ok(step) => {
                if let (Step::Open(exchange), Some(current)) = (&step, &mut self.current) {
                    current.history.open(exchange);
                }
                self.phase = Phase::Calling(call);
                Some(step)
            }
            Err(outcome) => self.judge(tick, outcome),
        }
    }

    /// What to do after a try; nothing, when the step is over and the next one is due.
    fn judge(&mut self, tick: Tick<'_>, outcome: Result<ToolResult, Error>) -> Option<Next> {
        let current = self.current.take()?;
        let kind = outcome.as_ref().err().map(Error::kind);
        let is_done = outcome.as_ref().is_ok_and(is_done);
        let hopeless = matches!(kind, Some(ErrorKind::Config | ErrorKind::Canceled));
        // What a person is to approve, or what is done already, would happen twice.
        let verdict = outcome.as_ref().map_or_else(Error::verdict, ToolResult::verdict);
        let settled = matches!(verdict, Verdict::Held | Verdict::Done(_));
        if !is_done && !hopeless && !settled && current.tries <= self.workflow.max_retries {
            let pause = self.workflow.pause(current.tries - 1);
            self.current = Some(current);
            self.phase = Phase::Pausing;
            return Some(Step::Wait(pause));
        }
        match outcome {
            Err(error) if error.kind() == ErrorKind::Canceled => {
                self.current = Some(current);
                Some(self.cut_off(tick, error))
            }
            outcome => {
                self.keep(current, outcome);
                None
            }
        }
    }

    /// Keeps what became of a step, and tells of it.
    fn keep(&mut self, current: Current, outcome: Result<ToolResult, Error>) {
        let Current { index, tool, tries, on_done, history, .. } = current;
        let outcome = outcome.map_err(|error| history.tell(error.at(OPERATION)));
        let (effect, earlier) = (effect(&tool), history.has_changed_before());
        let result = StepResult { index, tool, tries, outcome, effect, earlier };
        if let Some(mut on_done) = on_done {
            on_done(&result);
        }
        if let Some(on_step) = &mut self.workflow.on_step {
            on_step(&result);
        }
        if !result.is_success() && self.workflow.abort_on_error {
            self.steps.clear();
        }
        self.results.push(result);
    }

    fn done(&mut self, tick: Tick<'_>) -> Next {
        self.phase = Phase::Over;
        Step::Done(Ok(self.report(tick)))
    }

    /// Ends before its time. The step it was at is a result where it may have arrived.
    fn cut_off(&mut self, tick: Tick<'_>, error: Error) -> Next {
        self.phase = Phase::Over;
        if let Some(current) = self.current.take().filter(|step| step.history.was_heard()) {
            let end = match error.kind() {
                ErrorKind::Canceled => Error::transport(TransportError::canceled()),
                _ => Error::stream("the workflow was cut off"),
            };
            self.keep(current, Err(end.at(EXECUTE)));
        }
        let report = WorkflowResult { success: false, ..self.report(tick) };
        Step::Done(Err(error.at(OPERATION).with_last(report)))
    }

    fn report(&mut self, tick: Tick<'_>) -> WorkflowResult {
        let results = mem::take(&mut self.results);
        let completed_steps = results.iter().filter(|step| step.is_success()).count();
        let begun = self.begun.unwrap_or(tick.now);
        WorkflowResult {
            success: completed_steps == results.len(),
            results,
            duration: tick.now.saturating_sub(begun),
            completed_steps,
            total_steps: self.total,
        }
    }
}

impl Flow for RunWorkflow {
    type Item = Infallible;
    type Output = WorkflowResult;

    fn resume(&mut self, tick: Tick<'_>, event: Event) -> Next {
        if let Some(current) = &mut self.current {
            current.history.note(&event);
        }
        let next = match (event, mem::replace(&mut self.phase, Phase::Over)) {
            (Event::Start(options), Phase::New) => {
                self.begun = Some(tick.now);
                match options.check_no_key() {
                    Ok(()) => {
                        self.options = options;
                        None
                    }
                    Err(error) => Some(Step::Done(Err(error.at(OPERATION)))),
                }
            }
            (event, Phase::Calling(call)) => self.forward(tick, event, call),
            (Event::Woke, Phase::Pausing) => self.attempt(tick),
            (Event::Failed(error), Phase::Pausing) => {
                Some(self.cut_off(tick, Error::transport(error)))
            }
            _ => {
                let error = Error::stream("the driver broke the order of steps");
                Some(self.cut_off(tick, error))
            }
        };
        match next {
            Some(step) => step,
            None => self.proceed(tick),
        }
    }
}
