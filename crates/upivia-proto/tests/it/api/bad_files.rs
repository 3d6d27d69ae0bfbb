//! Arguments of triggers, files and knowledge that cannot work: an error that names the field,
//! and nothing is sent.

use serde_json::json;
use upivia_proto::{
    Wait,
    knowledge::{CollectionQuery, NewDocument},
    storage::{StoredQuery, Upload},
    triggers::{CreateTrigger, TriggerQuery, UpdateTrigger},
};

use crate::support::{on_nothing, refused};

#[test]
fn triggers() {
    let triggers = on_nothing().triggers();
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
    let objects = on_nothing().storage().objects();
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
    let error = on_nothing().storage().objects().upload(&file).send().unwrap_err();
    assert_eq!(error.field(), Some("content"));
    assert!(error.message().contains("upload_large") && error.message().contains("presign"));
    let document = NewDocument::file(file);
    refused("content", on_nothing().knowledge().documents().create("col_1", &document));
}

#[test]
fn knowledge() {
    let knowledge = on_nothing().knowledge();
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
