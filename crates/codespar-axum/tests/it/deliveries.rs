//! What extractor and layer let through, and what they answer to everything else.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Extension, Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
    routing::post,
};
use codespar_async::webhook::{
    AsyncSeenEvents, Claim, Delivery, MemorySeenEvents, SIGNATURE, SIGNATURE_LEGACY, Secret,
    SeenEvents, Verifier, sign,
};
use codespar_axum::{Webhook, WebhookRejection, Webhooks};
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};

const SECRET: &str = "3f9a1c0e5b7d2468ace013579bdf0246";
const OTHER: &str = "another-secret-0123456789abcdef0";
const TIME: i64 = 1_790_950_180;
const BODY: &str = r#"{"id":"evt_1","type":"commerce.charge.paid","data":{"payment_id":"ch_1"}}"#;

fn verifier(secret: &str) -> Verifier {
    Verifier::new(secret).unwrap()
}

fn webhooks() -> Webhooks {
    let now = UNIX_EPOCH + Duration::from_secs(TIME.unsigned_abs());
    Webhooks::new(verifier(SECRET)).body_limit(1000).clock(move || now)
}

fn signature(secret: &str, seconds: i64, body: &str) -> String {
    sign(&Secret::new(secret).unwrap(), seconds, body.as_bytes())
}

fn delivery(signature: Option<&str>, body: impl Into<Body>) -> Request {
    let request = Request::post("/hook");
    let request = match signature {
        Some(signature) => request.header(SIGNATURE, signature),
        None => request,
    };
    request.body(body.into()).unwrap()
}

fn signed(body: &'static str) -> Request {
    delivery(Some(&signature(SECRET, TIME, body)), body)
}

async fn answer(router: &Router, request: Request) -> (StatusCode, HeaderMap, Value) {
    let response = tower_service::Service::call(&mut router.clone(), request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, 10_000).await.unwrap();
    (parts.status, parts.headers, serde_json::from_slice(&body).unwrap_or_default())
}

/// Both ways, with a handler that gives back the event's id.
fn routers(webhooks: &Webhooks) -> [Router; 2] {
    let by_extractor = async |webhook: Webhook| json!(webhook.delivery.event.id).to_string();
    let by_layer = async |Extension(delivery): Extension<Delivery>, body: Bytes| {
        assert_eq!(body, BODY);
        json!(delivery.event.id).to_string()
    };
    [
        Router::new().route("/hook", post(by_extractor)).with_state(webhooks.clone()),
        Router::new().route("/hook", post(by_layer)).route_layer(webhooks.layer()),
    ]
}

#[tokio::test]
async fn what_is_signed_gets_through_and_nothing_else() {
    let long = format!(r#"{{"id":"e","type":"t","x":"{}"}}"#, "x".repeat(1000));
    let old = signature(SECRET, TIME - 301, BODY);
    let table = [
        (None, BODY, 401, "signature_missing"),
        (Some(signature(OTHER, TIME, BODY)), BODY, 401, "signature_mismatch"),
        (Some(signature(SECRET, TIME, "{}")), BODY, 401, "signature_mismatch"),
        (Some(old), BODY, 401, "timestamp_too_old"),
        (Some(signature(SECRET, TIME + 301, BODY)), BODY, 401, "timestamp_in_future"),
        (Some("junk".to_owned()), BODY, 400, "signature_malformed"),
        (Some(signature(SECRET, TIME, "[]")), "[]", 400, "invalid_body"),
        (Some(signature(SECRET, TIME, &long)), &*long, 413, "body_too_large"),
    ];
    for router in routers(&webhooks()) {
        let (status, _, body) = answer(&router, signed(BODY)).await;
        assert_eq!((status, body), (StatusCode::OK, json!("evt_1")));
        for (signature, body, status, code) in &table {
            let request = delivery(signature.as_deref(), (*body).to_owned());
            let (said, headers, told) = answer(&router, request).await;
            assert_eq!((said.as_u16(), &told["error"]["code"]), (*status, &json!(code)));
            assert!(told["error"]["message"].as_str().unwrap().starts_with("webhook "), "{told}");
            assert_eq!(headers.contains_key("www-authenticate"), *status == 401);
            assert_eq!(headers["content-type"], "application/json");
        }
        let legacy = Request::post("/hook").header(SIGNATURE_LEGACY, "00".repeat(32));
        let (status, _, told) = answer(&router, legacy.body(BODY.into()).unwrap()).await;
        assert_eq!((status.as_u16(), &told["error"]["code"]), (401, &json!("signature_legacy")));
    }
}

#[tokio::test]
async fn a_body_is_read_no_further_than_it_has_to_be() {
    let read = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&read);
    let endless = move || {
        let count = Arc::clone(&count);
        let piece = move || {
            count.fetch_add(1, Ordering::SeqCst);
            Ok::<_, std::io::Error>(Bytes::from_static(&[b' '; 100]))
        };
        Body::from_stream(stream::repeat_with(piece).take(1_000_000))
    };
    for router in routers(&webhooks()) {
        // Nothing of what nobody has signed.
        assert_eq!(answer(&router, delivery(None, endless())).await.0, 401);
        assert_eq!(read.load(Ordering::SeqCst), 0);
        let signature = signature(SECRET, TIME, BODY);
        assert_eq!(answer(&router, delivery(Some(&signature), endless())).await.0, 413);
        assert!(read.swap(0, Ordering::SeqCst) < 15);
        let cut = stream::iter([Ok(Bytes::from(BODY)), Err(std::io::Error::other("cut"))]);
        let (status, _, told) =
            answer(&router, delivery(Some(&signature), Body::from_stream(cut))).await;
        assert_eq!((status.as_u16(), &told["error"]["code"]), (400, &json!("body_cut")));
    }
}

