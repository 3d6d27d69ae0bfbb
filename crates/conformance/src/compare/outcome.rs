//! Outcomes: what was recorded, or is expected instead, against what came of the call.

use serde_json::{Map, Value};

use super::claims::Grounds;
use super::errors::{ErrorExpectation, own_answers};
use super::json::{Rules, diff};
use super::short;
use crate::operations::{Failure, Outcome};
use crate::recording::Recording;

/// The outcome that is expected.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Expected {
    /// What a status stream hands out.
    pub updates: Option<Vec<Value>>,
    /// What is given back: of a stream or an iteration the list of its items.
    pub result: Option<Value>,
    /// The error. With `result` or `updates` too, it ends a stream midway.
    pub error: Option<ErrorExpectation>,
    /// The last state the error carries.
    pub last: Option<Value>,
    /// Other members of the error, by name.
    pub details: Map<String, Value>,
    /// What the error says has to be true of these.
    pub grounds: Option<Grounds>,
}

impl Expected {
    /// What was recorded for the call of the case.
    #[must_use]
    pub fn recorded(recording: &Recording) -> Self {
        let answers = own_answers(recording);
        let error = recording.error.as_ref();
        let mut expected = Self {
            result: recording.result.clone(),
            updates: recording.updates.clone(),
            error: error.map(|error| ErrorExpectation::recorded(error, &answers)),
            ..Self::default()
        };
        if let Some(batch) = recording.batch_from_error.clone().filter(|batch| !batch.is_null()) {
            expected.details.insert("batch".to_owned(), batch);
        }
        expected
    }

    /// The differences, one line each. `served` is the text of every answer.
    #[must_use]
    pub fn compare(&self, outcome: &Outcome, served: &str) -> Vec<String> {
        let rules = Rules::Result { served };
        match outcome {
            Outcome::Unknown => vec!["there is no such call".to_owned()],
            Outcome::Failed(failure) => {
                let mut found = self.error(Some(failure), rules);
                if self.nothing_lost() {
                    found
                } else {
                    found.push("expected items before the error, got none".to_owned());
                    found
                }
            }
            Outcome::Value(value) => {
                let mut found = self.error(None, rules);
                if self.updates.is_some() {
                    found.push(format!("expected a stream, got {}", short(value)));
                } else if let (Some(result), true) = (&self.result, found.is_empty()) {
                    found.extend(named("result", diff(result, value, rules)));
                }
                found
            }
            Outcome::Items { items, then } => {
                let mut found = self.items(items, rules);
                found.extend(self.error(then.as_ref(), rules));
                found
            }
        }
    }

    /// Whether an error alone, without any item, is all that is expected.
    fn nothing_lost(&self) -> bool {
        let items =
            self.updates.as_deref().or_else(|| self.result.as_ref()?.as_array().map(|a| &**a));
        items.is_none_or(<[Value]>::is_empty)
    }

    fn items(&self, items: &[Value], rules: Rules<'_>) -> Vec<String> {
        let list = Value::from(items);
        if let Some(grounds) = &self.grounds {
            // Those before the error are the first of the recorded ones.
            let first = grounds.items.iter().flatten().take(items.len()).cloned().collect();
            return named("items", diff(&Value::Array(first), &list, rules));
        }
        let Some(updates) = &self.updates else {
            let nothing = Value::Array(Vec::new());
            return named("items", diff(self.result.as_ref().unwrap_or(&nothing), &list, rules));
        };
        let mut found = named("items", diff(&Value::from(updates.as_slice()), &list, rules));
        if let (Some(result), true) = (&self.result, found.is_empty()) {
            found.extend(named(
                "last item",
                diff(result, items.last().unwrap_or(&Value::Null), rules),
            ));
        }
        found
    }

    fn error(&self, failure: Option<&Failure>, rules: Rules<'_>) -> Vec<String> {
        match (&self.error, failure) {
            (None, None) => Vec::new(),
            (None, Some(failure)) => {
                vec![format!(
                    "expected no error, got {} ({})",
                    failure.kind,
                    short(&failure.message)
                )]
            }
            (Some(error), None) => {
                vec![format!("expected an error of kind {}, got none", error.kinds.join(" or "))]
            }
            (Some(error), Some(failure)) => {
                let mut found = error.compare(failure);
                if let (Some(grounds), true) = (&self.grounds, found.is_empty()) {
                    found.extend(grounds.check(failure));
                }
                if let Some(last) = &self.last {
                    let given = failure.last.as_ref().unwrap_or(&Value::Null);
                    found.extend(named("last", diff(last, given, rules)));
                }
                for (name, wanted) in &self.details {
                    let given = failure.details.get(name).unwrap_or(&Value::Null);
                    found.extend(named(name, diff(wanted, given, rules)));
                }
                found
            }
        }
    }
}

fn named(what: &str, lines: Vec<String>) -> Vec<String> {
    lines.into_iter().map(|line| format!("{what} {line}")).collect()
}
