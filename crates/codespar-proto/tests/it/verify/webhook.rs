//! Webhook deliveries: which are accepted, and why the others are not.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use codespar_proto::webhook::{
    ATTEMPT, EVENT, EVENT_ID, Event, EventType, SIGNATURE, SIGNATURE_LEGACY, Scheme, Secret,
    TRIGGER_ID, Verifier, WebhookError, sign, sign_legacy,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

const SECRET: &str = "3f9a1c0e5b7d2468ace013579bdf02468ace13579bdf02468ace13579bdf0246";
const OTHER: &str = "whsec_another-secret-for-rotation";
const TIME: i64 = 1_790_950_180;
const BODY: &[u8] = concat!(
    r#"{"id":"evt_4c","type":"commerce.charge.paid","source":"celcoin","#,
    r#""occurred_at":"2026-10-02T13:09:40Z","data":{"payment_id":"ch_19"}}"#,
)
.as_bytes();
/// Computed by another implementation over `SECRET`, `TIME` and `BODY`.
const V1: &str = "563c102274115e3f169692eacfb196f0f0e93c04bb3ae696fbba2265ca0ad826";
const LEGACY: &str = "5658589e4ed579acf438336c3ab31381cc9a4fb94651c33b9fab78d40d6d8a5d";

fn verifier() -> Verifier {
    Verifier::new(SECRET).unwrap()
}

fn at(seconds: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds.try_into().unwrap())
}

fn headers(name: HeaderName, value: &str) -> HeaderMap {
    HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
}

fn check(header: &str) -> Result<Scheme, WebhookError> {
    verifier().verify_signature(&headers(SIGNATURE, header), BODY, at(TIME))
}

fn secret() -> Secret {
    Secret::new(SECRET).unwrap()
}

#[test]
fn a_delivery_is_read_with_its_headers() {
    let mut headers = headers(SIGNATURE, &format!("t={TIME},v1={V1}"));
    headers.insert(EVENT, HeaderValue::from_static("commerce.charge.paid"));
    headers.insert(EVENT_ID, HeaderValue::from_static("evt_4c"));
    headers.insert(TRIGGER_ID, HeaderValue::from_static("trg_9"));
    headers.insert(ATTEMPT, HeaderValue::from_static("2"));
    let delivery = verifier().verify(&headers, BODY, at(TIME)).unwrap();
    assert_eq!(delivery.scheme, Scheme::V1 { signed_at: TIME });
    assert_eq!(delivery.event.id, "evt_4c");
    assert_eq!(delivery.event.kind, EventType::CommerceChargePaid);
    assert_eq!(delivery.event.source.as_deref(), Some("celcoin"));
    let occurred_at = delivery.event.occurred_at.as_ref().unwrap();
    assert_eq!(occurred_at.to_system_time(), Some(at(1_790_946_580)));
    assert_eq!(delivery.event.data_as::<Value>().unwrap(), json!({ "payment_id": "ch_19" }));
    assert_eq!(delivery.headers.event, Some(EventType::CommerceChargePaid));
    assert_eq!(delivery.headers.event_id.as_deref(), Some("evt_4c"));
    assert_eq!(delivery.headers.trigger_id.as_deref(), Some("trg_9"));
    assert_eq!(delivery.headers.attempt, Some(2));
}

#[test]
fn signing_is_what_others_compute() {
    assert_eq!(sign(&secret(), TIME, BODY), format!("t={TIME},v1={V1}"));
    assert_eq!(sign_legacy(&secret(), BODY), LEGACY);
}

