//! The envelope of meta-tools: a refusal keeps the whole result.

use codespar_proto::{
    ErrorKind, ToolResult,
    meta_tools::ShipArgs,
    testing::{Recorded, Replay},
};
use serde_json::json;

use crate::support::{client, session};

#[test]
fn a_refusal_is_an_error_that_keeps_the_result() {
    let answer = Recorded::json(
        200,
        json!({"success": false, "data": null,
        "error": "tracking_not_found", "tool_call_id": "tc_2"}),
    );
    let replay = Replay::new().answer(answer);
    let error = session(&client(&replay)).ship(&ShipArgs::track("X")).send().unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Api, Some("tracking_not_found")));
    assert_eq!(error.operation(), "session.ship");
    let result = error.last::<ToolResult>().unwrap();
    assert_eq!(result.tool_call_id.as_ref().unwrap().as_str(), "tc_2");
}
