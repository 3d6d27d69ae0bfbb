//! Running a tool, whoever asks for it, and keeping a record of that.

use serde_json::Value;

use crate::{
    codespar::{
        meta_tools::{self, tool::Desk},
        session::tracking,
    },
    server::json_object::Fields,
    store::{
        context::World,
        records::{
            mocks::MockRefusal, session::SessionInfo, tool_call::ToolCall, tracking::Tracking,
        },
    },
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
    let mut desk = Desk { world, session, key: wish.key, tools: meta_tools::TOOLS };
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
    tracking::schedule(world.state, &row, world.now);
    world.state.tool_calls.push(row);
    number
}