#[test]
fn the_tolerance_holds_in_both_directions() {
    let headers = headers(SIGNATURE, &sign(&secret(), TIME, BODY));
    let verify = |verifier: &Verifier, now| verifier.verify_signature(&headers, BODY, now);
    let (late, early) = (at(TIME + 300), at(TIME - 300));
    assert!(verify(&verifier(), late).is_ok());
    assert!(verify(&verifier(), early).is_ok());
    let age = Duration::from_secs(301);
    assert_eq!(verify(&verifier(), at(TIME + 301)), Err(WebhookError::TooOld { age }));
    let ahead = age;
    assert_eq!(verify(&verifier(), at(TIME - 301)), Err(WebhookError::FromTheFuture { ahead }));
    let before_1970 = UNIX_EPOCH - Duration::from_secs(1);
    assert_eq!(verify(&verifier(), before_1970).unwrap_err().code(), "timestamp_in_future");
    let strict = verifier().tolerance(Duration::ZERO);
    assert!(verify(&strict, at(TIME)).is_ok());
    assert_eq!(verify(&strict, at(TIME + 1)).unwrap_err().code(), "timestamp_too_old");
}

#[test]
fn any_of_several_signatures_and_secrets_will_do() {
    let wrong = "00".repeat(32);
    assert!(check(&format!("t={TIME},v1={wrong},v1={V1}")).is_ok());
    assert!(check(&format!("t={TIME}, v1={V1}, v0={wrong}, v2=later")).is_ok());
    assert!(check(&format!("v1={},t={TIME}", V1.to_uppercase())).is_ok());
    // A malformed one is as good as none.
    for bad in ["", "xyz", &V1[1..], &format!("{V1}00")] {
        assert!(check(&format!("t={TIME},v1={bad},v1={V1}")).is_ok(), "{bad}");
        assert!(check(&format!("t={TIME},v1={V1},v1={bad}")).is_ok(), "{bad}");
        assert!(check(&format!("t={TIME},v1={bad},v1={wrong}")).is_err(), "{bad}");
    }
    let both = Verifier::new(OTHER).unwrap().also(SECRET).unwrap();
    let headers = headers(SIGNATURE, &format!("t={TIME},v1={V1}"));
    assert!(both.verify_signature(&headers, BODY, at(TIME)).is_ok());
    let other = Verifier::new(OTHER).unwrap();
    assert_eq!(other.verify_signature(&headers, BODY, at(TIME)), Err(WebhookError::NoMatch));
}

#[test]
fn malformed_headers_say_how() {
    let long = "0".repeat(40);
    for (header, problem) in [
        (String::new(), "a part is not name=value"),
        ("junk".to_owned(), "a part is not name=value"),
        (format!("t={TIME},v1={V1},"), "a part is not name=value"),
        (format!("v1={V1}"), "t is missing"),
        (format!("t={TIME}"), "v1 is missing"),
        (format!("t={TIME},t={TIME},v1={V1}"), "t occurs twice"),
        (format!("t=,v1={V1}"), "t is not in Unix seconds"),
        (format!("t=+{TIME},v1={V1}"), "t is not in Unix seconds"),
        (format!("t=-1,v1={V1}"), "t is not in Unix seconds"),
        (format!("t={long}1,v1={V1}"), ""),
        (format!("t=1{long},v1={V1}"), "t is not in Unix seconds"),
        (format!("t={TIME},v1={}", &V1[1..]), "v1 is not 64 hex digits"),
        (format!("t={TIME},v1=z{}", &V1[1..]), "v1 is not 64 hex digits"),
    ] {
        match check(&header) {
            Err(WebhookError::MalformedSignature(said)) => assert_eq!(said, problem, "{header}"),
            other => assert!(problem.is_empty() && other == Err(WebhookError::NoMatch), "{header}"),
        }
    }
    let mut twice = headers(SIGNATURE, &format!("t={TIME},v1={V1}"));
    twice.append(SIGNATURE, HeaderValue::from_static("t=1,v1=00"));
    let error = verifier().verify_signature(&twice, BODY, at(TIME)).unwrap_err();
    assert_eq!(error, WebhookError::MalformedSignature("the header occurs twice"));
    let bytes = HeaderMap::from_iter([(SIGNATURE, HeaderValue::from_bytes(b"t=\xff").unwrap())]);
    let error = verifier().verify_signature(&bytes, BODY, at(TIME)).unwrap_err();
    assert_eq!(error, WebhookError::MalformedSignature("not ASCII"));
}

