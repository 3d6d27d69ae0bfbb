//! Operations of a session: tools, chat, money, status, connections.

use codespar_engine::{Error, Json};
use serde::{Deserialize, Serialize};

use crate::{
    meta_tools::{charge::ChargeArgs, pay::PayArgs},
    registry::settings::Mcp,
    session::execute::tool_refusal::ToolRefusal,
    types::ids::ToolCallId,
};

operations! {
    Session session;

    "session.execute" { tool_name: String, params: Json } => session.execute(&tool_name, &params);
    "session.send" { message: String } => session.send(&message);
    "session.send_stream" { message: String } => session.send_stream(&message);
    "session.charge" (args: ChargeArgs) => session.charge(&args);
    "session.pay" (args: PayArgs) => session.pay(&args);
    "session.payment_status" { tool_call_id: ToolCallId } => session.payment_status(&tool_call_id);
    "session.verification_status" { tool_call_id: ToolCallId } =>
        session.verification_status(&tool_call_id);
    "session.payment_status_stream" { tool_call_id: ToolCallId, reconnect: Option<bool> } =>
        session.payment_status_stream(&tool_call_id, reconnect.unwrap_or_default());
    "session.verification_status_stream" { tool_call_id: ToolCallId, reconnect: Option<bool> } =>
        session.verification_status_stream(&tool_call_id, reconnect.unwrap_or_default());
    "session.settled" { tool_call_id: ToolCallId } => session.settled(&tool_call_id);
    "session.decided" { tool_call_id: ToolCallId } => session.decided(&tool_call_id);
    "session.connections" {} => session.connections();
    "session.tools" {} => session.tools();
    "session.find_tools" { intent: String } => session.find_tools(&intent);
    "session.mcp" {} => Json::of(&Mcp::of(&session.mcp()));
    "session.close" {} => session.close();
}

/// What `guards.classify` looks at.
#[derive(Deserialize)]
pub(super) struct Classify {
    value: Json,
}

/// Which refusal a tool's result is, as one flag per reserved code.
pub(super) fn classify(args: &Classify) -> Result<Json, Error> {
    #[derive(Serialize)]
    struct Flags {
        policy_denied: bool,
        approval_required: bool,
        mocks_exhausted: bool,
        mocks_engine_error: bool,
        tool_not_mocked: bool,
    }
    let refusal = ToolRefusal::of(&args.value);
    let is = |code| refusal.as_ref().is_some_and(|refusal| refusal.code() == code);
    Json::of(&Flags {
        policy_denied: is("policy_denied"),
        approval_required: is("approval_required"),
        mocks_exhausted: is("mocks_exhausted"),
        mocks_engine_error: is("mocks_engine_error"),
        tool_not_mocked: is("tool_not_mocked"),
    })
}
