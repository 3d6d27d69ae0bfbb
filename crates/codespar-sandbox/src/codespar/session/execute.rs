//! `POST /v1/sessions/{id}/execute`: a tool call, and its answer.

use serde_json::{Value, json};

use crate::{
    codespar::{
        mocks,
        session::{
            self,
            run_tool::{CLAIMED_MS, POLICY_RULE, ToolCall, ToolOutcome, record, run},
        },
    },
    server::{
        errors::error,
        request::{HandlerResult, Request},
        response::Response,
    },
    store::{context::Context, records::session::SessionInfo},
};

/// `POST /v1/sessions/{id}/execute`
pub(crate) fn execute(req: &mut Request<'_>) -> HandlerResult {
    let body = req.body()?;
    if !req.settings.managed() && body.maybe_text("tool").ok().flatten().is_none_or(str::is_empty) {
        return Err(error(400, "invalid", "tool field is required").into());
    }
    let tool = body.text("tool")?.to_owned();
    let session = session::active(req)?;
    let mut member = "input";
    if req.settings.managed() && body.maybe_object(member)?.is_none() {
        member = "params";
    }
    let input = body.maybe_object(member)?;
    let sent = input.as_ref().map_or_else(|| json!({}), |_| req.verbatim(member));
    let key = req.idempotency_key();
    let input = input.unwrap_or_default();
    let call = ToolCall { tool: &tool, input, sent, key, in_chat: false };
    let mut context = req.context();
    let outcome = run(&mut context, &session, &call);
    response_of(&mut context, &session, &call, outcome)
}

fn response_of(
    context: &mut Context<'_>,
    session: &SessionInfo,
    call: &ToolCall<'_>,
    outcome: ToolOutcome,
) -> HandlerResult {
    Ok(match outcome {
        ToolOutcome::Success { data, server, tracking } => {
            let number = record(context, session, call, &server, Ok(data.clone()), tracking);
            result(context, session, call, number, (true, data, None, &server))
        }
        ToolOutcome::Mocked(data) => {
            let number = record(context, session, call, "mock", Ok(data.clone()), None);
            result(context, session, call, number, (true, data, None, "mock"))
        }
        ToolOutcome::Failure { error, data, server } => {
            let outcome = Err((Some(error.clone()), data.clone()));
            let number = record(context, session, call, &server, outcome, None);
            result(context, session, call, number, (false, data, Some(error), &server))
        }
        // Meta-tools of the managed service never answer 422: the refusal is in the data.
        ToolOutcome::Refused(refusal) if context.settings.managed() && !call.tool.contains('/') => {
            let data = refusal.data(call.tool);
            let code = refusal.code().to_owned();
            let outcome = Err((Some(code.clone()), data.clone()));
            let number = record(context, session, call, "mock", outcome, None);
            result(context, session, call, number, (false, data, Some(code), "mock"))
        }
        ToolOutcome::Refused(refusal) => mocks::refuse(&refusal, call.tool),
        ToolOutcome::Denied(reason) => {
            let body =
                json!({ "reason": reason, "ruleType": "amount_limit", "ruleId": POLICY_RULE });
            Response::json(http::StatusCode::FORBIDDEN, body)
        }
        ToolOutcome::Paused(refusal) => return Err(refusal.into()),
        ToolOutcome::NotRegistered => not_registered(context, session, call.tool),
    })
}

fn result(
    context: &Context<'_>,
    session: &SessionInfo,
    call: &ToolCall<'_>,
    number: u64,
    (success, data, error, server): (bool, Value, Option<String>, &str),
) -> Response {
    let duration = if server == "mock" { 0 } else { CLAIMED_MS };
    Response::ok(json!({
        "success": success,
        "data": data,
        "error": error,
        "duration": duration,
        "server": server,
        "tool": call.tool,
        "tool_call_id": tool_call_id(context, session, number),
        "called_at": context.now.rfc3339(),
    }))
}

fn not_registered(context: &mut Context<'_>, session: &SessionInfo, tool: &str) -> Response {
    let error = format!("Tool not registered: {tool}");
    if context.settings.managed() {
        return Response::ok(json!({
            "success": false,
            "data": null,
            "error": error,
            "duration": 0,
            "server": "",
            "tool": tool,
        }));
    }
    let number = context.state.ids.number();
    Response::ok(json!({
        "success": false,
        "data": {},
        "error": error,
        "duration": 0,
        "server": "oss-runtime",
        "tool": tool,
        "tool_call_id": tool_call_id(context, session, number),
        "called_at": context.now.rfc3339(),
    }))
}

/// The id under which a server shows a call: counted, or the session and eight hex digits.
fn tool_call_id(context: &Context<'_>, session: &SessionInfo, number: u64) -> String {
    if context.settings.managed() {
        format!("tc_{number}")
    } else {
        format!("{}-{number:08x}", session.id)
    }
}
