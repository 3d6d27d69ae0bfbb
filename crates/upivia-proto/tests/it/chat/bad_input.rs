//! Arguments of chats that cannot work: an error that names the field, and nothing is sent.

use upivia_proto::chat::{ApprovalAction, ChatSessionQuery, Continue, Turn};

use crate::support::{on_nothing, refused};

fn refused_turn(field: &str, turn: &Turn) {
    let client = on_nothing();
    let error = client.chat().turn(turn).next().unwrap().unwrap_err();
    assert_eq!(error.field(), Some(field), "{error}");
    assert!(client.transport().requests().is_empty());
}

#[test]
fn chat() {
    let other = ApprovalAction::from("maybe");
    refused_turn("session_id", &Turn::new("").message("hi"));
    refused_turn("session_id", &Turn::new("..").message("hi"));
    refused_turn("message", &Turn::new("cs_1"));
    refused_turn("message", &Turn::new("cs_1").message(" "));
    refused_turn("message", &Turn::new("cs_1").content(Vec::new()));
    refused_turn(
        "continue_from.request_id",
        &Turn::new("cs_1").continue_from(Continue::new("", ApprovalAction::Approve)),
    );
    refused_turn(
        "continue_from.action",
        &Turn::new("cs_1").continue_from(Continue::new("req_1", other.clone())),
    );
    let chat = on_nothing().chat();
    for id in ["", ".", ".."] {
        refused("approval_id", chat.resolve_approval(id, ApprovalAction::Reject));
        refused("session_id", chat.sessions().get(id));
        refused("session_id", chat.sessions().delete(id));
    }
    refused("action", chat.resolve_approval("appr_1", other));
    refused("limit", chat.sessions().list(&ChatSessionQuery::default().limit(0)));
    refused("limit", chat.sessions().list(&ChatSessionQuery::default().limit(501)));
}
