//! How the rows about codes begin, and what several of them advise.

use codespar_engine::{
    Verdict::{self, Refused},
    kit::VerdictRow,
};

/// A row about a code.
pub(super) const fn row(code: &'static str, verdict: Verdict, advice: &'static str) -> VerdictRow {
    VerdictRow::code(code, verdict, advice)
}

pub(super) const WAIT: &str = "repeat with the same id, never with another";
pub(super) const CORRECT: &str = "correct it, then repeat";
pub(super) const FUND: &str = "fund it, then repeat with the same id";
pub(super) const LATER: &str = "repeat later with the same id";
pub(super) const PAUSED: &str = "wait until the organization goes on";
pub(super) const ASK_AGAIN: &str = "repeat with the same id: the answer says if it is used up";
pub(super) const CLOSED: &str = "nothing: its state does not allow it";
pub(super) const READ_AGAIN: &str = "read it again, then decide";
pub(super) const FOREIGN: &str = "find out what the key names; never draw another by program";
pub(super) const ASK: &str = "look at it with a person; never pay it again by program";
pub(super) const OPERATOR: &str = "the same key, until an operator has reconciled it";
pub(super) const CONNECT: &str = "connect the provider, then repeat";
pub(super) const NEXT: &str = "draw the next id, then repeat";

/// Whether a row says that the same request may go better later, under the same id: what it lacked
/// was money, a service, a credential or time, and no correction.
pub(crate) fn is_for_later(row: &VerdictRow) -> bool {
    row.verdict == Refused
        && (matches!(row.advice, FUND | LATER | PAUSED | ASK_AGAIN)
            || row.code.is_none() && matches!(row.status, Some(401 | 429)))
}
