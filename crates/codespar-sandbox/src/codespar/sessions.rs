//! Sessions: `/v1/sessions`, create, list and read.

use serde_json::{Value, json};

use crate::{
    codespar::{account::ORGANIZATION, catalog, mocks::declare, session},
    server::{
        errors::{Refusal, error},
        json_object::{JsonObject, issue},
        paging::page,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        clock::rfc3339,
        json::{set, text},
        records::{mocks::Mocks, session::Session},
    },
};

impl Session {
    fn row(&self) -> Value {
        json!({
            "id": self.id,
            "org_id": ORGANIZATION,
            "project_id": self.project,
            "user_id": self.user,
            "servers": self.servers,
            "status": self.status,
            "created_at": rfc3339(self.created_at),
            "closed_at": self.closed_at.map(rfc3339),
        })
    }
}

/// `POST /v1/sessions` of the managed service.
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    if !body.has("servers") {
        return Err(issue("servers", "required").into());
    }
    let servers = body.texts("servers")?;
    if servers.len() > 20 {
        return Err(issue("servers", "at most 20").into());
    }
    let user = body.maybe_text("user_id")?.unwrap_or("anonymous").to_owned();
    if user.is_empty() || user.chars().count() > 128 {
        return Err(issue("user_id", "1 to 128 characters").into());
    }
    let mocks = declare(req, &body)?;
    let unknown: Vec<&String> =
        servers.iter().filter(|id| catalog::find(req.settings, id).is_none()).collect();
    if !unknown.is_empty() {
        let refusal = error(400, "unknown_servers", "not in the catalog");
        return Err(refusal.with("unknown", json!(unknown)).into());
    }
    let agent = agent(req, &body)?;
    let id = req.state.ids.with("ses");
    let session = Session { agent, ..new_session(req, id, user, servers, mocks) };
    let answer = Response::created(session.row());
    req.state.sessions.push(session);
    Ok(answer)
}

/// `POST /sessions` of the self-hosted runtime.
pub(crate) fn create_self_hosted(req: &mut Request<'_>) -> HandlerResult {
    let body = req.maybe_body()?;
    let mocks = declare(req, &body)?;
    let mut servers = body.texts("servers")?;
    for id in server_specs(&body)? {
        if !servers.contains(&id) {
            servers.push(id);
        }
    }
    let user = body.maybe_text("user_id")?.unwrap_or("anonymous").to_owned();
    let id = req.state.ids.uuid();
    let session = new_session(req, id, user, servers, mocks);
    let answer = Response::created(json!({ "id": session.id, "status": session.status }));
    req.state.sessions.push(session);
    Ok(answer)
}

/// The ids of the servers that a create describes: each by a command, spoken to over `stdio`.
fn server_specs(body: &JsonObject) -> Result<Vec<String>, Refusal> {
    let wrong = |message: &str| Refusal::from(error(400, "invalid", message));
    if !body.has("server_specs") {
        return Ok(Vec::new());
    }
    let not_an_object = |_| wrong("server_specs must be an object");
    let specs = body.object("server_specs").map_err(not_an_object)?.value();
    let specs = specs.as_object().into_iter().flatten();
    let checked = specs.map(|(id, spec)| match wrong_spec(spec) {
        Some(what) => Err(wrong(&format!("server_specs.{id}{what}"))),
        None => Ok(id.clone()),
    });
    checked.collect()
}

/// What is wrong with the description of a server.
fn wrong_spec(spec: &Value) -> Option<&'static str> {
    let Some(members) = spec.as_object() else { return Some(" must be an object") };
    let texts = |value: &Value| value.as_array().is_some_and(|it| it.iter().all(Value::is_string));
    let command = members.get("command").filter(|command| texts(command));
    if command.and_then(Value::as_array).is_none_or(Vec::is_empty) {
        return Some(".command must be a list of strings that is not empty");
    }
    if members.get("transport").and_then(Value::as_str) != Some("stdio") {
        return Some(".transport must be \"stdio\"");
    }
    let env = members.get("env");
    let env =
        env.is_none_or(|it| it.as_object().is_some_and(|it| it.values().all(Value::is_string)));
    (!env).then_some(".env must be an object of strings")
}

/// `GET /v1/sessions`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let rows: Vec<Value> = req
        .state
        .sessions
        .iter()
        .rev()
        .filter(|session| session.project == req.project)
        .filter(|session| req.query("status").is_none_or(|status| session.status == status))
        .filter(|session| req.query("user_id").is_none_or(|user| session.user == user))
        .map(Session::row)
        .collect();
    let (rows, next) = page(req, rows, "before", |row| text(row, "id").to_owned())?;
    Ok(Response::ok(json!({ "sessions": rows, "next_before": next })))
}

/// `GET /v1/sessions/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let mut row = session::find(req)?.row();
    let calls = req.state.tool_calls.iter().filter(|row| row.session == req.id()).count();
    set(&mut row, "tool_calls_count", calls);
    Ok(Response::ok(row))
}

fn new_session(
    req: &Request<'_>,
    id: String,
    user: String,
    servers: Vec<String>,
    mocks: Option<Mocks>,
) -> Session {
    Session {
        id,
        project: req.project.to_owned(),
        user,
        agent: None,
        servers,
        status: "active",
        mocks,
        created_at: req.now.wall,
        closed_at: None,
    }
}

/// The agent that a session is opened for, which has to be an active one.
fn agent(req: &Request<'_>, body: &JsonObject) -> Result<Option<String>, Refusal> {
    let Some(agent) = body.maybe_text("agent_id")? else { return Ok(None) };
    match req.state.agents.find(req.project, agent) {
        None => Err(error(422, "agent_not_registered", "no such agent in this project").into()),
        Some(row) if text(row, "status") != "active" => {
            Err(error(422, "agent_not_active", "the agent has been revoked").into())
        }
        Some(_) => Ok(Some(agent.to_owned())),
    }
}
