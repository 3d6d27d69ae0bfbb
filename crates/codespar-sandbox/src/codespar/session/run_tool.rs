//! Running a tool, whoever asks for it, and keeping a record of that.

use serde_json::{Value, json};

use crate::{
    codespar::{
        events,
        meta_tools::{self, tool::ToolContext},
        organizations::spending,
        session::tracking,
    },
    server::{errors::ApiError, json_object::JsonObject},
    store::{
        context::Context,
        records::{
            mocks::MockRefusal, session::SessionInfo, tool_call::ToolCallRecord, tracking::Tracking,
        },
    },
};

/// How long every tool call claims to have taken, in milliseconds.
pub(crate) const CLAIMED_MS: i64 = 42;

/// The id of the only policy rule there is.
pub(crate) const POLICY_RULE: &str = "rule_payment_limit";

/// A call of a tool.
pub(crate) struct ToolCall<'a> {
    pub(crate) tool: &'a str,
    pub(crate) input: JsonObject,
    /// The input as it came, for the record.
    pub(crate) sent: Value,
    /// The request's idempotency key, where it has one: written down, never honoured.
    pub(crate) key: Option<&'a str>,
    /// Whether the chat asks, which consults mocks for every name.
    pub(crate) in_chat: bool,
}

/// What became of it.
pub(crate) enum ToolOutcome {
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
    /// The organization has stopped all spending, and this is some.
    Paused(ApiError),
    /// Denied by the policy, for this reason.
    Denied(&'static str),
    Refused(MockRefusal),
    Mocked(Value),
    NotRegistered,
}

/// Runs a tool: mocks first, then the tools the sandbox has.
pub(crate) fn run(
    context: &mut Context<'_>,
    session: &SessionInfo,
    call: &ToolCall<'_>,
) -> ToolOutcome {
    if needs_mock(context, session, call) {
        return match take_mock(context, session, call.tool) {
            Ok(data) => ToolOutcome::Mocked(data),
            Err(refusal) => ToolOutcome::Refused(refusal),
        };
    }
    // Of all tools the self-hosted runtime has only this one built in.
    let built_in = context.settings.managed() || call.tool == "codespar_list_tools";
    let Some(tool) = meta_tools::find(call.tool).filter(|_| built_in) else {
        return ToolOutcome::NotRegistered;
    };
    if meta_tools::spends(call.tool, &call.input) {
        if let Err(paused) = spending::check_running(context.state) {
            return ToolOutcome::Paused(paused);
        }
    }
    if above_limit(context, call) {
        return ToolOutcome::Denied("the amount is above the limit of one payment");
    }
    let mut tool_context = ToolContext {
        state: context.state,
        settings: context.settings,
        project: context.project,
        now: context.now,
        session,
        key: call.key,
        tools: meta_tools::TOOLS,
    };
    match (tool.run)(&mut tool_context, &call.input) {
        Ok(done) => {
            ToolOutcome::Success { data: done.data, server: done.server, tracking: done.tracking }
        }
        Err(failure) => {
            ToolOutcome::Failure { error: failure.error, data: failure.data, server: String::new() }
        }
    }
}

/// Whether a mock decides: for every catalog tool, for meta-tools where they have one, and inside
/// the chat of the self-hosted runtime for every name.
fn needs_mock(context: &Context<'_>, session: &SessionInfo, call: &ToolCall<'_>) -> bool {
    if !context.settings.test_mode || meta_tools::is_metadata(call.tool) {
        return false;
    }
    if call.tool.contains('/') {
        return true;
    }
    if !context.settings.managed() {
        return call.in_chat;
    }
    let session = context.state.sessions.iter().find(|known| known.id == session.id);
    let mocks = session.and_then(|session| session.mocks.as_ref());
    mocks.is_some_and(|mocks| mocks.has(call.tool)) && meta_tools::find(call.tool).is_some()
}

fn above_limit(context: &Context<'_>, call: &ToolCall<'_>) -> bool {
    let limit = context.settings.payment_limit.filter(|_| call.tool == "codespar_pay");
    let amount = call.input.maybe_integer("amount").ok().flatten();
    limit.zip(amount).is_some_and(|(limit, amount)| amount > limit)
}

fn take_mock(
    context: &mut Context<'_>,
    session: &SessionInfo,
    tool: &str,
) -> Result<Value, MockRefusal> {
    let session = context.state.sessions.iter_mut().find(|known| known.id == session.id);
    let mocks = session.and_then(|session| session.mocks.as_mut());
    mocks.ok_or(MockRefusal::NotMocked)?.take(tool)
}

/// Writes a call into the record and gives back its number.
pub(crate) fn record(
    context: &mut Context<'_>,
    session: &SessionInfo,
    call: &ToolCall<'_>,
    server: &str,
    outcome: Result<Value, (Option<String>, Value)>,
    tracking: Option<Tracking>,
) -> u64 {
    let number = context.state.ids.number();
    let (status, error_code, output) = match outcome {
        Ok(output) => ("success", None, output),
        Err((code, output)) => ("error", code, output),
    };
    let row = ToolCallRecord {
        number,
        project: context.project.to_owned(),
        session: session.id.clone(),
        server: server.to_owned(),
        tool: call.tool.to_owned(),
        status,
        duration_ms: Some(CLAIMED_MS),
        error_code,
        input: call.sent.clone(),
        output,
        called_at: context.now.wall,
        tracking,
    };
    tracking::schedule(context.state, &row, context.now);
    let kind = if status == "success" { "tool_call.succeeded" } else { "tool_call.failed" };
    let data = json!({
        "tool_call_id": row.id(),
        "session_id": row.session,
        "tool_name": row.tool,
        "agent_id": session.agent,
    });
    context.state.tool_calls.push(row);
    events::tell(context.state, context.project, kind, data, context.now);
    number
}
