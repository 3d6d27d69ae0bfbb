//! Uploading in three steps, to another server.

use std::time::Duration;

use codespar_engine::testing::{Recorded, Replay};
use serde_json::json;
use upivia_proto::{
    Client, Config, ErrorKind,
    driver::BlockingTransport,
    storage::{Presigned, Upload},
};

const HELLO: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

fn client(server: &Replay) -> Client<Replay> {
    let config = Config::new("http://replay.test")
        .api_key("agent_key_1")
        .pat("upivia_pat_1")
        .session_cookie("session=1")
        .header("x-team", "1");
    Client::with_transport(config, server.clone()).unwrap()
}

fn place(url: &str) -> Recorded {
    let object = json!({"id": "obj_2", "status": "pending"});
    Recorded::json(200, json!({"object": object, "upload_url": url, "expires_at": null}))
}

fn live() -> Recorded {
    Recorded::json(200, json!({"object": {"id": "obj_2", "status": "live"}}))
}

#[test]
fn a_place_the_content_the_confirmation() {
    let server = Replay::new()
        .answer(place("https://files.example.test/put?signature=s3cret"))
        .answer(Recorded::status(200))
        .answer(live());
    let file = Upload::new("hello.txt", "hello").content_type("text/plain");
    let call = client(&server).storage().objects().upload_large(&file);
    let call = call.header("x-trace", "t1").header("authorization", "Bearer own");
    let stored = call.timeout(Duration::from_secs(600)).send().unwrap();
    assert_eq!(stored.object.status.as_deref(), Some("live"));
    server.assert_done();

    let [presign, put, confirm] = &server.requests()[..] else { panic!("three requests") };
    assert_eq!(
        presign.json(),
        json!({"filename": "hello.txt", "contentType": "text/plain", "sizeBytes": 5}),
    );
    assert_eq!(put.uri, "https://files.example.test/put?signature=s3cret");
    assert_eq!((put.method.as_str(), &put.body[..]), ("PUT", &b"hello"[..]));
    let names: Vec<_> = put.headers.keys().map(http::HeaderName::as_str).collect();
    assert_eq!(names, ["content-type"]);
    assert_eq!(put.header("content-type"), Some("text/plain"));
    assert_eq!(confirm.uri.path(), "/api/v1/storage/objects/obj_2/confirm");
    assert_eq!(confirm.json(), json!({"sha256": HELLO}));
    for own in [presign, confirm] {
        assert_eq!(own.header("x-trace"), Some("t1"));
        assert_eq!(own.header("x-team"), Some("1"));
    }
}

#[test]
fn what_fails_on_the_way_leaves_the_place() {
    let refused = Recorded::text(403, "application/xml", "<Error/>");
    let server = Replay::new().answer(place("https://files.example.test/put")).answer(refused);
    let file = Upload::new("hello.txt", "hello");
    let error = client(&server).storage().objects().upload_large(&file).send().unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Api, "storage.objects.put"));
    let place = error.last::<Presigned>().unwrap();
    assert_eq!(place.object.id, "obj_2");
    assert!(!format!("{error:?} {place:?}").contains("files.example"));

    let server = Replay::new().answer(place_without_sense());
    let error = client(&server).storage().objects().upload_large(&file).send().unwrap_err();
    assert_eq!(error.field(), Some("upload_url"));
}

fn place_without_sense() -> Recorded {
    place("ftp://files.example.test/put")
}

#[test]
fn content_is_put_again_where_the_other_server_is_busy() {
    let server = Replay::new().answer(Recorded::status(503)).answer(Recorded::status(204));
    let objects = client(&server).storage().objects();
    let call = objects.put("http://files.example.test/put", "text/plain", "hello");
    call.header("x-amz-acl", "private").send().unwrap();
    server.assert_done();
    let sent = &server.requests()[1];
    assert_eq!(sent.header("x-amz-acl"), Some("private"));
    assert_eq!((sent.header("authorization"), sent.header("cookie")), (None, None));
    assert_eq!((sent.header("user-agent"), sent.header("x-team")), (None, None));
}

