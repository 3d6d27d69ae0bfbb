//! What the server has on record of a session.

use codespar_proto::{
    session::{RecordToolCall, UpdateToolCall},
    testing::Recorded,
    tool_calls::CallStatus,
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{session, told};

#[test]
fn the_session_now() {
    let answer = Recorded::json(
        200,
        json!({"id": "ses_1", "org_id": "org_1",
        "user_id": "user_1", "servers": ["asaas"], "status": "closed", "tool_calls_count": 3,
        "created_at": "2026-10-02T13:05:11Z", "closed_at": "2026-10-02T14:05:11Z"}),
    );
    assert_snapshot!(told(answer, |client| session(client).refresh()), @r#"
    GET /v1/sessions/ses_1
    SessionInfo {
        id: "ses_1",
        org_id: Some("org_1"),
        user_id: [redacted],
        servers: [
            ServerRef {
                id: "asaas",
            },
        ],
        status: Closed,
        created_at: Some(Timestamp("2026-10-02T13:05:11Z")),
        closed_at: Some(Timestamp("2026-10-02T14:05:11Z")),
        tool_calls_count: Some(3),
    }
    "#);
}

#[test]
fn mocks_and_how_far_they_are_used_up() {
    let answer = Recorded::json(
        200,
        json!({"mocks": {"asaas/get_payment": [{"id": 1}, {"id": 2}]},
        "counters": {"asaas/get_payment": {"n": 1, "cap": 2}, "asaas/pay": {"n": 4, "cap": null}}}),
    );
    assert_snapshot!(told(answer, |client| session(client).mocks()), @r#"
    GET /v1/sessions/ses_1/mocks
    SessionMocks {
        mocks: Some(
            {
                "asaas/get_payment": Mock(Json(array, 19 bytes)),
            },
        ),
        counters: {
            "asaas/get_payment": MockCounter {
                n: 1,
                cap: Some(2),
            },
            "asaas/pay": MockCounter {
                n: 4,
            },
        },
    }
    "#);
    let none = Recorded::json(200, json!({"mocks": null, "counters": {}}));
    assert_snapshot!(told(none, |client| session(client).mocks()), @r#"
    GET /v1/sessions/ses_1/mocks
    SessionMocks {
        counters: {},
    }
    "#);
}

#[test]
fn tool_calls() {
    let row = || {
        json!({"id": "tc_1", "session_id": "ses_1", "server_id": "asaas",
        "tool_name": "create_payment", "status": "running", "input": {"value": 1}})
    };
    let list = Recorded::json(200, json!({"tool_calls": [row()]}));
    assert_snapshot!(told(list, |client| session(client).tool_calls(Some(20))), @r#"
    GET /v1/sessions/ses_1/tool-calls?limit=20
    [
        ToolCall {
            id: ToolCallId("tc_1"),
            session_id: Some(SessionId("ses_1")),
            server_id: Some("asaas"),
            tool_name: Some("create_payment"),
            status: Some(Running),
            input: Some(Json(object, 11 bytes)),
        },
    ]
    "#);

    let args = RecordToolCall::new("asaas", "create_payment").input(json!({"value": 1}));
    let made = Recorded::json(201, row());
    assert_snapshot!(told(made, |client| session(client).record_tool_call(&args)), @r#"
    POST /v1/sessions/ses_1/tool-calls
    {"server_id":"asaas","tool_name":"create_payment","input":{"value":1}}
    ToolCall {
        id: ToolCallId("tc_1"),
        session_id: Some(SessionId("ses_1")),
        server_id: Some("asaas"),
        tool_name: Some("create_payment"),
        status: Some(Running),
        input: Some(Json(object, 11 bytes)),
    }
    "#);

    let args =
        UpdateToolCall::default().status(CallStatus::Error).error_code("timeout").duration_ms(640);
    let changed = Recorded::json(200, row());
    assert_snapshot!(told(changed, |client| session(client).update_tool_call("tc_1", &args)), @r#"
    PATCH /v1/sessions/ses_1/tool-calls/tc_1
    {"status":"error","duration_ms":640,"error_code":"timeout"}
    ToolCall {
        id: ToolCallId("tc_1"),
        session_id: Some(SessionId("ses_1")),
        server_id: Some("asaas"),
        tool_name: Some("create_payment"),
        status: Some(Running),
        input: Some(Json(object, 11 bytes)),
    }
    "#);
}

#[test]
fn the_log() {
    let answer = Recorded::json(
        200,
        json!({"data": [{"id": "tc_1", "tool": "codespar_charge",
        "server": "asaas", "status": "success", "duration_ms": 412,
        "called_at": "2026-10-02T13:06:00Z"}]}),
    );
    assert_snapshot!(told(answer, |client| session(client).logs()), @r#"
    GET /v1/sessions/ses_1/logs
    [
        LogRow {
            id: Some(ToolCallId("tc_1")),
            tool: Some("codespar_charge"),
            server: Some("asaas"),
            status: Some(Success),
            duration_ms: Some(412.0),
            called_at: Some(Timestamp("2026-10-02T13:06:00Z")),
        },
    ]
    "#);
}
