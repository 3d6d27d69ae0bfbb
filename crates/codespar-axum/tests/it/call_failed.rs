//! Calls that failed, as answers of a service.

use std::sync::Arc;

use axum::{body::to_bytes, response::IntoResponse as _};
use codespar_async::{
    Buyer, ChargeArgs, Client, Config, CreateSession, Error, RetryPolicy, Session, Verdict,
};
use codespar_axum::CallFailed;
use codespar_sandbox::{Fault, Sandbox};
use serde_json::{Value, json};

/// The status, the body and `Retry-After`.
async fn answered(error: Error) -> (u16, Value, Option<String>) {
    let response = CallFailed::from(error).into_response();
    assert!(response.extensions().get::<Arc<Error>>().is_some());
    let status = response.status().as_u16();
    let wait = response.headers().get("retry-after").map(|it| it.to_str().unwrap().to_owned());
    let body = to_bytes(response.into_body(), 10_000).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap(), wait)
}

async fn session(sandbox: &Sandbox) -> Session {
    let mut retries = RetryPolicy::default();
    retries.retries = 0;
    let config = Config::new(sandbox.api_key()).base_url(sandbox.base_url()).retry(retries);
    let client = Client::with_config(config).unwrap();
    client.create(&CreateSession::new("buyer")).await.unwrap()
}

#[tokio::test]
async fn the_answer_goes_by_what_happened_to_the_money() {
    let sandbox = Sandbox::start().unwrap();
    let session = session(&sandbox).await;
    let charge = async |fault: Fault| {
        sandbox.clear_faults();
        sandbox.inject(fault);
        let args = ChargeArgs::pix("1".parse().unwrap(), "A chair", Buyer::new("Maria"));
        session.charge(&args).await.unwrap_err()
    };
    let on = || Fault::on("POST", "/v1/sessions/");
    let policy = json!({ "code": "policy_denied", "rule_id": "r1", "message": "Maria may not" });
    let (status, body, _) = answered(charge(on().answer(403, policy)).await).await;
    assert_eq!((status, &body["error"]["code"]), (422, &json!("policy_denied")));
    // No words of the API.
    assert!(!body.to_string().contains("Maria"), "{body}");

    let lost = charge(on().lose_answer()).await;
    assert_eq!(lost.verdict(), Verdict::Unknown);
    let (status, body, _) = answered(lost).await;
    assert_eq!((status, &body["error"]["verdict"]), (500, &json!("unknown")));

    let held = json!({ "code": "approval_required", "approval_id": "apv_1", "message": "" });
    let (status, body, _) = answered(charge(on().answer(403, held)).await).await;
    assert_eq!((status, &body["error"]["approval_id"]), (202, &json!("apv_1")));

    let busy = json!({ "error": "Too Many Requests", "retry_after_ms": 1500 });
    let (status, _, wait) = answered(charge(on().answer(429, busy)).await).await;
    assert_eq!((status, wait.as_deref()), (503, Some("2")));

    // Nobody is asked to come again for what may have been done.
    let failed = json!({ "error": "Service Unavailable", "retry_after_ms": 1500 });
    let failed = charge(on().answer(503, failed)).await;
    assert_eq!((failed.verdict(), failed.retry_after().is_some()), (Verdict::Unknown, true));
    let (status, _, wait) = answered(failed).await;
    assert_eq!((status, wait), (500, None));
}
