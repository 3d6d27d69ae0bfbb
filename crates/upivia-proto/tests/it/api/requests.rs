//! Service requests and what belongs to them.

use std::time::Duration;

use serde_json::json;
use upivia_proto::{ServiceRequest, Wait, audit_logs::AuditLogQuery, usage::UsageQuery};

use crate::support::{object, shown};

fn email() -> ServiceRequest {
    let payload = json!({"to": "client@example.com", "subject": "Olá", "body": "Oi."});
    ServiceRequest::new("email", "send", &payload).unwrap()
}

fn entries() -> AuditLogQuery {
    AuditLogQuery::default()
        .agent_id("agt_1")
        .service("email")
        .status("executed")
        .from("2026-01-01")
        .to("2026-02-01")
}

#[test]
fn service_requests_are_made_and_asked_about() {
    let text = shown! { client;
        "service_requests.create/all-options" => client.service_requests()
            .create(&email().metadata(object(json!({"trace": "t1", "n": 1}))))
            .idempotency_key("order-42");
        "service_requests.get/typical" => client.service_requests().get("req_7");
        "service_requests.get/running" => client.service_requests().get("req_r");
        "service_requests.get/404" => client.service_requests().get("req_9");
    };
    insta::assert_snapshot!(text, @r#"
    ## service_requests.create/all-options
    > POST /api/v1/service-requests (timeout 60s)
      authorization: Bearer [redacted]
      idempotency-key: order-42
      {
        "service": "email",
        "operation": "send",
        "payload": {
          "body": "Oi.",
          "subject": "Olá",
          "to": "client@example.com"
        },
        "metadata": {
          "n": 1,
          "trace": "t1"
        },
        "idempotency_key": "order-42"
      }
    < 200
      {"status": "executed", "request_id": "req_1", "result": {"id": "msg_1"}, "cost_cents": 1, "estimated_cost_cents": 1, "actual_cost_cents": 1}
    = Ok(Requested { outcome: Executed(Executed { request_id: Some("req_1"), result: Some(Json(object, 15 bytes)), cost_cents: Some(Cents(1)), estimated_cost_cents: Some(Cents(1)), actual_cost_cents: Some(Cents(1)), extra: {} }), idempotency_key: "order-42" })
    ## service_requests.get/typical
    > GET /api/v1/service-requests/req_7 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"status": "executed", "request_id": "req_7"}
    = Ok(Executed(Executed { request_id: Some("req_7"), result: None, cost_cents: None, estimated_cost_cents: None, actual_cost_cents: None, extra: {} }))
    ## service_requests.get/running
    > GET /api/v1/service-requests/req_r (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"status": "running", "request_id": "req_r", "initial_cost_cents": 10, "provider": "voice", "external_id": "ext_1"}
    = Ok(Running(Running { request_id: Some("req_r"), initial_cost_cents: Some(Cents(10)), provider: Some("voice"), external_id: Some("ext_1"), extra: {} }))
    ## service_requests.get/404
    > GET /api/v1/service-requests/req_9 (timeout 60s)
      authorization: Bearer [redacted]
    < 404
      {"error": {"code": "not_found", "message": "no such request"}}
    = Err(api) service_requests.get: no such request (status 404, code not_found)
    "#);
}