#[tokio::test]
async fn secrets_are_replaced_while_the_server_runs() {
    let webhooks = webhooks();
    for router in routers(&webhooks) {
        let with = async |secret| {
            let request = delivery(Some(&signature(secret, TIME, BODY)), BODY);
            answer(&router, request).await.0.as_u16()
        };
        webhooks.set_verifier(verifier(SECRET));
        assert_eq!((with(SECRET).await, with(OTHER).await), (200, 401));
        webhooks.set_verifier(verifier(OTHER).also(SECRET).unwrap());
        assert_eq!((with(SECRET).await, with(OTHER).await), (200, 200));
        webhooks.set_verifier(verifier(OTHER));
        assert_eq!((with(SECRET).await, with(OTHER).await), (401, 200));
    }
    assert!(!format!("{webhooks:?}").contains(OTHER));
}

/// A store that cannot be reached.
struct Broken;

impl SeenEvents for Broken {
    type Error = ();

    fn claim(&self, _: &str, _: SystemTime) -> Result<Claim, ()> {
        Err(())
    }

    fn done(&self, _: &str) -> Result<(), ()> {
        Err(())
    }

    fn release(&self, _: &str) -> Result<(), ()> {
        Err(())
    }
}

/// A router whose handler counts its work and ends like this.
fn worker<S: AsyncSeenEvents + Send + Sync + 'static>(
    seen: Arc<S>,
    end: fn(usize) -> Result<(), StatusCode>,
) -> Router {
    let count = Arc::new(AtomicUsize::new(0));
    let handler = async move |State(_): State<Webhooks>, webhook: Webhook| -> Response {
        let work = async |_| {
            tokio::task::yield_now().await;
            Ok(end(count.fetch_add(1, Ordering::SeqCst))?)
        };
        webhook.once(&*seen, work).await
    };
    Router::new().route("/hook", post(handler)).with_state(webhooks())
}

#[tokio::test]
async fn work_is_done_once_and_its_failures_are_repeated_by_the_service() {
    let fails_first = |count| match count {
        0 => Err(StatusCode::NOT_FOUND),
        // Worded as a success, and none.
        1 => Err(StatusCode::ACCEPTED),
        2 => Ok(()),
        _ => Err(StatusCode::IM_A_TEAPOT),
    };
    let seen = Arc::new(MemorySeenEvents::default());
    let router = worker(Arc::clone(&seen), fails_first);
    for status in [404, 500, 204, 204, 204] {
        let (said, headers, _) = answer(&router, signed(BODY)).await;
        let receipt = headers.get("x-codespar-receipt").map(|it| it.to_str().unwrap());
        assert_eq!((said.as_u16(), receipt), (status, (status == 204).then_some("ack")));
    }
    let running = r#"{"id":"evt_2","type":"session.closed"}"#;
    let now = UNIX_EPOCH + Duration::from_secs(TIME.unsigned_abs());
    SeenEvents::claim(&*seen, "evt_2", now).unwrap();
    let (status, headers, _) = answer(&router, signed(running)).await;
    assert_eq!((status.as_u16(), &headers["retry-after"]), (409, &"60".parse().unwrap()));
    let broken = worker(Arc::new(Broken), |_| Ok(()));
    assert_eq!(answer(&broken, signed(BODY)).await.0, 503);
}

#[test]
fn a_layer_that_logs_finds_why() {
    let response = WebhookRejection::TooLarge.into_response();
    assert_eq!(response.extensions().get(), Some(&WebhookRejection::TooLarge));
}
