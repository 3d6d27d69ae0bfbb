//! Operations by name: what `session.shop` is asked is told by its action, and a workflow is data.

use codespar_proto::{
    Json,
    registry::{Started, start_on_session},
    testing::{Recorded, Replay},
};
use serde_json::{Value, json};

use crate::support::{client, session, tool};

/// The body that a call by name sends, and what it gives.
fn by_name(name: &str, args: Value, answer: Recorded) -> (Value, Value) {
    let replay = Replay::new().answer(answer);
    let session = session(&client(&replay));
    let started = start_on_session(&session, name, &Json::from(args)).unwrap().unwrap();
    let Started::Call(call) = started else { panic!("{name} gives one result") };
    let result = call.send().unwrap().to_value();
    (replay.requests()[0].json(), result)
}

#[test]
fn shopping_by_action() {
    for args in [
        json!({"action": "search", "query": "gato", "limit": 3}),
        json!({"action": "checkout", "url": "https://x.test/1"}),
        json!({"action": "checkout_status", "checkout_session_id": "cks_1"}),
    ] {
        let (sent, result) = by_name("session.shop", args.clone(), tool(json!({"rail": "vtex"})));
        assert_eq!(sent, json!({"tool": "codespar_shop", "input": args}));
        assert_eq!((&result["rail"], &result["tool_call_id"]), (&json!("vtex"), &json!("tc_1")));
    }
}

#[test]
fn a_workflow_as_data() {
    let args = json!({"steps": [{"tool": "a/b", "params": {"x": 1}}, {"tool": "c/d", "params": {}}],
        "max_retries": 0});
    let answer = Recorded::json(409, json!({"error": "session_not_active"}));
    let (sent, result) = by_name("session.run_workflow", args, answer);
    assert_eq!(sent, json!({"tool": "a/b", "input": {"x": 1}}));
    assert_eq!(result["success"], false);
    assert_eq!((&result["completed_steps"], &result["total_steps"]), (&json!(0), &json!(2)));
    assert_eq!(result["results"][0]["code"], "session_not_active");
    assert_eq!(result["results"][0]["tool"], "a/b");
}
