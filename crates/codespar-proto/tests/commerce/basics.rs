//! What a session is made of: tools, chat, charges, payments, connections, its end.

use codespar_proto::{
    Buyer, ChargeArgs, ChatEvent, Currency, Minor,
    meta_tools::PayArgs,
    session::{ToolOutcome, ToolRefusal},
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::{
    session,
    support::{client, told},
    tool,
};

#[test]
fn any_tool() {
    let input = json!({"value": 150.5});
    let answer = tool(json!({"id": "pay_81"}));
    assert_snapshot!(told(answer, |client| session(client).execute("asaas/create_payment", &input)), @r#"
    POST /v1/sessions/ses_1/execute
    {"tool":"asaas/create_payment","input":{"value":150.5}}
    ToolResult {
        success: true,
        data: Some(Json(object, 15 bytes)),
        duration: Some(42.0),
        server: Some("asaas"),
        tool: Some("asaas/create_payment"),
        tool_call_id: Some(ToolCallId("tc_1")),
        called_at: Some(Timestamp("2026-10-02T13:06:00Z")),
    }
    "#);
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

#[test]
fn a_session_is_closed_whatever_else_a_success_says() {
    for answer in [Recorded::text(200, "text/plain", "ok"), Recorded::json(202, json!("closed"))] {
        let replay = Replay::new().answer(answer);
        session(&client(&replay)).close().send().unwrap();
    }
}

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

#[test]
fn a_charge() {
    let answer = tool(json!({"id": "pay_81", "status": "PENDING", "amount": 150.5,
        "currency": "BRL", "method": "pix", "pix_copy_paste": "00020126-secret"}));
    let args = ChargeArgs::pix("150.50".parse().unwrap(), "Order 42", Buyer::new("Maria Silva"));
    let text = told(answer, |client| session(client).charge(&args));
    assert!(!text.contains("secret"));
    assert_snapshot!(text, @r#"
    POST /v1/sessions/ses_1/execute
    {"tool":"codespar_charge","input":{"amount":150.5,"currency":"BRL","method":"pix","description":"Order 42","buyer":{"name":"Maria Silva"}}}
    ToolOutput {
        data: Charge {
            id: Some("pay_81"),
            status: Some("PENDING"),
            amount: Some(Major(150.5)),
            currency: Some(Currency("BRL")),
            method: Some(Pix),
            pix_copy_paste: Some([redacted]),
        },
        tool_call_id: Some(ToolCallId("tc_1")),
        server: Some("asaas"),
        duration: Some(42.0),
        called_at: Some(Timestamp("2026-10-02T13:06:00Z")),
    }
    "#);
}

#[test]
fn a_payment() {
    let answer = tool(json!({"id": "po_1", "status": "rejected", "amount": 15000,
        "currency": "BRL", "error_code": "limit"}));
    let args = PayArgs::to("maria@example.com", Minor::new(15_000), Currency::BRL, "Refund 42");
    assert_snapshot!(told(answer, |client| session(client).pay(&args)), @r#"
    POST /v1/sessions/ses_1/execute
    {"tool":"codespar_pay","input":{"action":"pay","amount":15000,"currency":"BRL","description":"Refund 42","recipient":"maria@example.com"}}
    ToolOutput {
        data: Pay {
            id: Some("po_1"),
            status: Some("rejected"),
            amount: Some(Minor(15000)),
            currency: Some(Currency("BRL")),
            error_code: Some("limit"),
        },
        tool_call_id: Some(ToolCallId("tc_1")),
        server: Some("asaas"),
        duration: Some(42.0),
        called_at: Some(Timestamp("2026-10-02T13:06:00Z")),
    }
    "#);
}

#[test]
fn how_a_payment_stands() {
    let answer = Recorded::json(
        200,
        json!({"payment_status": "succeeded",
        "idempotency_key": "7d0f", "original_status": "success",
        "events": [{"event_type": "commerce.payment.succeeded", "payment_id": "pay_81"}]}),
    );
    assert_snapshot!(told(answer, |client| session(client).payment_status("tc_1")), @r#"
    GET /v1/tool-calls/tc_1/payment-status
    PaymentStatus {
        tool_call_id: Some(ToolCallId("tc_1")),
        payment_status: Succeeded,
        idempotency_key: Some("7d0f"),
        original_status: Some("success"),
        events: [
            PaymentEvent {
                event_type: Some("commerce.payment.succeeded"),
                payment_id: Some("pay_81"),
            },
        ],
    }
    "#);
}

#[test]
fn how_a_verification_stands() {
    let answer = Recorded::json(
        200,
        json!({"tool_call_id": "tc_1",
        "verification_status": "review", "hosted_url": "https://kyc.test/secret", "events": []}),
    );
    let text = told(answer, |client| session(client).verification_status("tc_1"));
    assert!(!text.contains("secret"));
    assert_snapshot!(text, @r#"
    GET /v1/tool-calls/tc_1/verification-status
    VerificationStatus {
        tool_call_id: Some(ToolCallId("tc_1")),
        verification_status: Review,
        hosted_url: Some([redacted]),
        events: [],
    }
    "#);
}

#[test]
fn waiting_until_a_payment_is_settled() {
    let answer = Recorded::events([
        "event: snapshot\ndata: {\"payment_status\":\"pending\"}\n\n",
        "event: update\ndata: {\"payment_status\":\"succeeded\"}\n\n",
    ]);
    assert_snapshot!(told(answer, |client| session(client).settled(&"tc_1".into())), @r#"
    GET /v1/tool-calls/tc_1/payment-status/stream
    PaymentStatus {
        tool_call_id: Some(ToolCallId("tc_1")),
        payment_status: Succeeded,
        events: [],
    }
    "#);
}

#[test]
fn waiting_until_a_verification_is_decided() {
    let answer = Recorded::events([
        "event: snapshot\ndata: {\"verification_status\":\"review\"}\n\n",
        "event: update\ndata: {\"verification_status\":\"approved\"}\n\n",
    ]);
    assert_snapshot!(told(answer, |client| session(client).decided(&"tc_1".into())), @r#"
    GET /v1/tool-calls/tc_1/verification-status/stream
    VerificationStatus {
        tool_call_id: Some(ToolCallId("tc_1")),
        verification_status: Approved,
        events: [],
    }
    "#);
}

#[test]
fn servers_and_tools() {
    let answer = Recorded::json(
        200,
        json!({"servers": [{"id": "asaas", "connected": true}],
        "tools": [{"name": "codespar_pay", "description": "Send money", "server": "codespar"}]}),
    );
    assert_snapshot!(told(answer, |client| session(client).connections()), @r#"
    GET /v1/sessions/ses_1/connections
    SessionConnections {
        servers: [
            ServerConnection {
                id: "asaas",
                connected: true,
            },
        ],
        tools: [
            Tool {
                name: "codespar_pay",
                description: "Send money",
                server: Some("codespar"),
            },
        ],
    }
    "#);
}

#[test]
fn tools_are_asked_for_once() {
    let answer = Recorded::json(
        200,
        json!({"servers": [],
        "tools": [{"name": "codespar_pay", "description": "Send money"}, {"name": "codespar_ship"}]}),
    );
    let replay = Replay::new().answer(answer);
    let session = session(&client(&replay));
    assert_eq!(session.tools().send().unwrap().len(), 2);
    let found = session.find_tools("MONEY").send().unwrap();
    assert_eq!(found[0].name, "codespar_pay");
    assert_eq!((found.len(), replay.requests().len()), (1, 1));
}

#[test]
fn waiting_for_connections_says_whether_they_came() {
    let looks = |connected| {
        Recorded::json(200, json!({"servers": [{"id": "asaas", "connected": connected}]}))
    };
    let limit = std::time::Duration::from_secs(2);
    let came = Replay::new().answer(looks(false)).answer(looks(true));
    let wait = session(&client(&came)).wait_for_connections(limit).send().unwrap();
    assert!(wait.all_connected);
    let never = (0..3).fold(Replay::new(), |replay, _| replay.answer(looks(false)));
    let wait = session(&client(&never)).wait_for_connections(limit).send().unwrap();
    assert!(!wait.all_connected && wait.connections.is_some());
    never.assert_done();
}

#[test]
fn the_end() {
    let answer = Recorded::json(
        200,
        json!({"id": "ses_1", "status": "closed",
        "closed_at": "2026-10-02T14:05:11Z"}),
    );
    assert_snapshot!(told(answer, |client| session(client).close()), @r#"
    DELETE /v1/sessions/ses_1
    Closed {
        id: Some("ses_1"),
        status: Some(Closed),
        closed_at: Some(Timestamp("2026-10-02T14:05:11Z")),
    }
    "#);
    for gone in [204, 404] {
        let replay = Replay::new().answer(Recorded::status(gone));
        let closed = session(&client(&replay)).close().send().unwrap();
        assert_eq!(closed.id, None);
        assert_eq!(replay.requests()[0].header("content-type"), None);
    }
}

#[test]
fn where_agents_find_the_tools() {
    let mcp = session(&client(&Replay::new())).mcp();
    assert_eq!(mcp.url, "http://replay.test/v1/sessions/ses_1/mcp");
    assert!(!format!("{mcp:?}").contains("csk_"));
    assert_eq!(mcp.headers[0].1.expose(), "Bearer csk_test_0123");
}
