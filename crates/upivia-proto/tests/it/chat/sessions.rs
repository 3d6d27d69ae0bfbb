//! Chat sessions and approvals.

use upivia_proto::chat::{ApprovalAction, ChatSessionQuery, CreateChatSession};

use crate::support::shown;

#[test]
fn sessions() {
    let text = shown! { client;
        "chat.sessions.list/typical" => client.chat().sessions().list(&ChatSessionQuery::default());
        "chat.sessions.list/all-options" => client.chat().sessions().list(
            &ChatSessionQuery::default()
                .agent_id("agt_1")
                .team_id("team_1")
                .limit(10)
                .include_closed(true)
                .include_empty(true),
        );
        "chat.sessions.create/all-options" => client.chat().sessions().create(
            &CreateChatSession::default().agent_id("agt_1").model_id("m1").title("T"),
        );
        "chat.sessions.get/typical" => client.chat().sessions().get("cs_1");
        "chat.sessions.delete/typical" => client.chat().sessions().delete("cs_1");
        "chat.sessions.delete_all/typical" => client.chat().sessions().delete_all();
        "chat.resolve_approval/approve" => client.chat()
            .resolve_approval("appr_1", ApprovalAction::Approve);
    };
    insta::assert_snapshot!(text, @r#"
    ## chat.sessions.list/typical
    > GET /api/v1/chat/sessions (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"sessions": [{"id": "cs_1", "agent_id": "agt_1", "title": "T", "closed_at": null}]}
    = Ok(ChatSessionList { sessions: [ChatSession { id: "cs_1", agent_id: Some("agt_1"), agent_name: None, model_id: None, title: Some("T"), created_at: None, last_message_at: None, closed_at: None, extra: {} }], extra: {} })
    ## chat.sessions.list/all-options
    > GET /api/v1/chat/sessions?agent_id=agt_1&include_closed=true&include_empty=true&limit=10&team_id=team_1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"sessions": []}
    = Ok(ChatSessionList { sessions: [], extra: {} })
    ## chat.sessions.create/all-options
    > POST /api/v1/chat/sessions (timeout 60s)
      authorization: Bearer [redacted]
      {
        "agent_id": "agt_1",
        "model_id": "m1",
        "title": "T"
      }
    < 201
      {"id": "cs_1", "agent_id": "agt_1", "title": "T", "closed_at": null}
    = Ok(ChatSession { id: "cs_1", agent_id: Some("agt_1"), agent_name: None, model_id: None, title: Some("T"), created_at: None, last_message_at: None, closed_at: None, extra: {} })
    ## chat.sessions.get/typical
    > GET /api/v1/chat/sessions/cs_1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"session": {"id": "cs_1", "agent_id": "agt_1", "title": "T", "closed_at": null}, "messages": []}
    = Ok(Object(Json(object, 97 bytes)))
    ## chat.sessions.delete/typical
    > DELETE /api/v1/chat/sessions?session_id=cs_1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"closed": true}
    = Ok(Object(Json(object, 16 bytes)))
    ## chat.sessions.delete_all/typical
    > DELETE /api/v1/chat/sessions?all=true (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"closed": true, "count": 3}
    = Ok(Object(Json(object, 28 bytes)))
    ## chat.resolve_approval/approve
    > POST /api/v1/chat/approvals/appr_1 (timeout 60s)
      authorization: Bearer [redacted]
      {
        "action": "approve"
      }
    < 200
      {"ok": true}
    = Ok(Object(Json(object, 12 bytes)))
    "#);
}

#[test]
fn a_flag_that_is_off_is_left_out() {
    let query = ChatSessionQuery::default().include_closed(false).include_empty(false);
    let text = shown! { client;
        "chat.sessions.list/typical" => client.chat().sessions().list(&query);
    };
    assert!(text.contains("> GET /api/v1/chat/sessions ("), "{text}");
}
