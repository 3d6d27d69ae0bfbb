//! Webhook endpoints, deliveries and events.

use codespar_proto::{
    ErrorKind, Json,
    testing::{Recorded, Replay},
    types::Patch,
    webhook_endpoints::{
        CreateWebhookEndpoint, DeliveryStatus, ListAllDeliveries, ListWebhookEndpoints,
        SimulateCondition, TestFire, TriggerAction, TriggerActionKind, TriggerCondition,
        TriggerField, TriggerOperator, TriggerRule, UpdateWebhookEndpoint, WebhookStatus, Window,
    },
};
use insta::assert_snapshot;
use serde_json::json;

use crate::support::{client, sent, told};

#[test]
fn a_new_endpoint_does_not_show_its_secret() {
    let answer = Recorded::json(
        201,
        json!({"id": "trg_1", "org_id": "org_acme", "project_id": null, "name": "paid",
            "event": "commerce.charge.paid", "server_id": null,
            "webhook_url": "https://shop.example/hooks", "status": "active", "total_runs": 0,
            "last_run_at": null, "created_at": "2026-10-02T13:05:11Z", "signing_enabled": true,
            "secret": "5ec4e7"}),
    );
    let args =
        CreateWebhookEndpoint::new("paid", "commerce.charge.paid", "https://shop.example/hooks")
            .server_id("asaas");
    let text = told(answer, |client| client.webhook_endpoints().create(&args));
    assert!(!text.contains("5ec4e7"), "{text}");
    assert_snapshot!(text);
}

