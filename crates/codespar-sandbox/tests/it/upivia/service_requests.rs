//! Service requests: outcomes, idempotency, approvals, budget, faults; who may call what.

use std::time::Duration;

use codespar_sandbox::{EffectKind, Fault, Sandbox, Verdict};
use serde_json::{Value, json};

use crate::support::upivia::{As, refused, upivia, upivia_of};

const REQUESTS: &str = "/upivia/api/v1/service-requests";

#[test]
fn every_outcome_has_its_fields() {
    let upivia = upivia();
    let table: [(&str, u16, &[&str]); 5] = [
        ("executed", 200, &["result", "cost_cents", "estimated_cost_cents", "actual_cost_cents"]),
        ("blocked", 200, &["reason_code", "message"]),
        ("approval_required", 200, &["approval_id", "estimated_cost_cents", "expires_at"]),
        ("failed", 200, &["reason_code", "message"]),
        ("running", 202, &["initial_cost_cents", "provider", "external_id"]),
    ];
    for (verdict, status, fields) in table {
        let reply = upivia.mail(None, Some(verdict));
        assert_eq!((reply.status, &reply.body["status"]), (status, &json!(verdict)));
        assert!(reply.headers.contains_key("x-request-id"));
        for field in fields {
            assert!(!reply.body[field].is_null(), "{verdict} without {field}: {}", reply.text);
        }
        let id = reply.body["request_id"].as_str().unwrap();
        let read = upivia.read(As::Agent, &format!("/service-requests/{id}"));
        assert_eq!(read["request_id"], reply.body["request_id"]);
    }
    let effects = upivia.sandbox().effects();
    assert_eq!(effects.count(EffectKind::ServiceCall), 2, "executed and running");
}

#[test]
fn a_running_request_settles_and_costs_once() {
    let upivia = upivia();
    let call = json!({
        "service": "voice_call", "operation": "create", "idempotency_key": "call-1",
        "payload": { "to": "+5511999990000", "say": "Hello" },
    });
    let begun = upivia.post(As::Agent, "/service-requests", call);
    assert_eq!((begun.status, begun.body["initial_cost_cents"].as_i64()), (202, Some(25)));
    let path = format!("/service-requests/{}", begun.body["request_id"].as_str().unwrap());
    let ended = upivia.read_until(As::Agent, &path, |body| body["status"] != "running");
    assert_eq!((&ended["status"], &ended["actual_cost_cents"]), (&json!("executed"), &json!(25)));
    assert_eq!(upivia.sandbox().effects().count_with_key("call-1"), 1);
    assert_eq!(upivia.read(As::Token, "/balance")["amount_cents"], 5_000 - 25);
}

#[test]
fn a_running_request_can_stay_so() {
    let upivia = upivia_of(Sandbox::builder().settle_after(Duration::MAX));
    let begun = upivia.mail(None, Some("running")).body;
    let path = format!("/service-requests/{}", begun["request_id"].as_str().unwrap());
    assert_eq!(upivia.read(As::Agent, &path), begun);
}

#[test]
fn a_key_counts_once_and_for_one_payload() {
    let upivia = upivia();
    let first = upivia.mail(Some("k1"), None);
    let again = upivia.mail(Some("k1"), Some("failed"));
    assert_eq!(first.body, again.body, "metadata is not part of the payload");
    assert_eq!(upivia.sandbox().effects().count_with_key("k1"), 1);
    let other = json!({
        "service": "email", "operation": "send", "payload": { "to": "rui@example.com" },
    });
    let send = |body: &Value, key: &str| {
        let body = body.to_string().into_bytes();
        let headers = [("idempotency-key", key)];
        upivia.send(
            As::Agent,
            "POST",
            "/service-requests",
            Some(body),
            Some("application/json"),
            &headers,
        )
    };
    assert_eq!(refused(&send(&other, "k1")), (409, "idempotency_key_payload_mismatch"));
    assert_eq!(send(&other, "k2").body["status"], "executed");
    let mut two_keys = other.clone();
    two_keys["idempotency_key"] = json!("k3");
    assert_eq!(refused(&send(&two_keys, "k4")), (400, "invalid_request"));
    // What was refused has used no key up.
    let wrong = json!({ "service": "email", "operation": "send", "payload": {} });
    assert_eq!(refused(&send(&wrong, "k5")), (422, "invalid_request"));
    assert_eq!(send(&other, "k5").body["status"], "executed");
}

