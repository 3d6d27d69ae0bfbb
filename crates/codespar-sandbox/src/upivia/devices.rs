//! Terminals: a session lives as long as its heartbeats come, and takes commands with them.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    server::{
        errors::error,
        request::{Call, Outcome},
        response::Answer,
    },
    store::{
        clock::later,
        json::{part, set, text},
    },
    upivia::resource,
};

/// How long after a heartbeat a session is live.
const ALIVE: Duration = Duration::from_secs(60);

/// `POST /devices/heartbeat`: makes the session live and hands its commands out.
pub(crate) fn heartbeat(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let session = body.text("session_id")?;
    let now = call.now.text();
    let books = &mut call.state.upivia;
    match books.devices.find_mut(call.project, session) {
        Some(row) => set(row, "last_heartbeat_at", now),
        None => {
            let row = json!({ "id": session, "last_heartbeat_at": now, "paused": false });
            books.devices.insert(call.project, session, row);
        }
    }
    let mut commands = Vec::new();
    for row in books.commands.list_mut(call.project) {
        if text(row, "session_id") == session && text(row, "status") == "queued" {
            set(row, "status", "delivered");
            commands.push(row.clone());
        }
    }
    commands.reverse();
    Ok(Answer::ok(json!({ "commands": commands })))
}

fn is_live(call: &Call<'_>, row: &Value) -> bool {
    let beat = text(row, "last_heartbeat_at").parse::<Timestamp>();
    beat.is_ok_and(|beat| call.now.wall <= later(beat, ALIVE))
}

/// `GET /devices/sessions`: those that are live.
pub(crate) fn list(call: &mut Call<'_>) -> Outcome {
    let devices = &call.state.upivia.devices;
    let sessions = resource::some(devices, call.project, |row| is_live(call, row));
    Ok(Answer::ok(json!({ "sessions": sessions })))
}

/// `PATCH /devices/sessions/{id}`
pub(crate) fn update(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let change = match body.choice("action", &["pause", "resume", "rename", "attach"])? {
        "rename" => ("title", body.text("title")?.into()),
        "attach" => ("target_session_id", body.text("target_session_id")?.into()),
        action => ("paused", Value::Bool(action == "pause")),
    };
    let id = call.id().to_owned();
    let row = resource::find_mut(&mut call.state.upivia.devices, call.project, &id)?;
    set(row, change.0, change.1);
    Ok(resource::fine())
}

/// `POST /devices/sessions/{id}`: queues a command.
pub(crate) fn command(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    body.text("content")?;
    resource::find(&call.state.upivia.devices, call.project, call.id())?;
    let fixed = json!({ "session_id": call.id(), "status": "queued" });
    let row = resource::draw(call, "cmd", &body, fixed);
    let row = resource::keep(&mut call.state.upivia.commands, call.project, row);
    Ok(Answer::created(json!({ "command": row })))
}

/// `DELETE /devices/sessions/{id}`, with its commands.
pub(crate) fn delete(call: &mut Call<'_>) -> Outcome {
    let id = call.id().to_owned();
    let books = &mut call.state.upivia;
    books.devices.remove(call.project, &id).ok_or_else(resource::missing)?;
    let mine = resource::some(&books.commands, call.project, |row| text(row, "session_id") == id);
    for row in mine {
        books.commands.remove(call.project, text(&row, "id"));
    }
    Ok(resource::fine())
}

/// `POST /devices/sessions/{id}/cwd`: the directory a terminal is in, if there is a terminal.
pub(crate) fn cwd(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let id = call.id().to_owned();
    let device = call.state.upivia.devices.find(call.project, &id);
    if !device.is_some_and(|row| is_live(call, row)) {
        return Err(error(409, "device_offline", "no live device").into());
    }
    let row = resource::find_mut(&mut call.state.upivia.devices, call.project, &id)?;
    if body.maybe_text("action")? == Some("set") {
        set(row, "cwd", body.text("path")?);
    }
    let cwd = part(row, "cwd").as_str().unwrap_or(".");
    Ok(Answer::ok(json!({ "cwd": cwd, "entries": [] })))
}

/// `PATCH /devices/commands/{id}`
pub(crate) fn update_command(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let status = body.choice("status", &["done", "failed"])?;
    let id = call.id().to_owned();
    let row = resource::find_mut(&mut call.state.upivia.commands, call.project, &id)?;
    set(row, "status", status);
    Ok(resource::fine())
}
