//! A request that differs from the recorded one does not pass for it, whatever was hidden.

use std::panic::{AssertUnwindSafe, catch_unwind};

use codespar_engine::{
    Payload,
    driver::{BlockingBody as _, BlockingTransport, Exchange},
    testing::{Cassette, Expected, Recorded, Recorder, Replay},
};
use http::{Request, header::AUTHORIZATION};
use serde_json::{Value, json};

use crate::support::{KEY, ok};

const FIRST: &str = "9f1c2b3a-0d4e-4f5a-8b6c-7d8e9f0a1b2c";
const SECOND: &str = "11111111-2222-4333-8444-555555555555";

/// A request under a key, and a body.
type Asked<'a> = (&'a str, &'a str, Value);

fn ask<T: BlockingTransport>(transport: &T, (path, key, body): &Asked<'_>) {
    let mut request = Request::post(format!("https://api.test{path}"))
        .header(AUTHORIZATION, format!("Bearer {KEY}"))
        .header("content-type", "application/json");
    if !key.is_empty() {
        request = request.header("idempotency-key", *key);
    }
    let body = Payload::from(bytes::Bytes::from(body.to_string()));
    let mut answer = transport.open(Exchange::new(request.body(body).unwrap())).unwrap();
    while answer.body_mut().chunk(None).unwrap().is_some() {}
}

/// Records these requests, sends those, and gives how they differ; nothing where they do not.
fn differ(recorded: &[Asked<'_>], sent: &[Asked<'_>]) -> String {
    let server = recorded.iter().fold(Replay::new(), |server, _| server.answer(ok()));
    let recorder = Recorder::new(server, "c");
    recorded.iter().for_each(|asked| ask(&recorder, asked));
    let line = recorder.to_jsonl();
    let replayer = Cassette::new("c").open(Some(&line), Replay::new());
    let run = || sent.iter().for_each(|asked| ask(&replayer, asked));
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(()) => String::new(),
        Err(words) => words
            .downcast_ref::<String>()
            .map_or_else(|| "a panic without words".to_owned(), String::clone),
    }
}

fn body(body: Value) -> Asked<'static> {
    ("/v1/pay", "", body)
}

fn keyed(key: &str) -> Asked<'_> {
    ("/v1/pay", key, json!({"amount": 1}))
}

#[test]
fn what_stands_around_a_hidden_value_has_to_agree() {
    let asked = |attempt| body(json!({"user_id": "buyer-77", "attempt_id": attempt}));
    let recorded = [asked("buyer-77:order-1:150.00")];
    assert_eq!(differ(&recorded, &recorded), "");
    // Another buyer is as good, another order is not.
    assert_eq!(differ(&recorded, &[asked("buyer-78:order-1:150.00")]), "");
    assert_ne!(differ(&recorded, &[asked("buyer-77:order-2:150.00")]), "");
    assert_ne!(differ(&recorded, &[asked("buyer-77:order-1:950.00")]), "");
    let asked = |path, key| (path, key, json!({"user_id": "buyer-77"}));
    let recorded = [asked("/v1/pay/o1-buyer-77", "buyer-77-order-1")];
    assert_eq!(differ(&recorded, &recorded), "");
    assert_ne!(differ(&recorded, &[asked("/v1/pay/o2-buyer-77", "buyer-77-order-1")]), "");
    assert_ne!(differ(&recorded, &[asked("/v1/pay/o1-buyer-77", "buyer-77-order-2")]), "");
}

#[test]
fn a_hidden_value_that_is_missing_does_not_fit() {
    let asked = |name| body(json!({"buyer": {"name": name}}));
    let recorded = [asked(json!("Maria Silva"))];
    assert_eq!(differ(&recorded, &[asked(json!("Ana"))]), "");
    assert_ne!(differ(&recorded, &[asked(json!(""))]), "");
    assert_ne!(differ(&recorded, &[asked(Value::Null)]), "");
}

#[test]
fn a_repetition_is_under_the_key_that_was_made_up_first() {
    let repeated = [keyed(FIRST), keyed(FIRST)];
    assert_eq!(differ(&repeated, &[keyed(SECOND), keyed(SECOND)]), "");
    assert_ne!(differ(&repeated, &[keyed(FIRST), keyed(SECOND)]), "");
    let apart = [keyed(FIRST), keyed(SECOND)];
    assert_eq!(differ(&apart, &[keyed(SECOND), keyed(FIRST)]), "");
    assert_ne!(differ(&apart, &[keyed(FIRST), keyed(FIRST)]), "");
    // A key that is stated twice is stated twice.
    let stated = |key, inner: &str| ("/v1/pay", key, json!({"idempotency_key": inner}));
    assert_eq!(differ(&[stated(FIRST, FIRST)], &[stated(SECOND, SECOND)]), "");
    assert_ne!(differ(&[stated(FIRST, FIRST)], &[stated(FIRST, SECOND)]), "");
}

#[test]
fn an_id_is_no_key_that_was_made_up() {
    let asked = |wallet| body(json!({"attempt_id": FIRST, "wallet_id": wallet}));
    assert_eq!(differ(&[asked(FIRST)], &[asked(FIRST)]), "");
    assert_ne!(differ(&[asked(FIRST)], &[asked(SECOND)]), "");
}

#[test]
fn whole_numbers_agree_to_the_last_digit() {
    let asked = |n: u64| body(json!({"n": n}));
    assert_ne!(differ(&[asked(9_007_199_254_740_992)], &[asked(9_007_199_254_740_993)]), "");
    assert_eq!(differ(&[body(json!({"n": 150}))], &[body(json!({"n": 150.0}))]), "");
}

#[test]
fn what_is_hidden_is_not_told_of_a_request_that_differs() {
    let asked =
        |amount, name| body(json!({"amount": amount, "buyer": {"name": name}, "to": [name]}));
    let words = differ(&[asked(1, "Maria Silva")], &[asked(2, "Ana Souza")]);
    assert!(words.contains("\"amount\": 2") && !words.contains("Ana"), "{words}");
    let asked = |query| (query, "", json!({}));
    let recorded = [asked("/v1/pay?email=maria@x.test&n=1")];
    assert_eq!(differ(&recorded, &[asked("/v1/pay?n=1&email=ana@x.test")]), "");
    let words = differ(&recorded, &[asked("/v1/pay?email=ana@x.test&n=2")]);
    assert!(words.contains("query") && !words.contains("ana"), "{words}");
    let expected = Expected::new(http::Method::POST, "/v1/pay").header("authorization", "csk_1");
    assert_eq!(format!("{expected:?}"), "Expected { method: POST, path: \"/v1/pay\", .. }");
}

#[test]
fn what_is_not_to_be_kept_is_found_within_texts_and_tool_calls() {
    let text = "CPF:123.456.789-09, key:csk_live_abcdefgh, https://x.test/csk_live_abcdefgh/a";
    let body = json!({"note": text, "sent": "{\"cpf\":\"11144477735\"}", "same": 11_144_477_735_u64,
        "calls": [{"input": {"description": "Chairs for Ana Souza", "amount": 3}}]});
    let answer =
        Recorded::json(200, body).header("x-agentwallet-signature", "sha256=abcdef0123456789");
    let recorder = Recorder::new(Replay::new().answer(answer), "c");
    ask(&recorder, &keyed(FIRST));
    let line = recorder.to_jsonl();
    for secret in ["123.456", "abcdefgh", "11144477735", "abcdef0123456789", "Ana"] {
        assert!(!line.contains(secret), "{secret}: {line}");
    }
}
