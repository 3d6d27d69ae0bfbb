//! Rooms: what is said in them, and how agents answer, which costs.

use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, Refusal},
        json_object::{JsonObject, issue},
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        context::Context,
        json::{matches, member, set, text},
        upivia::{ServiceCall, Step},
    },
    upivia::{catalog, questions, resource, schedule, service_requests::execution},
};

/// What agents do to say something.
const SPEAKS: &str = "text_generation.generate";

/// Who asks a person for help: agents do, where this word is in what they are told.
const ASKS: &str = "human_input";

/// `GET /rooms`
pub(crate) fn list(req: &mut Request<'_>) -> HandlerResult {
    let fits = |row: &Value| matches(row, "status", req.query("status"));
    let rooms = resource::filter(&req.state.upivia.rooms, req.project, fits);
    let rooms: Vec<Value> = rooms.iter().map(public).collect();
    Ok(Response::ok(json!({ "rooms": rooms })))
}

/// `POST /rooms`
pub(crate) fn create(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    body.text("title")?;
    let room = insert(req, &body, json!({}))?;
    Ok(Response::created(json!({ "room": public(&room) })))
}

/// Makes a room of what was sent, with its agents, its cap, and these members besides.
pub(crate) fn insert(
    req: &mut Request<'_>,
    body: &JsonObject,
    fixed: Value,
) -> Result<Value, Refusal> {
    body.text("objective")?;
    if body.maybe_integer("budget_cap_cents")?.is_some_and(|cents| cents < 0) {
        return Err(issue("budget_cap_cents", "must not be negative").into());
    }
    if let Some(team) = body.maybe_text("team_id")? {
        resource::find(&req.state.upivia.teams, req.project, team)?;
    }
    let mut participants = vec![json!({ "kind": "user", "status": "active", "name": "You" })];
    for agent in body.texts("agent_ids")? {
        let row = resource::find(&req.state.upivia.agents, req.project, &agent)?;
        let name = member(row, "name");
        participants
            .push(json!({ "kind": "agent", "status": "active", "name": name, "agent_id": agent }));
    }
    let mut row = resource::new_row(req, "room", body, fixed);
    set(&mut row, "status", "active");
    set(&mut row, "participants", participants);
    set(&mut row, "spent_cents", 0);
    Ok(resource::insert(&mut req.state.upivia.rooms, req.project, row))
}

/// A room without what only the sandbox knows.
pub(crate) fn public(row: &Value) -> Value {
    let mut row = row.clone();
    if let Some(members) = row.as_object_mut() {
        members.remove("rounds_left");
        members.remove("agent_ids");
    }
    row
}

/// `GET /rooms/{id}`
pub(crate) fn get(req: &mut Request<'_>) -> HandlerResult {
    let room = resource::find(&req.state.upivia.rooms, req.project, req.id())?;
    let mine = |row: &Value| text(row, "room_id") == req.id();
    let mut messages = resource::filter(&req.state.upivia.room_messages, req.project, mine);
    messages.reverse();
    Ok(Response::ok(json!({ "room": public(room), "messages": messages })))
}

/// `POST /rooms/{id}/messages`: agents that are asked answer after a while.
pub(crate) fn post_message(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let words = body.text("body")?.to_owned();
    let asks = body.maybe_bool("ask_agents")?.unwrap_or(true);
    let room = req.id().to_owned();
    resource::find(&req.state.upivia.rooms, req.project, &room)?;
    let mut context = req.context();
    let message = add_message(&mut context, &room, "You", &words, json!({}));
    if asks {
        let wait = context.settings.settle_after;
        schedule::after(&mut context, wait, Step::RoomAnswers, text(&message, "id"));
    }
    Ok(Response::created(json!({ "message": message })))
}

