//! Compares what was recorded with what happened.

mod claims;
mod errors;
mod holds;
pub mod json;
pub mod multipart;
pub mod outcome;
mod refusals;
pub mod request;
mod verdicts;

pub use claims::Grounds;
pub(crate) use claims::is_empty;
pub use errors::ErrorExpectation;
pub(crate) use holds::lost;
pub(crate) use refusals::{code_of, message_of};
pub(crate) use verdicts::wrong as wrong_verdict;

/// A short spelling of a value for a report.
pub(crate) fn short(text: impl ToString) -> String {
    const LIMIT: usize = 160;
    let text = text.to_string();
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
