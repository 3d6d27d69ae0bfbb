//! Answers that go wrong on purpose.

use std::{io::Read, time::Duration};

use codespar_sandbox::{EffectKind, Fault, Sandbox};
use serde_json::json;

use crate::support::{bare, bench, charge_input, connect, managed, raw};

#[test]
fn another_answer_for_a_number_of_requests() {
    let bench = managed();
    let busy = Fault::on("POST", "/v1/sessions")
        .times(2)
        .answer(503, json!({ "error": "busy" }))
        .header("retry-after", "1");
    bench.sandbox.inject(busy);
    for _ in 0..2 {
        let reply = bench.post("/v1/sessions", json!({ "servers": [] }));
        assert_eq!((reply.status, &reply.body["error"]), (503, &json!("busy")));
        assert_eq!(reply.headers["retry-after"], "1");
    }
    assert_eq!(bench.post("/v1/sessions", json!({ "servers": [] })).status, 201);
    assert_eq!(bench.get("/v1/sessions").body["sessions"].as_array().unwrap().len(), 1);
}

#[test]
fn skipping_and_matching() {
    let bench = managed();
    bench.sandbox.inject(Fault::on("get", "/v1/who").skip(1).answer(500, json!({})));
    assert_eq!(bench.get("/v1/whoami").status, 200);
    assert_eq!(bench.get("/v1/health").status, 200);
    assert_eq!(bench.get("/v1/whoami").status, 500);
    assert_eq!(bench.get("/v1/whoami").status, 200);
    bench.sandbox.inject(Fault::on("*", "/").always().answer_text(
        502,
        Some("text/html"),
        "<html>",
    ));
    let reply = bench.delete("/v1/anything");
    assert_eq!((reply.status, reply.text.as_str()), (502, "<html>"));
    bench.sandbox.clear_faults();
    assert_eq!(bench.get("/v1/whoami").status, 200);
}

#[test]
fn a_lost_answer_has_its_effect_and_a_closed_connection_has_none() {
    let bench = managed();
    let session = bench.plain_session();
    let body = json!({ "tool": "codespar_charge", "input": charge_input() });
    let path = format!("{session}/execute");
    bench.sandbox.inject(Fault::on("POST", &path).close());
    assert!(bench.try_call("POST", &path, Some(body.clone())).is_err());
    assert_eq!(bench.sandbox.effects().len(), 0);
    bench.sandbox.inject(Fault::on("POST", &path).lose_answer());
    assert!(bench.try_call("POST", &path, Some(body)).is_err());
    assert_eq!(bench.sandbox.effects().count(EffectKind::Charge), 1);
}

#[test]
fn a_body_cut_in_the_middle() {
    let bench = managed();
    bench.sandbox.inject(Fault::on("GET", "/v1/whoami").cut_after_bytes(5));
    let answer = raw(&bench.sandbox, &bare(&bench.sandbox, "GET", "/v1/whoami"));
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert_eq!(body.len(), 5);
    assert!(head.to_lowercase().contains("content-length: "), "{head}");
    bench.sandbox.inject(Fault::on("GET", "/v1/whoami").cut_after_bytes(0));
    assert!(bench.try_call("GET", "/v1/whoami", None).is_err());
}

#[test]
fn a_stream_cut_stalled_or_ended_after_a_frame() {
    let bench = bench(Sandbox::builder().settle_after(Duration::ZERO));
    let session = bench.plain_session();
    let call = bench.charge(&session);
    let path = format!("/v1/tool-calls/{call}/payment-status/stream");
    let request = bare(&bench.sandbox, "GET", &path);

    bench.sandbox.inject(Fault::on("GET", &path).cut_after_frames(1));
    let text = String::from_utf8(raw(&bench.sandbox, &request)).unwrap();
    assert!(text.contains("event: snapshot") && !text.contains("event: done"), "{text}");
    assert!(!text.ends_with("0\r\n\r\n"), "{text}");

    bench.sandbox.inject(Fault::on("GET", &path).end_after_frames(1));
    let ended = bench.get(&path).text;
    assert!(ended.contains("event: snapshot") && !ended.contains("event: done"), "{ended}");

    bench.sandbox.inject(Fault::on("GET", &path).stall_after_frames(1));
    let mut stream = connect(&bench.sandbox, &request);
    let mut seen = String::new();
    let mut buffer = [0; 1024];
    while !seen.contains("\"tool_call_id\"") {
        let read = stream.read(&mut buffer).unwrap();
        seen.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    assert!(stream.read(&mut buffer).is_err(), "more came after {seen}");
}

#[test]
fn a_stalled_answer_does_not_keep_the_sandbox_from_stopping() {
    let bench = managed();
    bench.sandbox.inject(Fault::on("GET", "/v1/whoami").stall_after_bytes(3));
    bench.sandbox.inject(Fault::on("GET", "/v1/health").delay(Duration::from_secs(3_600)));
    let mut stalled = connect(&bench.sandbox, &bare(&bench.sandbox, "GET", "/v1/whoami"));
    let mut delayed = connect(&bench.sandbox, &bare(&bench.sandbox, "GET", "/v1/health"));
    let mut byte = [0; 1];
    stalled.read_exact(&mut byte).unwrap();
    drop(bench);
    let mut rest = Vec::new();
    let _ = stalled.read_to_end(&mut rest);
    let _ = delayed.read_to_end(&mut rest);
    assert!(rest.ends_with(b"\r\n\r\n{\"k"), "{}", String::from_utf8_lossy(&rest));
}

#[test]
fn a_body_that_trickles_comes_whole() {
    let bench = managed();
    let whole = bench.get("/v1/whoami").text;
    bench.sandbox.inject(Fault::on("GET", "/v1/whoami").trickle(7, Duration::from_millis(1)));
    assert_eq!(bench.get("/v1/whoami").text, whole);
}

#[test]
fn a_length_that_is_not_true() {
    let bench = managed();
    let lie = || Fault::on("GET", "/v1/whoami").declare_length(1 << 30);
    bench.sandbox.inject(lie());
    let text = raw(&bench.sandbox, &bare(&bench.sandbox, "GET", "/v1/whoami"));
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("content-length: 1073741824\r\n") && text.ends_with('}'), "{text}");
    bench.sandbox.inject(lie());
    assert!(bench.try_call("GET", "/v1/whoami", None).is_err());
}
