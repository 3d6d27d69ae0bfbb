//! `session.notify`: its request and its answer.

use codespar_proto::meta_tools::{NotifyArgs, NotifyChannel};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{session, told, tool};

#[test]
fn a_message() {
    let answer = tool(json!({"messageId": "msg_1", "sent": true}));
    let args = NotifyArgs::new(NotifyChannel::Whatsapp, "+5511999887766")
        .template("receipt")
        .variables(json!({"order": 42}));
    assert!(!format!("{args:?}").contains("5511"));
    assert_snapshot!(told(answer, |client| session(client).notify(&args)));
}
