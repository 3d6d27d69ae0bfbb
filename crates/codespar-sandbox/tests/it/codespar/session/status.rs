//! Payment and verification status: polls and streams.

use std::{io::Read, time::Duration};

use codespar_sandbox::{Fault, Sandbox};
use serde_json::{Value, json};

use crate::support::{bare, bench, connect, events, managed, names};

#[test]
fn a_payment_settles_by_itself() {
    let bench = bench(Sandbox::builder().settle_after(Duration::ZERO));
    let session = bench.plain_session();
    let call = bench.charge(&session);
    let status = bench.get(&format!("/v1/tool-calls/{call}/payment-status")).body;
    assert_eq!(status["payment_status"], "succeeded");
    assert_eq!(status["tool_call_id"], call.as_str());
    assert_eq!(status["original_status"], "success");
    assert!(status["idempotency_key"].is_string());
    let event = &status["events"][0];
    assert_eq!(event["event_type"], "commerce.payment.succeeded");
    assert_eq!(event["provider_action"], "PAYMENT_RECEIVED");
    assert!(status.get("hosted_url").is_none());
    // Bare digits name the same call.
    let digits = call.trim_start_matches("tc_");
    assert_eq!(bench.get(&format!("/v1/tool-calls/{digits}/payment-status")).body, status);
}

#[test]
fn events_decide_by_rank_and_not_by_time() {
    let bench = bench(Sandbox::builder().settle_after(Duration::MAX));
    let session = bench.plain_session();
    let call = bench.charge(&session);
    let path = format!("/v1/tool-calls/{call}/payment-status");
    assert_eq!(bench.get(&path).body["payment_status"], "pending");
    let steps = [
        ("updated", "updated"),
        ("succeeded", "succeeded"),
        ("updated", "succeeded"),
        ("refunded", "refunded"),
        ("failed", "refunded"),
    ];
    for (event, status) in steps {
        assert!(bench.sandbox.post_event(&call, &format!("commerce.payment.{event}")));
        let body = bench.get(&path).body;
        assert_eq!(body["payment_status"], status, "after {event}");
        assert_eq!(body["events"][0]["event_type"], format!("commerce.payment.{event}"));
    }
    assert!(!bench.sandbox.post_event(&call, "commerce.kyc.approved"));
    assert!(!bench.sandbox.post_event("tc_999", "commerce.payment.failed"));
}

#[test]
fn a_call_without_money_is_unknown_for_ever() {
    let bench = managed();
    let session = bench.plain_session();
    let result = bench.run(&session, "codespar_list_tools", json!({}));
    let call = result["tool_call_id"].as_str().unwrap();
    let status = bench.get(&format!("/v1/tool-calls/{call}/payment-status")).body;
    assert_eq!(status["payment_status"], "unknown");
    assert_eq!((&status["idempotency_key"], &status["events"]), (&json!(null), &json!([])));
}

#[test]
fn a_verification_is_approved_by_itself() {
    let bench = bench(Sandbox::builder().settle_after(Duration::ZERO));
    let session = bench.plain_session();
    let input = json!({ "buyer": { "name": "Maria" }, "check_type": "identity" });
    let result = bench.run(&session, "codespar_kyc", input);
    let call = result["tool_call_id"].as_str().unwrap();
    let status = bench.get(&format!("/v1/tool-calls/{call}/verification-status")).body;
    assert_eq!(status["verification_status"], "approved");
    assert_eq!(status["hosted_url"], result["data"]["hosted_url"]);
    assert_eq!(status["events"][0]["verification_id"], result["data"]["verification_id"]);
}

#[test]
fn ids_that_are_not_there() {
    let bench = managed();
    for end in ["", "/payment-status", "/verification-status/stream"] {
        let bad = bench.get(&format!("/v1/tool-calls/tc_x{end}"));
        assert_eq!((bad.status, &bad.body["error"]), (400, &json!("invalid_tool_call_id")));
        let missing = bench.get(&format!("/v1/tool-calls/tc_404{end}"));
        assert_eq!(missing.body, json!({ "error": "tool_call_not_found" }));
        assert_eq!(missing.status, 404);
    }
}

#[test]
fn a_settled_payment_has_a_short_stream() {
    let bench = bench(Sandbox::builder().settle_after(Duration::ZERO));
    let session = bench.plain_session();
    let call = bench.charge(&session);
    let reply = bench.get(&format!("/v1/tool-calls/{call}/payment-status/stream"));
    assert_eq!(reply.headers["content-type"], "text/event-stream");
    let events = events(&reply.text);
    assert_eq!(names(&events), ["snapshot", "done"]);
    assert_eq!(events[0].data["payment_status"], "succeeded");
    assert_eq!(events[1].data, json!({ "reason": "terminal", "payment_status": "succeeded" }));
}

