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
    insta::assert_snapshot!(text, @r#"
    ## knowledge.collections.list/all-options
    > GET /api/v1/knowledge/collections?cursor=c1&limit=10 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"collections": [], "next_cursor": null}
    = Ok(CollectionList { collections: [], next_cursor: None, extra: {} })
    ## knowledge.collections.iter/one-page
    > GET /api/v1/knowledge/collections?limit=1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"collections": [{"id": "a"}], "next_cursor": null}
    * Collection { id: "a", name: None, extra: {} }
    = Ok(())
    ## knowledge.collections.create/typical
    > POST /api/v1/knowledge/collections (timeout 60s)
      authorization: Bearer [redacted]
      {
        "description": "d",
        "name": "FAQ"
      }
    < 201
      {"collection": {"id": "col_1", "name": "FAQ"}}
    = Ok(CollectionAnswer { collection: Collection { id: "col_1", name: Some("FAQ"), extra: {} }, extra: {} })
    ## knowledge.collections.get/typical
    > GET /api/v1/knowledge/collections/col_1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"collection": {"id": "col_1", "name": "FAQ"}}
    = Ok(CollectionAnswer { collection: Collection { id: "col_1", name: Some("FAQ"), extra: {} }, extra: {} })
    ## knowledge.collections.delete/typical
    > DELETE /api/v1/knowledge/collections/col_1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"ok": true}
    = Ok(Object(Json(object, 12 bytes)))
    "#);
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
    insta::assert_snapshot!(text, @r#"
    ## knowledge.documents.create/stored-object
    > POST /api/v1/knowledge/collections/col_1/documents (timeout 60s)
      authorization: Bearer [redacted]
      {
        "stored_object_id": "obj_1"
      }
    < 202
      {"document": {"id": "doc_1", "status": "pending"}}
    = Ok(DocumentAnswer { document: Document { id: "doc_1", status: Some("pending"), extra: {} }, extra: {} })
    ## knowledge.documents.create/content
    > POST /api/v1/knowledge/collections/col_1/documents (timeout 60s)
      authorization: Bearer [redacted]
      content-type: multipart/form-data; boundary=codespar-form-boundary-00000000
      --codespar-form-boundary-00000000
      Content-Disposition: form-data; name="filename"

      a.md
      --codespar-form-boundary-00000000
      Content-Disposition: form-data; name="contentType"

      text/markdown
      --codespar-form-boundary-00000000
      Content-Disposition: form-data; name="file"; filename="a.md"
      Content-Type: text/markdown

      # Doc
      --codespar-form-boundary-00000000--
    < 202
      {"document": {"id": "doc_1", "status": "pending"}}
    = Ok(DocumentAnswer { document: Document { id: "doc_1", status: Some("pending"), extra: {} }, extra: {} })
    ## knowledge.documents.get/typical
    > GET /api/v1/knowledge/collections/col_1/documents/doc_1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"document": {"id": "doc_1", "status": "pending"}}
    = Ok(DocumentAnswer { document: Document { id: "doc_1", status: Some("pending"), extra: {} }, extra: {} })
    ## knowledge.documents.delete/typical
    > DELETE /api/v1/knowledge/collections/col_1/documents/doc_1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"ok": true}
    = Ok(Object(Json(object, 12 bytes)))
    "#);
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
