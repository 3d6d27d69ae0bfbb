//! `POST /chat/turn`: one turn of the scripted agent, as an event stream.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, Refusal, error},
        event_stream::frame,
        json_object::JsonObject,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{
        json::{member, text},
        upivia::ServiceCall,
    },
    upivia::{
        catalog,
        chat::sessions,
        delegate, resource,
        service_requests::{self, execution},
    },
};

/// What the script decides to do.
enum Plan {
    /// Calls the operation of this name.
    Tool(String),
    /// Has the caller carry out its own tool of this name.
    Local(String),
    Delegate,
    Fail,
    Echo,
}

/// The events of a turn, and the words in them.
#[derive(Default)]
struct TurnEvents {
    frames: Vec<Bytes>,
    words: String,
}

impl TurnEvents {
    fn event(&mut self, name: &str, data: &Value) {
        self.frames.push(frame(name, data));
    }

    /// Says something, word by word.
    fn say(&mut self, words: &str) {
        for word in words.split_inclusive(' ') {
            self.event("message_delta", &json!({ "delta": word }));
        }
        self.words.push_str(words);
    }
}

/// Answers one message, or goes on with a tool call that waited for a person.
pub(crate) fn turn(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    let session = body.text("sessionId")?.to_owned();
    let message = message_text(&body)?;
    let waited = body.maybe_object("continue_from")?;
    if message.is_empty() && waited.is_none() {
        return Err(error(400, "invalid_request", "message is required").into());
    }
    let agent = text(sessions::active(req, &session)?, "agent_id").to_owned();
    let mut events = TurnEvents::default();
    let model = body.maybe_text("modelId")?.unwrap_or("sandbox/script");
    events.event("model", &json!({ "model": model }));
    if let Some(waited) = waited {
        resume_tool_call(req, &mut events, &waited)?;
    } else {
        sessions::add_message(req, &session, "user", message.as_str().into());
        events.event("status", &json!({ "message": "Reading the message." }));
        events.event("thinking", &json!({ "delta": "What is wanted?" }));
        events.event("ping", &json!({}));
        respond(req, &mut events, &agent, &message, &body)?;
    }
    let words = std::mem::take(&mut events.words);
    let tokens = words.split_whitespace().count();
    events.event("usage", &json!({ "output_tokens": tokens }));
    let kept = sessions::add_message(req, &session, "assistant", words.into());
    events.event("message", &kept);
    events.event("done", &json!({ "ok": true }));
    Ok(Response::frames(events.frames))
}

/// The text of a message, in one piece or in several.
fn message_text(body: &JsonObject) -> Result<String, Refusal> {
    let pieces = body.maybe_list("content")?.unwrap_or_default().iter();
    let pieces = pieces.map(|piece| text(piece, "text"));
    let all: Vec<&str> = body.maybe_text("message")?.into_iter().chain(pieces).collect();
    Ok(all.join(" ").trim().to_owned())
}

/// Reads a message.
fn plan(message: &str, body: &JsonObject) -> Result<Plan, Refusal> {
    let edge = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    let words: Vec<&str> = message.split_whitespace().map(|word| word.trim_matches(edge)).collect();
    let local = body.maybe_list("local_tools")?.unwrap_or_default().iter();
    let local = local.map(|tool| text(tool, "name")).find(|name| words.contains(name));
    if let Some(name) = local {
        return Ok(Plan::Local(name.to_owned()));
    }
    if let Some(name) = words.iter().find(|word| catalog::named(word).is_some()) {
        return Ok(Plan::Tool((*name).to_owned()));
    }
    let says = |word: &str| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    Ok(match () {
        () if says("delegate") => Plan::Delegate,
        () if says("fail") => Plan::Fail,
        () => Plan::Echo,
    })
}

fn respond(
    req: &mut Request<'_>,
    events: &mut TurnEvents,
    agent: &str,
    message: &str,
    body: &JsonObject,
) -> Result<(), Refusal> {
    match plan(message, body)? {
        Plan::Echo => events.say(&format!("You said: {message}")),
        Plan::Fail => {
            let data = json!({ "code": "model_error", "message": "the model has given up" });
            events.event("error", &data);
        }
        Plan::Local(name) => {
            let tools = json!([{ "id": "lt_1", "name": name, "input": {} }]);
            events.event("local_tools_pending", &json!({ "tools": tools }));
        }
        Plan::Delegate => {
            let task = JsonObject::of(&json!({ "objective": message }));
            let task = delegate::create_task(&mut req.context(), agent, &task, true);
            events.event("delegation_started", &json!({ "task_id": member(&task, "id") }));
            events.event("agent_event", &json!({ "agent_id": agent, "message": "At work." }));
            events.say("Another agent is at it.");
        }
        Plan::Tool(operation) => {
            let needs_approval = body.maybe_bool("require_approval_all")? == Some(true);
            use_tool(req, events, agent, operation, message, needs_approval)?;
        }
    }
    Ok(())
}

/// Calls an operation with a payload made of the message.
fn use_tool(
    req: &mut Request<'_>,
    events: &mut TurnEvents,
    agent: &str,
    operation: String,
    message: &str,
    needs_approval: bool,
) -> Result<(), ApiError> {
    let required = catalog::named(&operation).map_or(&[][..], |known| known.required);
    let payload: serde_json::Map<String, Value> = required
        .iter()
        .map(|name| ((*name).to_owned(), if *name == "agent_id" { agent } else { message }.into()))
        .collect();
    let call = ServiceCall {
        agent: agent.to_owned(),
        operation,
        payload: payload.into(),
        metadata: Value::Null,
        key: None,
        needs_approval,
    };
    let tool = json!({ "name": call.operation, "input": call.payload });
    events.event("tool_planned", &tool);
    let outcome = execution::submit(&mut req.context(), call)?;
    if text(&outcome, "status") == "approval_required" {
        events.event(
            "tool_pending",
            &json!({
                "name": member(&tool, "name"),
                "approval_id": member(&outcome, "approval_id"),
                "request_id": member(&outcome, "request_id"),
            }),
        );
        events.say("This waits for your approval.");
        return Ok(());
    }
    report_outcome(events, text(&tool, "name"), &outcome);
    Ok(())
}

fn report_outcome(events: &mut TurnEvents, name: &str, outcome: &Value) {
    events.event("tool_executing", &json!({ "name": name }));
    events.event("tool_done", &json!({ "name": name, "outcome": outcome }));
    let went_well = ["executed", "running"].contains(&text(outcome, "status"));
    events.say(if went_well { "The tool has done it." } else { "The tool did not do it." });
}

/// What became of a tool call that waited, once a person has decided.
fn resume_tool_call(
    req: &mut Request<'_>,
    events: &mut TurnEvents,
    waited: &JsonObject,
) -> Result<(), Refusal> {
    let id = waited.text("request_id")?;
    let approved = waited.choice("action", &["approve", "reject"])? == "approve";
    let mine = req.state.upivia.requests.iter();
    let request = mine
        .filter(|request| request.workspace == req.project)
        .find(|request| request.id == id)
        .ok_or_else(resource::missing)?;
    let status = text(&request.outcome, "status");
    let was_rejected = text(&request.outcome, "reason_code") == "approval_rejected";
    if status == "approval_required" || approved == was_rejected {
        return Err(service_requests::undecided().into());
    }
    report_outcome(events, &request.call.operation, &request.outcome);
    Ok(())
}
