//! Providers, as the catalog knows them: `/v1/providers`, also under the name `/v1/servers`.

use serde_json::{Value, json};

use crate::{
    codespar::catalog::{Server, all, find},
    server::{
        errors::{Refusal, error},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::json::text,
};

/// `GET /v1/providers`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let wanted = |name: &str, value: &str| req.query(name).is_none_or(|asked| asked == value);
    let text = req.query("q").unwrap_or_default().to_lowercase();
    let rows: Vec<Value> = all(req.settings)
        .filter(|server| wanted("category", server.category) && wanted("country", server.country))
        .filter(|server| server.has(&text))
        .map(|server| server.row())
        .collect();
    let body =
        json!({ "total": all(req.settings).count(), "filtered": rows.len(), "servers": rows });
    Ok(Response::ok(body))
}

/// `GET /v1/providers/{slug}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    Ok(Response::ok(in_path(req)?.row()))
}

/// `GET /v1/providers/{slug}/auth-schema`
pub(crate) fn auth_schema(req: &mut Request<'_>) -> HandlerResult {
    let server = in_path(req)?;
    let kind = match server.auth_type {
        "two_header" => "header",
        other => other,
    };
    let fields: Vec<Value> = server
        .secrets()
        .iter()
        .map(|name| json!({ "name": name, "kind": kind, "label": name.replace('_', " ") }))
        .collect();
    let oauth = server.auth_type == "oauth";
    let authorize = oauth.then(|| format!("https://connect.example.test/{}/oauth", server.id));
    Ok(Response::ok(json!({
        "server_id": server.id,
        "auth_type": server.auth_type,
        "environment": "test",
        "base_url": format!("https://{}.example.test", server.id),
        "oauth_authorize_url": authorize,
        "fields": fields,
    })))
}

/// `POST /v1/providers/{slug}/verify-connection`
pub(crate) fn verify_connection(req: &mut Request<'_>) -> HandlerResult {
    let server = in_path(req)?;
    let mut rows = req.state.connections.list(req.project);
    let connected = rows.any(|row| {
        let is = |name: &str, value: &str| text(row, name) == value;
        is("server_id", &server.id) && is("status", "connected")
    });
    if !connected {
        let body = json!({ "ok": false, "provider": server.id, "error": "not_connected" });
        return Err(Response::json(http::StatusCode::FAILED_DEPENDENCY, body).into());
    }
    Ok(Response::ok(json!({ "ok": true, "provider": server.id, "latency_ms": 12 })))
}

/// `GET /v1/servers/{id}/tools`: one that nobody knows has none.
pub(crate) fn tools(req: &mut Request<'_>) -> HandlerResult {
    let rows = find(req.settings, req.id()).map(|it| it.tool_rows()).unwrap_or_default();
    let body = json!({ "server_id": req.id(), "total": rows.len(), "tools": rows });
    Ok(Response::ok(body))
}

/// `GET /v1/generate/servers`: no route generates one, so there are none.
pub(crate) fn generated(_: &mut Request<'_>) -> HandlerResult {
    let none: [Value; 0] = [];
    Ok(Response::ok(json!({ "servers": none })))
}

fn in_path(req: &Request<'_>) -> Result<Server, Refusal> {
    let unknown = || error(404, "server_unknown", "not in the catalog").into();
    find(req.settings, req.id()).ok_or_else(unknown)
}