#[test]
fn the_legacy_scheme_is_taken_only_when_asked_for() {
    let lenient = verifier().accept_legacy();
    for name in [SIGNATURE, SIGNATURE_LEGACY] {
        let headers = headers(name, LEGACY);
        let refused = verifier().verify_signature(&headers, BODY, at(TIME));
        assert_eq!(refused, Err(WebhookError::LegacyNotAccepted));
        let taken = lenient.verify_signature(&headers, BODY, at(TIME));
        assert_eq!(taken, Ok(Scheme::Legacy));
        let other = lenient.verify_signature(&headers, b"{}", at(TIME));
        assert_eq!(other, Err(WebhookError::NoMatch));
    }
}

#[test]
fn a_wrong_new_signature_is_not_saved_by_a_right_old_one() {
    let mut headers = headers(SIGNATURE, &format!("t={TIME},v1={}", "00".repeat(32)));
    headers.insert(SIGNATURE_LEGACY, HeaderValue::from_static(LEGACY));
    let lenient = verifier().accept_legacy();
    let verdict = lenient.verify_signature(&headers, BODY, at(TIME));
    assert_eq!(verdict, Err(WebhookError::NoMatch));
    headers.insert(SIGNATURE, HeaderValue::from_str(&format!("t={TIME},v1={V1}")).unwrap());
    let late = lenient.verify_signature(&headers, BODY, at(TIME + 1000));
    assert_eq!(late.unwrap_err().code(), "timestamp_too_old");
}

#[test]
fn secrets_that_cannot_be_are_refused_and_none_is_shown() {
    let long = "x".repeat(513);
    for bad in ["", "brief", "0123456789abcdef\n", " 0123456789abcdef", long.as_str()] {
        let error = Verifier::new(bad).unwrap_err();
        assert_eq!(error.field(), Some("secret"));
        assert!(bad.is_empty() || !error.to_string().contains(bad), "{error}");
    }
    let error = codespar_engine::Error::from(verifier().also("").unwrap_err());
    assert_eq!(error.kind(), codespar_engine::ErrorKind::Config);
    assert_eq!(error.field(), Some("secret"));
    let debug = format!("{:?}", verifier());
    assert!(debug.contains("Secret(…)") && !debug.contains(SECRET), "{debug}");
}

#[test]
fn a_signed_body_that_is_no_event_is_its_own_error() {
    for body in ["", "[]", "{\"id\":\"e\"}", "{\"id\":[1],\"type\":\"t\"}"] {
        let headers = headers(SIGNATURE, &sign(&secret(), TIME, body.as_bytes()));
        let error = verifier().verify(&headers, body.as_bytes(), at(TIME)).unwrap_err();
        assert_eq!(error.code(), "invalid_body", "{body}");
    }
}

#[test]
fn a_body_is_read_as_others_read_it_and_signed_as_it_came() {
    let mark = b"\xef\xbb\xbf";
    let rests: [&[u8]; 6] = [
        br#""data":{"payment_id":"ch_19"}}"#,
        br#""source":"x\ud83d","data":{"payment_id":"ch_19"}}"#,
        br#""a\ud83d":1,"data":{"payment_id":"ch_19","b\udc00":2}}"#,
        br#""data":{"payment_id":"ch_19","cut":"\ud83d"}}"#,
        b"\"source\":\"\xe9\",\"data\":{\"payment_id\":\"ch_19\"}}",
        br#""data":{"payment_id":19}}"#,
    ];
    let start = br#"{"id":"evt_1","type":"commerce.charge.paid","#;
    let bodies = rests.map(|rest| [&start[..], rest].concat());
    #[derive(serde::Deserialize)]
    struct Paid {
        payment_id: String,
    }
    for body in bodies.into_iter().flat_map(|body| [body.clone(), [&mark[..], &body].concat()]) {
        let signed = headers(SIGNATURE, &sign(&secret(), TIME, &body));
        let delivery = verifier().verify(&signed, &body, at(TIME)).unwrap();
        assert_eq!(delivery.event.id, "evt_1");
        assert!(delivery.event.data_as::<Paid>().unwrap().payment_id.ends_with("19"));
        let unmarked = body.strip_prefix(mark).unwrap_or(b"{}");
        assert!(verifier().verify(&signed, unmarked, at(TIME)).is_err());
    }
}