#[test]
fn faults_hit_it_and_a_lost_answer_is_made_good_by_the_key() {
    let upivia = upivia();
    upivia.sandbox().inject(Fault::on("POST", REQUESTS).lose_answer());
    let headers =
        [("authorization".to_owned(), format!("Bearer {}", upivia.sandbox().upivia_agent_key()))];
    let body = json!({
        "service": "email", "operation": "send", "idempotency_key": "k1",
        "payload": { "to": "ana@example.com", "body": "Hello" },
    });
    let body = Some(body.to_string().into_bytes());
    let lost = upivia.bench.send_as(&headers, "POST", REQUESTS, body, Some("application/json"));
    assert!(lost.is_err());
    upivia
        .sandbox()
        .inject(Fault::on("POST", REQUESTS).answer(429, json!({})).header("retry-after", "1"));
    let busy = upivia.mail(Some("k1"), None);
    assert_eq!((busy.status, busy.headers["retry-after"].to_str().unwrap()), (429, "1"));
    assert_eq!(upivia.mail(Some("k1"), None).body["status"], "executed");
    assert_eq!(upivia.sandbox().effects().count_with_key("k1"), 1);
    let paths: Vec<String> = upivia.sandbox().requests().into_iter().map(|it| it.path).collect();
    assert_eq!(paths, [REQUESTS; 3]);
}

#[test]
fn approvals_are_decided_once_and_pay_then() {
    let upivia = upivia();
    let waiting = upivia.mail(Some("k1"), Some("approval_required")).body;
    assert_eq!(upivia.sandbox().effects().len(), 0);
    let rows = upivia.read(As::Session, "/approvals?status=pending");
    let row = &rows["approvals"][0];
    assert_eq!((&row["id"], &row["agent_name"]), (&waiting["approval_id"], &json!("Sandbox")));
    assert_eq!((&row["service"], &row["operation"]), (&json!("email"), &json!("send")));
    let path = format!("/approvals/{}", row["id"].as_str().unwrap());
    let approved = upivia.made(As::Session, &format!("{path}/approve"), json!({}));
    assert_eq!(approved, json!({ "status": "executed", "request_id": waiting["request_id"] }));
    assert_eq!(upivia.sandbox().effects().count_with_key("k1"), 1);
    let twice = upivia.post(As::Session, &format!("{path}/reject"), json!({}));
    assert_eq!(refused(&twice), (409, "conflict"));
    // The key still gives the first answer; the request itself has gone on.
    assert_eq!(upivia.mail(Some("k1"), None).body, waiting);
    let second = upivia.mail(None, Some("approval_required")).body;
    let reject = format!("/approvals/{}/reject", second["approval_id"].as_str().unwrap());
    assert_eq!(upivia.made(As::Token, &reject, json!({}))["status"], "blocked");
}

#[test]
fn the_budget_is_looked_at_again_when_somebody_approves() {
    let upivia = upivia();
    let agent = upivia.sandbox().upivia_agent_id().to_owned();
    let limit = json!({ "monthly_budget_cents": 1 });
    assert_eq!(upivia.patch(As::Session, &format!("/agents/{agent}/budget"), limit).status, 200);
    let approve = |waiting: &Value| {
        let path = format!("/approvals/{}/approve", waiting["approval_id"].as_str().unwrap());
        upivia.made(As::Session, &path, json!({}))["status"].clone()
    };
    let first = upivia.mail(None, Some("approval_required")).body;
    let second = upivia.mail(None, Some("approval_required")).body;
    assert_eq!(approve(&first), "executed");
    assert_eq!(approve(&second), "blocked");
    assert_eq!(upivia.sandbox().effects().len(), 1);
}

#[test]
fn verdicts_bindings_and_budgets_decide() {
    let upivia = upivia_of(Sandbox::builder().upivia_balance(2));
    upivia.sandbox().upivia_decide("email.send", Verdict::Failed);
    assert_eq!(upivia.mail(None, None).body["reason_code"], "adapter_error");
    let status = |operation: &str, payload: Value| {
        let body = json!({ "service": operation, "operation": "send", "payload": payload });
        upivia.made(As::Agent, "/service-requests", body)
    };
    let sms = json!({ "to": "+1", "body": "x" });
    let agent = upivia.sandbox().upivia_agent_id();
    let binding =
        json!({ "service_id": "sms", "operation": "send", "approval_threshold_cents": 0 });
    upivia.made(As::Session, &format!("/agents/{agent}/services"), binding);
    assert_eq!(status("sms", sms.clone())["status"], "approval_required");
    let service = format!("/agents/{agent}/services?service_id=sms");
    assert_eq!(upivia.delete(As::Session, &service).status, 200);
    assert_eq!(status("sms", sms.clone())["status"], "executed");
    let mms = json!({ "to": "+1", "media_url": "https://x.test/a.png" });
    assert_eq!(status("mms", mms)["reason_code"], "budget_exceeded");
    let payload = json!({ "agent_id": agent });
    let budget = json!({ "service": "platform", "operation": "check_budget", "payload": payload });
    let budget = upivia.made(As::Agent, "/service-requests", budget);
    assert_eq!((&budget["org_balance"], &budget["monthly_spent"]), (&json!(0.01), &json!(0.01)));
    let update = json!({ "status": "paused" });
    assert_eq!(upivia.patch(As::Session, &format!("/agents/{agent}"), update).status, 200);
    assert_eq!(status("sms", sms)["reason_code"], "agent_not_active");
}

