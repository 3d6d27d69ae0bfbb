//! Every answer can be made by hand, for fakes behind traits of other people's own.

use codespar_proto::{
    ChatEvent, Reply, ToolResult, Verdict,
    connections::StoredConnection,
    meta_tools::{Charge, ToolOutput},
    session::ConnectionsWait,
    testing::{fake, refusal},
    workflow::{StepResult, WorkflowResult},
};
use serde_json::{Value, json};

type Made<O> = Result<O, codespar_proto::Error>;

macro_rules! answers {
    ($($module:ident :: $name:ident),* $(,)?) => {
        /// Compiles for every answer that derives write.
        #[test]
        fn every_answer_is_made_of_json() {
            let mut names = Vec::new();
            $(
                let made: Made<codespar_proto::$module::$name> = fake(json!("no object"));
                let words = made.err().map(|error| error.message().to_owned()).unwrap_or_default();
                assert!(words.starts_with(concat!(stringify!($name), ": ")), "{words}");
                names.push(stringify!($name));
            )*
            assert!(names.len() > 80, "{}", names.len());
        }
    };
}
testing_support::codespar_answers!(answers);

#[test]
fn events_are_made_as_the_service_sends_them() {
    for event in [
        json!({"type": "user_message", "content": "Oi"}),
        json!({"type": "assistant_text", "content": "Oi", "iteration": 1}),
        json!({"type": "tool_use", "id": "t1", "name": "charge", "input": {"a": 1}}),
        json!({"type": "tool_result", "tool_call": {"id": "tc_1", "tool_name": "charge"}}),
        json!({"type": "tool_result", "tool_use_id": "t1", "content": 1}),
        json!({"type": "done", "result": {"message": "Done.", "iterations": 2}}),
        json!({"type": "error", "error": "chat_loop_failed", "message": "no"}),
        json!({"type": "thinking", "data": {"n": 1}}),
    ] {
        let made: ChatEvent = fake(event.clone()).unwrap();
        let written: Value = serde_json::to_value(&made).unwrap();
        assert_eq!(written["type"], event["type"]);
        assert_eq!(fake::<ChatEvent>(written).unwrap(), made, "{event}");
    }
    let done: ChatEvent = fake(json!({"type": "done", "message": "Done."})).unwrap();
    assert!(matches!(done, ChatEvent::Done(result) if result.message == "Done."));
}

#[test]
fn what_no_json_makes_has_a_constructor() {
    let charge: Charge = fake(json!({"id": "ch_1", "amount": 150})).unwrap();
    let output = ToolOutput::new(charge).with_call_id("tc_1");
    assert_eq!(output.call_id().unwrap().as_str(), "tc_1");
    let mut reply = Reply::new(output);
    reply.attempts = 2;
    assert_eq!((reply.output.id.as_deref(), reply.status.as_u16()), (Some("ch_1"), 200));

    let result: ToolResult = fake(json!({"success": true, "tool": "x", "data": {}})).unwrap();
    let failed: ToolResult = fake(json!({"success": false, "error": "policy_denied"})).unwrap();
    let lost = refusal(403, "policy_denied", "above the limit");
    let steps = vec![StepResult::new(0, Ok(result)), StepResult::new(1, Err(lost))];
    let workflow = WorkflowResult::of(steps);
    assert_eq!((workflow.success, workflow.completed_steps, workflow.total_steps), (false, 1, 2));
    assert_eq!(workflow.verdict(), Verdict::Unknown);
    assert_eq!(WorkflowResult::of(vec![StepResult::new(0, Ok(failed))]).completed_steps, 0);

    assert!(!ConnectionsWait::of(None).all_connected);
    let connection = fake(json!({"id": "con_1", "server_id": "asaas"})).unwrap();
    assert!(StoredConnection::new(connection, true).rotated);
}

#[test]
fn a_refusal_by_hand_says_that_nothing_was_done() {
    let error = refusal(429, "rate_limited", "too many");
    assert_eq!((error.verdict(), error.status().unwrap().as_u16()), (Verdict::Refused, 429));
    assert_eq!((error.code(), error.message()), (Some("rate_limited"), "too many"));
}
