//! What `tracing` is told, and that it is not more.

use codespar_async::HyperTransport;
use codespar_blocking::UreqTransport;
use codespar_proto::Client;
use hostile::{Act, Driver, Operation, Peer, collect_logs, guarded, head, logged};

/// What no one may see.
const SESAME: &str = "SESAME-4711";

fn told<D: Driver>() {
    let answer = r#"{"payment_status":"pending"}"#;
    let name = format!("x-request-id: {}", "r".repeat(5000));
    let length = format!("content-length: {}", answer.len());
    let good = head("200 OK", &["content-type: application/json", &length, &name]);
    let good = [&good[..], answer.as_bytes()].concat();
    let peer = Peer::start(move |request| match request.number {
        0 => vec![Act::send(head("503 No", &["content-length: 0"]))],
        1 => vec![Act::Close],
        2 => vec![Act::send(&good)],
        3 => vec![Act::send(head("200 OK", &["content-type: text/event-stream"])), Act::Close],
        4 => vec![Act::send(Operation::Status.answer())],
        _ => vec![Act::Close],
    });
    let config = hostile::config(&peer.url(), hostile::LONG);
    let session = Client::<D>::with_config(config).unwrap().session(SESAME).unwrap();
    D::finish(session.payment_status("tc_hush").retries(2)).unwrap();
    D::finish(session.settled(&"tc_hush".into())).unwrap();
    D::finish(session.close()).unwrap_err();
    // An argument that cannot work: told with the operation, outside of any span.
    D::finish(session.payment_status("")).unwrap_err();
    let port = format!("server.port={}", peer.address().port());
    let logged = logged();
    let config = "codespar: failed operation=\"session.payment_status\"";
    assert!(logged.contains(config), "{config} is not told");
    let lines: Vec<&str> = logged.lines().filter(|line| line.contains(&port)).collect();
    let text = lines.join("\n");
    for words in [
        "operation=\"session.payment_status\"",
        "otel.name=GET /v1/tool-calls/{tool_call_id}/payment-status",
        "otel.kind=\"client\"",
        "http.request.method=\"GET\"",
        "url.template=\"/v1/tool-calls/{tool_call_id}/payment-status\"",
        "server.address=\"127.0.0.1\"",
        "http.response.status_code=200",
        "http.request.resend_count=2",
        "retry operation=\"session.payment_status\" attempt=2",
        "retry operation=\"session.payment_status\" attempt=3",
        "reconnect operation=\"session.payment_status_stream\" attempt=2",
        "error.type=\"503\"",
        "error.type=\"io\"",
        "verdict=\"unknown\"",
        "otel.status_code=\"ERROR\"",
        " codespar: failed operation=\"session.close\"",
        "elapsed_ms=",
    ] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
    // The server's own name for a request is told, at a length that a log can bear.
    assert!(text.contains(&"r".repeat(200)) && !text.contains(&"r".repeat(201)), "{text}");
    assert!(!text.contains("tc_hush") && !text.contains(SESAME), "{text}");
}

#[test]
fn tracing_tells_what_happens_and_does_not_leak() {
    collect_logs();
    guarded("blocking", told::<UreqTransport>);
    guarded("async", told::<HyperTransport>);
}
