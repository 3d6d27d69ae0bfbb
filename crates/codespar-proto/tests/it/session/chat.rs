//! Chat: a turn at once, and a turn as it goes.

use codespar_proto::{
    ChatEvent,
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, session, told};

#[test]
fn a_turn() {
    let answer = Recorded::json(
        200,
        json!({"message": "Done.", "iterations": 2,
        "tool_calls": [{"id": "tc_1", "tool_name": "codespar_charge", "server_id": "asaas",
            "status": "success", "duration_ms": 640, "input": {}, "output": {}}]}),
    );
    assert_snapshot!(told(answer, |client| session(client).send("charge her")), @r#"
    POST /v1/sessions/ses_1/send
    {"message":"charge her"}
    SendResult {
        message: "Done.",
        tool_calls: [
            ToolCallRecord {
                id: Some(ToolCallId("tc_1")),
                tool_name: "codespar_charge",
                server_id: "asaas",
                status: Some(Success),
                duration_ms: Some(640.0),
                input: Some(Json(object, 2 bytes)),
                output: Some(Json(object, 2 bytes)),
            },
        ],
        iterations: 2,
    }
    "#);
}

#[test]
fn a_turn_as_it_goes() {
    let answer = Recorded::events([
        "event: assistant_text\ndata: {\"content\":\"Let me see\",\"iteration\":1}\n\n",
        "data: {\"type\":\"done\",\"result\":{\"message\":\"Done.\",\"iterations\":1}}\n\n",
    ]);
    let replay = Replay::new().answer(answer);
    let events: Result<Vec<_>, _> = session(&client(&replay)).send_stream("hello").collect();
    let events = events.unwrap();
    assert!(matches!(&events[0], ChatEvent::AssistantText(text) if text.content == "Let me see"));
    assert!(matches!(&events[1], ChatEvent::Done(result) if result.message == "Done."));
    assert_eq!(events.len(), 2);
    let sent = &replay.requests()[0];
    assert_eq!(sent.header("accept"), Some("text/event-stream"));
    assert_eq!(sent.json(), json!({"message": "hello"}));
}
