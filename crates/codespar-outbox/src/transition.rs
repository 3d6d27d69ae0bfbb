//! From one state to the next: what an observation makes of a row. Pure functions.

use codespar_engine::{KeyUse, Stage, Verdict};

use crate::{
    observation::Observation,
    policy::{Policy, millis},
    row::{Guarantee, Row, State},
};

/// The only answers after which another id may be derived: the attempt failed, no money moved, and
/// its id is used up for good.
const USED_UP: [&str; 2] = ["psp_attempt_conflict", "withdrawal_failed"];

/// How many ids a row may have at most, the first included.
pub(crate) const GENERATIONS: u32 = 8;

/// Whether the stored answer says that the id is used up and nothing happened under it.
pub(crate) fn is_used_up(row: &Row) -> bool {
    row.guarantee == Guarantee::ExactlyOnce
        && row.state == State::Ready
        && names_used_up(row.key_use, row.code.as_deref())
}

fn names_used_up(key_use: KeyUse, code: Option<&str>) -> bool {
    key_use == KeyUse::Spent && code.is_some_and(|code| USED_UP.contains(&code))
}

/// The row that somebody who holds it is about to present: written before the first byte.
pub(crate) fn sent(row: &Row, now: i64, policy: &Policy) -> Row {
    let until = now.saturating_add(millis(policy.lease));
    Row {
        state: State::Sent,
        // What was sent, or may have been, stays so.
        exposed: row.exposed || row.state != State::Ready,
        presentations: row.presentations.saturating_add(1),
        first_sent_at: row.first_sent_at.or(Some(now)),
        lease_until: Some(until),
        next_at: Some(until),
        // What was said before says nothing of this one.
        verdict: None,
        updated_at: now,
        ..row.clone()
    }
}

/// The row under its next id. Only for one whose stored answer [`is_used_up`], or by a person.
pub(crate) fn next_generation(row: &Row, now: i64) -> Row {
    Row {
        state: State::Ready,
        generation: row.generation.saturating_add(1),
        presentations: 0,
        exposed: false,
        refusals: 0,
        looks: 0,
        backoff: 0,
        first_sent_at: None,
        next_at: Some(now),
        key_use: KeyUse::Same,
        resource: None,
        approval: None,
        answer: None,
        updated_at: now,
        ..row.clone()
    }
}

/// The row handed to a person.
pub(crate) fn given_up(row: &Row, now: i64) -> Row {
    Row { state: State::NeedsPerson, next_at: None, updated_at: now, ..row.clone() }
}

/// What an observation makes of a row. Final rows, and those that wait for a person, stay as they
/// are.
pub fn apply(row: &Row, seen: &Observation, now: i64, policy: &Policy) -> Row {
    if !row.state.is_open() {
        return row.clone();
    }
    let mut next = row.clone();
    next.turns = row.turns.saturating_add(1);
    next.updated_at = now;
    let verdict = effective(row, seen);
    next.state = next_state(row, seen, verdict);
    if let Some(verdict) = verdict {
        (next.verdict, next.key_use) = (Some(verdict), seen.key_use);
        next.code.clone_from(&seen.code);
        next.status = seen.status;
    } else if seen.code.is_some() {
        next.code.clone_from(&seen.code);
        next.status = seen.status;
    }
    if seen.approval.is_some() {
        next.approval.clone_from(&seen.approval);
    }
    if seen.resource.is_some() {
        next.resource.clone_from(&seen.resource);
    }
    if next.state == State::Ready && seen.verdict == Some(Verdict::Refused) {
        next.refusals = row.refusals.saturating_add(1);
    }
    if next.state == State::Ready {
        // Nothing has happened under this id: its age begins with the next presentation.
        (next.exposed, next.first_sent_at) = (false, None);
    }
    if seen.is_read && next.state == State::Unknown {
        next.looks = row.looks.saturating_add(1);
    }
    let steps_forward = matches!(next.state, State::Held | State::Issued);
    next.backoff = match next.state != row.state && steps_forward {
        true => 0,
        false => row.backoff.saturating_add(1),
    };
    next.next_at = next_at(&next, seen, now, policy);
    next
}

/// What the observation says of the effect, with what is known from before: a refusal of the last
/// request says nothing of those that may have arrived.
fn effective(row: &Row, seen: &Observation) -> Option<Verdict> {
    let verdict = seen.verdict?;
    let is_used_up = names_used_up(seen.key_use, seen.code.as_deref());
    let is_final_word = seen.is_final_word || is_used_up;
    Some(match row.exposed && !is_final_word {
        true => verdict.after_a_change(),
        false => verdict,
    })
}

fn next_state(row: &Row, seen: &Observation, verdict: Option<Verdict>) -> State {
    let Some(verdict) = verdict else {
        // Nothing was learned of what is on its way: it may have arrived.
        return if row.state == State::Sent { in_doubt(row) } else { row.state };
    };
    if seen.key_use == KeyUse::PersonDecides && !verdict.is_done() {
        return State::NeedsPerson;
    }
    match verdict {
        Verdict::NothingSent => State::Ready,
        Verdict::Refused if seen.is_final_word => State::NotDone,
        Verdict::Refused if seen.is_for_later || seen.key_use == KeyUse::Spent => State::Ready,
        Verdict::Refused => State::NotDone,
        Verdict::Held if row.state == State::Issued => State::Issued,
        Verdict::Held => State::Held,
        // What has no id can be followed by nothing: that it was taken is all there is to it.
        Verdict::Done(Stage::Issued | Stage::Dispatched)
            if row.guarantee == Guarantee::ExactlyOnce =>
        {
            State::Issued
        }
        Verdict::Done(_) => State::Done,
        // What was issued stays issued, whatever a later look cannot tell.
        Verdict::Unknown if row.state == State::Issued => State::Issued,
        // Unknown, and what a later version may say.
        _ => in_doubt(row),
    }
}

/// What becomes of a row that may have happened.
fn in_doubt(row: &Row) -> State {
    match row.guarantee {
        Guarantee::ExactlyOnce => State::Unknown,
        Guarantee::AtMostOnce => State::NeedsPerson,
    }
}

fn next_at(next: &Row, seen: &Observation, now: i64, policy: &Policy) -> Option<i64> {
    if !next.state.is_open() {
        return None;
    }
    if is_used_up(next) {
        return Some(now);
    }
    let longest = match next.state {
        State::Issued => policy.longest_settle_wait,
        _ => policy.longest_wait,
    };
    let own = policy.wait(next.backoff, longest, &next.id);
    let asked = seen.retry_after.unwrap_or_default().min(policy.longest_settle_wait);
    Some(now.saturating_add(millis(own.max(asked))))
}

#[cfg(test)]
mod tests;
