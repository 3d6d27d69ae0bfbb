//! Terminals: a session lives as long as its heartbeats come, and takes commands with them.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    server::{
        errors::error,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::later,
        json::{member, set, text},
    },
    upivia::resource,
};

/// How long after a heartbeat a session is live.
const ALIVE: Duration = Duration::from_secs(60);

/// `POST /devices/heartbeat`: makes the session live and hands its commands out.
pub(crate) fn heartbeat(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let session = body.text("session_id")?;
    let now = req.now.rfc3339();
    let upivia = &mut req.state.upivia;
    match upivia.devices.find_mut(req.project, session) {
        Some(row) => set(row, "last_heartbeat_at", now),
        None => {
            let row = json!({ "id": session, "last_heartbeat_at": now, "paused": false });
            upivia.devices.insert(req.project, session, row);
        }
    }
    let mut commands = Vec::new();
    for row in upivia.commands.list_mut(req.project) {
        if text(row, "session_id") == session && text(row, "status") == "queued" {
            set(row, "status", "delivered");
            commands.push(row.clone());
        }
    }
    commands.reverse();
    Ok(Response::ok(json!({ "commands": commands })))
}

fn is_live(req: &Request<'_>, row: &Value) -> bool {
    let beat = text(row, "last_heartbeat_at").parse::<Timestamp>();
    beat.is_ok_and(|beat| req.now.wall <= later(beat, ALIVE))
}

/// `GET /devices/sessions`: those that are live.
pub(crate) fn list_sessions(req: &mut Request<'_>) -> HandlerResult {
    let devices = &req.state.upivia.devices;
    let sessions = resource::filter(devices, req.project, |row| is_live(req, row));
    Ok(Response::ok(json!({ "sessions": sessions })))
}

/// `PATCH /devices/sessions/{id}`
pub(crate) fn update_session(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let change = match body.choice("action", &["pause", "resume", "rename", "attach"])? {
        "rename" => ("title", body.text("title")?.into()),
        "attach" => ("target_session_id", body.text("target_session_id")?.into()),
        action => ("paused", Value::Bool(action == "pause")),
    };
    let id = req.id().to_owned();
    let row = resource::find_mut(&mut req.state.upivia.devices, req.project, &id)?;
    set(row, change.0, change.1);
    Ok(resource::ok())
}

/// `POST /devices/sessions/{id}`: queues a command.
pub(crate) fn command(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    body.text("content")?;
    resource::find(&req.state.upivia.devices, req.project, req.id())?;
    let fixed = json!({ "session_id": req.id(), "status": "queued" });
    let row = resource::new_row(req, "cmd", &body, fixed);
    let row = resource::insert(&mut req.state.upivia.commands, req.project, row);
    Ok(Response::created(json!({ "command": row })))
}

/// `DELETE /devices/sessions/{id}`, with its commands.
pub(crate) fn delete_session(req: &mut Request<'_>) -> HandlerResult {
    let id = req.id().to_owned();
    let upivia = &mut req.state.upivia;
    upivia.devices.remove(req.project, &id).ok_or_else(resource::missing)?;
    let mine = resource::filter(&upivia.commands, req.project, |row| text(row, "session_id") == id);
    for row in mine {
        upivia.commands.remove(req.project, text(&row, "id"));
    }
    Ok(resource::ok())
}

/// `POST /devices/sessions/{id}/cwd`: the directory a terminal is in, if there is a terminal.
pub(crate) fn cwd(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let id = req.id().to_owned();
    let device = req.state.upivia.devices.find(req.project, &id);
    if !device.is_some_and(|row| is_live(req, row)) {
        return Err(error(409, "device_offline", "no live device").into());
    }
    let row = resource::find_mut(&mut req.state.upivia.devices, req.project, &id)?;
    if body.maybe_text("action")? == Some("set") {
        set(row, "cwd", body.text("path")?);
    }
    let cwd = member(row, "cwd").as_str().unwrap_or(".");
    Ok(Response::ok(json!({ "cwd": cwd, "entries": [] })))
}

/// `PATCH /devices/commands/{id}`
pub(crate) fn update_command(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let status = body.choice("status", &["done", "failed"])?;
    let id = req.id().to_owned();
    let row = resource::find_mut(&mut req.state.upivia.commands, req.project, &id)?;
    set(row, "status", status);
    Ok(resource::ok())
}
