//! Attempts: one payment under one id, of which the organization has one each.

use serde_json::Value;

use crate::{
    codespar::mandates::{authorize::held, spend::Payment},
    server::{
        errors::{Issue, Refusal, error},
        json_object::{Fields, issue},
    },
    store::{
        state::State,
        table::{part, set},
    },
};

/// A payment that was begun, kept under its `attempt_id`.
pub(crate) struct Attempt {
    project: String,
    id: String,
    /// The request that made it; another one under the same id is a conflict.
    request: Value,
    end: End,
}

/// How it stands.
pub(super) enum End {
    /// Paid, and answered like this.
    Settled(Value),
    /// Waiting for a person, and answered like this.
    Held(Value),
    /// Nothing moved, and the id is used up.
    Failed,
    /// The rail did not answer.
    Uncertain(Payment),
}

/// The id that a request names, where it names one.
pub(super) fn id(body: &Fields) -> Result<Option<&str>, Issue> {
    match body.maybe_text("attempt_id")? {
        Some(id) if id.is_empty() || id.chars().count() > 128 => {
            Err(issue("attempt_id", "1 to 128 characters"))
        }
        id => Ok(id),
    }
}

/// What a payment under a known id is answered: the recorded answer, or why it cannot be.
pub(super) fn again(
    state: &State,
    project: &str,
    payment: &Payment,
) -> Result<Option<Value>, Refusal> {
    let Some(made) = state.attempts.iter().find(|made| made.id == payment.attempt) else {
        return Ok(None);
    };
    if made.project != project {
        let code = "attempt_id_unavailable";
        return Err(error(409, code, "the id is in use elsewhere in the organization").into());
    }
    let other = mismatched(&made.request, &payment.request);
    if !other.is_empty() {
        let refusal = error(409, "attempt_id_conflict", "the id belongs to another payment");
        return Err(refusal.with("mismatched_fields", other).into());
    }
    match &made.end {
        End::Settled(answer) => {
            let mut answer = answer.clone();
            set(&mut answer, "idempotent_replay", true);
            Ok(Some(answer))
        }
        End::Held(body) => Err(held(body)),
        End::Failed => {
            let code = "psp_attempt_conflict";
            Err(error(409, code, "this attempt failed; nothing moved, the id is used up").into())
        }
        End::Uncertain(_) => {
            let code = "psp_attempt_uncertain";
            Err(error(409, code, "nobody knows yet whether it moved").into())
        }
    }
}

/// The payment of an attempt that the rail did not answer, and its project.
pub(super) fn uncertain(state: &State, id: &str) -> Option<(String, Payment)> {
    state.attempts.iter().find(|made| made.id == id).and_then(|made| match &made.end {
        End::Uncertain(payment) => Some((made.project.clone(), payment.clone())),
        _ => None,
    })
}

/// The members in which two requests differ.
fn mismatched(made: &Value, wanted: &Value) -> Vec<String> {
    let members = made.as_object().into_iter().flat_map(|members| members.keys());
    members.filter(|name| part(made, name) != part(wanted, name)).cloned().collect()
}

/// Writes down how an attempt stands.
pub(super) fn keep(state: &mut State, project: &str, payment: &Payment, end: End) {
    let known = |made: &&mut Attempt| made.id == payment.attempt && made.project == project;
    match state.attempts.iter_mut().find(known) {
        Some(made) => made.end = end,
        None => state.attempts.push(Attempt {
            project: project.to_owned(),
            id: payment.attempt.clone(),
            request: payment.request.clone(),
            end,
        }),
    }
}
