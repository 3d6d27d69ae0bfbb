//! `POST /v1/sessions/{id}/execute`, and running a tool whoever asks for it.

use serde_json::{Value, json};

use crate::{
    builder::Settings,
    codespar::{
        meta_tools::{self, Desk},
        mocks::MockRefusal,
        session::status::{self, Tracking},
        sessions::{self, SessionInfo},
        tool_calls::ToolCall,
    },
    server::{
        errors::error,
        json_object::Fields,
        request::{Call, Outcome},
        response::Answer,
    },
    store::{clock::Now, state::State},
};

/// How long every tool call claims to have taken, in milliseconds.
pub(crate) const CLAIMED_MS: i64 = 42;

/// The id of the only policy rule there is.
pub(crate) const RULE: &str = "rule_payment_limit";

/// One wish to run a tool.
pub(crate) struct Wish<'a> {
    pub(crate) tool: &'a str,
    pub(crate) input: Fields,
    /// The input as it came, for the record.
    pub(crate) sent: Value,
    /// The request's idempotency key, where it has one: written down, never honoured.
    pub(crate) key: Option<&'a str>,
    /// Whether the chat asks, which consults mocks for every name.
    pub(crate) in_chat: bool,
}

/// What became of it.
pub(crate) enum Ran {
    Success {
        data: Value,
        server: String,
        tracking: Option<Tracking>,
    },
    Failure {
        error: String,
        data: Value,
        server: String,
    },
    /// Denied by the policy, for this reason.
    Denied(&'static str),
    Refused(MockRefusal),
    Mocked(Value),
    NotRegistered,
}

/// What a tool may see and change.
pub(crate) struct World<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) settings: &'a Settings,
    pub(crate) project: &'a str,
    pub(crate) now: Now,
}

/// `POST /v1/sessions/{id}/execute`
pub(crate) fn execute(call: &mut Call<'_>) -> Outcome {
    let body = call.body()?;
    if !call.settings.managed() && body.maybe_text("tool").ok().flatten().is_none_or(str::is_empty)
    {
        return Err(error(400, "invalid", "tool field is required").into());
    }
    let tool = body.text("tool")?.to_owned();
    let session = sessions::active(call)?;
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

/// Runs a tool: mocks first, then the tools the sandbox has.
pub(crate) fn run(world: &mut World<'_>, session: &SessionInfo, wish: &Wish<'_>) -> Ran {
    if needs_mock(world, session, wish) {
        return match take_mock(world, session, wish.tool) {
            Ok(data) => Ran::Mocked(data),
            Err(refusal) => Ran::Refused(refusal),
        };
    }
    // Of all tools the self-hosted runtime has only this one built in.
    let built_in = world.settings.managed() || wish.tool == "codespar_list_tools";
    let Some(own) = meta_tools::find(wish.tool).filter(|_| built_in) else {
        return Ran::NotRegistered;
    };
    if above_limit(world, wish) {
        return Ran::Denied("the amount is above the limit of one payment");
    }
    let mut desk = Desk { world, session, key: wish.key };
    match (own.run)(&mut desk, &wish.input) {
        Ok(done) => Ran::Success { data: done.data, server: done.server, tracking: done.tracking },
        Err(failure) => {
            Ran::Failure { error: failure.error, data: failure.data, server: String::new() }
        }
    }
}

/// Whether a mock decides: for every catalog tool, for meta-tools where they have one, and inside
/// the chat of the self-hosted runtime for every name.
fn needs_mock(world: &World<'_>, session: &SessionInfo, wish: &Wish<'_>) -> bool {
    if !world.settings.test_mode || meta_tools::is_metadata(wish.tool) {
        return false;
    }
    if wish.tool.contains('/') {
        return true;
    }
    if !world.settings.managed() {
        return wish.in_chat;
    }
    let session = world.state.sessions.iter().find(|known| known.id == session.id);
    let mocks = session.and_then(|session| session.mocks.as_ref());
    mocks.is_some_and(|mocks| mocks.has(wish.tool)) && meta_tools::find(wish.tool).is_some()
}

fn above_limit(world: &World<'_>, wish: &Wish<'_>) -> bool {
    let limit = world.settings.payment_limit.filter(|_| wish.tool == "codespar_pay");
    let amount = wish.input.maybe_integer("amount").ok().flatten();
    limit.zip(amount).is_some_and(|(limit, amount)| amount > limit)
}

fn take_mock(
    world: &mut World<'_>,
    session: &SessionInfo,
    tool: &str,
) -> Result<Value, MockRefusal> {
    let session = world.state.sessions.iter_mut().find(|known| known.id == session.id);
    let mocks = session.and_then(|session| session.mocks.as_mut());
    mocks.ok_or(MockRefusal::NotMocked)?.take(tool)
}

/// Writes a call into the record and gives back its number.
pub(crate) fn keep(
    world: &mut World<'_>,
    session: &SessionInfo,
    wish: &Wish<'_>,
    server: &str,
    outcome: Result<Value, (Option<String>, Value)>,
    tracking: Option<Tracking>,
) -> u64 {
    let number = world.state.ids.number();
    let (status, error_code, output) = match outcome {
        Ok(output) => ("success", None, output),
        Err((code, output)) => ("error", code, output),
    };
    let row = ToolCall {
        number,
        project: world.project.to_owned(),
        session: session.id.clone(),
        server: server.to_owned(),
        tool: wish.tool.to_owned(),
        status,
        duration_ms: Some(CLAIMED_MS),
        error_code,
        input: wish.sent.clone(),
        output,
        called_at: world.now.wall,
        tracking,
    };
    status::schedule(world.state, &row, world.now);
    world.state.tool_calls.push(row);
    number
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
        Ran::Refused(refusal) => refusal.answer(wish.tool),
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
