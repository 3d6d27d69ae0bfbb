//! What the guards of the official clients say of a tool's result.

use codespar_proto::{Error, Json, session::ToolRefusal};
use serde_json::{Value, json};

/// The name it is recorded under.
pub(super) const CLASSIFY: &str = "guards.classify";

/// Which refusal a tool's result is, as one flag per reserved code.
pub(super) fn classify(args: &Json) -> Result<Value, Error> {
    let Some(value) = args.member("value") else {
        return Err(Error::config("value", "expected this argument"));
    };
    let refusal = ToolRefusal::of(&value);
    let is = |code| refusal.as_ref().is_some_and(|refusal| refusal.code() == code);
    Ok(json!({
        "policy_denied": is("policy_denied"),
        "approval_required": is("approval_required"),
        "mocks_exhausted": is("mocks_exhausted"),
        "mocks_engine_error": is("mocks_engine_error"),
        "tool_not_mocked": is("tool_not_mocked"),
    }))
}
