//! Faults that are known, each with its reason; one that is gone may not stay in the list.

use std::fmt::Write as _;

use serde::Deserialize;

use crate::{Failure, Finding, Kind, checks::test_binaries};

/// How many operations may stand in another file for good.
const MOST_OPERATIONS: usize = 5;

/// The list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exceptions {
    /// The entries.
    #[serde(default)]
    pub exception: Vec<Exception>,
}

/// An entry of the list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// Which check it is about.
    pub kind: Kind,
    /// The file or folder, from the root of the tree; a file of a circle.
    pub place: String,
    /// The operation, type or dependency; all that is found at the place where there is none.
    pub name: Option<String>,
    /// How many faults there may be; one where it does not say.
    #[serde(default = "one")]
    pub at_most: usize,
    /// Whether it is to be mended, and the entry to go.
    #[serde(default)]
    pub is_temporary: bool,
    /// Why it has to be so.
    pub reason: String,
}

const fn one() -> usize {
    1
}

impl Exception {
    /// Whether it is about that fault.
    fn covers(&self, finding: &Finding) -> bool {
        let rest = finding.place.strip_prefix(&self.place);
        self.kind == finding.kind
            && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            && self.name.as_ref().is_none_or(|name| *name == finding.name)
    }
}

impl Exceptions {
    /// Reads the list.
    ///
    /// # Errors
    /// It is no TOML, or has an entry that is none.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        toml::from_str(text).map_err(|error| Failure(format!("exceptions.toml: {error}")))
    }

    /// What is wrong about one kind, faults and list together; nothing where all is well.
    ///
    /// `findings` are the faults of that kind.
    pub fn judge(&self, kind: Kind, findings: &[Finding]) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut counts = vec![0; self.exception.len()];
        for finding in findings {
            // The nearest entry counts.
            let entries = self.exception.iter().enumerate();
            let covering = entries.filter(|(_, exception)| exception.covers(finding));
            let nearest = covering
                .max_by_key(|(_, exception)| (exception.place.len(), exception.name.is_some()));
            match nearest {
                Some((index, exception)) if counts[index] < exception.at_most => counts[index] += 1,
                Some((_, exception)) => wrong.push(format!(
                    "{finding} (beyond the {} that are known in {})",
                    exception.at_most, exception.place
                )),
                None => wrong.push(finding.to_string()),
            }
        }
        let entries = self.exception.iter().zip(counts);
        let of_kind: Vec<_> = entries.filter(|(exception, _)| exception.kind == kind).collect();
        for (exception, count) in &of_kind {
            wrong.extend(fault(exception, *count));
        }
        let lasting = of_kind.iter().filter(|(exception, _)| !exception.is_temporary);
        let count: usize = lasting.map(|(_, count)| count).sum();
        if kind == Kind::Operation && count > MOST_OPERATIONS {
            wrong.push(format!(
                "exceptions.toml: {count} operations may stand in another file for good; \
                 expected at most {MOST_OPERATIONS}"
            ));
        }
        wrong
    }
}

/// What is wrong with an entry that so many faults needed.
fn fault(exception: &Exception, count: usize) -> Option<String> {
    let Exception { kind, place, name, at_most, reason, is_temporary } = exception;
    let mut entry = format!("exceptions.toml: {} {place}", kind.name());
    if let Some(name) = name {
        let _ = write!(entry, " {name}");
    }
    if count == 0 {
        return Some(format!("{entry} is no longer needed: remove it"));
    }
    if reason.trim().is_empty() {
        return Some(format!("{entry} has no reason"));
    }
    if !is_temporary && count < *at_most {
        return Some(format!("{entry} allows {at_most}, and there are {count}: say so"));
    }
    let is_lasting_binary = *kind == Kind::TestBinary && !is_temporary;
    let changes = test_binaries::CHANGES;
    if is_lasting_binary && !changes.iter().any(|change| reason.starts_with(change)) {
        let changes = changes.join(", ");
        return Some(format!("{entry}: its reason begins with none of {changes}"));
    }
    None
}
