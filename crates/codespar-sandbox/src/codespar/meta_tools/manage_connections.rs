//! `codespar_manage_connections`: what is connected and how to connect.

use serde_json::{Value, json};

use crate::{
    codespar::{
        catalog::{self, Server},
        meta_tools::tool::{Desk, Done, Failure},
    },
    server::json_object::Fields,
    store::json::{part, text},
};

/// Lists connections, shows one, or says how to make one.
pub(crate) fn run(desk: &mut Desk<'_, '_>, input: &Fields) -> Result<Done, Failure> {
    let default = if input.get("server_id").is_some() { "status" } else { "list" };
    let action = match input.get("action") {
        None => default,
        Some(_) => input.choice("action", &["list", "status", "initiate"])?,
    };
    let mut data = json!({
        "action": action, "connections": [], "status": null, "initiate": null,
    });
    let (member, value) = match action {
        "list" => ("connections", list(desk, input.maybe_text("country")?)),
        "status" => ("status", row(desk, &server(desk, input)?)),
        _ => ("initiate", instructions(&server(desk, input)?)),
    };
    crate::store::json::set(&mut data, member, value);
    Ok(Done::by("_codespar", data))
}

fn server(desk: &Desk<'_, '_>, input: &Fields) -> Result<Server, Failure> {
    catalog::find(desk.world.settings, input.text("server_id")?)
        .ok_or_else(|| Failure::new("unknown_server"))
}

fn list(desk: &Desk<'_, '_>, country: Option<&str>) -> Value {
    let servers =
        desk.session.servers.iter().filter_map(|id| catalog::find(desk.world.settings, id));
    let servers = servers.filter(|server| country.is_none_or(|wanted| server.country == wanted));
    servers.map(|server| row(desk, &server)).collect()
}

fn row(desk: &Desk<'_, '_>, server: &Server) -> Value {
    let mut rows = desk.world.state.connections.list(desk.world.project);
    let live =
        rows.find(|row| text(row, "server_id") == server.id && text(row, "status") == "connected");
    let connected = live.is_some() || desk.world.settings.connected;
    json!({
        "server_id": server.id,
        "display_name": server.name,
        "auth_type": server.auth_type,
        "status": if connected { "connected" } else { "disconnected" },
        "difficulty": server.difficulty(),
        "connection_metadata": {},
        "connected_at": live.map(|row| part(row, "connected_at").clone()),
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
