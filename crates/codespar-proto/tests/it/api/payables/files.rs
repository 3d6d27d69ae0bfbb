//! Uploads: one part, named and typed, whose content is not copied.

use bytes::Bytes;
use codespar_proto::{
    driver::{Clock as _, Event, Step},
    payables::Upload,
    testing::{Offline, Recorded, Replay},
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, told};

fn uploaded() -> Recorded {
    Recorded::json(
        201,
        json!({"file_id": "pfile_1", "kind": "pdf", "sha256": "00ff", "size_bytes": 8,
            "items_found": 2, "unresolved": 1, "expires_at": "2026-10-25T12:00:00.000Z",
            "pages": 1}),
    )
}

#[test]
fn a_file_is_typed_by_its_name() {
    let upload = Upload::guess("/home/me/lote.csv", &b"a,b"[..]);
    let text = told(uploaded(), |client| client.payables().files().upload(&upload));
    assert_snapshot!(text.replace("\r\n", "\n"), @r#"
    POST /v1/payables/files
    --codespar-form-boundary-80000000000000000000000000000001
    Content-Disposition: form-data; name="file"; filename="lote.csv"
    Content-Type: text/csv

    a,b
    --codespar-form-boundary-80000000000000000000000000000001--

    PayableFile {
        file_id: "pfile_1",
        kind: Some(Pdf),
        sha256: Some("00ff"),
        size_bytes: Some(8),
        items_found: Some(2),
        unresolved: Some(1),
        expires_at: Some(Timestamp("2026-10-25T12:00:00.000Z")),
        extra: {
            "pages",
        },
    }
    "#);
}

#[test]
fn a_file_without_a_name_is_a_document() {
    for (upload, name, kind) in [
        (Upload::bytes("x"), "document", "application/octet-stream"),
        (Upload::bytes("x").named("dir/"), "document", "application/octet-stream"),
        (
            Upload::guess("a.XLSX", "x"),
            "a.XLSX",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (Upload::guess("c:\\bills\\a.pdf", "x"), "a.pdf", "application/pdf"),
        (Upload::bytes("x").named("qr").typed("image/png"), "qr", "image/png"),
    ] {
        let text = told(uploaded(), |client| client.payables().files().upload(&upload));
        let head =
            format!("name=\"file\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\nx\r\n");
        assert!(text.contains(&head), "{text}");
    }
}

#[test]
fn the_content_is_not_copied() {
    let content = Bytes::from_static(b"%PDF-1.7");
    let upload = Upload::guess("a.pdf", content.clone());
    let (mut flow, options) = client(&Replay::new()).payables().files().upload(&upload).into_flow();
    let clock = Offline::new();
    let Step::Open(exchange) = flow.resume(clock.tick(), Event::Start(options)) else {
        panic!("nothing is sent");
    };
    let pieces = exchange.request.body().pieces().unwrap();
    assert!(pieces.iter().any(|piece| piece.as_ptr() == content.as_ptr()));
}

#[test]
fn ten_mebibytes_are_taken_and_no_byte_more() {
    let most = 10 << 20;
    let upload = Upload::bytes(vec![0; most]);
    let replay = Replay::new().answer(uploaded());
    client(&replay).payables().files().upload(&upload).send().unwrap();

    let upload = Upload::bytes(vec![0; most + 1]);
    let error = client(&Replay::new()).payables().files().upload(&upload).send().unwrap_err();
    assert_eq!(error.to_string(), "payables.files.upload: file: expected at most 10 MiB");
    assert_eq!(error.field(), Some("file"));
}

#[test]
fn an_upload_shows_nothing_of_itself() {
    let upload = Upload::guess("rent-of-maria.pdf", "secret");
    assert_eq!(format!("{upload:?}"), "Upload(6 bytes)");
}
