//! `codespar_manage_connections`: what is connected and how to connect.

use serde_json::{Value, json};

use crate::{
    codespar::{
        catalog::{self, Server},
        meta_tools::tool::{ToolContext, ToolError, ToolOutput},
    },
    server::json_object::JsonObject,
    store::json::{member, set, text},
};

/// Lists connections, shows one, or says how to make one.
pub(crate) fn run(
    context: &mut ToolContext<'_>,
    input: &JsonObject,
) -> Result<ToolOutput, ToolError> {
    let default = if input.get("server_id").is_some() { "status" } else { "list" };
    let action = match input.get("action") {
        None => default,
        Some(_) => input.choice("action", &["list", "status", "initiate"])?,
    };
    let mut data = json!({
        "action": action, "connections": [], "status": null, "initiate": null,
    });
    let (member, value) = match action {
        "list" => ("connections", list(context, input.maybe_text("country")?)),
        "status" => ("status", row(context, &server(context, input)?)),
        _ => ("initiate", instructions(&server(context, input)?)),
    };
    set(&mut data, member, value);
    Ok(ToolOutput::from_server("_codespar", data))
}

fn server(context: &ToolContext<'_>, input: &JsonObject) -> Result<Server, ToolError> {
    catalog::find(context.settings, input.text("server_id")?)
        .ok_or_else(|| ToolError::new("unknown_server"))
}

fn list(context: &ToolContext<'_>, country: Option<&str>) -> Value {
    let servers =
        context.session.servers.iter().filter_map(|id| catalog::find(context.settings, id));
    let servers = servers.filter(|server| country.is_none_or(|wanted| server.country == wanted));
    servers.map(|server| row(context, &server)).collect()
}

fn row(context: &ToolContext<'_>, server: &Server) -> Value {
    let mut rows = context.state.connections.list(context.project);
    let live =
        rows.find(|row| text(row, "server_id") == server.id && text(row, "status") == "connected");
    let connected = live.is_some() || context.settings.connected;
    json!({
        "server_id": server.id,
        "display_name": server.name,
        "auth_type": server.auth_type,
        "status": if connected { "connected" } else { "disconnected" },
        "difficulty": server.difficulty(),
        "connection_metadata": {},
        "connected_at": live.map(|row| member(row, "connected_at").clone()),
    })
}

fn instructions(server: &Server) -> Value {
    let secrets: Vec<Value> = server
        .secrets()
        .iter()
        .map(|name| json!({ "name": name, "hint": format!("{}.{name}", server.id) }))
        .collect();
    json!({
        "server_id": server.id,
        "display_name": server.name,
        "auth_type": server.auth_type,
        "difficulty": server.difficulty(),
        "status": "disconnected",
        "connect_url": format!("https://dashboard.example.test/connect?server={}", server.id),
        "instructions": ["open the link", "enter the credentials there"],
        "required_secrets": secrets,
        "known_pitfalls": [],
        "next_action": "try again after connecting",
    })
}
