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
    store::json::{part, set, text},
    upivia::{
        auth::{self, TEAM_COOKIE},
        resource,
    },
};

/// `GET /teams`: all, or the one that was switched to.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let wanted = team(call);
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
pub(crate) fn give(
    call: &mut Call<'_>,
    team: &str,
    cents: i64,
    note: &Fields,
) -> Result<i64, ApiError> {
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

/// The team a user has switched to.
pub(crate) fn team<'a>(call: &'a Call<'_>) -> Option<&'a str> {
    auth::cookie(call.request, TEAM_COOKIE)
}
