//! What a workspace has to spend.

use serde_json::json;

use crate::{
    server::{
        request::{Call, Outcome},
        response::Answer,
    },
    store::json::part,
    upivia::resource,
};

/// `GET /balance`
pub(crate) fn get(call: &mut Call<'_>) -> Outcome {
    let books = &call.state.upivia;
    if let Some(team) = call.query("team_id") {
        let row = resource::find(&books.teams, call.project, team)?;
        let pool = part(row, "pool_cents");
        return Ok(Answer::ok(json!({ "amount_cents": pool, "team_id": team })));
    }
    let cents = books.balances.get(call.project);
    Ok(Answer::ok(json!({ "amount_cents": cents, "currency": "USD" })))
}
