//! `POST /v1/sessions/{id}/execute`, and running a tool whoever asks for it.

use serde_json::{Value, json};

use crate::{
    codespar::{
        mocks,
        session::{
            self,
            tool_call::{CLAIMED_MS, RULE, Ran, Wish, keep, run},
        },
    },
    server::{
        errors::error,
        request::{Call, Outcome},
        response::Answer,
    },
    store::{context::World, records::session::SessionInfo},
};

/// `POST /v1/sessions/{id}/execute`
pub(crate) fn execute(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    if !call.settings.managed() && body.maybe_text("tool").ok().flatten().is_none_or(str::is_empty)
    {
        return Err(error(400, "invalid", "tool field is required").into());
    }
    let tool = body.text("tool")?.to_owned();
    let session = session::active(call)?;
    let mut member = "input";
    if call.settings.managed() && body.maybe_object(member)?.is_none() {
        member = "params";
    }
    let input = body.maybe_object(member)?;
    let sent = input.as_ref().map_or_else(|| json!({}), |_| call.verbatim(member));
    let key = call.idempotency_key();
    let input = input.unwrap_or_default();
    let wish = Wish { tool: &tool, input, sent, key, in_chat: false };
    let mut world = call.world();
    let ran = run(&mut world, &session, &wish);
    Ok(envelope(&mut world, &session, &wish, ran))
}

fn envelope(world: &mut World<'_>, session: &SessionInfo, wish: &Wish<'_>, ran: Ran) -> Answer {
    match ran {
        Ran::Success { data, server, tracking } => {
            let number = keep(world, session, wish, &server, Ok(data.clone()), tracking);
            result(world, session, wish, number, (true, data, None, &server))
        }
        Ran::Mocked(data) => {
            let number = keep(world, session, wish, "mock", Ok(data.clone()), None);
            result(world, session, wish, number, (true, data, None, "mock"))
        }
        Ran::Failure { error, data, server } => {
            let outcome = Err((Some(error.clone()), data.clone()));
            let number = keep(world, session, wish, &server, outcome, None);
            result(world, session, wish, number, (false, data, Some(error), &server))
        }
        // Meta-tools of the managed service never answer 422: the refusal is in the data.
        Ran::Refused(refusal) if world.settings.managed() && !wish.tool.contains('/') => {
            let data = refusal.data(wish.tool);
            let code = refusal.code().to_owned();
            let outcome = Err((Some(code.clone()), data.clone()));
            let number = keep(world, session, wish, "mock", outcome, None);
            result(world, session, wish, number, (false, data, Some(code), "mock"))
        }
        Ran::Refused(refusal) => mocks::refuse(&refusal, wish.tool),
        Ran::Denied(reason) => {
            let body = json!({ "reason": reason, "ruleType": "amount_limit", "ruleId": RULE });
            Answer::json(http::StatusCode::FORBIDDEN, body)
        }
        Ran::NotRegistered => not_registered(world, session, wish.tool),
    }
}

fn result(
    world: &World<'_>,
    session: &SessionInfo,
    wish: &Wish<'_>,
    number: u64,
    (success, data, error, server): (bool, Value, Option<String>, &str),
) -> Answer {
    let duration = if server == "mock" { 0 } else { CLAIMED_MS };
    Answer::ok(json!({
        "success": success,
        "data": data,
        "error": error,
        "duration": duration,
        "server": server,
        "tool": wish.tool,
        "tool_call_id": tool_call_id(world, session, number),
        "called_at": world.now.text(),
    }))
}

fn not_registered(world: &mut World<'_>, session: &SessionInfo, tool: &str) -> Answer {
    let error = format!("Tool not registered: {tool}");
    if world.settings.managed() {
        return Answer::ok(json!({
            "success": false,
            "data": null,
            "error": error,
            "duration": 0,
            "server": "",
            "tool": tool,
        }));
    }
    let number = world.state.ids.number();
    Answer::ok(json!({
        "success": false,
        "data": {},
        "error": error,
        "duration": 0,
        "server": "oss-runtime",
        "tool": tool,
        "tool_call_id": tool_call_id(world, session, number),
        "called_at": world.now.text(),
    }))
}

/// The id under which a server shows a call: counted, or the session and eight hex digits.
fn tool_call_id(world: &World<'_>, session: &SessionInfo, number: u64) -> String {
    if world.settings.managed() {
        format!("tc_{number}")
    } else {
        format!("{}-{number:08x}", session.id)
    }
}
