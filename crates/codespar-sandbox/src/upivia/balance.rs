//! What a workspace has to spend.

use serde_json::json;

use crate::{
    server::{
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::member,
    upivia::resource,
};

/// `GET /balance`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let upivia = &req.state.upivia;
    if let Some(team) = req.query("team_id") {
        let row = resource::find(&upivia.teams, req.project, team)?;
        let pool = member(row, "pool_cents");
        return Ok(Response::ok(json!({ "amount_cents": pool, "team_id": team })));
    }
    let cents = upivia.balances.get(req.project);
    Ok(Response::ok(json!({ "amount_cents": cents, "currency": "USD" })))
}
