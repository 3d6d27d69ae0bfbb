//! Collections and documents.

use std::time::Duration;

use codespar_engine::testing::{Recorded, Replay};
use serde_json::json;
use upivia_proto::{
    Client, Config, ErrorKind, Wait,
    knowledge::{CollectionQuery, DocumentAnswer, NewDocument},
    storage::Upload,
};

use crate::support::shown;

#[test]
fn collections() {
    let text = shown! { client;
        "knowledge.collections.list/all-options" => client.knowledge().collections()
            .list_page(&CollectionQuery::default().limit(10).cursor("c1"));
        "knowledge.collections.iter/one-page" => client.knowledge().collections()
            .list(&CollectionQuery::default().limit(1));
        "knowledge.collections.create/typical" => client.knowledge().collections()
            .create(&json!({"name": "FAQ", "description": "d"}));
        "knowledge.collections.get/typical" => client.knowledge().collections().get("col_1");
        "knowledge.collections.delete/typical" => client.knowledge().collections().delete("col_1");
    };
    insta::assert_snapshot!(text);
}

#[test]
fn documents() {
    let file = Upload::new("a.md", "# Doc").content_type("text/markdown");
    let text = shown! { client;
        "knowledge.documents.create/stored-object" => client.knowledge().documents()
            .create("col_1", &NewDocument::stored("obj_1"));
        "knowledge.documents.create/content" => client.knowledge().documents()
            .create("col_1", &NewDocument::file(file.clone()));
        "knowledge.documents.get/typical" => client.knowledge().documents().get("col_1", "doc_1");
        "knowledge.documents.delete/typical" => client.knowledge().documents()
            .delete("col_1", "doc_1");
    };
    insta::assert_snapshot!(text);
}

fn client(server: &Replay) -> Client<Replay> {
    let config = Config::new("http://replay.test").session_cookie("session=1");
    Client::with_transport(config, server.clone()).unwrap()
}

fn document(status: &str) -> Recorded {
    Recorded::json(202, json!({"document": {"id": "doc_1", "status": status}}))
}

#[test]
fn a_document_is_waited_for() {
    let server = Replay::new()
        .answer(document("pending"))
        .answer(document("embedding"))
        .answer(document("ready"));
    let documents = client(&server).knowledge().documents();
    let new = NewDocument::stored("obj_1");
    let taken = documents.create_and_wait("col_1", &new, Wait::default()).send().unwrap();
    assert_eq!(taken.document.status.as_deref(), Some("ready"));
    assert_eq!(server.elapsed(), Duration::from_secs(5));
    server.assert_done();

    let server = Replay::new().answer(document("failed"));
    let failed = client(&server).knowledge().documents().wait("col_1", "doc_1", Wait::default());
    assert_eq!(failed.send().unwrap().document.status.as_deref(), Some("failed"));
}

#[test]
fn a_wait_in_vain_tells_what_was_seen() {
    let server = Replay::new()
        .answer(document("pending"))
        .answer(document("pending"))
        .answer(document("pending"));
    let wait = Wait::default().at_most(Duration::from_secs(3));
    let call = client(&server).knowledge().documents().wait("col_1", "doc_1", wait);
    let error = call.send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.last::<DocumentAnswer>().unwrap().document.id, "doc_1");

    let server = Replay::new().answer(document("pending")).answer(Recorded::status(404));
    let call = client(&server).knowledge().documents().wait("col_1", "doc_1", wait);
    let error = call.send().unwrap_err();
    assert_eq!(error.status().unwrap(), 404);
    assert!(error.last::<DocumentAnswer>().is_some());
}
