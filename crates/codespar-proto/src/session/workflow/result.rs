//! What became of a workflow and of its steps.

use std::{collections::BTreeMap, time::Duration};

use codespar_engine::{
    Describe, Effect, Error, Json, Stage, Verdict,
    describe::{Member, Object, Shape},
};
use serde::{
    Serialize, Serializer,
    ser::{self, SerializeMap, SerializeStruct},
};

use crate::session::execute::{tool_refusal::ToolOutcome, tool_result::ToolResult};

/// What became of a step that was run.
#[derive(Debug)]
#[non_exhaustive]
pub struct StepResult {
    /// Which step it was, counted from 0.
    pub index: usize,
    /// The name of the tool that the step ran.
    pub tool: String,
    /// How many times it was tried.
    pub tries: u32,
    /// What the last try gave: a result, which may be a failure, or the error of the call.
    pub outcome: Result<ToolResult, Error>,
    pub(super) effect: Effect,
    /// Whether an earlier try may have arrived.
    pub(super) earlier: bool,
}

impl StepResult {
    /// A step that was tried once and may have changed something, for fakes in tests.
    #[doc(alias = "mock")]
    pub fn new(index: usize, outcome: Result<ToolResult, Error>) -> Self {
        let tool = outcome.as_ref().ok().and_then(|result| result.tool.clone());
        let tool = tool.unwrap_or_default();
        Self { index, tool, tries: 1, outcome, effect: Effect::Changes, earlier: false }
    }

    /// The tool's result, if the call gave one.
    pub fn result(&self) -> Option<&ToolResult> {
        self.outcome.as_ref().ok()
    }

    /// Whether the tool did what it was asked to: it says so, and what it says of its work (a
    /// payment that was rejected, an approval that is waited for) does not deny it.
    pub fn is_success(&self) -> bool {
        self.result().is_some_and(is_done)
    }

    /// What happened, all tries together.
    pub fn verdict(&self) -> Verdict {
        match &self.outcome {
            Ok(result) if self.earlier => result.verdict().after_a_change(),
            Ok(result) => result.verdict(),
            Err(error) => error.verdict(),
        }
    }

    /// Whether an earlier try of it may have done its work too: then it may have happened twice.
    pub const fn may_have_happened_before(&self) -> bool {
        self.earlier
    }
}

/// Whether a tool did what it was asked to.
pub(super) fn is_done(result: &ToolResult) -> bool {
    result.outcome() == ToolOutcome::Done && result.verdict().is_done()
}

/// The tool's result, where the call gave none a failure with its error as text; the verdict of
/// all tries, and `may_have_happened_before` where that is so.
impl Serialize for StepResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.outcome {
            Ok(result) => {
                let result = Json::of(result).map_err(ser::Error::custom)?;
                let members: BTreeMap<String, Json> = result.read().map_err(ser::Error::custom)?;
                let mut map = serializer.serialize_map(None)?;
                for (name, value) in members.iter().filter(|(name, _)| *name != "verdict") {
                    map.serialize_entry(name, value)?;
                }
                map.serialize_entry("verdict", &self.verdict())?;
                if self.earlier {
                    map.serialize_entry("may_have_happened_before", &true)?;
                }
                map.end()
            }
            Err(error) => {
                let members = 6 + usize::from(self.earlier);
                let mut failure = serializer.serialize_struct("StepResult", members)?;
                failure.serialize_field("success", &false)?;
                failure.serialize_field("error", &error.to_string())?;
                failure.serialize_field("code", &error.code())?;
                failure.serialize_field("tool", &self.tool)?;
                failure.serialize_field("verdict", &self.verdict())?;
                failure.serialize_field("may_have_been_sent", &error.may_have_been_sent())?;
                if self.earlier {
                    failure.serialize_field("may_have_happened_before", &true)?;
                }
                failure.end()
            }
        }
    }
}

/// The tool's result; of a call that gave none, its error and what is known of it.
impl Describe for StepResult {
    const SHAPE: &'static Shape = &Shape::AllOf(&[ToolResult::SHAPE, FAILURE]);
}

const FAILURE: &Shape = &Shape::Object(|| {
    const {
        &Object::new(
            "StepFailure",
            "What became of a step whose call gave no result",
            true,
            const {
                &[
                    Member::new("code", "The code of its error", false, String::SHAPE),
                    Member::new("may_have_been_sent", "What the error says", false, bool::SHAPE),
                    Member::new(
                        "may_have_happened_before",
                        "Whether an earlier try may have done its work",
                        false,
                        bool::SHAPE,
                    ),
                ]
            },
        )
    }
});

/// What became of a workflow.
#[derive(Debug, Describe)]
#[wire(open)]
#[non_exhaustive]
pub struct WorkflowResult {
    /// Whether no step failed.
    pub success: bool,
    /// The steps that were run, in order. One that was left out has no result.
    pub results: Vec<StepResult>,
    /// How long it took, pauses included.
    #[wire(milliseconds, number)]
    pub duration: Duration,
    /// How many steps did what they were asked to.
    pub completed_steps: usize,
    /// How many steps there were, those that were left out included.
    pub total_steps: usize,
}

impl WorkflowResult {
    /// What these steps come to, none of them left out, for fakes in tests.
    #[doc(alias = "mock")]
    pub fn of(results: Vec<StepResult>) -> Self {
        let completed_steps = results.iter().filter(|step| step.is_success()).count();
        let total_steps = results.len();
        let success = completed_steps == total_steps;
        Self { success, results, duration: Duration::ZERO, completed_steps, total_steps }
    }

    /// What happened, all steps together; those that only read do not count. Unknown also where
    /// some steps worked and others did not: it was left half done.
    pub fn verdict(&self) -> Verdict {
        let changes = self.results.iter().filter(|step| step.effect.is_change());
        let all: Vec<_> = changes.map(StepResult::verdict).collect();
        let has = |verdict| all.contains(&verdict);
        let (first, rest) = match all.split_first() {
            Some((first, rest)) => (*first, rest),
            None if self.success => return Verdict::Done(Stage::Completed),
            None => return Verdict::Refused,
        };
        let arrived = all.iter().filter(|verdict| **verdict != Verdict::NothingSent).count();
        match arrived {
            0 => Verdict::NothingSent,
            _ if rest.is_empty() => first,
            // One was refused, and no other was ever sent.
            1 if has(Verdict::Refused) => Verdict::Refused,
            _ if all.iter().all(|verdict| verdict.is_done()) => Verdict::Done(Stage::Completed),
            _ if all.iter().all(|verdict| verdict.is_done() || *verdict == Verdict::Held) => {
                Verdict::Held
            }
            _ => Verdict::Unknown,
        }
    }
}

/// The duration in milliseconds, and the verdict of the whole.
impl Serialize for WorkflowResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut result = serializer.serialize_struct("WorkflowResult", 6)?;
        result.serialize_field("success", &self.success)?;
        result.serialize_field("results", &self.results)?;
        result.serialize_field("duration", &self.duration.as_millis())?;
        result.serialize_field("completed_steps", &self.completed_steps)?;
        result.serialize_field("total_steps", &self.total_steps)?;
        result.serialize_field("verdict", &self.verdict())?;
        result.end()
    }
}
