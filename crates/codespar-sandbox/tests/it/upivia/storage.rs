//! Storage and knowledge of Upivia.

use std::time::Duration;

use codespar_sandbox::Sandbox;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::support::upivia::{As, Upivia, id, refused, upivia, upivia_of};

const FORM: &str = "multipart/form-data; boundary=b";

fn form(parts: &[(&str, &str)]) -> Option<Vec<u8>> {
    let mut body = String::new();
    for (disposition, content) in parts {
        body +=
            &format!("--b\r\ncontent-disposition: form-data; {disposition}\r\n\r\n{content}\r\n");
    }
    body += "--b--\r\n";
    Some(body.into_bytes())
}

fn upload(upivia: &Upivia, name: &str, content: &str) -> String {
    let file = format!("name=\"file\"; filename=\"{name}\"");
    let body = form(&[("name=\"contentType\"", "text/plain"), (&file, content)]);
    let reply = upivia.send(As::Session, "POST", "/storage/objects", body, Some(FORM), &[]);
    assert_eq!(reply.status, 201, "{}", reply.text);
    let object = &reply.body["object"];
    assert_eq!((&object["filename"], &object["status"]), (&json!(name), &json!("live")));
    assert_eq!(object["content_type"], "text/plain");
    assert_eq!(object["size_bytes"], content.len());
    id(&reply.body, "object").to_owned()
}

/// The path of a URL of this server.
fn path<'a>(upivia: &Upivia, url: &'a str) -> &'a str {
    url.strip_prefix(&upivia.sandbox().base_url()).unwrap()
}

fn hash(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_file_goes_in_and_comes_out() {
    let upivia = upivia();
    let object = upload(&upivia, "olá \u{1f4be}.txt", "hello");
    let path_of = format!("/storage/objects/{object}");
    let download = upivia.get(As::Session, &format!("{path_of}/download?expires_in=60"));
    assert_eq!((download.status, &download.body["expires_in_seconds"]), (302, &json!(60)));
    let url = download.body["url"].as_str().unwrap();
    assert_eq!(download.headers["location"], url);
    let read = upivia.bench.send_as(&[], "GET", path(&upivia, url), None, None).unwrap();
    assert_eq!((read.status, read.text.as_str()), (200, "hello"));
    assert_eq!(read.headers["content-type"], "text/plain");
    assert_eq!(upivia.delete(As::Session, &path_of).status, 200);
    assert_eq!(upivia.get(As::Session, &path_of).status, 404);
    assert_eq!(upivia.read(As::Session, "/storage/objects")["objects"], json!([]));
    let restored = upivia.made(As::Session, &format!("{path_of}/restore"), json!({}));
    assert_eq!(restored["object"]["status"], "live");
}

#[test]
fn a_presigned_upload_is_sealed_by_its_hash() {
    let upivia = upivia();
    let content = vec![7_u8; 70_000];
    let wish = json!({ "filename": "a.bin", "contentType": "x/y", "sizeBytes": content.len() });
    let place = upivia.made(As::Session, "/storage/objects", wish);
    assert_eq!(place["object"]["status"], "pending");
    let confirm = format!("/storage/objects/{}/confirm", id(&place, "object"));
    assert_eq!(refused(&upivia.post(As::Session, &confirm, json!({}))), (409, "upload_missing"));

    let url = path(&upivia, place["upload_url"].as_str().unwrap());
    let put = |headers: &[(String, String)], url: &str, content: &[u8]| {
        upivia
            .bench
            .send_as(headers, "PUT", url, Some(content.to_vec()), Some("x/y"))
            .unwrap()
            .status
    };
    let secret = |name: &str| [(name.to_owned(), "x=y".to_owned())];
    assert_eq!(put(&secret("authorization"), url, &content), 400, "credentials stay away");
    assert_eq!(put(&secret("cookie"), url, &content), 400, "credentials stay away");
    assert_eq!(put(&[], url, b"short"), 400);
    assert_eq!(put(&[], url.split('?').next().unwrap(), &content), 403);
    assert_eq!(put(&[], url, &content), 200);

    let wrong = upivia.post(As::Session, &confirm, json!({ "sha256": hash(b"other") }));
    assert_eq!(refused(&wrong), (422, "checksum_mismatch"));
    let sealed = upivia.made(As::Session, &confirm, json!({ "sha256": hash(&content) }));
    assert_eq!(sealed["object"]["sha256"], hash(&content));
    assert_eq!(sealed["object"]["status"], "live");
    assert_eq!(put(&[], url, &content), 409);
}

#[test]
fn objects_come_page_by_page() {
    let upivia = upivia();
    let mut put: Vec<String> = (0..5).map(|n| upload(&upivia, &format!("{n}"), "x")).collect();
    put.reverse();
    let mut seen = Vec::new();
    let mut query = String::new();
    loop {
        let page = upivia.read(As::Token, &format!("/storage/objects?limit=2{query}"));
        let rows = page["objects"].as_array().unwrap();
        seen.extend(rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("&cursor={cursor}");
    }
    assert_eq!(seen, put);
}

#[test]
fn a_document_is_taken_in_after_a_while() {
    let upivia = upivia();
    let made = upivia.made(As::Session, "/knowledge/collections", json!({ "name": "FAQ" }));
    let documents = format!("/knowledge/collections/{}/documents", id(&made, "collection"));
    let stored = json!({ "stored_object_id": upload(&upivia, "a", "text") });
    let by_id = upivia.post(As::Session, &documents, stored);
    let with_content = |content: &str| {
        let file = "name=\"file\"; filename=\"a.txt\"";
        let body = form(&[("name=\"filename\"", "a.txt"), (file, content)]);
        upivia.send(As::Session, "POST", &documents, body, Some(FORM), &[])
    };
    for (reply, end) in
        [(by_id, "ready"), (with_content("text"), "ready"), (with_content(""), "failed")]
    {
        assert_eq!((reply.status, &reply.body["document"]["status"]), (202, &json!("pending")));
        let path = format!("{documents}/{}", id(&reply.body, "document"));
        let over = |status: &serde_json::Value| status != "pending" && status != "processing";
        let read = upivia.read_until(As::Session, &path, |body| over(&body["document"]["status"]));
        assert_eq!(read["document"]["status"], end);
        assert_eq!(upivia.delete(As::Session, &path).status, 200);
        assert_eq!(upivia.get(As::Session, &path).status, 404);
    }
    let nothing = upivia.post(As::Session, &documents, json!({ "stored_object_id": "obj_none" }));
    assert_eq!(nothing.status, 404);
    assert_eq!(upivia.read(As::Session, "/knowledge/collections")["collections"][0]["name"], "FAQ");
}

#[test]
fn a_document_can_stay_on_its_way() {
    let upivia = upivia_of(Sandbox::builder().settle_after(Duration::MAX));
    let made = upivia.made(As::Session, "/knowledge/collections", json!({ "name": "FAQ" }));
    let documents = format!("/knowledge/collections/{}/documents", id(&made, "collection"));
    let stored = json!({ "stored_object_id": upload(&upivia, "a", "text") });
    let document = upivia.made(As::Session, &documents, stored);
    let path = format!("{documents}/{}", id(&document, "document"));
    assert_eq!(upivia.read(As::Session, &path)["document"]["status"], "pending");
}