#[test]
fn a_stream_gives_up_in_the_end() {
    let builder = Sandbox::builder().settle_after(Duration::MAX).max_stream(Duration::ZERO);
    let bench = bench(builder);
    let session = bench.plain_session();
    let call = bench.charge(&session);
    let text = bench.get(&format!("/v1/tool-calls/{call}/payment-status/stream")).text;
    let events = events(&text);
    assert_eq!(names(&events), ["snapshot", "done"]);
    assert_eq!(events[1].data, json!({ "reason": "max_duration", "payment_status": "pending" }));
}

#[test]
fn a_stream_beats_unless_told_not_to() {
    let heartbeat = Duration::from_millis(1);
    let bench = bench(Sandbox::builder().settle_after(Duration::MAX).heartbeat(heartbeat));
    let session = bench.plain_session();
    let call = bench.charge(&session);
    let path = format!("/v1/tool-calls/{call}/payment-status/stream");
    let mut stream = connect(&bench.sandbox, &bare(&bench.sandbox, "GET", &path));
    let mut text = String::new();
    read_until(&mut stream, &mut text, ": heartbeat ");

    bench.sandbox.inject(Fault::on("GET", "/v1/tool-calls/").without_heartbeats());
    let mut stream = connect(&bench.sandbox, &bare(&bench.sandbox, "GET", &path));
    let mut text = String::new();
    read_until(&mut stream, &mut text, "event: snapshot");
    bench.sandbox.post_event(&call, "commerce.payment.failed");
    read_until(&mut stream, &mut text, "event: done");
    assert!(!text.contains("heartbeat"), "{text}");
}

#[test]
fn posted_events_reach_open_streams() {
    let bench = bench(Sandbox::builder().settle_after(Duration::MAX));
    let session = bench.plain_session();
    let input = json!({ "buyer": { "name": "Maria" }, "check_type": "document" });
    let result = bench.run(&session, "codespar_kyc", input);
    let call = result["tool_call_id"].as_str().unwrap();
    let path = format!("/v1/tool-calls/{call}/verification-status/stream");
    let mut stream = connect(&bench.sandbox, &bare(&bench.sandbox, "GET", &path));
    let mut text = String::new();
    read_until(&mut stream, &mut text, "event: snapshot");
    assert!(bench.sandbox.post_event(call, "commerce.kyc.review"));
    read_until(&mut stream, &mut text, "\"review\"");
    assert!(bench.sandbox.post_event(call, "commerce.kyc.approved"));
    read_until(&mut stream, &mut text, "\"terminal\"");
    let updates = text.matches("event: update").count();
    assert_eq!(
        (updates, text.contains("\"verification_status\":\"approved\"")),
        (2, true),
        "{text}"
    );
}

fn read_until(stream: &mut impl Read, text: &mut String, wanted: &str) {
    let mut buffer = [0; 1024];
    while !text.contains(wanted) {
        let read = stream.read(&mut buffer).unwrap();
        assert!(read > 0, "ended before {wanted}: {text}");
        text.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
}

#[test]
fn the_record_of_tool_calls() {
    let bench = managed();
    let session = bench.plain_session();
    let first = bench.charge(&session);
    let recorded = bench.post(
        &format!("{session}/tool-calls"),
        json!({ "server_id": "zoop", "tool_name": "zoop/create", "input": { "a": 1 } }),
    );
    assert_eq!((recorded.status, &recorded.body["status"]), (201, &json!("running")));
    let id = recorded.body["id"].as_str().unwrap();
    let row = format!("{session}/tool-calls/{id}");
    let patch = json!({ "status": "error", "duration_ms": 7, "error_code": "e1", "output": [1] });
    let patched = bench.patch(&row, patch).body;
    assert_eq!((&patched["status"], &patched["output"]), (&json!("error"), &json!([1])));
    assert_eq!(bench.patch(&row, json!({})).status, 400);
    assert_eq!(bench.get(&format!("/v1/tool-calls/{id}")).body, patched);

    let ids = |body: &Value| -> Vec<String> {
        let rows = body["tool_calls"].as_array().unwrap();
        rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&bench.get(&format!("{session}/tool-calls")).body), [id, &first]);
    let page = bench.get("/v1/tool-calls?limit=1").body;
    assert_eq!(ids(&page), [id]);
    let before = page["next_before"].as_str().unwrap();
    let before: String = form_urlencoded::byte_serialize(before.as_bytes()).collect();
    let next = bench.get(&format!("/v1/tool-calls?limit=1&before={before}")).body;
    assert_eq!(ids(&next), [first]);
    assert_eq!(bench.get("/v1/tool-calls?count_only=true").body, json!({ "total": 2 }));
}