#[test]
fn money_and_logs_are_told_page_by_page() {
    let upivia = upivia();
    for _ in 0..5 {
        upivia.mail(None, None);
    }
    let usage = upivia.read(As::Token, "/usage?limit=3&include_chart=1");
    assert_eq!((&usage["total_cents"], usage["records"].as_array().unwrap().len()), (&json!(5), 3));
    let agent = upivia.sandbox().upivia_agent_id();
    let lists = [
        ("/audit-logs".to_owned(), "next_cursor"),
        (format!("/agents/{agent}/activity"), "nextCursor"),
    ];
    for (path, cursor) in lists {
        let mut seen = Vec::new();
        let mut next = String::new();
        loop {
            let page = upivia.read(As::Token, &format!("{path}?limit=2{next}"));
            seen.extend(page["logs"].as_array().unwrap().iter().map(|row| row["id"].clone()));
            match page[cursor].as_str() {
                Some(cursor) => next = format!("&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), 5, "{path}");
        seen.dedup();
        assert_eq!(seen.len(), 5, "{path}");
    }
    let future = upivia.read(As::Token, "/audit-logs?from=2999-01-01T00%3A00%3A00Z");
    assert_eq!(future, json!({ "logs": [], "next_cursor": null }));
    assert_eq!(upivia.get(As::Token, "/audit-logs?cursor=nonsense").status, 400);
}

#[test]
fn each_route_takes_its_own_credentials() {
    let upivia = upivia();
    let get = |who, path: &str| {
        let reply = upivia.get(who, path);
        (reply.status, refused(&reply).1.to_owned())
    };
    let no = (401, "unauthorized".to_owned());
    for path in ["/balance", "/triggers", "/service-requests/req_1", "/agents"] {
        assert_eq!(get(As::Nobody, path), no, "{path}");
        assert_eq!(get(As::Key("agent_key_other"), path), no, "{path}");
    }
    assert_eq!(get(As::Agent, "/balance"), no);
    assert_eq!(get(As::Token, "/service-requests/req_1"), no);
    assert_eq!(get(As::Token, "/triggers"), (403, "forbidden".to_owned()));
    for (who, path) in [
        (As::Session, "/triggers"),
        (As::Session, "/balance"),
        (As::Token, "/balance"),
        (As::Agent, "/agents"),
        (As::Token, "/agents"),
        (As::Nobody, "/services"),
        (As::Nobody, "/healthz"),
        (As::Nobody, "/health/readiness"),
        (As::Nobody, "/agent-docs"),
    ] {
        assert_eq!(get(who, path).0, 200, "{path}");
    }
    assert_eq!(get(As::Session, "/nonsense"), (404, "not_found".to_owned()));
}

#[test]
fn no_route_fails_on_nonsense() {
    let upivia = upivia();
    let bodies = [
        None,
        Some(json!({})),
        Some(json!([1])),
        Some(json!(null)),
        Some(json!({ "name": 1, "services": {}, "payload": [], "action": 7, "steps": "x" })),
        Some(json!({ "amount_cents": i64::MAX, "budget_cents": i64::MIN, "sizeBytes": -1 })),
    ];
    let routes = upivia.sandbox().upivia_routes();
    assert!(routes.len() > 110);
    for (method, pattern) in routes {
        let Some(pattern) = pattern.strip_prefix("/api/v1") else { continue };
        let path: Vec<&str> = pattern
            .split('/')
            .map(|segment| if segment.starts_with('{') { "%C3%A4%20b%2F" } else { segment })
            .collect();
        for body in &bodies {
            if ["GET", "DELETE"].contains(&method) && body.is_some() {
                continue;
            }
            for who in [As::Agent, As::Session] {
                let reply = upivia.call(who, method, &path.join("/"), body.clone());
                assert!(reply.status < 500, "{method} {pattern} {body:?}: {}", reply.text);
                let routed = !reply.text.contains("no such route");
                assert!(routed, "{method} {pattern}: {}", reply.text);
            }
        }
    }
    let bad = upivia.send(
        As::Agent,
        "POST",
        "/service-requests",
        Some(b"{".to_vec()),
        Some("application/json"),
        &[],
    );
    assert_eq!(refused(&bad), (400, "invalid_request"));
}