#[test]
fn every_known_name_is_its_own_variant() {
    for kind in EventType::KNOWN {
        assert_eq!(EventType::from(kind.as_str()), *kind);
    }
    assert_eq!(EventType::KNOWN.len(), 101);
    assert_eq!(EventType::from("a.b"), EventType::Other("a.b".into()));
}

#[test]
fn what_is_unknown_is_kept_and_data_stays_out_of_debug() {
    let body = json!({
        "id": "evt_1", "type": "commerce.kyc.done", "source": "x", "occurred_at": "soon",
        "data": { "document": "11144477735" }, "test": true, "more": [1, { "a": null }],
    });
    let event = Event::from_slice(body.to_string().as_bytes()).unwrap();
    assert!(event.is_test());
    assert_eq!(event.occurred_at.as_ref().unwrap().to_system_time(), None);
    assert_eq!(event.kind.as_str(), "commerce.kyc.done");
    assert_eq!(serde_json::to_value(&event).unwrap(), body);
    assert!(!format!("{event:?}").contains("11144477735"));
    assert!(event.data_as::<u32>().is_err());
}

#[test]
fn an_event_without_particulars_reads_as_null() {
    let event = Event::from_slice(br#"{"id":"e","type":"session.closed"}"#).unwrap();
    assert_eq!(event.data_as::<Option<u32>>().unwrap(), None);
    assert!(!event.is_test());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_signed_verifies(body in vec(any::<u8>(), 0..200), time in 0..4_000_000_000i64) {
        let headers = headers(SIGNATURE, &sign(&secret(), time, &body));
        let scheme = verifier().verify_signature(&headers, &body, at(time)).unwrap();
        prop_assert_eq!(scheme, Scheme::V1 { signed_at: time });
    }

    #[test]
    fn a_flipped_bit_in_the_body_fails(
        body in vec(any::<u8>(), 1..200), place: prop::sample::Index, bit in 0..8
    ) {
        let headers = headers(SIGNATURE, &sign(&secret(), TIME, &body));
        let mut body = body;
        let place = place.index(body.len());
        body[place] ^= 1u8 << bit;
        let verdict = verifier().verify_signature(&headers, &body, at(TIME));
        prop_assert_eq!(verdict, Err(WebhookError::NoMatch));
    }

    /// Another digit in the time or in the signature.
    #[test]
    fn a_changed_digit_in_the_header_fails(place: prop::sample::Index, digit in "[0-9a-f]") {
        let header = sign(&secret(), TIME, BODY);
        let places: Vec<_> = header.match_indices(|c: char| c.is_ascii_hexdigit()).collect();
        let (place, before) = places[place.index(places.len())];
        prop_assume!(before != digit);
        let mut changed = header.clone();
        changed.replace_range(place..=place, &digit);
        prop_assert!(check(&changed).is_err());
    }

    #[test]
    fn no_header_or_body_panics(
        header in any::<String>(),
        parts in "((t|v1|x)=[0-9a-f]{0,70},?){0,5}",
        body in any::<String>(),
    ) {
        for text in [header, parts] {
            if let Ok(value) = HeaderValue::from_str(&text) {
                for name in [SIGNATURE, SIGNATURE_LEGACY, ATTEMPT, EVENT] {
                    let headers = HeaderMap::from_iter([(name, value.clone())]);
                    let lenient = verifier().accept_legacy();
                    prop_assert!(lenient.verify(&headers, body.as_bytes(), at(TIME)).is_err());
                }
            }
            let _ = Secret::new(&text);
        }
        let _ = Event::from_slice(body.as_bytes());
    }
}
