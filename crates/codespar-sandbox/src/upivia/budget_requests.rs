//! What teams ask to be given.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::error,
        json_object::Fields,
        request::{Call, Outcome},
        response::Answer,
    },
    store::json::{part, set, text},
    upivia::{resource, teams},
};

/// `POST /budget-requests`
pub(crate) fn create(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    body.minor("amount_cents")?;
    resource::find(&call.state.upivia.teams, call.project, body.text("team_id")?)?;
    let row = resource::draw(call, "br", &body, json!({ "status": "pending" }));
    let row = resource::keep(&mut call.state.upivia.budget_requests, call.project, row);
    Ok(Answer::created(json!({ "request": row })))
}

/// `GET /budget-requests`: those that are pending.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let pending = |row: &Value| text(row, "status") == "pending";
    let requests = resource::some(&call.state.upivia.budget_requests, call.project, pending);
    Ok(Answer::ok(json!({ "requests": requests })))
}

/// `PATCH /budget-requests/{id}`
pub(crate) fn resolve(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let approved = body.choice("action", &["approve", "reject"])? == "approve";
    let id = call.id().to_owned();
    let row = resource::find(&call.state.upivia.budget_requests, call.project, &id)?.clone();
    if text(&row, "status") != "pending" {
        return Err(error(409, "conflict", "it has been resolved already").into());
    }
    let asked = part(&row, "amount_cents").as_i64().unwrap_or_default();
    let cents = if body.has("amount_cents") { body.minor("amount_cents")? } else { asked };
    if approved {
        teams::give(call, text(&row, "team_id"), cents, &Fields::of(&row))?;
    }
    let row = resource::find_mut(&mut call.state.upivia.budget_requests, call.project, &id)?;
    set(row, "status", if approved { "approved" } else { "rejected" });
    Ok(Answer::ok(json!({ "request": row })))
}
