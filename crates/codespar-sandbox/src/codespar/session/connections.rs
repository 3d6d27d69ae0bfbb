//! The connections of a session: its servers.

use serde_json::{Value, json};

use crate::{
    codespar::{
        catalog,
        meta_tools::{self, tool::MetaTool},
        session,
    },
    server::{
        errors::error,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::settings::Settings,
};

/// `GET /v1/sessions/{id}/connections` of the managed service: servers and tools.
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let session = session::find(req)?;
    let servers: Vec<Value> =
        session.servers.iter().map(|id| server_row(req.settings, id)).collect();
    let tools: Vec<Value> = meta_tools::all().map(MetaTool::row).collect();
    Ok(Response::ok(json!({ "servers": servers, "tools": tools })))
}

/// `GET /sessions/{id}/connections` of the self-hosted runtime, closed sessions included.
pub(crate) fn list_self_hosted(req: &mut Request<'_>) -> HandlerResult {
    let session = session::find(req).map_err(|_| error(404, "not_found", "Session not found"))?;
    let connected = session.status == "active";
    let row = |(index, server): (usize, &String)| {
        let id = format!("{}-conn-{index}-{server}", session.id);
        json!({ "id": id, "connected": connected })
    };
    let servers: Vec<Value> = session.servers.iter().enumerate().map(row).collect();
    Ok(Response::ok(json!({ "servers": servers })))
}

/// A server as a session shows it. What the catalog does not know is filled in.
fn server_row(settings: &Settings, id: &str) -> Value {
    let known = catalog::find(settings, id);
    let (name, category, country, auth_type) = match &known {
        Some(server) => (&*server.name, server.category, server.country, server.auth_type),
        None => (id, "unknown", "BR", "api_key"),
    };
    json!({
        "id": id,
        "name": name,
        "category": category,
        "country": country,
        "auth_type": auth_type,
        "connected": settings.connected,
    })
}
