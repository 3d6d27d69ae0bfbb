//! Arguments that cannot work: an error that names the field, and nothing is sent.

use codespar_engine::testing::Replay;
use serde_json::json;
use upivia_proto::{
    Call, Client, Config, Wait,
    chat::{ApprovalAction, ChatSessionQuery, Continue, Turn},
    knowledge::{CollectionQuery, NewDocument},
    storage::{StoredQuery, Upload},
    triggers::{CreateTrigger, TriggerQuery, UpdateTrigger},
};

fn client() -> Client<Replay> {
    let config = Config::new("http://replay.test").pat("upivia_pat_1");
    Client::with_transport(config, Replay::new()).unwrap()
}

/// Makes the call, which must be refused for a field.
fn refused<O: std::fmt::Debug>(field: &str, call: Call<Replay, O>) {
    let error = call.send().unwrap_err();
    assert_eq!(error.field(), Some(field), "{error}");
    assert!(!error.operation().is_empty());
}

fn refused_turn(field: &str, turn: &Turn) {
    let client = client();
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
    let chat = client().chat();
    for id in ["", ".", ".."] {
        refused("approval_id", chat.resolve_approval(id, ApprovalAction::Reject));
        refused("session_id", chat.sessions().get(id));
        refused("session_id", chat.sessions().delete(id));
    }
    refused("action", chat.resolve_approval("appr_1", other));
    refused("limit", chat.sessions().list(&ChatSessionQuery::default().limit(0)));
    refused("limit", chat.sessions().list(&ChatSessionQuery::default().limit(501)));
}

#[test]
fn triggers() {
    let triggers = client().triggers();
    for id in ["", ".", ".."] {
        refused("trigger_id", triggers.get(id));
        refused("trigger_id", triggers.delete(id));
        refused("trigger_id", triggers.purge(id));
        refused("trigger_id", triggers.update(id, &UpdateTrigger::default().disabled(true)));
        refused("trigger_id", triggers.fire(id, "s", &json!({})));
    }
    refused("patch", triggers.update("trg_1", &UpdateTrigger::default()));
    refused("schedule_expr", triggers.update("trg_1", &UpdateTrigger::default().schedule_expr("")));
    refused("agent_id", triggers.create(&CreateTrigger::cron("", "email.send", "* * * * *")));
    refused("operation", triggers.create(&CreateTrigger::cron("agt_1", "", "* * * * *")));
    refused("schedule_expr", triggers.create(&CreateTrigger::cron("agt_1", "email.send", " ")));
    let mut never = CreateTrigger::cron("agt_1", "email.send", "");
    never.schedule_expr = None;
    refused("schedule_expr", triggers.create(&never));
    let error = CreateTrigger::webhook("agt_1", "email.send", &[f64::NAN]).unwrap_err();
    assert_eq!(error.field(), Some("payload_template"));
    refused("limit", triggers.list_page(&TriggerQuery::default().limit(501)));
    let error = triggers.list(&TriggerQuery::default().cursor("c1")).next().unwrap().unwrap_err();
    assert_eq!(error.field(), Some("cursor"));
}

#[test]
fn storage() {
    let objects = client().storage().objects();
    for id in ["", ".", ".."] {
        refused("object_id", objects.get(id));
        refused("object_id", objects.delete(id));
        refused("object_id", objects.restore(id));
        refused("object_id", objects.confirm(id, None));
        refused("object_id", objects.download(id, None));
    }
    for digest in ["", "abc", &"AB".repeat(32), &"zz".repeat(32)] {
        refused("sha256", objects.confirm("obj_1", Some(digest)));
    }
    refused("filename", objects.upload(&Upload::new("", "x")));
    refused("filename", objects.upload_large(&Upload::new(" ", "x")));
    refused("filename", objects.presign("", "text/plain", 1));
    for kind in ["", "text", "text/", "/plain", "text/plain\r\nx: y", "text/çedilha"] {
        refused("content_type", objects.upload(&Upload::new("a", "x").content_type(kind)));
        refused("content_type", objects.presign("a", kind, 1));
        refused("content_type", objects.put("http://files.test/", kind, "x"));
    }
    refused("limit", objects.list_page(&StoredQuery::default().limit(0)));
    let error = objects.list(&StoredQuery::default().cursor("c1")).next().unwrap().unwrap_err();
    assert_eq!(error.field(), Some("cursor"));
}

#[test]
fn what_is_too_long_for_one_request_names_the_other_way() {
    let file = Upload::new("video.mp4", vec![0; 100_000_001]);
    let error = client().storage().objects().upload(&file).send().unwrap_err();
    assert_eq!(error.field(), Some("content"));
    assert!(error.message().contains("upload_large") && error.message().contains("presign"));
    let document = NewDocument::file(file);
    refused("content", client().knowledge().documents().create("col_1", &document));
}

#[test]
fn knowledge() {
    let knowledge = client().knowledge();
    let (collections, documents) = (knowledge.collections(), knowledge.documents());
    let stored = NewDocument::stored("obj_1");
    for id in ["", ".", ".."] {
        refused("collection_id", collections.get(id));
        refused("collection_id", collections.delete(id));
        refused("collection_id", documents.create(id, &stored));
        refused("collection_id", documents.get(id, "doc_1"));
        refused("doc_id", documents.get("col_1", id));
        refused("doc_id", documents.delete("col_1", id));
        refused("doc_id", documents.wait("col_1", id, Wait::default()));
    }
    refused("body", collections.create(&[1]));
    refused("stored_object_id", documents.create("col_1", &NewDocument::default()));
    refused("stored_object_id", documents.create("col_1", &NewDocument::stored("")));
    refused("filename", documents.create("col_1", &NewDocument::file(Upload::new("", "x"))));
    let mut both = NewDocument::file(Upload::new("a.md", "x"));
    both.stored_object_id = Some("obj_1".to_owned());
    refused("content", documents.create("col_1", &both));
    let never = Wait::default().at_most(std::time::Duration::ZERO);
    refused("timeout", documents.create_and_wait("col_1", &stored, never));
    refused("limit", collections.list_page(&CollectionQuery::default().limit(0)));
}
