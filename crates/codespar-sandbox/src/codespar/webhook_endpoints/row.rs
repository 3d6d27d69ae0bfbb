//! Endpoints as they are kept: finding one, and what its members say.

use serde_json::Value;

use crate::{
    server::{
        errors::{ApiError, Refusal, error, not_found},
        request::Request,
    },
    store::json::{member, text},
};

/// Where an endpoint keeps how many of its deliveries have died in a row; it is not shown.
pub(super) const DEAD_STREAK: &str = "dead_streak";

/// There is no endpoint that a replay names; reading or changing one that is not
/// there is a plain `not_found`.
pub(crate) fn missing() -> ApiError {
    error(404, "trigger_not_found", "no such webhook endpoint in this project")
}

/// The endpoint named in the path.
pub(crate) fn find<'a>(req: &'a mut Request<'_>) -> Result<&'a mut Value, Refusal> {
    let id = req.id().to_owned();
    req.state.endpoints.find_mut(req.project, &id).ok_or_else(|| not_found().into())
}

/// An endpoint as it is shown: without its secret.
pub(super) fn public(row: &Value) -> Value {
    let mut row = row.clone();
    if let Some(members) = row.as_object_mut() {
        members.remove("secret");
        members.remove(DEAD_STREAK);
    }
    row
}

/// Whether an action is that events are delivered.
pub(super) fn is_delivery(action: &Value) -> bool {
    text(action, "kind") == "webhook"
}

/// Whether events are delivered to an endpoint.
pub(crate) fn is_delivered(endpoint: &Value) -> bool {
    is_delivery(member(endpoint, "action"))
}

/// Refuses what a paused endpoint does not take.
pub(crate) fn check_active(endpoint: &Value) -> Result<(), ApiError> {
    let status = text(endpoint, "status");
    if status == "active" {
        return Ok(());
    }
    Err(error(409, "trigger_not_active", "the endpoint is paused").with("status", status))
}