fn add_message(
    context: &mut Context<'_>,
    room: &str,
    author: &str,
    words: &str,
    metadata: Value,
) -> Value {
    let row = json!({
        "id": context.state.ids.with("rm"),
        "room_id": room,
        "author_name": author,
        "body": words,
        "metadata": metadata,
        "created_at": context.now.rfc3339(),
    });
    resource::insert(&mut context.state.upivia.room_messages, context.project, row)
}

/// The agents of a room answer a message, or the first of them asks a person.
pub(crate) fn reply(context: &mut Context<'_>, message: &str) {
    let Some(message) = context.state.upivia.room_messages.find(context.project, message) else {
        return;
    };
    let (room, words) = (text(message, "room_id").to_owned(), text(message, "body").to_owned());
    let agents = agents_of(context, &room);
    if let Some((_, name)) = agents.first().filter(|_| words.contains(ASKS)) {
        let prompt = format!("{name} asks: {words}");
        questions::ask(context, &words, &prompt, json!({ "source": "room", "room_id": room }));
        return;
    }
    for (agent, _) in agents {
        if !speak(context, &room, &agent, &format!("I have read: {words}")) {
            return;
        }
    }
}

/// A person has answered what an agent of the room asked.
pub(crate) fn answered(context: &mut Context<'_>, room: &str, words: &str) {
    add_message(context, room, "You", words, json!({}));
    if let Some((agent, _)) = agents_of(context, room).first() {
        speak(context, room, agent, "Thank you.");
    }
}

/// The agents in a room: id and name of each.
pub(crate) fn agents_of(context: &Context<'_>, room: &str) -> Vec<(String, String)> {
    let room = context.state.upivia.rooms.find(context.project, room);
    let participants = room.and_then(|room| member(room, "participants").as_array());
    participants
        .into_iter()
        .flatten()
        .filter(|row| text(row, "kind") == "agent")
        .map(|row| (text(row, "agent_id").to_owned(), text(row, "name").to_owned()))
        .collect()
}

/// Has an agent say something, at the price of a service request. Says whether there is still
/// something to spend under the cap of the room.
pub(crate) fn speak(context: &mut Context<'_>, room: &str, agent: &str, words: &str) -> bool {
    let price = catalog::named(SPEAKS).map_or(0, |operation| operation.price_cents);
    let Some(row) = context.state.upivia.rooms.find_mut(context.project, room) else {
        return false;
    };
    let spent = member(row, "spent_cents").as_i64().unwrap_or_default();
    if member(row, "budget_cap_cents").as_i64().is_some_and(|cap| spent + price > cap) {
        set(row, "status", "paused");
        let reason = json!({ "reason_code": "room_budget_exceeded" });
        add_message(context, room, "System", "The room has nothing left to spend.", reason);
        return false;
    }
    let agent_row = context.state.upivia.agents.find(context.project, agent);
    let name = agent_row.map_or_else(String::new, |row| text(row, "name").to_owned());
    let outcome = request(context, agent, words);
    let outcome = outcome.unwrap_or_else(|_| json!({ "status": "failed" }));
    let request_id = member(&outcome, "request_id").clone();
    let Some(cost) = member(&outcome, "cost_cents").as_i64() else {
        let reason = json!({
            "reason_code": member(&outcome, "reason_code"), "request_id": request_id,
        });
        let words = format!("I cannot answer: {}.", text(&outcome, "status"));
        add_message(context, room, &name, &words, reason);
        return true;
    };
    if let Some(row) = context.state.upivia.rooms.find_mut(context.project, room) {
        set(row, "spent_cents", spent + cost);
    }
    let metadata = json!({ "cost_cents": cost, "request_id": request_id });
    add_message(context, room, &name, words, metadata);
    true
}

fn request(context: &mut Context<'_>, agent: &str, words: &str) -> Result<Value, ApiError> {
    let call = ServiceCall {
        agent: agent.to_owned(),
        operation: SPEAKS.to_owned(),
        payload: json!({ "prompt": words }),
        metadata: Value::Null,
        key: None,
        needs_approval: false,
    };
    execution::submit(context, call)
}
