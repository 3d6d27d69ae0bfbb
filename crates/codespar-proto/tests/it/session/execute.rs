//! Running tools: results, refusals that come as HTTP errors.

use codespar_proto::{
    session::{ToolOutcome, ToolRefusal},
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, session, told, tool};

#[test]
fn any_tool() {
    let input = json!({"value": 150.5});
    let answer = tool(json!({"id": "pay_81"}));
    let tool = "asaas/create_payment";
    assert_snapshot!(told(answer, |client| session(client).execute(tool, &input)));
}

#[test]
fn a_refusal_by_http_is_a_result() {
    let answer = Recorded::json(
        422,
        json!({"code": "tool_not_mocked", "tool_name": "a/b",
        "message": "no mock"}),
    );
    let replay = Replay::new().answer(answer);
    let result = session(&client(&replay)).execute("a/b", &json!({})).send().unwrap();
    let ToolOutcome::Refused(ToolRefusal::ToolNotMocked { tool_name, .. }) = result.outcome()
    else {
        panic!("{result:?}");
    };
    assert_eq!(tool_name, "a/b");
}

#[test]
fn a_reserved_code_alone_is_a_result_too() {
    let body = json!({"code": "approval_required", "message": "ask first"});
    let replay = Replay::new().answer(Recorded::json(403, body.clone()));
    let result = session(&client(&replay)).execute("a/b", &json!({})).send().unwrap();
    assert_eq!(result.error.as_deref(), Some("approval_required"));
    assert_eq!(result.data::<serde_json::Value>().unwrap(), body);
}
