//! Attempts: one payment under one id, of which the organization has one each.

use serde_json::Value;

use crate::{
    server::{
        errors::{ApiError, Refusal, error},
        json_object::{Issue, JsonObject, issue},
        response::Response,
    },
    store::{
        json::{member, set},
        records::payment::{Attempt, AttemptState, Payment},
        state::State,
    },
};

/// The id that a request names, where it names one.
pub(crate) fn attempt_id(body: &JsonObject) -> Result<Option<&str>, Issue> {
    match body.maybe_text("attempt_id")? {
        Some(id) if id.is_empty() || id.chars().count() > 128 => {
            Err(issue("attempt_id", "1 to 128 characters"))
        }
        id => Ok(id),
    }
}

/// What a payment under a known id is answered: the recorded answer, or why it cannot be.
pub(crate) fn replay(
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
    let other = mismatched_fields(&made.request, &payment.request);
    if !other.is_empty() {
        let refusal = error(409, "attempt_id_conflict", "the id belongs to another payment");
        return Err(refusal.with("mismatched_fields", other).into());
    }
    match &made.end {
        AttemptState::Settled(answer) => {
            let mut answer = answer.clone();
            set(&mut answer, "idempotent_replay", true);
            Ok(Some(answer))
        }
        AttemptState::Held(body) => Err(held_refusal(body)),
        AttemptState::Failed => {
            let code = "psp_attempt_conflict";
            Err(error(409, code, "this attempt failed; nothing moved, the id is used up").into())
        }
        AttemptState::InFlight(_) => {
            let code = "psp_attempt_in_flight";
            Err(error(409, code, "this attempt is on its way; ask again under its id").into())
        }
        AttemptState::Uncertain(_) => {
            let code = "psp_attempt_uncertain";
            Err(error(409, code, "nobody knows yet whether it moved").into())
        }
    }
}

/// The payment of an attempt that the rail has not answered, and its project.
pub(crate) fn find_open(state: &State, id: &str) -> Option<(String, Payment)> {
    state.attempts.iter().find(|made| made.id == id).and_then(|made| match &made.end {
        AttemptState::InFlight(payment) | AttemptState::Uncertain(payment) => {
            Some((made.project.clone(), payment.clone()))
        }
        _ => None,
    })
}

/// Whether an attempt is on its way.
pub(crate) fn is_in_flight(state: &State, id: &str) -> bool {
    let mut rows = state.attempts.iter();
    rows.any(|made| made.id == id && matches!(made.end, AttemptState::InFlight(_)))
}

/// What the request that made an attempt is answered, once that has ended.
pub(super) fn first_answer(
    state: &State,
    project: &str,
    id: &str,
) -> Option<Result<Value, Refusal>> {
    let known = |made: &&Attempt| made.id == id && made.project == project;
    match &state.attempts.iter().find(known)?.end {
        AttemptState::InFlight(_) => None,
        AttemptState::Settled(answer) => Some(Ok(answer.clone())),
        AttemptState::Held(body) => Some(Err(held_refusal(body))),
        AttemptState::Failed => Some(Err(not_dispatched().into())),
        AttemptState::Uncertain(_) => Some(Err(dispatch_uncertain().into())),
    }
}

/// The rail has refused: nothing moved.
pub(super) fn not_dispatched() -> ApiError {
    error(502, "psp_dispatch_failed", "the rail refuses this payment")
}

/// The rail has not answered: nobody knows.
pub(super) fn dispatch_uncertain() -> ApiError {
    error(502, "psp_dispatch_uncertain", "the rail does not answer")
}

/// The members in which two requests differ.
fn mismatched_fields(made: &Value, wanted: &Value) -> Vec<String> {
    let members = made.as_object().into_iter().flat_map(|members| members.keys());
    members.filter(|name| member(made, name) != member(wanted, name)).cloned().collect()
}

/// Writes down how an attempt stands.
pub(crate) fn record(state: &mut State, project: &str, payment: &Payment, end: AttemptState) {
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

/// The refusal of a held payment. The service has described two bodies: a flat one, here of what is
/// above the cap of one payment, and a nested one, here of what a policy holds.
pub(crate) fn held_refusal(body: &Value) -> Refusal {
    if member(body, "per_tx_cap_minor").is_null() {
        let mut refusal = error(403, "policy_denied", "a policy asks for approval");
        for (name, value) in body.as_object().into_iter().flatten() {
            refusal = refusal.with(name, value.clone());
        }
        return refusal.into();
    }
    let mut body = body.clone();
    set(&mut body, "error", "approval_required");
    Response::json(http::StatusCode::FORBIDDEN, body).into()
}
