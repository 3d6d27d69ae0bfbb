//! Teams, their members and their money.

use http::header::SET_COOKIE;
use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, error},
        json_object::JsonObject,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{member, set, text},
    upivia::{
        auth::{self, TEAM_COOKIE},
        resource,
    },
};

/// `GET /teams`: all, or the one that was switched to.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let wanted = team(req);
    let fits = |row: &Value| wanted.is_none_or(|team| text(row, "id") == team);
    let teams = resource::filter(&req.state.upivia.teams, req.project, fits);
    Ok(Response::ok(json!({ "teams": teams })))
}

/// `POST /teams/switch`: null is the view of all teams.
pub(crate) fn switch(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    if body.has("team_id") && body.get("team_id").is_none() {
        let cookie = format!("{TEAM_COOKIE}=; Path=/; HttpOnly; Max-Age=0");
        return Ok(resource::ok().header(SET_COOKIE, cookie));
    }
    let team = body.text("team_id")?;
    resource::find(&req.state.upivia.teams, req.project, team)?;
    Ok(resource::ok().header(SET_COOKIE, format!("{TEAM_COOKIE}={team}; Path=/; HttpOnly")))
}

/// `GET /teams/{id}/budget`
pub(crate) fn budget(req: &mut Request<'_>) -> HandlerResult {
    let row = resource::find(&req.state.upivia.teams, req.project, req.id())?;
    let allocations = row.get("allocations").cloned().unwrap_or_else(|| json!([]));
    Ok(Response::ok(json!({ "pool_cents": member(row, "pool_cents"), "allocations": allocations })))
}

/// `POST /teams/{id}/budget/allocate`
pub(crate) fn allocate_budget(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let cents = body.minor("amount_cents")?;
    let team = req.id().to_owned();
    let pool = give(req, &team, cents, &body)?;
    Ok(Response::ok(json!({ "pool_cents": pool })))
}

/// Moves money from the workspace to a team, and gives back what the team has.
pub(crate) fn give(
    req: &mut Request<'_>,
    team: &str,
    cents: i64,
    note: &JsonObject,
) -> Result<i64, ApiError> {
    let upivia = &mut req.state.upivia;
    let row = resource::find_mut(&mut upivia.teams, req.project, team)?;
    let balance = upivia.balances.entry(req.project.to_owned()).or_default();
    if *balance < cents {
        return Err(error(402, "insufficient_balance", "the workspace has not got that much"));
    }
    *balance -= cents;
    let pool = member(row, "pool_cents").as_i64().unwrap_or_default() + cents;
    set(row, "pool_cents", pool);
    let mut allocations = member(row, "allocations").as_array().cloned().unwrap_or_default();
    allocations.push(note.value());
    set(row, "allocations", allocations);
    Ok(pool)
}

/// `GET /teams/{id}/members`
pub(crate) fn members(req: &mut Request<'_>) -> HandlerResult {
    resource::find(&req.state.upivia.teams, req.project, req.id())?;
    let mine = |row: &Value| text(row, "team_id") == req.id();
    let members = resource::filter(&req.state.upivia.members, req.project, mine);
    Ok(Response::ok(json!({ "members": members })))
}

/// `PATCH /teams/{id}/members/{member}`
pub(crate) fn update_member(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    if body.has("role") {
        body.choice("role", &["manager", "worker"])?;
    } else {
        body.text("role_id")?;
    }
    let (team, id) = (req.id().to_owned(), req.second_id().to_owned());
    let row = resource::find_mut(&mut req.state.upivia.members, req.project, &id)?;
    if text(row, "team_id") != team {
        return Err(resource::missing().into());
    }
    resource::merge(row, &body, &["team_id"]);
    Ok(resource::ok())
}

/// The team a user has switched to.
pub(crate) fn team<'a>(req: &'a Request<'_>) -> Option<&'a str> {
    auth::cookie(req.received, TEAM_COOKIE)
}
