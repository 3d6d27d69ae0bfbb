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
    insta::assert_snapshot!(text);
}

#[test]
fn a_flag_that_is_off_is_left_out() {
    let query = ChatSessionQuery::default().include_closed(false).include_empty(false);
    let text = shown! { client;
        "chat.sessions.list/typical" => client.chat().sessions().list(&query);
    };
    assert!(text.contains("> GET /api/v1/chat/sessions ("), "{text}");
}
