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
    insta::assert_snapshot!(text);
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
    insta::assert_snapshot!(text);
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
    --codespar-form-boundary-80000000000000000000000000000001
    Content-Disposition: form-data; name="contentType"

    text/plain
    --codespar-form-boundary-80000000000000000000000000000001
    Content-Disposition: form-data; name="file"; filename="cardápio %221%22.txt"
    Content-Type: text/plain

    1 feijoada
    --codespar-form-boundary-80000000000000000000000000000001--
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
