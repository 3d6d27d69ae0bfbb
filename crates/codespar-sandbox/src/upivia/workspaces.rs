//! Workspaces, between which a user switches.

use http::header::SET_COOKIE;
use serde_json::json;

use crate::{
    server::{
        request::{HandlerResult, Request},
        response::Response,
    },
    store::upivia::{OTHER_WORKSPACE, WORKSPACE},
    upivia::{auth::WORKSPACE_COOKIE, resource},
};

/// `GET /workspaces`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let row =
        |(id, name): (&str, &str)| json!({ "id": id, "name": name, "active": id == req.project });
    let all = [(WORKSPACE, "Sandbox"), (OTHER_WORKSPACE, "Second")].map(row);
    Ok(Response::ok(json!({ "workspaces": all })))
}

/// `POST /workspaces/switch`
pub(crate) fn switch(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let workspace = body.text("orgId")?;
    if !req.state.upivia.balances.contains_key(workspace) {
        return Err(resource::missing().into());
    }
    let cookie = format!("{WORKSPACE_COOKIE}={workspace}; Path=/; HttpOnly");
    Ok(resource::ok().header(SET_COOKIE, cookie))
}
