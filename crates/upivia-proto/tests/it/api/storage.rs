//! Files.

mod large;

use codespar_engine::testing::{Recorded, Replay};
use serde_json::json;
use upivia_proto::storage::{StoredQuery, Upload};

use crate::support::{on, shown};

#[test]
fn files() {
    let text = shown! { client;
        "storage.objects.list/all-options" => client.storage().objects()
            .list_page(&StoredQuery::default().limit(10).cursor("c1"));
        "storage.objects.iter/one-page" => client.storage().objects().list(&StoredQuery::default());
        "storage.objects.get/typical" => client.storage().objects().get("obj_1");
        "storage.objects.delete/typical" => client.storage().objects().delete("obj_1");
        "storage.objects.restore/typical" => client.storage().objects().restore("obj_1");
        "storage.objects.presign/typical" => client.storage().objects()
            .presign("big.bin", "application/octet-stream", 500_000_000);
        "storage.objects.confirm/typical" => client.storage().objects().confirm("obj_2", None);
        "storage.objects.confirm/sha256" => client.storage().objects()
            .confirm("obj_2", Some(&"ab".repeat(32)));
    };
    insta::assert_snapshot!(text, @r#"
    ## storage.objects.list/all-options
    > GET /api/v1/storage/objects?cursor=c1&limit=10 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"objects": [], "next_cursor": null}
    = Ok(StoredList { objects: [], next_cursor: None, extra: {} })
    ## storage.objects.iter/one-page
    > GET /api/v1/storage/objects (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"objects": [{"id": "a"}], "next_cursor": null, "total": 4}
    * StoredObject { id: "a", filename: None, content_type: None, size_bytes: None, status: None, sha256: None, created_at: None, extra: {} }
    = Ok(())
    ## storage.objects.get/typical
    > GET /api/v1/storage/objects/obj_1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"object": {"id": "obj_1", "filename": "hello.txt", "status": "live", "size_bytes": 5, "sha256": null}}
    = Ok(Stored { object: StoredObject { id: "obj_1", filename: Some("hello.txt"), content_type: None, size_bytes: Some(5), status: Some("live"), sha256: None, created_at: None, extra: {} }, extra: {} })
    ## storage.objects.delete/typical
    > DELETE /api/v1/storage/objects/obj_1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"ok": true}
    = Ok(Object(Json(object, 12 bytes)))
    ## storage.objects.restore/typical
    > POST /api/v1/storage/objects/obj_1/restore (timeout 60s)
      authorization: Bearer [redacted]
      {}
    < 200
      {"object": {"id": "obj_1", "filename": "hello.txt", "status": "live", "size_bytes": 5, "sha256": null}}
    = Ok(Stored { object: StoredObject { id: "obj_1", filename: Some("hello.txt"), content_type: None, size_bytes: Some(5), status: Some("live"), sha256: None, created_at: None, extra: {} }, extra: {} })
    ## storage.objects.presign/typical
    > POST /api/v1/storage/objects (timeout 60s)
      authorization: Bearer [redacted]
      {
        "filename": "big.bin",
        "contentType": "application/octet-stream",
        "sizeBytes": 500000000
      }
    < 200
      {"object": {"id": "obj_2", "status": "pending"}, "upload_url": "https://r2.example.test/put", "expires_at": "2026-01-01T00:00:00Z"}
    = Ok(Presigned { object: StoredObject { id: "obj_2", filename: None, content_type: None, size_bytes: None, status: Some("pending"), sha256: None, created_at: None, extra: {} }, upload_url: [redacted], expires_at: Some(Timestamp("2026-01-01T00:00:00Z")), extra: {} })
    ## storage.objects.confirm/typical
    > POST /api/v1/storage/objects/obj_2/confirm (timeout 60s)
      authorization: Bearer [redacted]
      {}
    < 200
      {"object": {"id": "obj_1", "filename": "hello.txt", "status": "live", "size_bytes": 5, "sha256": null}}
    = Ok(Stored { object: StoredObject { id: "obj_1", filename: Some("hello.txt"), content_type: None, size_bytes: Some(5), status: Some("live"), sha256: None, created_at: None, extra: {} }, extra: {} })
    ## storage.objects.confirm/sha256
    > POST /api/v1/storage/objects/obj_2/confirm (timeout 60s)
      authorization: Bearer [redacted]
      {
        "sha256": "abababababababababababababababababababababababababababababababab"
      }
    < 200
      {"object": {"id": "obj_1", "filename": "hello.txt", "status": "live", "size_bytes": 5, "sha256": null}}
    = Ok(Stored { object: StoredObject { id: "obj_1", filename: Some("hello.txt"), content_type: None, size_bytes: Some(5), status: Some("live"), sha256: None, created_at: None, extra: {} }, extra: {} })
    "#);
}

