//! `POST /v1/sessions/{id}/send`: one turn of the scripted agent, as JSON or as an event stream.

use bytes::Bytes;
use serde_json::{Value, json};

use crate::{
    codespar::session::{
        self,
        run_tool::{self, CLAIMED_MS, POLICY_RULE, ToolCall, ToolOutcome},
        scripted_agent::{self, Plan},
    },
    server::{
        event_stream::frame,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{context::Context, json::set, records::session::SessionInfo},
};

/// What happened in a turn, before it is told in one dialect or the other.
struct Turn {
    user: String,
    tool: Option<ToolUse>,
    answer: String,
}

struct ToolUse {
    before: &'static str,
    id: String,
    name: String,
    input: Value,
    output: Value,
    failed: bool,
    /// The record of the call as the server writes it.
    record: Value,
}

/// Answers one message.
pub(crate) fn send(req: &mut Request<'_>) -> HandlerResult {
    let managed = req.settings.managed();
    let body = req.body()?;
    let message = match (managed, body.maybe_text("message")?) {
        (true, _) => body.text("message")?.to_owned(),
        (false, message) => message.unwrap_or_default().trim().to_owned(),
    };
    let session = session::active(req)?;
    let streams = req.received.header("accept").is_some_and(|it| it.contains("text/event-stream"));
    let mut context = req.context();
    let turn = run_turn(&mut context, &session, message);
    Ok(if streams { Response::frames(turn.frames(managed)) } else { Response::ok(turn.result()) })
}

fn run_turn(context: &mut Context<'_>, session: &SessionInfo, message: String) -> Turn {
    match scripted_agent::plan(&message) {
        Plan::Echo(answer) => Turn { user: message, tool: None, answer },
        Plan::Tool { tool, input, before, after } => {
            let sent = input.value();
            let call = ToolCall { tool: &tool, input, sent, key: None, in_chat: true };
            let used = use_tool(context, session, &call, before);
            let answer = if used.failed { "The tool did not do it." } else { after };
            Turn { user: message, tool: Some(used), answer: answer.to_owned() }
        }
    }
}

fn use_tool(
    context: &mut Context<'_>,
    session: &SessionInfo,
    call: &ToolCall<'_>,
    before: &'static str,
) -> ToolUse {
    let managed = context.settings.managed();
    let (server, outcome, tracking) = match run_tool::run(context, session, call) {
        ToolOutcome::Success { data, server, tracking } => (server, Ok(data), tracking),
        ToolOutcome::Mocked(data) => ("mock".to_owned(), Ok(data), None),
        ToolOutcome::Failure { error, data, server } => (server, Err((Some(error), data)), None),
        ToolOutcome::Refused(refusal) => {
            let code = refusal.code().to_owned();
            let data = if managed { refusal.data(call.tool) } else { json!({ "error": code }) };
            ("mock".to_owned(), Err((Some(code), data)), None)
        }
        ToolOutcome::Paused(_) => {
            let code = "org_paused".to_owned();
            let data = json!({ "code": code, "message": "the organization has stopped spending" });
            ("agentgate".to_owned(), Err((Some(code), data)), None)
        }
        ToolOutcome::Denied(reason) => {
            let code = "policy_denied".to_owned();
            let data = json!({ "code": code, "rule_id": POLICY_RULE, "message": reason });
            ("agentgate".to_owned(), Err((Some(code), data)), None)
        }
        ToolOutcome::NotRegistered => {
            let output = json!(format!("unknown_tool_name: {}", call.tool));
            ("unknown".to_owned(), Err((Some("unknown_tool_name".to_owned()), output)), None)
        }
    };
    let failed = outcome.is_err();
    let output = outcome.clone().unwrap_or_else(|(_, output)| output);
    let code = outcome.as_ref().err().and_then(|(code, _)| code.clone());
    let number = run_tool::record(context, session, call, &server, outcome, tracking);
    let kept = context.state.tool_calls.iter().find(|row| row.number == number);
    let record = match kept {
        Some(row) if managed => row.chat_record(),
        _ => self_hosted_record(call, &server, &output, code),
    };
    // The self-hosted runtime shows `server__tool` to its model, and so in its events.
    let name = if managed { call.tool.to_owned() } else { call.tool.replacen('/', "__", 1) };
    let id = format!("tu_{number}");
    ToolUse { before, id, name, input: call.input.value(), output, failed, record }
}

/// A record without an id, and without an error code unless there is one.
fn self_hosted_record(
    call: &ToolCall<'_>,
    server: &str,
    output: &Value,
    code: Option<String>,
) -> Value {
    let mut record = json!({
        "tool_name": call.tool,
        "server_id": server,
        "status": if code.is_some() { "error" } else { "success" },
        "duration_ms": CLAIMED_MS,
        "input": call.input.value(),
        "output": output,
    });
    if let Some(code) = code {
        set(&mut record, "error_code", code);
    }
    record
}

impl Turn {
    /// The answer as one JSON object.
    fn result(&self) -> Value {
        let calls: Vec<&Value> = self.tool.iter().map(|tool| &tool.record).collect();
        json!({ "message": self.answer, "tool_calls": calls, "iterations": self.iterations() })
    }

    fn iterations(&self) -> u32 {
        if self.tool.is_some() { 2 } else { 1 }
    }

    /// The answer as events, each of them one chunk.
    fn frames(&self, managed: bool) -> Vec<Bytes> {
        let mut frames = vec![event("user_message", json!({ "content": self.user }), managed)];
        let text = |content: &str, iteration: u32| {
            event("assistant_text", json!({ "content": content, "iteration": iteration }), managed)
        };
        if let Some(tool) = &self.tool {
            frames.push(text(tool.before, 1));
            frames.push(event("tool_use", tool.use_data(managed), managed));
            frames.push(event("tool_result", tool.result_data(managed), managed));
        }
        frames.push(text(&self.answer, self.iterations()));
        frames.push(event("done", json!({ "result": self.result() }), managed));
        frames
    }
}

impl ToolUse {
    fn use_data(&self, managed: bool) -> Value {
        let mut data = json!({ "id": self.id, "name": self.name, "input": self.input });
        if !managed {
            set(&mut data, "iteration", 1);
        }
        data
    }

    fn result_data(&self, managed: bool) -> Value {
        if managed {
            return json!({ "toolCall": self.record });
        }
        json!({
            "tool_use_id": self.id,
            "content": self.output,
            "is_error": self.failed,
            "iteration": 1,
        })
    }
}

/// One event. The managed service repeats the name as `type` in the data.
fn event(name: &str, mut data: Value, managed: bool) -> Bytes {
    if managed {
        set(&mut data, "type", name);
    }
    frame(name, &data)
}
