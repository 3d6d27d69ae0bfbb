//! A session: closing it, and where agents find its tools.

mod authorize;
mod chat;
mod connections;
mod execute;
mod history;
mod proxy_execute;
mod status;
mod tools;
mod workflow;

use codespar_proto::testing::{Recorded, Replay};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, session, told};

#[test]
fn a_session_is_closed_whatever_else_a_success_says() {
    for answer in [Recorded::text(200, "text/plain", "ok"), Recorded::json(202, json!("closed"))] {
        let replay = Replay::new().answer(answer);
        session(&client(&replay)).close().send().unwrap();
    }
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
