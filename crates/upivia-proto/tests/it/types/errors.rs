//! What errors say, and when a call is repeated.

use std::time::Duration;

use codespar_engine::testing::{Recorded, Replay};
use serde_json::json;
use upivia_proto::{
    Error, ServiceRequest, UpiviaError, UpiviaErrorKind, Wait, driver::TransportErrorKind,
};

use crate::support::on;

fn balance(answer: Recorded) -> Error {
    on(&Replay::new().answer(answer)).balance().get().retries(0).send().unwrap_err()
}

#[test]
fn kinds_follow_status_and_code() {
    use UpiviaErrorKind::{Http, IdempotencyConflict, InvalidResponse, RateLimited, Unauthorized};
    let error = |code: &str| json!({"error": {"code": code, "message": "no"}});
    let mismatch = error("idempotency_key_payload_mismatch");
    let cases = [
        (Recorded::json(401, error("unauthorized")), Unauthorized),
        (Recorded::json(403, error("forbidden")), Unauthorized),
        (Recorded::json(429, error("rate_limited")), RateLimited),
        (Recorded::json(409, mismatch.clone()), IdempotencyConflict),
        (Recorded::json(400, mismatch.clone()), IdempotencyConflict),
        (Recorded::json(401, mismatch), Unauthorized),
        (Recorded::json(409, error("conflict")), Http),
        (Recorded::json(500, error("internal_error")), Http),
        (Recorded::status(302).header("location", "/login"), Http),
        (Recorded::status(401).chunk("<html>login</html>"), Unauthorized),
        (Recorded::status(429).chunk("<html>slow</html>"), RateLimited),
        (Recorded::status(200).chunk("pong"), InvalidResponse),
        (Recorded::json(200, json!([1])), InvalidResponse),
    ];
    for (answer, kind) in cases {
        let error = balance(answer);
        assert_eq!(error.upivia_kind(), Some(kind), "{error}");
    }
    for (fault, kind) in [
        (TransportErrorKind::Connect, Some(UpiviaErrorKind::Network)),
        (TransportErrorKind::Timeout, Some(UpiviaErrorKind::Network)),
        (TransportErrorKind::Io, Some(UpiviaErrorKind::Network)),
        (TransportErrorKind::Canceled, None),
    ] {
        let client = on(&Replay::new().fail(fault));
        let error = client.balance().get().retries(0).send().unwrap_err();
        assert_eq!(error.upivia_kind(), kind, "{error}");
    }
    assert_eq!(IdempotencyConflict.to_string(), "idempotency_conflict");
}

#[test]
fn every_envelope_is_read_and_headers_survive() {
    let read = |answer: Recorded| {
        let error = balance(answer.header("x-request-id", "req-1").header("retry-after", "9"));
        assert_eq!(error.request_id(), Some("req-1"));
        assert_eq!(error.retry_after(), Some(Duration::from_secs(9)));
        (error.code().map(str::to_owned), error.message().to_owned())
    };
    let is = |code: Option<&str>, message: &str| (code.map(str::to_owned), message.to_owned());
    let nested = json!({"error": {"code": "invalid_request", "message": "bad"}});
    assert_eq!(read(Recorded::json(400, nested)), is(Some("invalid_request"), "bad"));
    let flat = json!({"code": "invalid_request", "message": "bad"});
    assert_eq!(read(Recorded::json(400, flat)), is(Some("invalid_request"), "bad"));
    let word = json!({"error": "unauthorized"});
    assert_eq!(read(Recorded::json(401, word)), is(Some("unauthorized"), "unauthorized"));
    let prose = json!({"error": "No such team"});
    assert_eq!(read(Recorded::json(404, prose)), is(None, "No such team"));
    let html = Recorded::status(429).chunk("<html>slow</html>");
    assert_eq!(read(html), is(None, "the server answered Too Many Requests"));
}

/// How long a read waited before it was repeated after an answer.
fn pause(answer: Recorded) -> Duration {
    let replay = Replay::new().answer(answer).answer(Recorded::json(200, json!({})));
    on(&replay).balance().get().send().unwrap();
    replay.assert_done();
    replay.elapsed()
}

#[test]
fn the_server_says_how_long_to_wait_up_to_half_a_minute() {
    let asked = |status, text: &str| pause(Recorded::status(status).header("retry-after", text));
    assert_eq!(asked(429, "2.5"), Duration::from_millis(2500));
    assert_eq!(asked(429, "0"), Duration::ZERO);
    assert_eq!(asked(429, "120"), Duration::from_secs(30));
    assert_eq!(asked(503, "20"), Duration::from_secs(20));
    assert_eq!(asked(429, "Wed, 21 Oct 2037 07:28:00 GMT"), Duration::from_secs(30));
    assert_eq!(asked(429, "Wed, 21 Oct 2015 07:28:00 GMT"), Duration::ZERO);
    for nonsense in ["inf", "-1", "soon"] {
        assert!(asked(429, nonsense) <= Duration::from_millis(500), "{nonsense}");
    }
}

#[test]
fn only_reads_and_service_requests_are_repeated() {
    let busy = || Recorded::status(503);
    let replay = Replay::new().answer(busy());
    let error = on(&replay).agents().delete("agt_1").send().unwrap_err();
    assert_eq!((error.attempts(), error.is_retryable()), (1, true));

    let replay = Replay::new().answer(busy());
    assert!(on(&replay).budget_check().check("agt_1").send().is_err());

    let replay = Replay::new().answer(Recorded::status(500));
    assert!(on(&replay).balance().get().send().is_err());

    let request = ServiceRequest::new("email", "send", &json!({})).unwrap();
    let replay = Replay::new()
        .answer(busy())
        .fail(TransportErrorKind::Io)
        .answer(Recorded::json(200, json!({"status": "executed"})));
    let made = on(&replay).service_requests().create(&request).send().unwrap();
    replay.assert_done();
    for sent in replay.requests() {
        assert_eq!(sent.header("idempotency-key"), Some(&*made.idempotency_key));
        assert_eq!(sent.json()["idempotency_key"], made.idempotency_key.as_str());
    }

    let replay = Replay::new().answer(busy()).answer(busy()).answer(busy());
    let error = on(&replay).service_requests().create(&request).send().unwrap_err();
    assert_eq!(error.attempts(), 3);
    assert_eq!(error.idempotency_key(), replay.requests()[0].header("idempotency-key"));
}

#[test]
fn a_wait_in_vain_is_no_network_error() {
    let request = ServiceRequest::new("email", "send", &json!({})).unwrap();
    let running = || Recorded::json(202, json!({"status": "running", "request_id": "req_r"}));
    let replay = Replay::new().answer(running()).answer(running());
    let wait = Wait::default().at_most(Duration::from_secs(1));
    let error = on(&replay).service_requests().create_and_wait(&request, wait).send().unwrap_err();
    assert_eq!(error.upivia_kind(), Some(UpiviaErrorKind::Http));
    assert!(error.is_timeout() && error.may_have_been_sent());
    assert_eq!(error.operation(), "service_requests.create_and_wait");
}