#[test]
fn waiting_for_a_service_request() {
    let text = shown! { client;
        "service_requests.create_and_wait/own-interval-and-key" => client.service_requests()
            .create_and_wait(
                &email().metadata(object(json!({"a": 1}))),
                Wait::default().every(Duration::from_secs(8)),
            )
            .idempotency_key("k1");
    };
    insta::assert_snapshot!(text, @r#"
    ## service_requests.create_and_wait/own-interval-and-key
    > POST /api/v1/service-requests (timeout 60s)
      authorization: Bearer [redacted]
      idempotency-key: k1
      {
        "service": "email",
        "operation": "send",
        "payload": {
          "body": "Oi.",
          "subject": "Olá",
          "to": "client@example.com"
        },
        "metadata": {
          "a": 1
        },
        "idempotency_key": "k1"
      }
    < 202
      {"status": "running", "request_id": "req_r", "initial_cost_cents": 10, "provider": "voice", "external_id": "ext_1"}
    … wait 8s
    > GET /api/v1/service-requests/req_r (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"status": "running", "request_id": "req_r"}
    … wait 10s
    > GET /api/v1/service-requests/req_r (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"status": "running", "request_id": "req_r"}
    … wait 10s
    > GET /api/v1/service-requests/req_r (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"status": "failed", "request_id": "req_r"}
    = Ok(Requested { outcome: Failed(Stopped { request_id: Some("req_r"), reason_code: None, message: None, extra: {} }), idempotency_key: "k1" })
    "#);
}

#[test]
fn money_that_is_there_and_was_spent() {
    let text = shown! { client;
        "balance.get/typical" => client.balance().get();
        "balance.get/team" => client.balance().of_team("team_1");
        "balance.get/204" => client.balance().get();
        "usage.list/typical" => client.usage().list(&UsageQuery::default());
        "usage.list/all-options" => client.usage().list(
            &UsageQuery::default()
                .agent_id("agt_1")
                .from("2026-01-01T00:00:00Z")
                .to("2026-02-01T00:00:00+00:00")
                .limit(500)
                .include_chart(true),
        );
        "budget_check.check/typical" => client.budget_check().check("agt_1");
    };
    insta::assert_snapshot!(text, @r#"
    ## balance.get/typical
    > GET /api/v1/balance (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"amount_cents": 5000, "currency": "USD"}
    = Ok(Balance { amount_cents: Some(Cents(5000)), currency: Some("USD"), extra: {} })
    ## balance.get/team
    > GET /api/v1/balance?team_id=team_1 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"amount_cents": 120, "team_id": "team_1"}
    = Ok(Balance { amount_cents: Some(Cents(120)), currency: None, extra: {"team_id"} })
    ## balance.get/204
    > GET /api/v1/balance (timeout 60s)
      authorization: Bearer [redacted]
    < 204
    = Ok(Balance { amount_cents: None, currency: None, extra: {} })
    ## usage.list/typical
    > GET /api/v1/usage (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"total_cents": 100, "records": [{"id": "u1", "agent_id": "agt_1", "cost_cents": 100}]}
    = Ok(Usage { total_cents: Some(Cents(100)), records: [Object(Json(object, 52 bytes))], extra: {} })
    ## usage.list/all-options
    > GET /api/v1/usage?agent_id=agt_1&from=2026-01-01T00%3A00%3A00Z&include_chart=1&limit=500&to=2026-02-01T00%3A00%3A00%2B00%3A00 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"total_cents": 100, "records": [{"id": "u1", "agent_id": "agt_1", "cost_cents": 100}]}
    = Ok(Usage { total_cents: Some(Cents(100)), records: [Object(Json(object, 52 bytes))], extra: {} })
    ## budget_check.check/typical
    > POST /api/v1/service-requests (timeout 60s)
      authorization: Bearer [redacted]
      {
        "service": "platform",
        "operation": "check_budget",
        "payload": {
          "agent_id": "agt_1"
        }
      }
    < 200
      {"remaining_dollars": 5.0, "monthly_spent": 1.0, "monthly_limit": 10.0, "org_balance": 50.0}
    = Ok(Budget { remaining_dollars: Some(Dollars(5.0)), monthly_spent: Some(Dollars(1.0)), monthly_limit: Some(Dollars(10.0)), org_balance: Some(Dollars(50.0)), extra: {} })
    "#);
}

