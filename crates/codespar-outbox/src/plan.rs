//! What to do with a row now: a pure function of the row and the time.

use codespar_engine::KeyUse;

use crate::{
    policy::{Policy, millis},
    row::{Guarantee, Row, State},
    transition::{GENERATIONS, is_used_up},
};

/// What to do with a row now.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Plan {
    /// Send it: nothing of it can have happened.
    Dispatch,
    /// Present the same bytes under the same id again.
    PresentAgain,
    /// Read what has become of it.
    Look(Look),
    /// Nothing, until this time.
    Wait(i64),
    /// Derive the next id: the server said that this one is used up and nothing happened.
    NextGeneration,
    /// Hand it to a person.
    GiveUp,
    /// Nothing: it is final, or a person has it.
    Stop,
}

/// What can be read to learn what has become of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Look {
    /// A charge, by its id or its key.
    Charge(String),
    /// A refund, by its id.
    Devolution(String),
    /// An approval, by its id.
    Approval(String),
    /// The list of attempts, for this one.
    Attempt(String),
}

/// What to do with a row now. `may_repeat` says whether the base URL honours attempts: where it
/// does not, nothing that may have arrived is presented again.
pub fn plan(row: &Row, now: i64, policy: &Policy, may_repeat: bool) -> Plan {
    if !row.state.is_open() {
        return Plan::Stop;
    }
    if let Some(at) = row.next_at.filter(|at| *at > now) {
        return Plan::Wait(at);
    }
    if row.turns >= policy.turns || row.key_use == KeyUse::PersonDecides {
        return Plan::GiveUp;
    }
    match row.state {
        State::Ready if is_used_up(row) => match row.generation + 1 < GENERATIONS {
            true => Plan::NextGeneration,
            false => Plan::GiveUp,
        },
        State::Ready if row.refusals >= policy.refusals => Plan::GiveUp,
        State::Ready if row.presentations >= policy.presentations => Plan::GiveUp,
        State::Ready => Plan::Dispatch,
        State::Issued => issued(row, now, policy),
        State::Held => match &row.approval {
            Some(approval) => Plan::Look(Look::Approval(approval.clone())),
            None => in_doubt(row, now, policy, may_repeat),
        },
        _ => in_doubt(row, now, policy, may_repeat),
    }
}

/// Something that may have happened is presented again while the server is sure to know its id,
/// then read, and then it needs a person.
fn in_doubt(row: &Row, now: i64, policy: &Policy, may_repeat: bool) -> Plan {
    if row.guarantee == Guarantee::AtMostOnce {
        return Plan::GiveUp;
    }
    let look = look(row).filter(|_| row.looks < policy.looks);
    if let Some(look) = look.clone().filter(|_| row.resource.is_some()) {
        return Plan::Look(look);
    }
    let is_young = row.first_sent_at.is_none_or(|first| policy.is_young(first, now))
        && row.presentations < policy.presentations;
    match look {
        _ if may_repeat && is_young => Plan::PresentAgain,
        Some(look) => Plan::Look(look),
        None => Plan::GiveUp,
    }
}

/// What was issued is read until it has ended; where there is nothing to read, events tell.
fn issued(row: &Row, now: i64, policy: &Policy) -> Plan {
    let over = row.created_at.saturating_add(millis(policy.settle_age));
    match look(row) {
        _ if now >= over => Plan::GiveUp,
        Some(look) => Plan::Look(look),
        None => Plan::Wait(over),
    }
}

/// Whether there is something to read that tells what has become of it.
#[cfg(feature = "webhook")]
pub(crate) fn can_be_read(row: &Row) -> bool {
    look(row).is_some()
}

fn look(row: &Row) -> Option<Look> {
    let resource = row.resource.clone();
    match row.name.operation.as_str() {
        // By its id first, by its key where the id is not found.
        "charges.create" => {
            let id = resource.filter(|_| row.code.as_deref() != Some("charge_not_found"));
            Some(Look::Charge(id.unwrap_or_else(|| row.key())))
        }
        "devolutions.create" => resource.map(Look::Devolution),
        operation if crate::operations::is_attempt(operation) => Some(Look::Attempt(row.key())),
        _ => None,
    }
}
