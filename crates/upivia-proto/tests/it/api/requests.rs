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
    insta::assert_snapshot!(text);
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
    insta::assert_snapshot!(text);
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
    insta::assert_snapshot!(text);
}

#[test]
fn approvals() {
    let text = shown! { client;
        "approvals.list/typical" => client.approvals().list();
        "approvals.approve/typical" => client.approvals().approve("appr_1");
        "approvals.reject/typical" => client.approvals().reject("appr_1");
    };
    insta::assert_snapshot!(text);
}

#[test]
fn audit_logs() {
    let text = shown! { client;
        "audit_logs.list/all-options" =>
            client.audit_logs().list_page(&entries().limit(50).cursor("a+b/c=="));
        "audit_logs.iter/three-pages" => client.audit_logs().list(&entries().limit(2));
    };
    insta::assert_snapshot!(text);
}

#[test]
fn the_platform_itself() {
    let text = shown! { client;
        "services.list/typical" => client.services().list();
        "platform.health/typical" => client.platform().health();
        "platform.readiness/typical" => client.platform().readiness();
        "platform.agent_docs/typical" => client.platform().agent_docs();
    };
    insta::assert_snapshot!(text);
}