#[test]
fn approvals() {
    let text = shown! { client;
        "approvals.list/typical" => client.approvals().list();
        "approvals.approve/typical" => client.approvals().approve("appr_1");
        "approvals.reject/typical" => client.approvals().reject("appr_1");
    };
    insta::assert_snapshot!(text, @r#"
    ## approvals.list/typical
    > GET /api/v1/approvals?status=pending (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"approvals": [{"id": "appr_1", "request_id": "req_1", "agent_id": "agt_1", "service": "voice_call", "operation": "create", "status": "pending", "estimated_cost_cents": 25}]}
    = Ok(ApprovalList { approvals: [Approval { id: "appr_1", request_id: Some("req_1"), agent_id: Some("agt_1"), agent_name: None, service: Some("voice_call"), operation: Some("create"), payload: None, estimated_cost_cents: Some(Cents(25)), status: Some("pending"), expires_at: None, created_at: None, extra: {} }], extra: {} })
    ## approvals.approve/typical
    > POST /api/v1/approvals/appr_1/approve (timeout 60s)
      authorization: Bearer [redacted]
      {}
    < 200
      {"status": "executed", "request_id": "req_1"}
    = Ok(Executed(Executed { request_id: Some("req_1"), result: None, cost_cents: None, estimated_cost_cents: None, actual_cost_cents: None, extra: {} }))
    ## approvals.reject/typical
    > POST /api/v1/approvals/appr_1/reject (timeout 60s)
      authorization: Bearer [redacted]
      {}
    < 200
      {"status": "blocked", "request_id": "req_1"}
    = Ok(Blocked(Stopped { request_id: Some("req_1"), reason_code: None, message: None, extra: {} }))
    "#);
}

#[test]
fn audit_logs() {
    let text = shown! { client;
        "audit_logs.list/all-options" =>
            client.audit_logs().list_page(&entries().limit(50).cursor("a+b/c=="));
        "audit_logs.iter/three-pages" => client.audit_logs().list(&entries().limit(2));
    };
    insta::assert_snapshot!(text, @r#"
    ## audit_logs.list/all-options
    > GET /api/v1/audit-logs?agent_id=agt_1&cursor=a%2Bb%2Fc%3D%3D&from=2026-01-01&limit=50&service=email&status=executed&to=2026-02-01 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"logs": [], "next_cursor": null}
    = Ok(AuditLogs { logs: [], next_cursor: None, extra: {} })
    ## audit_logs.iter/three-pages
    > GET /api/v1/audit-logs?agent_id=agt_1&from=2026-01-01&limit=2&service=email&status=executed&to=2026-02-01 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"logs": [{"id": "a"}, {"id": "b"}], "next_cursor": "c2"}
    * AuditLog { id: Some("a"), event_type: None, created_at: None, extra: {} }
    * AuditLog { id: Some("b"), event_type: None, created_at: None, extra: {} }
    > GET /api/v1/audit-logs?agent_id=agt_1&cursor=c2&from=2026-01-01&limit=2&service=email&status=executed&to=2026-02-01 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"logs": [{"id": "c"}], "next_cursor": "c3"}
    * AuditLog { id: Some("c"), event_type: None, created_at: None, extra: {} }
    > GET /api/v1/audit-logs?agent_id=agt_1&cursor=c3&from=2026-01-01&limit=2&service=email&status=executed&to=2026-02-01 (timeout 60s)
      authorization: Bearer [redacted]
    < 200
      {"logs": [{"id": "d"}], "next_cursor": null}
    * AuditLog { id: Some("d"), event_type: None, created_at: None, extra: {} }
    = Ok(())
    "#);
}

#[test]
fn the_platform_itself() {
    let text = shown! { client;
        "services.list/typical" => client.services().list();
        "platform.health/typical" => client.platform().health();
        "platform.readiness/typical" => client.platform().readiness();
        "platform.agent_docs/typical" => client.platform().agent_docs();
    };
    insta::assert_snapshot!(text, @r#"
    ## services.list/typical
    > GET /api/v1/services (timeout 60s)
    < 200
      {"services": [{"id": "email", "name": "Email", "description": "Send email.", "operations": [{"id": "op1", "name": "send", "full_name": "email.send", "base_price_cents": 1, "pricing_type": "flat", "output_schema": {}, "input_schema": {"type": "object", "properties": {"to": {"type": "string"}}, "required": ["to"]}}, {"id": "op2", "name": "validate", "base_price_cents": 0}]}, {"id": "web_search", "name": "Web Search", "operations": [{"id": "search", "base_price_cents": 2.5, "input_schema": []}]}]}
    = Ok(Catalogue { services: [CatalogueService { id: Some("email"), service_id: None, name: Some("Email"), description: Some("Send email."), operations: [CatalogueOperation { id: Some("op1"), name: Some("send"), full_name: Some("email.send"), base_price_cents: Some(Cents(1)), pricing_type: Some("flat"), input_schema: Some(Json(object, 80 bytes)), output_schema: Some(Json(object, 2 bytes)), extra: {} }, CatalogueOperation { id: Some("op2"), name: Some("validate"), full_name: None, base_price_cents: Some(Cents(0)), pricing_type: None, input_schema: None, output_schema: None, extra: {} }], extra: {} }, CatalogueService { id: Some("web_search"), service_id: None, name: Some("Web Search"), description: None, operations: [CatalogueOperation { id: Some("search"), name: None, full_name: None, base_price_cents: Some(Cents(2.5)), pricing_type: None, input_schema: Some(Json(array, 2 bytes)), output_schema: None, extra: {} }], extra: {} }], extra: {} })
    ## platform.health/typical
    > GET /api/v1/healthz (timeout 60s)
    < 200
      {"ok": true}
    = Ok(Object(Json(object, 12 bytes)))
    ## platform.readiness/typical
    > GET /api/v1/health/readiness (timeout 60s)
    < 200
      {"status": "ready", "checks": {"db": "ok"}}
    = Ok(Object(Json(object, 43 bytes)))
    ## platform.agent_docs/typical
    > GET /api/v1/agent-docs (timeout 60s)
    < 200
      {"version": "1", "operations": []}
    = Ok(Object(Json(object, 34 bytes)))
    "#);
}
