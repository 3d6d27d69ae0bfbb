//! Connections to providers: `/v1/connections`.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    codespar::catalog,
    server::{
        errors::{Refusal, error, not_found},
        json_object::{JsonObject, issue},
        paging::limit,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::{matches, member, set, text},
};

/// `POST /v1/connections/start`: a link that a person opens to connect.
pub(crate) fn start(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let server_id = body.text("server_id")?;
    body.text("user_id")?;
    body.maybe_text("scopes")?;
    if !body.text("redirect_uri")?.starts_with("https://") {
        return Err(issue("redirect_uri", "must be https").into());
    }
    let oauth = catalog::find(req.settings, server_id).filter(|server| server.auth_type == "oauth");
    if oauth.is_none() {
        let refusal = error(404, "server_oauth_not_configured", "not an OAuth provider");
        return Err(refusal.with("server_id", server_id).into());
    }
    let token = req.state.ids.with("lnk");
    Ok(Response::ok(json!({
        "link_token": token,
        "authorize_url": format!("https://connect.example.test/oauth?state={token}"),
        "expires_at": req.now.rfc3339_after(Duration::from_secs(600)),
    })))
}

/// `GET /v1/connections`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let limit = limit(req, 50, 100)?;
    let rows: Vec<&Value> = req
        .state
        .connections
        .list(req.project)
        .filter(|row| {
            ["user_id", "server_id", "status"].iter().all(|it| matches(row, it, req.query(it)))
        })
        .take(limit)
        .collect();
    Ok(Response::ok(json!({ "connections": rows })))
}

/// `POST /v1/connections`: 201 for a new one, 200 when it replaces the secret of an old one.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let server_id = body.text("server_id")?;
    let server = catalog::find(req.settings, server_id)
        .ok_or_else(|| error(404, "server_unknown", "not in the catalog"))?;
    if server.secrets().is_empty() {
        return Err(error(400, "not_api_key_server", "this provider connects by OAuth").into());
    }
    check_secret(&server, &body)?;
    let user = body.maybe_text("user_id")?.unwrap_or("anonymous");
    let now = req.now.rfc3339();
    let mut rows = req.state.connections.list_mut(req.project);
    let old = rows.find(|row| {
        text(row, "server_id") == server_id
            && text(row, "user_id") == user
            && text(row, "status") == "connected"
    });
    if let Some(row) = old {
        set(row, "connected_at", now);
        return Ok(Response::ok(row.clone()));
    }
    drop(rows);
    let id = req.state.ids.with("ca");
    let metadata = body.maybe_object("connection_metadata")?.unwrap_or_default().value();
    let row = json!({
        "id": id,
        "user_id": user,
        "server_id": server_id,
        "auth_type": server.auth_type,
        "status": "connected",
        "display_name": body.echo("display_name"),
        "metadata": null,
        "connection_metadata": metadata,
        "cert_metadata": {},
        "is_shared_sandbox": false,
        "shared_sandbox_tools": [],
        "created_at": now,
        "connected_at": now,
        "revoked_at": null,
        "expires_at": null,
    });
    Ok(Response::created(req.state.connections.insert(req.project, &id, row)))
}

/// `GET /v1/connections/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(find(req)?.clone()))
}

/// `PATCH /v1/connections/{id}/metadata`: merges.
pub(crate) fn update_metadata(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let patch = body.object("connection_metadata")?.value();
    let row = find(req)?;
    let mut metadata = member(row, "connection_metadata").clone();
    for (name, value) in patch.as_object().into_iter().flatten() {
        set(&mut metadata, name, value.clone());
    }
    if metadata.to_string().len() > 32 * 1024 {
        return Err(issue("connection_metadata", "at most 32 KB").into());
    }
    set(row, "connection_metadata", metadata);
    Ok(Response::ok(row.clone()))
}

/// `POST /v1/connections/{id}/revoke`
pub(crate) fn revoke(req: &mut Request<'_>) -> HandlerResult {
    let now = req.now.rfc3339();
    let row = find(req)?;
    if text(row, "status") == "revoked" {
        let body = json!({ "id": member(row, "id"), "status": "revoked", "already": true });
        return Ok(Response::ok(body));
    }
    set(row, "status", "revoked");
    set(row, "revoked_at", now);
    Ok(Response::ok(row.clone()))
}

/// `DELETE /v1/connections/{id}`: only what is revoked or expired.
pub(crate) fn delete(req: &mut Request<'_>) -> HandlerResult {
    if !["revoked", "expired"].contains(&text(find(req)?, "status")) {
        return Err(error(409, "cannot_delete_active", "revoke the connection first").into());
    }
    let id = req.id().to_owned();
    req.state.connections.remove(req.project, &id);
    Ok(Response::no_content())
}

/// `PUT /v1/connections/{id}/webhook-secret`
pub(crate) fn set_webhook_secret(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    if body.text("secret")?.len() > 1024 {
        return Err(issue("secret", "at most 1024 bytes").into());
    }
    let row = find(req)?;
    Ok(Response::ok(json!({
        "connection_id": member(row, "id"), "server_id": member(row, "server_id"), "updated": true,
    })))
}

fn find<'a>(req: &'a mut Request<'_>) -> Result<&'a mut Value, Refusal> {
    let id = req.id().to_owned();
    req.state.connections.find_mut(req.project, &id).ok_or_else(|| not_found().into())
}

/// A string of at most 4096 bytes, or an object with exactly the secrets that the server needs.
fn check_secret(server: &catalog::Server, body: &JsonObject) -> Result<(), Refusal> {
    match body.get("secret") {
        Some(Value::String(secret)) if (1..=4096).contains(&secret.len()) => Ok(()),
        Some(Value::Object(secrets)) => {
            let names: Vec<&str> = secrets.keys().map(String::as_str).collect();
            let expected = server.secrets();
            let complete =
                names.len() == expected.len() && expected.iter().all(|name| names.contains(name));
            if complete {
                return Ok(());
            }
            Err(error(400, "path_secret_keys_mismatch", "not the secrets of this provider").into())
        }
        _ => Err(error(400, "invalid_secret_shape", "a string or an object of strings").into()),
    }
}
