//! Sessions of the whole project.

use codespar_proto::{
    ErrorKind,
    session::SessionStatus,
    sessions::ListSessions,
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, sent, told};

#[test]
fn a_page_of_sessions() {
    let answer = Recorded::json(
        200,
        json!({"sessions": [{"id": "ses_2", "servers": ["asaas"], "status": "closed",
            "user_id": "buyer-77", "closed_at": "2026-10-02T13:06:00Z", "region": "sa"}],
            "next_before": "c2"}),
    );
    let args = ListSessions::default()
        .limit(1)
        .cursor("c1")
        .status(SessionStatus::Closed)
        .user_id("buyer-77");
    assert_snapshot!(told(answer, |client| client.sessions().list_page(&args)), @r#"
    GET /v1/sessions?before=c1&limit=1&status=closed&user_id=buyer-77
    Page {
        items: [
            SessionInfo {
                id: "ses_2",
                user_id: [redacted],
                servers: [
                    ServerRef {
                        id: "asaas",
                    },
                ],
                status: Closed,
                closed_at: Some(Timestamp("2026-10-02T13:06:00Z")),
                extra: {
                    "region",
                },
            },
        ],
        next: Some("c2"),
    }
    "#);
}

#[test]
fn all_sessions_page_after_page() {
    let replay = Replay::new()
        .answer(Recorded::json(
            200,
            json!({"sessions": [{"id": "ses_3"}, {"id": "ses_2"}], "next_before": "c/2"}),
        ))
        .answer(Recorded::json(200, json!({"sessions": [], "next_before": "c1"})))
        .answer(Recorded::json(200, json!({"sessions": [{"id": "ses_1"}], "next_before": null})));
    let list = client(&replay).sessions().list(&ListSessions::default().user_id("u 1"));
    let ids: Vec<_> = list.map(|session| session.unwrap().id).collect();
    assert_eq!(ids, ["ses_3", "ses_2", "ses_1"]);
    let requests: String = replay.requests().iter().map(sent).collect();
    assert_snapshot!(requests, @r"
    GET /v1/sessions?user_id=u%201
    GET /v1/sessions?before=c%2F2&user_id=u%201
    GET /v1/sessions?before=c1&user_id=u%201
    ");
}

#[test]
fn an_answer_without_a_list_is_no_empty_list() {
    let replay = Replay::new().answer(Recorded::json(200, json!({"data": []})));
    let error = client(&replay).sessions().list_page(&ListSessions::default()).send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
}

#[test]
fn one_session() {
    let answer = Recorded::json(
        200,
        json!({"id": "ses_2", "status": "active", "servers": [], "user_id": "u1",
            "tool_calls_count": 7}),
    );
    assert_snapshot!(told(answer, |client| client.sessions().get("ses_2")), @r#"
    GET /v1/sessions/ses_2
    SessionInfo {
        id: "ses_2",
        user_id: [redacted],
        servers: [],
        status: Active,
        tool_calls_count: Some(7),
    }
    "#);
}

#[test]
fn sessions_of_an_agent() {
    let row = json!({"id": "ses_2", "agent_did": "did:web:x", "agent_id": "shopper"});
    let page = Recorded::json(200, json!({"sessions": [row], "next_before": null}));
    let args = ListSessions::default().agent_id("shopper");
    let text = told(page, |client| client.sessions().list_page(&args));
    assert_snapshot!("sessions_of_an_agent", text);
}