#[test]
fn a_place_that_is_no_place_is_refused() {
    let server = Replay::new();
    let objects = client(&server).storage().objects();
    for url in
        ["", "/put", "ftp://a.test/", "file:///etc/passwd", "https://", "https://u:p@a.test/"]
    {
        let error = objects.put(url, "text/plain", "hello").send().unwrap_err();
        assert_eq!(error.field(), Some("upload_url"), "{url}");
    }
    assert!(server.requests().is_empty());
}

#[test]
fn long_content_is_hashed_block_by_block() {
    // sha256 of 20 MiB of zeros.
    let digest = "cd52d81e25f372e6fa4db2c0dfceb59862c1969cab17096da352b34950c973cc";
    let server = Replay::new()
        .answer(place("https://files.example.test/put"))
        .answer(Recorded::status(200))
        .answer(live());
    let file = Upload::new("zeros", vec![0; 20 << 20]);
    client(&server).storage().objects().upload_large(&file).send().unwrap();
    let sent = server.requests()[2].json();
    assert_eq!(sent["sha256"].as_str().unwrap(), digest);
}

#[test]
fn the_content_is_not_copied() {
    fn sends<T: BlockingTransport>(client: &Client<T>, file: &Upload) -> bool {
        let call = client.storage().objects().upload(file);
        let (mut flow, options) = call.into_flow();
        let event = upivia_proto::driver::Event::Start(options);
        let upivia_proto::driver::Step::Open(exchange) =
            flow.resume(client.transport().tick(), event)
        else {
            return false;
        };
        let pieces = exchange.request.body().pieces().unwrap();
        pieces.iter().any(|piece| piece.as_ptr() == file.content.bytes().unwrap().as_ptr())
    }
    let file = Upload::new("video.mp4", vec![7; 1 << 20]);
    assert!(sends(&client(&Replay::new()), &file));
}

/// Stores answer in XML, S3 even under the status of a success, when they are not done by then.
#[test]
fn what_a_store_says_is_an_error_with_its_code_whatever_the_status() {
    let body = |code: &str| {
        let said = format!("<Code>{code}</Code><Message>It says so</Message>");
        format!("<?xml version=\"1.0\"?>\n<Error>{said}<RequestId>r1</RequestId></Error>")
    };
    for (status, code, later) in [
        (403, "SignatureDoesNotMatch", false),
        (400, "EntityTooLarge", false),
        (200, "InternalError", true),
        (200, "NoSuchUpload", false),
    ] {
        let script = Replay::new().answer(Recorded::text(status, "application/xml", &body(code)));
        let objects = client(&script).storage().objects();
        let place = "http://files.example.test/put?X-Amz-Signature=s";
        let error = objects.put(place, "text/plain", "hello").send().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Api, "{error:?}");
        assert_eq!((error.code(), error.message()), (Some(code), "It says so"));
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert_eq!((error.request_id(), error.is_retryable()), (Some("r1"), later));
        assert!(error.may_have_been_sent());
        script.assert_done();
    }
    let script = Replay::new()
        .answer(Recorded::text(503, "application/xml", &body("SlowDown")))
        .answer(Recorded::status(200));
    let objects = client(&script).storage().objects();
    objects.put("http://files.example.test/put", "text/plain", "hello").send().unwrap();
    script.assert_done();
}

#[test]
fn no_credential_of_a_call_goes_to_the_other_server() {
    let server = Replay::new();
    for name in ["authorization", "cookie", "proxy-authorization", "x-api-key"] {
        let objects = client(&server).storage().objects();
        let call = objects.put("https://files.example.test/put", "text/plain", "hello");
        let error = call.header(name, "Bearer hunter2").send().unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("header")), "{name}");
    }
    assert!(server.requests().is_empty());
}

#[test]
fn under_https_content_is_not_put_in_plain_text() {
    let config = Config::new("https://replay.test").session_cookie("session=1");
    let server = Replay::new().answer(place("http://files.example.test/put"));
    let client = Client::with_transport(config, server.clone()).unwrap();
    let file = Upload::new("hello.txt", "hello");
    let error = client.storage().objects().upload_large(&file).send().unwrap_err();
    assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some("upload_url")));
    assert_eq!(error.last::<Presigned>().unwrap().object.id, "obj_2");
    assert_eq!(server.requests().len(), 1);
}