#[test]
fn endpoints_page_after_page() {
    let replay = Replay::new()
        .answer(Recorded::json(200, json!({"triggers": [{"id": "trg_2"}], "next_before": "trg_2"})))
        .answer(Recorded::json(200, json!({"triggers": [{"id": "trg_1"}], "next_before": null})));
    let args = ListWebhookEndpoints::default()
        .limit(1)
        .status(WebhookStatus::Error)
        .event("e")
        .server_id("asaas");
    let list = client(&replay).webhook_endpoints().list(&args);
    let ids: Vec<_> = list.map(|endpoint| endpoint.unwrap().id).collect();
    assert_eq!(ids, ["trg_2", "trg_1"]);
    let requests: String = replay.requests().iter().map(sent).collect();
    assert_snapshot!(requests, @r"
    GET /v1/webhook-endpoints?event=e&limit=1&server_id=asaas&status=error
    GET /v1/webhook-endpoints?before=trg_2&event=e&limit=1&server_id=asaas&status=error
    ");

    let page = Recorded::json(200, json!({"triggers": [], "next_before": null}));
    let args = ListWebhookEndpoints::default().cursor("trg_2");
    assert_snapshot!(told(page, |client| client.webhook_endpoints().list_page(&args)), @r"
    GET /v1/webhook-endpoints?before=trg_2
    Page {
        items: [],
    }
    ");
}

#[test]
fn one_endpoint() {
    let short = || Recorded::json(200, json!({"id": "trg_1", "status": "paused", "total_runs": 3}));
    assert_snapshot!(told(short(), |client| client.webhook_endpoints().get("trg_1")), @r#"
    GET /v1/webhook-endpoints/trg_1
    WebhookEndpoint {
        id: "trg_1",
        status: Some(Paused),
        total_runs: Some(3),
    }
    "#);
    let args = UpdateWebhookEndpoint::default().name("paid").status(WebhookStatus::Paused);
    assert_snapshot!(told(short(), |client| client.webhook_endpoints().update("trg_1", &args)), @r#"
    PATCH /v1/webhook-endpoints/trg_1
    {"name":"paid","status":"paused"}
    WebhookEndpoint {
        id: "trg_1",
        status: Some(Paused),
        total_runs: Some(3),
    }
    "#);
    let deleted = told(Recorded::status(204), |client| client.webhook_endpoints().delete("trg_1"));
    assert_snapshot!(deleted, @r"
    DELETE /v1/webhook-endpoints/trg_1
    ()
    ");
}

#[test]
fn a_rotated_secret_does_not_show() {
    let answer = Recorded::json(
        200,
        json!({"trigger_id": "trg_1", "signing_enabled": true, "secret": "5ec4e7"}),
    );
    let text = told(answer, |client| client.webhook_endpoints().rotate_secret("trg_1"));
    assert!(!text.contains("5ec4e7"), "{text}");
    assert_snapshot!(text, @r#"
    POST /v1/webhook-endpoints/trg_1/rotate-secret
    RotatedSecret {
        trigger_id: Some("trg_1"),
        signing_enabled: Some(true),
        secret: [redacted],
    }
    "#);
}

#[test]
fn a_secret_is_rotated_once() {
    let replay = Replay::new().answer(Recorded::json(503, json!({"error": "vault_unavailable"})));
    let error = client(&replay).webhook_endpoints().rotate_secret("trg_1").send().unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Api, 1));
}

#[test]
fn a_test_delivery() {
    let answer = || {
        Recorded::json(
            200,
            json!({"trigger_id": "trg_1", "event_id": "evt_1", "delivery_id": null,
                "status": "failed", "response_status": 500, "error": "http_500"}),
        )
    };
    assert_snapshot!(told(answer(), |client| client
        .webhook_endpoints()
        .test_fire("trg_1", &TestFire::default())));
    let args = TestFire::default()
        .event_type("commerce.charge.paid")
        .payload(Json::parse_str(r#"{"payment_id":"ch_19"}"#).unwrap());
    assert_snapshot!(told(answer(), |client| client.webhook_endpoints().test_fire("trg_1", &args)));
}

#[test]
fn deliveries() {
    let rows = json!([{"id": "90817", "trigger_id": "trg_1", "event_id": "evt_1", "status": "dead",
        "attempt": 5, "response_status": null, "error": "timeout"}]);
    let answer = Recorded::json(200, json!({"deliveries": rows}));
    assert_snapshot!(told(answer, |client| client
        .webhook_endpoints()
        .deliveries("trg_1", Some(200))));
    let answer = Recorded::json(200, json!({"dead_letters": rows}));
    assert_snapshot!(told(answer, |client| client.webhook_endpoints().dlq("trg_1", Some(7))), @r#"
    GET /v1/webhook-endpoints/trg_1/dlq?limit=7
    [
        Delivery {
            id: Some("90817"),
            trigger_id: Some("trg_1"),
            event_id: Some("evt_1"),
            status: Some(Dead),
            attempt: Some(5),
            error: Some("timeout"),
        },
    ]
    "#);
    let answer = Recorded::json(
        200,
        json!({
            "delivery": {"id": "90817", "trigger_id": "trg_1", "event_id": "evt_1", "attempt": 2,
                "status": "delivered", "response_status": 200, "error": null,
                "delivered_at": "2026-10-02T13:06:00Z", "next_retry_at": null, "dead_at": null,
                "receipt_at": "2026-10-02T13:06:01Z", "created_at": "2026-10-02T13:05:59Z"},
            "request": {"url": "https://shop.example/hooks", "sent_at_unix": 1_790_000_000_i64,
                "headers": {"X-CodeSpar-Attempt": "2"}, "body": "{}"},
            "response": {"status": 200, "body": "ok", "error": null},
            "event": {"id": "evt_1", "source": "asaas", "event_type": "commerce.charge.paid",
                "payload": {"charge_id": "ch_1"}, "received_at": "2026-10-02T13:05:00Z",
                "provider_event_id": null},
        }),
    );
    assert_snapshot!(
        "one_delivery",
        told(answer, |client| client.webhook_endpoints().delivery("trg_1", "90817"))
    );
    let other = Recorded::json(200, json!({"attempts": []}));
    assert_snapshot!(told(other, |client| client.webhook_endpoints().dlq("trg_1", Some(7))), @r"
    GET /v1/webhook-endpoints/trg_1/dlq?limit=7
    decode: - webhook_endpoints.dlq: deliveries: expected a list (status 200)
    ");
}

#[test]
fn delivering_again() {
    let pending = Recorded::json(
        200,
        json!({"scanned": 3, "redispatched": 2, "delivered": 1, "failed": 1, "dead": 0}),
    );
    assert_snapshot!(told(pending, |client| client.webhook_endpoints().retry_pending()), @r"
    POST /v1/webhook-endpoints/retry-pending
    PendingRetries {
        scanned: Some(3),
        redispatched: Some(2),
        delivered: Some(1),
        failed: Some(1),
        dead: Some(0),
    }
    ");
    let again = Recorded::json(
        202,
        json!({"redelivery_id": "90818", "trigger_id": "trg_1", "event_id": "evt_1",
        "trigger_status": "active"}),
    );
    assert_snapshot!(told(again, |client| client.webhook_endpoints().redeliver("90817")), @r#"
    POST /v1/webhook-endpoints/deliveries/90817/redeliver
    Redelivery {
        redelivery_id: Some("90818"),
        trigger_id: Some("trg_1"),
        event_id: Some("evt_1"),
        trigger_status: Some(Active),
    }
    "#);
    let replayed =
        || Recorded::json(202, json!({"event_id": "evt_1", "dispatched": 2, "trigger_id": null}));
    assert_snapshot!(told(replayed(), |client| client.events().replay("evt_1", None)), @r#"
    POST /v1/events/evt_1/replay
    EventReplay {
        event_id: Some("evt_1"),
        dispatched: Some(2),
    }
    "#);
    assert_snapshot!(told(replayed(), |client| client.events().replay("evt_1", Some("trg_1"))), @r#"
    POST /v1/events/evt_1/replay?trigger_id=trg_1
    EventReplay {
        event_id: Some("evt_1"),
        dispatched: Some(2),
    }
    "#);
}

fn much() -> TriggerCondition {
    let value = Json::parse_str("100000").unwrap();
    TriggerCondition::new(vec![TriggerRule::new(
        TriggerField::AmountMinor,
        TriggerOperator::Gte,
        value,
    )])
}

#[test]
fn an_endpoint_with_a_condition_and_another_action() {
    let answer = || {
        Recorded::json(
            200,
            json!({"id": "trg_1", "webhook_url": null, "event_known": true,
                "condition": {"all": [{"field": "amount_minor", "op": "gte", "value": 100_000}]},
                "action": {"kind": "human_review", "note": "much"}, "consecutive_failures": 2,
                "last_response_status": 500, "last_delivery_at": "2026-10-02T13:06:00Z"}),
        )
    };
    let action = TriggerAction::new(TriggerActionKind::HumanReview).note("much");
    let args =
        CreateWebhookEndpoint::acting("much", "commerce.charge.paid", action).condition(much());
    assert_snapshot!(
        "an_endpoint_that_asks_a_person",
        told(answer(), |client| client.webhook_endpoints().create(&args))
    );
    let args = UpdateWebhookEndpoint::default().condition(Patch::Clear);
    let replay = Replay::new().answer(answer()).answer(answer());
    let endpoints = client(&replay).webhook_endpoints();
    endpoints.update("trg_1", &args).send().unwrap();
    let args = UpdateWebhookEndpoint::default().condition(much());
    endpoints.update("trg_1", &args).send().unwrap();
    assert_eq!(replay.requests()[0].json(), json!({"condition": null}));
    let rule = json!({"field": "amount_minor", "op": "gte", "value": 100_000});
    assert_eq!(replay.requests()[1].json(), json!({"condition": {"all": [rule]}}));
}

#[test]
fn deliveries_of_all_endpoints() {
    let row = json!({"id": "90817", "trigger_id": "trg_1", "trigger_name": "paid",
        "event_id": "evt_1", "event_type": "commerce.charge.paid", "status": "dead",
        "response_status": null, "error": "timeout", "attempt": 5,
        "created_at": "2026-10-02T13:05:59Z", "delivered_at": null});
    let args = ListAllDeliveries::default()
        .limit(1)
        .since("2026-10-01T00:00:00Z")
        .status(DeliveryStatus::Dead);
    let page = Recorded::json(200, json!({"deliveries": [row], "next_before": "c2"}));
    assert_snapshot!(
        "deliveries_of_all_endpoints",
        told(page, |client| client.webhook_endpoints().all_deliveries_page(&args))
    );
    let last = json!({"deliveries": [{"id": "1"}], "next_before": null});
    let replay = Replay::new()
        .answer(Recorded::json(200, json!({"deliveries": [row], "next_before": "c2"})))
        .answer(Recorded::json(200, last));
    let all = client(&replay).webhook_endpoints().all_deliveries(&ListAllDeliveries::default());
    let ids: Vec<_> = all.map(|delivery| delivery.unwrap().id.unwrap()).collect();
    assert_eq!(ids, ["90817", "1"]);
    assert_eq!(replay.requests()[1].uri.query(), Some("before=c2"));
    let counted = Recorded::json(200, json!({"deliveries": [], "next_before": null, "total": 7}));
    assert_snapshot!(
        "deliveries_are_counted",
        told(counted, |client| client.webhook_endpoints().count_deliveries(&args))
    );
}

#[test]
fn what_endpoints_can_be_for() {
    let events = json!({"events": [{"type": "commerce.charge.paid", "family": "commerce",
        "condition_fields": [{"field": "amount_minor", "type": "integer", "ops": ["gt", "eq"],
            "crossing": false}]}]});
    assert_snapshot!(
        "event_types",
        told(Recorded::json(200, events), |client| client.webhook_endpoints().event_types())
    );
    let came_to = json!({"event_type": "commerce.charge.paid", "window": "7d", "scanned": 12,
        "matched": 3, "sample_event_ids": ["evt_1"], "truncated": false});
    let args =
        SimulateCondition::new("commerce.charge.paid").condition(much()).window(Window::Week);
    assert_snapshot!(
        "a_condition_is_simulated",
        told(Recorded::json(200, came_to), |client| client.webhook_endpoints().simulate(&args))
    );
}
