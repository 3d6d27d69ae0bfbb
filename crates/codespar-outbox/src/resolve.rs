//! What a person decides about a row.

use codespar_engine::Verdict;

use crate::{
    policy::{Policy, millis},
    row::{Row, State},
    transition::{GENERATIONS, next_generation},
};

/// What a person decides about a row that needs one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resolution {
    /// It happened.
    Done,
    /// It did not happen, and shall not.
    NotDone,
    /// It did not happen, and is to be tried under the next id.
    NextGeneration,
}

/// Why a row cannot be resolved so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// It needs no person.
    #[error("the row does not need a person: it is {0}")]
    NeedsNoPerson(State),
    /// A request that was begun may still arrive.
    #[error("a request may still be on its way: resolve it after {after} (ms since 1970)")]
    TooEarly {
        /// From when on it can be resolved.
        after: i64,
    },
    /// What happened under the last id is not known.
    #[error("what happened under the last id is unknown: no other may be derived")]
    Unknown,
    /// There were as many ids as there may be.
    #[error("the row has had {GENERATIONS} ids, which is the limit")]
    NoMoreIds,
}

/// What a person's decision makes of a row.
///
/// # Errors
/// As [`ResolveError`] says: a decision that could lead to a second effect is refused.
pub fn resolve(
    row: &Row,
    resolution: Resolution,
    now: i64,
    policy: &Policy,
) -> Result<Row, ResolveError> {
    if row.state != State::NeedsPerson {
        return Err(ResolveError::NeedsNoPerson(row.state));
    }
    let quiet = row.lease_until.map(|until| until.saturating_add(millis(policy.request_limit)));
    let is_over = quiet.is_none_or(|after| now >= after);
    let resolved = |state| Row { state, next_at: None, updated_at: now, ..row.clone() };
    match resolution {
        Resolution::Done => Ok(resolved(State::Done)),
        _ if !is_over => Err(ResolveError::TooEarly { after: quiet.unwrap_or(now) }),
        Resolution::NotDone => Ok(resolved(State::NotDone)),
        Resolution::NextGeneration => {
            let is_known = matches!(row.verdict, Some(Verdict::Refused | Verdict::NothingSent));
            match row.generation + 1 < GENERATIONS {
                _ if !is_known => Err(ResolveError::Unknown),
                false => Err(ResolveError::NoMoreIds),
                true => Ok(Row { turns: 0, ..next_generation(row, now) }),
            }
        }
    }
}
