//! Workspaces, between which a user switches.

use http::header::SET_COOKIE;
use serde_json::json;

use crate::{
    server::{
        request::{Call, Outcome},
        response::Answer,
    },
    store::upivia::{OTHER_WORKSPACE, WORKSPACE},
    upivia::{auth::WORKSPACE_COOKIE, resource},
};

/// `GET /workspaces`
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let row =
        |(id, name): (&str, &str)| json!({ "id": id, "name": name, "active": id == call.project });
    let all = [(WORKSPACE, "Sandbox"), (OTHER_WORKSPACE, "Second")].map(row);
    Ok(Answer::ok(json!({ "workspaces": all })))
}

/// `POST /workspaces/switch`
pub(crate) fn switch(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let workspace = body.text("orgId")?;
    if !call.state.upivia.balances.contains_key(workspace) {
        return Err(resource::missing().into());
    }
    let cookie = format!("{WORKSPACE_COOKIE}={workspace}; Path=/; HttpOnly");
    Ok(resource::fine().header(SET_COOKIE, cookie))
}
