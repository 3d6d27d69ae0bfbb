//! Teams, workspaces, and the money between them.

use http::header::SET_COOKIE;
use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, error},
        json_object::Fields,
        request::{Call, Outcome},
        response::Answer,
    },
    store::{
        json::{part, set, text},
        upivia::{OTHER_WORKSPACE, WORKSPACE},
    },
    upivia::{
        account,
        auth::{TEAM_COOKIE, WORKSPACE_COOKIE},
        resource,
    },
};

/// `GET /teams`: all, or the one that was switched to.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let wanted = account::team(call);
    let fits = |row: &Value| wanted.is_none_or(|team| text(row, "id") == team);
    let teams = resource::some(&call.state.upivia.teams, call.project, fits);
    Ok(Answer::ok(json!({ "teams": teams })))
}

/// `POST /teams/switch`: null is the view of all teams.
pub(crate) fn switch(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    if body.has("team_id") && body.get("team_id").is_none() {
        let cookie = format!("{TEAM_COOKIE}=; Path=/; HttpOnly; Max-Age=0");
        return Ok(resource::fine().header(SET_COOKIE, cookie));
    }
    let team = body.text("team_id")?;
    resource::find(&call.state.upivia.teams, call.project, team)?;
    Ok(resource::fine().header(SET_COOKIE, format!("{TEAM_COOKIE}={team}; Path=/; HttpOnly")))
}

/// `GET /teams/{id}/budget`
pub(crate) fn budget(call: &mut Call<'_>) -> Outcome {
    let row = resource::find(&call.state.upivia.teams, call.project, call.id())?;
    let allocations = row.get("allocations").cloned().unwrap_or_else(|| json!([]));
    Ok(Answer::ok(json!({ "pool_cents": part(row, "pool_cents"), "allocations": allocations })))
}

/// `POST /teams/{id}/budget/allocate`
pub(crate) fn allocate(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let cents = body.minor("amount_cents")?;
    let team = call.id().to_owned();
    let pool = give(call, &team, cents, &body)?;
    Ok(Answer::ok(json!({ "pool_cents": pool })))
}

/// Moves money from the workspace to a team, and gives back what the team has.
fn give(call: &mut Call<'_>, team: &str, cents: i64, note: &Fields) -> Result<i64, ApiError> {
    let books = &mut call.state.upivia;
    let row = resource::find_mut(&mut books.teams, call.project, team)?;
    let balance = books.balances.entry(call.project.to_owned()).or_default();
    if *balance < cents {
        return Err(error(402, "insufficient_balance", "the workspace has not got that much"));
    }
    *balance -= cents;
    let pool = part(row, "pool_cents").as_i64().unwrap_or_default() + cents;
    set(row, "pool_cents", pool);
    let mut allocations = part(row, "allocations").as_array().cloned().unwrap_or_default();
    allocations.push(note.value());
    set(row, "allocations", allocations);
    Ok(pool)
}

/// `GET /teams/{id}/members`
pub(crate) fn members(call: &mut Call<'_>) -> Outcome {
    resource::find(&call.state.upivia.teams, call.project, call.id())?;
    let mine = |row: &Value| text(row, "team_id") == call.id();
    let members = resource::some(&call.state.upivia.members, call.project, mine);
    Ok(Answer::ok(json!({ "members": members })))
}

/// `PATCH /teams/{id}/members/{member}`
pub(crate) fn update_member(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    if body.has("role") {
        body.choice("role", &["manager", "worker"])?;
    } else {
        body.text("role_id")?;
    }
    let (team, id) = (call.id().to_owned(), call.second_id().to_owned());
    let row = resource::find_mut(&mut call.state.upivia.members, call.project, &id)?;
    if text(row, "team_id") != team {
        return Err(resource::missing().into());
    }
    resource::merge(row, &body, &["team_id"]);
    Ok(resource::fine())
}

/// `GET /workspaces`
pub(crate) fn workspaces(call: &mut Call<'_>) -> Outcome {
    let row =
        |(id, name): (&str, &str)| json!({ "id": id, "name": name, "active": id == call.project });
    let all = [(WORKSPACE, "Sandbox"), (OTHER_WORKSPACE, "Second")].map(row);
    Ok(Answer::ok(json!({ "workspaces": all })))
}

/// `POST /workspaces/switch`
pub(crate) fn switch_workspace(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let workspace = body.text("orgId")?;
    if !call.state.upivia.balances.contains_key(workspace) {
        return Err(resource::missing().into());
    }
    let cookie = format!("{WORKSPACE_COOKIE}={workspace}; Path=/; HttpOnly");
    Ok(resource::fine().header(SET_COOKIE, cookie))
}

/// `POST /budget-requests`
pub(crate) fn ask_for_budget(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    body.minor("amount_cents")?;
    resource::find(&call.state.upivia.teams, call.project, body.text("team_id")?)?;
    let row = resource::draw(call, "br", &body, json!({ "status": "pending" }));
    let row = resource::keep(&mut call.state.upivia.budget_requests, call.project, row);
    Ok(Answer::created(json!({ "request": row })))
}

/// `GET /budget-requests`: those that are pending.
pub(crate) fn budget_requests(call: &mut Call<'_>) -> Outcome {
    let pending = |row: &Value| text(row, "status") == "pending";
    let requests = resource::some(&call.state.upivia.budget_requests, call.project, pending);
    Ok(Answer::ok(json!({ "requests": requests })))
}

/// `PATCH /budget-requests/{id}`
pub(crate) fn resolve_budget_request(call: &mut Call<'_>) -> Outcome {
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
        give(call, text(&row, "team_id"), cents, &Fields::of(&row))?;
    }
    let row = resource::find_mut(&mut call.state.upivia.budget_requests, call.project, &id)?;
    set(row, "status", if approved { "approved" } else { "rejected" });
    Ok(Answer::ok(json!({ "request": row })))
}