#[test]
fn where_a_file_can_be_read() {
    let text = shown! { client;
        "storage.objects.download/302-json-body" => client.storage().objects()
            .download("obj_1", Some(600));
        "storage.objects.download/302-location-only" => client.storage().objects()
            .download("obj_1", None);
        "storage.objects.download/302-text-body" => client.storage().objects()
            .download("obj_1", None);
        "storage.objects.download/302-nothing" =>
            client.storage().objects().download("obj_1", None);
        "storage.objects.download/410-html" => client.storage().objects().download("obj_1", None);
        "storage.objects.download/retry-503" => client.storage().objects()
            .download("obj_1", Some(0));
    };
    insta::assert_snapshot!(text, @r#"
    ## storage.objects.download/302-json-body
    > GET /api/v1/storage/objects/obj_1/download?expires_in=600 (timeout 60s)
      authorization: Bearer [redacted]
    < 302 location: https://signed.example.test/location
      {"url": "https://signed.example.test/obj", "expires_in_seconds": 600, "expires_at": "2026-01-01T00:00:00Z"}
    = Ok(Download { url: [redacted], expires_in_seconds: Some(600), expires_at: Some(Timestamp("2026-01-01T00:00:00Z")), extra: {} })
    ## storage.objects.download/302-location-only
    > GET /api/v1/storage/objects/obj_1/download (timeout 60s)
      authorization: Bearer [redacted]
    < 302 location: https://signed.example.test/location
    = Ok(Download { url: [redacted], expires_in_seconds: None, expires_at: None, extra: {} })
    ## storage.objects.download/302-text-body
    > GET /api/v1/storage/objects/obj_1/download (timeout 60s)
      authorization: Bearer [redacted]
    < 302 content-type: text/plain location: https://signed.example.test/location
      Found
    = Ok(Download { url: [redacted], expires_in_seconds: None, expires_at: None, extra: {} })
    ## storage.objects.download/302-nothing
    > GET /api/v1/storage/objects/obj_1/download (timeout 60s)
      authorization: Bearer [redacted]
    < 302
    = Err(decode) storage.objects.download: the answer has neither a url nor a Location (status 302)
    ## storage.objects.download/410-html
    > GET /api/v1/storage/objects/obj_1/download (timeout 60s)
      authorization: Bearer [redacted]
    < 410 content-type: text/html
      <html>gone</html>
    = Err(api) storage.objects.download: the server answered Gone (status 410)
    ## storage.objects.download/retry-503
    > GET /api/v1/storage/objects/obj_1/download?expires_in=0 (timeout 60s)
      authorization: Bearer [redacted]
    < 503
    … wait 250ms
    > GET /api/v1/storage/objects/obj_1/download?expires_in=0 (timeout 59.75s)
      authorization: Bearer [redacted]
    < 302
      {"url": "https://signed.example.test/obj", "expires_in_seconds": 600, "expires_at": "2026-01-01T00:00:00Z"}
    = Ok(Download { url: [redacted], expires_in_seconds: Some(600), expires_at: Some(Timestamp("2026-01-01T00:00:00Z")), extra: {} })
    "#);
}

#[test]
fn the_signed_url_is_given_and_not_shown() {
    let server =
        Replay::from_jsonl(crate::support::WIRE, "storage.objects.download/302-location-only");
    let client = on(&server);
    let place = client.storage().objects().download("obj_1", None).send().unwrap();
    assert_eq!(place.url.expose(), "https://signed.example.test/location");
    assert!(!format!("{place:?}").contains("signed.example"));
}

#[test]
fn an_upload_is_a_form() {
    let server =
        Replay::new().answer(Recorded::json(201, json!({"object": {"id": "obj_1", "new": true}})));
    let client = on(&server);
    let file = Upload::new("cardápio \"1\".txt", "1 feijoada").content_type("text/plain");
    let stored = client.storage().objects().upload(&file).send().unwrap();
    assert_eq!(stored.object.extra.get("new").unwrap().as_str(), "true");
    let sent = &server.requests()[0];
    assert!(sent.header("content-type").unwrap().starts_with("multipart/form-data; boundary="));
    let body = String::from_utf8(sent.body.to_vec()).unwrap().replace("\r\n", "\n");
    insta::assert_snapshot!(body, @r#"
    --codespar-form-boundary-00000000
    Content-Disposition: form-data; name="contentType"

    text/plain
    --codespar-form-boundary-00000000
    Content-Disposition: form-data; name="file"; filename="cardápio %221%22.txt"
    Content-Type: text/plain

    1 feijoada
    --codespar-form-boundary-00000000--
    "#);
}

#[test]
fn a_file_without_a_type_is_a_row_of_bytes() {
    let server = Replay::from_jsonl(crate::support::WIRE, "storage.objects.upload/without-type");
    let client = on(&server);
    let content: Vec<u8> = (0..32).collect();
    client.storage().objects().upload(&Upload::new("blob", content)).send().unwrap();
    server.assert_done();
}
