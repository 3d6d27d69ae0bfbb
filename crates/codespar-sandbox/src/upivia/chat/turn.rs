//! `POST /chat/turn`: one turn of the scripted agent, as an event stream.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::{
    server::{
        errors::{ApiError, error},
        event_stream::frame,
        json_object::Fields,
        request::{Call, Outcome},
        response::Answer,
    },
    store::{
        json::{part, text},
        upivia::Order,
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
struct Told {
    frames: Vec<Bytes>,
    words: String,
}

impl Told {
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
pub(crate) fn turn(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    let session = body.text("sessionId")?.to_owned();
    let message = said(&body)?;
    let waited = body.maybe_object("continue_from")?;
    if message.is_empty() && waited.is_none() {
        return Err(error(400, "invalid_request", "message is required").into());
    }
    let agent = text(sessions::active(call, &session)?, "agent_id").to_owned();
    let mut told = Told::default();
    let model = body.maybe_text("modelId")?.unwrap_or("sandbox/script");
    told.event("model", &json!({ "model": model }));
    if let Some(waited) = waited {
        go_on(call, &mut told, &waited)?;
    } else {
        sessions::keep(call, &session, "user", message.as_str().into());
        told.event("status", &json!({ "message": "Reading the message." }));
        told.event("thinking", &json!({ "delta": "What is wanted?" }));
        told.event("ping", &json!({}));
        act(call, &mut told, &agent, &message, &body)?;
    }
    let words = std::mem::take(&mut told.words);
    let tokens = words.split_whitespace().count();
    told.event("usage", &json!({ "output_tokens": tokens }));
    let kept = sessions::keep(call, &session, "assistant", words.into());
    told.event("message", &kept);
    told.event("done", &json!({ "ok": true }));
    Ok(Answer::frames(told.frames))
}

/// The text of a message, in one piece or in several.
fn said(body: &Fields) -> Result<String, crate::server::errors::Refusal> {
    let pieces = body.maybe_list("content")?.unwrap_or_default().iter();
    let pieces = pieces.map(|piece| text(piece, "text"));
    let all: Vec<&str> = body.maybe_text("message")?.into_iter().chain(pieces).collect();
    Ok(all.join(" ").trim().to_owned())
}

/// Reads a message.
fn plan(message: &str, body: &Fields) -> Result<Plan, crate::server::errors::Refusal> {
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

fn act(
    call: &mut Call<'_>,
    told: &mut Told,
    agent: &str,
    message: &str,
    body: &Fields,
) -> Result<(), crate::server::errors::Refusal> {
    match plan(message, body)? {
        Plan::Echo => told.say(&format!("You said: {message}")),
        Plan::Fail => {
            let data = json!({ "code": "model_error", "message": "the model has given up" });
            told.event("error", &data);
        }
        Plan::Local(name) => {
            let tools = json!([{ "id": "lt_1", "name": name, "input": {} }]);
            told.event("local_tools_pending", &json!({ "tools": tools }));
        }
        Plan::Delegate => {
            let task = Fields::of(&json!({ "objective": message }));
            let task = delegate::made(&mut call.world(), agent, &task, true);
            told.event("delegation_started", &json!({ "task_id": part(&task, "id") }));
            told.event("agent_event", &json!({ "agent_id": agent, "message": "At work." }));
            told.say("Another agent is at it.");
        }
        Plan::Tool(operation) => {
            let needs_approval = body.maybe_bool("require_approval_all")? == Some(true);
            use_tool(call, told, agent, operation, message, needs_approval)?;
        }
    }
    Ok(())
}

/// Calls an operation with a payload made of the message.
fn use_tool(
    call: &mut Call<'_>,
    told: &mut Told,
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
    let order = Order {
        agent: agent.to_owned(),
        operation,
        payload: payload.into(),
        metadata: Value::Null,
        key: None,
        needs_approval,
    };
    let tool = json!({ "name": order.operation, "input": order.payload });
    told.event("tool_planned", &tool);
    let outcome = execution::place(&mut call.world(), order)?;
    if text(&outcome, "status") == "approval_required" {
        told.event(
            "tool_pending",
            &json!({
                "name": part(&tool, "name"),
                "approval_id": part(&outcome, "approval_id"),
                "request_id": part(&outcome, "request_id"),
            }),
        );
        told.say("This waits for your approval.");
        return Ok(());
    }
    done(told, text(&tool, "name"), &outcome);
    Ok(())
}

fn done(told: &mut Told, name: &str, outcome: &Value) {
    told.event("tool_executing", &json!({ "name": name }));
    told.event("tool_done", &json!({ "name": name, "outcome": outcome }));
    let went_well = ["executed", "running"].contains(&text(outcome, "status"));
    told.say(if went_well { "The tool has done it." } else { "The tool did not do it." });
}

/// What became of a tool call that waited, once a person has decided.
fn go_on(
    call: &mut Call<'_>,
    told: &mut Told,
    waited: &Fields,
) -> Result<(), crate::server::errors::Refusal> {
    let id = waited.text("request_id")?;
    let approved = waited.choice("action", &["approve", "reject"])? == "approve";
    let mine = call.state.upivia.requests.iter();
    let request = mine
        .filter(|request| request.workspace == call.project)
        .find(|request| request.id == id)
        .ok_or_else(resource::missing)?;
    let status = text(&request.outcome, "status");
    let was_rejected = text(&request.outcome, "reason_code") == "approval_rejected";
    if status == "approval_required" || approved == was_rejected {
        return Err(service_requests::undecided().into());
    }
    done(told, &request.order.operation, &request.outcome);
    Ok(())
}
