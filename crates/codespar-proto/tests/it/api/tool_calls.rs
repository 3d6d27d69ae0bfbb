//! Tool calls of the whole project.

use codespar_proto::{
    testing::{Recorded, Replay},
    tool_calls::{ListToolCalls, StatsPeriod},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, sent, told};

#[test]
fn a_page_of_tool_calls() {
    let answer = Recorded::json(
        200,
        json!({"tool_calls": [{"id": "tc_90817", "session_id": "ses_2", "server_id": "asaas",
            "tool_name": "create_payment", "status": "success", "duration_ms": 412,
            "error_code": null, "input": {"value": 125.5}, "output": {"id": "pay_81"},
            "called_at": "2026-10-02T13:06:00.001Z"}],
            "next_before": "2026-10-02T13:06:00.001Z:tc_90817"}),
    );
    let args = ListToolCalls::default().limit(1).since("2026-10-02T00:00:00Z");
    assert_snapshot!(told(answer, |client| client.tool_calls().list_page(&args)), @r#"
    GET /v1/tool-calls?limit=1&since=2026-10-02T00%3A00%3A00Z
    Page {
        items: [
            ToolCall {
                id: ToolCallId("tc_90817"),
                session_id: Some(SessionId("ses_2")),
                server_id: Some("asaas"),
                tool_name: Some("create_payment"),
                status: Some(Success),
                duration_ms: Some(412.0),
                input: Some(Json(object, 15 bytes)),
                output: Some(Json(object, 15 bytes)),
                called_at: Some(Timestamp("2026-10-02T13:06:00.001Z")),
            },
        ],
        next: Some("2026-10-02T13:06:00.001Z:tc_90817"),
    }
    "#);
}

#[test]
fn all_tool_calls_page_after_page() {
    let replay = Replay::new()
        .answer(Recorded::json(
            200,
            json!({"tool_calls": [{"id": "tc_2"}], "next_before": "2026-10-02T13:06:00Z:tc_2"}),
        ))
        .answer(Recorded::json(200, json!({"tool_calls": [{"id": "tc_1"}], "next_before": null})));
    let list = client(&replay).tool_calls().list(&ListToolCalls::default().limit(1));
    let ids: Vec<_> = list.map(|call| call.unwrap().id.to_string()).collect();
    assert_eq!(ids, ["tc_2", "tc_1"]);
    let requests: String = replay.requests().iter().map(sent).collect();
    assert_snapshot!(requests, @r"
    GET /v1/tool-calls?limit=1
    GET /v1/tool-calls?before=2026-10-02T13%3A06%3A00Z%3Atc_2&limit=1
    ");
}

#[test]
fn how_many_tool_calls() {
    let args = ListToolCalls::default().since("2026-10-02T00:00:00Z").limit(3);
    let answer = Recorded::json(200, json!({"total": 41}));
    assert_snapshot!(told(answer, |client| client.tool_calls().count(&args)), @r"
    GET /v1/tool-calls?count_only=true&since=2026-10-02T00%3A00%3A00Z
    41
    ");
}

#[test]
fn one_tool_call() {
    let answer =
        Recorded::json(200, json!({"id": "tc_1", "status": "running", "duration_ms": null}));
    assert_snapshot!(told(answer, |client| client.tool_calls().get("tc_1")), @r#"
    GET /v1/tool-calls/tc_1
    ToolCall {
        id: ToolCallId("tc_1"),
        status: Some(Running),
    }
    "#);
    let missing = Recorded::json(404, json!({"error": "tool_call_not_found"}));
    let text = told(missing, |client| client.tool_calls().get("..whoami"));
    assert_snapshot!("a_missing_tool_call", text);
}

#[test]
fn tool_calls_are_counted_by_provider() {
    let answer = json!({"window": "7d", "window_start": "2026-10-01T00:00:00Z",
        "window_end": "2026-10-08T00:00:00Z", "servers": [{"server_id": "asaas", "calls": 12,
            "errors": 1, "p95_ms": null, "last_called_at": "2026-10-07T00:00:00Z"}]});
    let answer = Recorded::json(200, answer);
    let text = told(answer, |client| client.tool_calls().stats(Some(StatsPeriod::Week)));
    assert_snapshot!("tool_calls_are_counted_by_provider", text);
}
