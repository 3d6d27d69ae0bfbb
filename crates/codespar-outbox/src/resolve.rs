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
    /// It happened, as the evidence shows.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{id::Name, row::Guarantee};

    fn row(verdict: Option<Verdict>) -> Row {
        let name = Name {
            origin: "https://x.test".to_owned(),
            project: "prj_1".to_owned(),
            operation: "charges.create".to_owned(),
            reference: "a".to_owned(),
        };
        let row = Row::new(name, Guarantee::AtMostOnce, String::new());
        Row { state: State::NeedsPerson, lease_until: Some(90_000), verdict, ..row }
    }

    #[test]
    fn only_what_needs_a_person_is_resolved() {
        for state in State::ALL {
            let row = Row { state, ..row(Some(Verdict::Refused)) };
            let resolved = resolve(&row, Resolution::Done, 0, &Policy::default());
            let expected = match state {
                State::NeedsPerson => Ok(State::Done),
                other => Err(ResolveError::NeedsNoPerson(other)),
            };
            assert_eq!(resolved.map(|row| row.state), expected);
        }
    }

    #[test]
    fn what_may_be_on_its_way_is_not_said_not_to_have_happened() {
        let policy = Policy::default();
        let state = |resolution, now| {
            resolve(&row(Some(Verdict::Refused)), resolution, now, &policy).map(|row| row.state)
        };
        let early = Err(ResolveError::TooEarly { after: 150_000 });
        assert_eq!(state(Resolution::NotDone, 149_999), early);
        assert_eq!(state(Resolution::NextGeneration, 149_999), early);
        assert_eq!(state(Resolution::NotDone, 150_000), Ok(State::NotDone));
        assert_eq!(state(Resolution::NextGeneration, 150_000), Ok(State::Ready));
        assert_eq!(state(Resolution::Done, 0), Ok(State::Done));
    }

    #[test]
    fn another_id_is_for_what_is_known_not_to_have_happened_and_there_are_eight() {
        let next = |row: &Row| {
            let next = resolve(row, Resolution::NextGeneration, i64::MAX, &Policy::default());
            next.map(|row| (row.state, row.generation))
        };
        for verdict in [None, Some(Verdict::Unknown), Some(Verdict::Held)] {
            assert_eq!(next(&row(verdict)), Err(ResolveError::Unknown));
        }
        let refused = row(Some(Verdict::Refused));
        assert_eq!(next(&refused), Ok((State::Ready, 1)));
        let last = Row { generation: 7, ..refused };
        assert_eq!(next(&last), Err(ResolveError::NoMoreIds));
    }
}
