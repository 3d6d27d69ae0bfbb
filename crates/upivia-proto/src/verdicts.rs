//! What each operation does, and what answers say about it: the tables by which errors are judged.

pub use codespar_engine::{
    Effect, KeyRule, KeyUse, Stage, Verdict,
    kit::{Condition, VerdictRow},
};

use crate::client::dialect::VERDICTS;

/// What the API's codes say about effects: the table by which every error is judged, but for the
/// rows of statuses that follow in it.
pub const fn verdict_rows() -> &'static [VerdictRow] {
    VERDICTS
}
