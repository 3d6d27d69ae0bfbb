//! What a recorder writes is what a replay reads, without secrets.

use codespar_engine::{
    Call, Error, Payload,
    driver::{BlockingBody as _, BlockingTransport, Clock as _, Exchange, TransportErrorKind},
    testing::{AsyncReplay, Cassette, Matcher, RecordMode, Recorded, Recorder, Replay},
};
use http::{Request, header::AUTHORIZATION};
use serde_json::{Value, json};

use crate::support::{KEY, book, event, millis, ok, pay, read, secs, shared, watch};

/// Sends a request as it is, and reads the answer to its end.
fn exchange<T: BlockingTransport>(transport: &T, method: &str, path: &str, body: &Value) -> String {
    let mut request = Request::builder()
        .method(method)
        .uri(format!("https://api.test{path}"))
        .header(AUTHORIZATION, format!("Bearer {KEY}"));
    let mut payload = Payload::default();
    if !body.is_null() {
        request = request.header("content-type", "application/json");
        payload = bytes::Bytes::from(body.to_string()).into();
    }
    let request = request.body(payload).unwrap();
    let mut answer = transport.open(Exchange::new(request)).unwrap();
    let mut text = Vec::new();
    while let Some(chunk) = answer.body_mut().chunk(None).unwrap() {
        text.extend_from_slice(&chunk);
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// Records one exchange; the line, and what it was read as.
fn recorded(cassette: Cassette, request: &Value, answer: Recorded) -> (String, Value) {
    let recorder = cassette.open(None, Replay::new().answer(answer));
    exchange(&recorder, "POST", "/v1/orders", request);
    let line = recorder.to_jsonl();
    let value: Value = serde_json::from_str(&line).unwrap();
    (line, value["exchanges"][0].clone())
}

#[test]
fn what_is_recorded_is_replayed() {
    let run = |transport: Recorder<Replay>| {
        let service = shared();
        let first = read(transport.clone(), &service).send().map_err(|error| error.to_string());
        let second = pay(transport.clone(), &service).send().map_err(|error| error.to_string());
        let third = book(transport, &service).send().map_err(|error| error.to_string());
        (first, second, third)
    };
    let refused = json!({"code": "too_much", "message": "above the limit"});
    let server = Replay::new()
        .answer(Recorded::json(200, json!({"a": 1.50, "b": ["x"]})).header("x-request-id", "r1"))
        .answer(Recorded::json(403, refused))
        // Repeated under the key that was made up.
        .fail(TransportErrorKind::Timeout)
        .answer(Recorded::json(503, json!({})))
        .answer(ok());
    let recorder = Recorder::new(server, "three");
    let live = run(recorder.clone());
    let replayer = Cassette::new("three").open(Some(&recorder.to_jsonl()), Replay::new());
    // Other noise, so another key is made up.
    replayer.tick();
    assert_eq!(run(replayer.clone()), live);
    replayer.assert_done();
    assert!(live.0.is_ok() && live.1.unwrap_err().contains("above the limit") && live.2.is_ok());
}

#[test]
fn an_asynchronous_program_is_recorded_and_replayed_alike() {
    let run = |recorder: Recorder<AsyncReplay>| {
        let mut future = std::pin::pin!(read(recorder, &shared()).future());
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match future.as_mut().poll(&mut context) {
            std::task::Poll::Ready(answer) => answer.unwrap(),
            std::task::Poll::Pending => panic!("nothing to wait for"),
        }
    };
    let recorder = Recorder::new(AsyncReplay::new().answer(ok()), "one");
    let live = run(recorder.clone());
    let text = recorder.to_jsonl();
    let replayer = Cassette::new("one").open(Some(&text), AsyncReplay::new());
    assert_eq!((run(replayer.clone()), replayer.to_jsonl()), (live, text));
    replayer.assert_done();
}

#[test]
fn streams_keep_their_pieces_and_their_accidents() {
    let all = |transport: Recorder<Replay>| {
        let items = watch(transport).map(|item| item.map_err(|error: Error| error.to_string()));
        items.collect::<Vec<_>>()
    };
    let text = event("state", "pending") + &event("state", "paid");
    let (first, second) = (text[..31].to_owned(), text[31..].to_owned());
    for accident in [
        Recorded::events([first.clone(), second.clone()]).broken(),
        Recorded::events([first.clone(), second, event("done", "")]),
        Recorded::events([first.clone()]).pause(secs(90)),
        Recorded::events([first.clone()]).broken(),
    ] {
        let recorder = Recorder::new(Replay::new().answer(accident), "stream");
        let live = all(recorder.clone());
        let line = recorder.to_jsonl();
        let value: Value = serde_json::from_str(&line).unwrap();
        // Half an event is not kept: nobody knows what is in it.
        let chunks = &value["exchanges"][0]["response"]["sse_chunks"];
        let kept = if chunks[1].is_null() { "event: state\ndata: [redacted]" } else { &first };
        assert_eq!(chunks[0], *kept);
        let replayer = Cassette::new("stream").open(Some(&line), Replay::new());
        assert_eq!(all(replayer), live, "{line}");
    }
}

#[test]
fn a_stream_is_redacted_without_moving_its_pieces() {
    let data = r#"{"pix_copy_paste":"00020126CODE","note":"for Maria Silva"}"#;
    let text = format!(": Maria Silva\nevent: state\ndata: {data}\nid: 5\n\n");
    let pieces = [&text[..40], &text[40..70], &text[70..]].map(str::to_owned);
    let request = json!({"buyer": {"name": "Maria Silva"}});
    let (line, exchange) = recorded(Cassette::new("c"), &request, Recorded::events(pieces));
    assert!(!line.contains("Maria") && !line.contains("CODE"), "{line}");
    let chunks = exchange["response"]["sse_chunks"].as_array().unwrap();
    let texts: Vec<_> = chunks.iter().map(|chunk| chunk.as_str().unwrap()).collect();
    assert_eq!(
        texts.concat(),
        ": [redacted]\nevent: state\n\
         data: {\"pix_copy_paste\":\"[redacted]\",\"note\":\"for [redacted]\"}\nid: 5\n\n"
    );
    assert_eq!(texts.len(), 3, "{texts:?}");
    assert!(texts[0].starts_with(": [redacted]\nevent: state\nd"), "{texts:?}");
}

#[test]
fn an_event_of_several_lines_is_read_as_one() {
    let text =
        "data: {\"token\":\ndata:  \"hunter2\", \"n\": 1}\r\n\r\ndata: {\"token\": \"hun\n\n";
    let (line, exchange) = recorded(Cassette::new("c"), &Value::Null, Recorded::events([text]));
    assert!(!line.contains("hunter") && !line.contains("\"hun"), "{line}");
    assert_eq!(
        exchange["response"]["sse_chunks"][0],
        "data: {\"token\":\ndata:  \"[redacted]\", \"n\": 1}\r\n\r\ndata: [redacted]\n\n"
    );
}

/// A request and an answer full of what must not be kept.
const PERSONAL: [&str; 12] = [
    KEY,
    "Maria",
    "Silva",
    "maria@",
    "12345678909",
    "br.gov.bcb.pix",
    "iVBORw0KGgo",
    "Augusta",
    "hunter2",
    "987.654.321-00",
    "s3ss10n",
    "X-Amz",
];

fn order() -> Value {
    json!({
        "amount": 125.5,
        "currency": "BRL",
        "buyer": {"name": "Maria Silva", "email": "maria@example.com", "document": "12345678909"},
        "description": "Order 42 of Maria Silva",
        "delivery_address": {"street": "Rua Augusta 1", "number": "1"},
        "webhook_secret": "hunter2hunter2",
        "count": 3,
    })
}

fn ordered() -> Recorded {
    let code = "00020126580014br.gov.bcb.pix01365204000053039865802BR5911MARIA6304ABCD";
    let body = json!({
        "id": "ord_1",
        "status": "PENDING",
        "amount": 125.50,
        "pix_copy_paste": code,
        "pixQrCode": "iVBORw0KGgo=",
        "text": format!("Maria Silva (CPF 987.654.321-00, maria@other.example) pays {code}."),
        "echo": {"key": KEY, "what": "12345678909"},
        "upload": "https://files.test/a/b?X-Amz-Signature=abc",
        "raw": {"customer": "cus_Maria", "token": ["hunter2", {"x": "hunter2"}]},
    });
    Recorded::json(201, body).header("set-cookie", "session=s3ss10n-value; Path=/; HttpOnly")
}

#[test]
fn no_secret_reaches_a_cassette_unasked() {
    let (line, exchange) = recorded(Cassette::new("order"), &order(), ordered());
    for secret in PERSONAL {
        assert!(!line.contains(secret), "{secret}: {line}");
    }
    let (request, response) = (&exchange["request"], &exchange["response"]);
    assert_eq!(request["headers"]["authorization"], "[redacted]");
    // What is no secret stays, and the types of what is.
    assert_eq!(request["body_json"]["amount"], 125.5);
    assert_eq!(request["body_json"]["count"], 3);
    assert_eq!(response["body_json"]["status"], "PENDING");
    assert!(line.contains("125.5"));
    assert_eq!(response["headers"]["set-cookie"], "session=[redacted]; Path=/; HttpOnly");
    assert_eq!(response["body_json"]["upload"], "https://files.test/a/b?redacted");
}

#[test]
fn a_redacted_request_still_fits() {
    let (line, _) = recorded(Cassette::new("order"), &order(), ordered());
    for cassette in [Cassette::new("order"), Cassette::new("order").mode(RecordMode::None)] {
        let replayer = cassette.open(Some(&line), Replay::new());
        let answer = exchange(&replayer, "POST", "/v1/orders", &order());
        assert!(answer.contains("ord_1"));
        replayer.assert_done();
    }
    // Also with another buyer, and without any settings.
    let mut other = order();
    other["buyer"]["name"] = json!("Ana Souza");
    exchange(&Replay::from_jsonl(&line, "order"), "POST", "/v1/orders", &other);
}

#[test]
#[should_panic(expected = "request 1 differs from the script:\nbody: expected")]
fn what_is_not_redacted_has_to_fit() {
    let (line, _) = recorded(Cassette::new("order"), &order(), ordered());
    let mut other = order();
    other["amount"] = json!(125.51);
    exchange(&Replay::from_jsonl(&line, "order"), "POST", "/v1/orders", &other);
}

#[test]
fn the_list_is_the_users_to_change() {
    let request = json!({"orderNote": "quiet", "description": "Order 42", "n": {"a": 1}});
    let answer = Recorded::json(200, json!({"order_note": {"deep": ["quietly", 7]}}))
        .header("x-tenant", "acme");
    let cassette = Cassette::new("c")
        .redact(["order_note", "n"])
        .redact_headers(["X-Tenant"])
        .show(["description"]);
    let (_, exchange) = recorded(cassette, &request, answer);
    let redacted = json!({"orderNote": "[redacted]", "description": "Order 42",
        "n": {"a": "[redacted]"}});
    assert_eq!(exchange["request"]["body_json"], redacted);
    let redacted = json!({"order_note": {"deep": ["[redacted]", 0]}});
    assert_eq!(exchange["response"]["body_json"], redacted);
    assert_eq!(exchange["response"]["headers"]["x-tenant"], "[redacted]");
}

#[test]
fn words_of_a_refusal_can_be_read() {
    let answer = Recorded::json(403, json!({"code": "c", "message": "above the limit"}));
    let (line, _) = recorded(Cassette::new("c"), &Value::Null, answer);
    assert!(line.contains("above the limit"));
    let answer = Recorded::json(200, json!({"message": "Maria has paid"}));
    let (line, _) = recorded(Cassette::new("c"), &Value::Null, answer);
    assert!(!line.contains("Maria"));
}

#[test]
fn what_cannot_be_read_is_not_kept() {
    for answer in [
        Recorded::text(200, "application/json", r#"{"token":"hunter2"#),
        Recorded::text(200, "application/pdf", "%PDF hunter2"),
        Recorded::text(200, "application/json", r#"{"token":"hunter2","half":"\ud83d"}"#),
        Recorded::status(200).header("content-type", "image/png").chunk(&b"\x89hunter2"[..]),
    ] {
        let (line, _) = recorded(Cassette::new("c"), &Value::Null, answer);
        assert!(!line.contains("hunter2"), "{line}");
    }
}

#[test]
fn an_answer_over_several_lines_stays_one_recording() {
    let answer =
        Recorded::text(200, "application/json", "{\n  \"n\": 1.50,\r\n  \"s\": \"a\\nb\"\n}");
    let (line, exchange) = recorded(Cassette::new("c"), &Value::Null, answer);
    assert_eq!(line.lines().count(), 1);
    assert!(line.contains("1.50"), "numbers stay as they are written: {line}");
    assert_eq!(exchange["response"]["body_json"]["s"], "a\nb");
}

#[test]
fn modes_are_those_of_cassettes_elsewhere() {
    let open = |mode, kept: Option<&str>| {
        let recorder = Cassette::new("c").mode(mode).open(kept, Replay::new().answer(ok()));
        exchange(&recorder, "GET", "/v1/x", &Value::Null);
        (recorder.is_recording(), recorder.to_jsonl())
    };
    let (is_recording, text) = open(RecordMode::Once, None);
    assert!(is_recording);
    let kept = format!("{{\"case\": \"other\", \"exchanges\": []}}\n{text}");
    assert_eq!(open(RecordMode::Once, Some(&kept)), (false, kept.clone()));
    assert_eq!(open(RecordMode::None, Some(&kept)), (false, kept.clone()));
    // Made anew, beside the other one.
    assert_eq!(open(RecordMode::All, Some(&kept)), (true, kept.clone()));
    assert_eq!(open(RecordMode::Once, Some(kept.lines().next().unwrap())), (true, kept));
}

#[test]
#[should_panic(expected = "c: no such case in the cassette, and its mode is not to record one")]
fn without_a_cassette_a_test_that_must_not_record_fails() {
    let _ = Cassette::new("c").mode(RecordMode::None).open(None, Replay::new());
}

#[test]
fn matchers_say_how_closely_requests_agree() {
    let (line, _) = recorded(Cassette::new("c"), &json!({"a": 1, "at": {"b": [2]}}), ok());
    let replay = |matcher| Cassette::new("c").matching(matcher).open(Some(&line), Replay::new());
    exchange(&replay(Matcher::exact()), "POST", "/v1/orders", &json!({"a": 1, "at": {"b": [2]}}));
    exchange(&replay(Matcher::route()), "POST", "/v1/orders?x=1", &json!([]));
    let ignoring = replay(Matcher::exact().ignoring(["b", "x"]));
    exchange(&ignoring, "POST", "/v1/orders?x=1", &json!({"a": 1, "at": {"b": [3]}}));
}

#[test]
#[should_panic(expected = "body: expected")]
fn what_is_not_ignored_has_to_agree() {
    let script = Replay::new().exchange(
        codespar_engine::testing::Expected::new(http::Method::POST, "/v1/orders")
            .json(json!({"a": 1, "b": 2})),
        ok(),
    );
    let script = script.matching(Matcher::exact().ignoring(["b"]));
    exchange(&script, "POST", "/v1/orders", &json!({"a": 2, "b": 3}));
}

#[test]
#[should_panic(expected = "path: expected \"/v1/orders\", came \"/v1/others\"")]
fn by_route_another_route_does_not_agree() {
    let (line, _) = recorded(Cassette::new("c"), &json!({}), ok());
    let replay = Replay::from_jsonl(&line, "c").matching(Matcher::route());
    exchange(&replay, "POST", "/v1/others", &json!({}));
}

#[test]
fn in_any_order_each_recording_is_used_once() {
    let server = Replay::new();
    let server =
        (0..3).fold(server, |server, n| server.answer(Recorded::json(200, json!({"n": n}))));
    let recorder = Recorder::new(server, "c");
    for n in 0..3 {
        exchange(&recorder, "POST", "/v1/orders", &json!({"n": n}));
    }
    let replay = Replay::from_jsonl(&recorder.to_jsonl(), "c");
    let replay = replay.matching(Matcher::exact().in_any_order());
    for n in [2, 0, 1] {
        let answer = exchange(&replay, "POST", "/v1/orders", &json!({"n": n}));
        assert_eq!(answer, json!({"n": n}).to_string());
    }
    replay.assert_done();
}

#[test]
fn every_failure_is_replayed_as_it_was() {
    for kind in [
        TransportErrorKind::Connect,
        TransportErrorKind::Timeout,
        TransportErrorKind::Io,
        TransportErrorKind::Canceled,
    ] {
        let told = |transport: Recorder<Replay>| {
            let error = pay(transport, &shared()).retries(0).send().unwrap_err();
            (error.to_string(), error.may_have_been_sent(), error.verdict())
        };
        let recorder = Recorder::new(Replay::new().fail_after(kind, millis(5)), "c");
        let live = told(recorder.clone());
        let replayer = Cassette::new("c").open(Some(&recorder.to_jsonl()), Replay::new());
        assert_eq!(told(replayer), live);
    }
}

#[test]
fn a_call_that_nobody_waited_for_is_kept_as_one() {
    let recorder = Recorder::new(AsyncReplay::new().answer(ok().never()), "c");
    drop(begun(read(recorder.clone(), &shared())));
    let replayer = Cassette::new("c").open(Some(&recorder.to_jsonl()), AsyncReplay::new());
    drop(begun(read(replayer.clone(), &shared())));
    replayer.assert_done();
}

/// A call as a future that was looked at once, and is not over.
fn begun<T: codespar_engine::driver::AsyncTransport>(
    call: Call<T, Value>,
) -> codespar_engine::CallFuture<Value> {
    let mut future = call.future();
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(std::pin::Pin::new(&mut future).poll(&mut context).is_pending());
    future
}
