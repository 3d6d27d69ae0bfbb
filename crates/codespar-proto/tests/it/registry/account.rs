//! Operations by their names: the same requests, from arguments in JSON.

use codespar_proto::{
    ErrorKind, Json,
    registry::{self, Started},
    testing::{Recorded, Replay},
};
use insta::assert_snapshot;

use crate::support::{client, sent};

/// The request that an operation makes of its arguments.
fn request(name: &str, args: &str) -> String {
    let replay = Replay::new().answer(Recorded::status(418));
    let args = Json::parse_str(args).unwrap();
    match registry::start_on_client(&client(&replay), name, &args).expect(name).expect(name) {
        Started::Call(call) => drop(call.send()),
        Started::Items(items) => items.for_each(drop),
        other => panic!("{name}: {other:?}"),
    }
    format!("{name}: {}", sent(&replay.requests()[0]))
}

#[test]
fn every_operation_makes_its_request() {
    let calls = [
        ("client.whoami", "{}"),
        ("client.health", "{}"),
        ("client.health_history", r#"{"days":7}"#),
        ("client.organization", r#"{"organization_id":"org_1"}"#),
        ("client.openapi", "{}"),
        ("client.manifest", "{}"),
        (
            "client.request",
            concat!(
                r#"{"method":"POST","path":"/v1/agents","query":{"a":1,"b":null},"#,
                r#""body":{"x":2},"headers":{"x-a":"b"}}"#,
            ),
        ),
        ("sessions.list", r#"{"user_id":"u1"}"#),
        ("sessions.list_page", r#"{"limit":3,"status":"active"}"#),
        ("sessions.get", r#"{"session_id":"ses_1"}"#),
        ("tool_calls.list", r#"{"since":"2026-10-02T00:00:00Z"}"#),
        ("tool_calls.list_page", r#"{"before":"c1"}"#),
        ("tool_calls.count", "{}"),
        ("tool_calls.get", r#"{"tool_call_id":"tc_1"}"#),
        ("providers.list", r#"{"q":"pix"}"#),
        ("providers.get", r#"{"provider":"asaas"}"#),
        ("providers.auth_schema", r#"{"provider":"asaas"}"#),
        ("providers.verify_connection", r#"{"provider":"asaas"}"#),
        ("tools.search", r#"{"intent":"pay"}"#),
        (
            "tools.plan",
            r#"{"intent":{"operation":"charge","currency":"BRL","country":"BR","amount_minor":5}}"#,
        ),
        ("tools.meta", "{}"),
        ("connections.list", "{}"),
        ("connections.start", r#"{"server_id":"a","user_id":"u","redirect_uri":"https://a.test"}"#),
        (
            "connections.create",
            r#"{"server_id":"a","secret":{"k":"v"},"connection_metadata":{"n":1}}"#,
        ),
        ("connections.get", r#"{"connection_id":"ca_1"}"#),
        (
            "connections.update_metadata",
            r#"{"connection_id":"ca_1","connection_metadata":{"n":1}}"#,
        ),
        ("connections.revoke", r#"{"connection_id":"ca_1"}"#),
        ("connections.delete", r#"{"connection_id":"ca_1"}"#),
        ("connections.set_webhook_secret", r#"{"connection_id":"ca_1","secret":"s"}"#),
        ("projects.list", "{}"),
        ("projects.create", r#"{"name":"Shop","slug":"shop","environment":"live"}"#),
        ("projects.get", r#"{"project_id":"prj_1"}"#),
        ("projects.update", r#"{"project_id":"prj_1","name":"Shop 2"}"#),
        ("projects.delete", r#"{"project_id":"prj_1"}"#),
        ("projects.settings", r#"{"project_id":"prj_1"}"#),
        ("projects.update_settings", r#"{"project_id":"prj_1","settings":{"a":1}}"#),
        ("projects.settings_history", r#"{"project_id":"prj_1"}"#),
        ("api_keys.create", r#"{"name":"k","env":"test"}"#),
        ("api_keys.list", "{}"),
        ("webhook_endpoints.create", r#"{"name":"n","event":"e","webhook_url":"https://a.test"}"#),
        ("webhook_endpoints.list", "{}"),
        ("webhook_endpoints.list_page", r#"{"event":"e"}"#),
        ("webhook_endpoints.get", r#"{"endpoint_id":"trg_1"}"#),
        ("webhook_endpoints.update", r#"{"endpoint_id":"trg_1","status":"paused"}"#),
        ("webhook_endpoints.delete", r#"{"endpoint_id":"trg_1"}"#),
        ("webhook_endpoints.rotate_secret", r#"{"endpoint_id":"trg_1"}"#),
        ("webhook_endpoints.test_fire", r#"{"endpoint_id":"trg_1","payload":{"a":1}}"#),
        ("webhook_endpoints.deliveries", r#"{"endpoint_id":"trg_1","limit":5}"#),
        ("webhook_endpoints.delivery", r#"{"endpoint_id":"trg_1","delivery_id":"1"}"#),
        ("webhook_endpoints.dlq", r#"{"endpoint_id":"trg_1"}"#),
        ("webhook_endpoints.retry_pending", "{}"),
        ("webhook_endpoints.redeliver", r#"{"delivery_id":"1"}"#),
        ("events.replay", r#"{"event_id":"evt_1","endpoint_id":"trg_1"}"#),
    ];
    let requests: String = calls.into_iter().map(|(name, args)| request(name, args)).collect();
    assert_snapshot!(requests, @r#"
    client.whoami: GET /v1/whoami
    client.health: GET /v1/health
    client.health_history: GET /v1/health/history?days=7
    client.organization: GET /v1/organizations/org_1
    client.openapi: GET /v1/openapi.json
    client.manifest: GET /v1/discovery/manifest
    client.request: POST /v1/agents?a=1
    {"x":2}
    sessions.list: GET /v1/sessions?user_id=u1
    sessions.list_page: GET /v1/sessions?limit=3&status=active
    sessions.get: GET /v1/sessions/ses_1
    tool_calls.list: GET /v1/tool-calls?since=2026-10-02T00%3A00%3A00Z
    tool_calls.list_page: GET /v1/tool-calls?before=c1
    tool_calls.count: GET /v1/tool-calls?count_only=true
    tool_calls.get: GET /v1/tool-calls/tc_1
    providers.list: GET /v1/providers?q=pix
    providers.get: GET /v1/providers/asaas
    providers.auth_schema: GET /v1/providers/asaas/auth-schema
    providers.verify_connection: POST /v1/providers/asaas/verify-connection
    tools.search: POST /v1/tools/search
    {"intent":"pay"}
    tools.plan: POST /v1/meta-tools/discover
    {"intent":{"operation":"charge","currency":"BRL","country":"BR","amount_minor":5}}
    tools.meta: GET /v1/meta-tools.json
    connections.list: GET /v1/connections
    connections.start: POST /v1/connections/start
    {"server_id":"a","user_id":"u","redirect_uri":"https://a.test"}
    connections.create: POST /v1/connections
    {"server_id":"a","secret":{"k":"v"},"connection_metadata":{"n":1}}
    connections.get: GET /v1/connections/ca_1
    connections.update_metadata: PATCH /v1/connections/ca_1/metadata
    {"connection_metadata":{"n":1}}
    connections.revoke: POST /v1/connections/ca_1/revoke
    connections.delete: DELETE /v1/connections/ca_1
    connections.set_webhook_secret: PUT /v1/connections/ca_1/webhook-secret
    {"secret":"s"}
    projects.list: GET /v1/projects
    projects.create: POST /v1/projects
    {"name":"Shop","slug":"shop","environment":"live"}
    projects.get: GET /v1/projects/prj_1
    projects.update: PATCH /v1/projects/prj_1
    {"name":"Shop 2"}
    projects.delete: DELETE /v1/projects/prj_1
    projects.settings: GET /v1/projects/prj_1/settings
    projects.update_settings: PATCH /v1/projects/prj_1/settings
    {"settings":{"a":1}}
    projects.settings_history: GET /v1/projects/prj_1/settings/history
    api_keys.create: POST /v1/api-keys
    {"name":"k","env":"test"}
    api_keys.list: GET /v1/api-keys
    webhook_endpoints.create: POST /v1/webhook-endpoints
    {"name":"n","event":"e","webhook_url":"https://a.test"}
    webhook_endpoints.list: GET /v1/webhook-endpoints
    webhook_endpoints.list_page: GET /v1/webhook-endpoints?event=e
    webhook_endpoints.get: GET /v1/webhook-endpoints/trg_1
    webhook_endpoints.update: PATCH /v1/webhook-endpoints/trg_1
    {"status":"paused"}
    webhook_endpoints.delete: DELETE /v1/webhook-endpoints/trg_1
    webhook_endpoints.rotate_secret: POST /v1/webhook-endpoints/trg_1/rotate-secret
    webhook_endpoints.test_fire: POST /v1/webhook-endpoints/trg_1/test-fire
    {"payload":{"a":1}}
    webhook_endpoints.deliveries: GET /v1/webhook-endpoints/trg_1/deliveries?limit=5
    webhook_endpoints.delivery: GET /v1/webhook-endpoints/trg_1/deliveries/1
    webhook_endpoints.dlq: GET /v1/webhook-endpoints/trg_1/dlq
    webhook_endpoints.retry_pending: POST /v1/webhook-endpoints/retry-pending
    webhook_endpoints.redeliver: POST /v1/webhook-endpoints/deliveries/1/redeliver
    events.replay: POST /v1/events/evt_1/replay?trigger_id=trg_1
    "#);
}

#[test]
fn a_page_is_items_and_a_cursor() {
    let answer = Recorded::text(200, "application/json", r#"{"sessions":[],"next_before":"c1"}"#);
    let replay = Replay::new().answer(answer);
    let args = Json::parse_str("{}").unwrap();
    let started = registry::start_on_client(&client(&replay), "sessions.list_page", &args);
    let Some(Ok(Started::Call(call))) = started else { panic!("no call") };
    assert_eq!(call.send().unwrap().as_str(), r#"{"items":[],"next":"c1"}"#);
}

#[test]
fn arguments_that_are_missing_or_unknown_are_named() {
    for (name, args, field) in [
        ("sessions.get", "{}", "session_id"),
        ("sessions.get", r#"{"session_id":"s","id":1}"#, "id"),
        ("projects.create", r#"{"name":"x"}"#, "slug"),
        ("connections.create", r#"{"server_id":"a"}"#, "secret"),
    ] {
        let args = Json::parse_str(args).unwrap();
        let started = registry::start_on_client(&client(&Replay::new()), name, &args);
        let error = started.expect(name).map(drop).unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Config, Some(field)), "{name}");
    }
}
