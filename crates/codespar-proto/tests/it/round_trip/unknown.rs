//! Nothing that the server says is lost on the way through the types: members and values that
//! this version does not know come out again.

use codespar_proto::{
    account::{Health, Organization, Whoami},
    api_keys::{ApiKeyInfo, CreatedApiKey},
    connections::{Connection, WebhookSecretSet},
    events::EventReplay,
    projects::Project,
    providers::{AuthSchema, Provider, ProviderList, Verification},
    tool_calls::ToolCall,
    tools::{MetaTool, RoutePlan, ToolSearch},
    webhook_endpoints::{
        Delivery, PendingRetries, Redelivery, RotatedSecret, TestDelivery, WebhookEndpoint,
    },
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// Whether all of `part` is in `whole`.
fn holds(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            part.iter().all(|(name, part)| whole.get(name).is_some_and(|whole| holds(whole, part)))
        }
        (Value::Array(whole), Value::Array(part)) => {
            whole.len() == part.len() && whole.iter().zip(part).all(|(a, b)| holds(a, b))
        }
        (Value::Number(whole), Value::Number(part)) => whole.as_f64() == part.as_f64(),
        (whole, part) => whole == part,
    }
}

fn survives<A: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(mut value: Value) {
    value["of_tomorrow"] = json!({"a": [1, null, "x"]});
    let read: A = serde_json::from_value(value.clone()).unwrap();
    let written = serde_json::to_value(&read).unwrap();
    assert!(holds(&written, &value), "{written:#}\nis not\n{value:#}");
    assert_eq!(serde_json::from_value::<A>(written).unwrap(), read);
}

#[test]
fn what_is_not_known_is_kept() {
    survives::<ToolCall>(
        json!({"id": "tc_1", "status": "queued", "duration_ms": 1.5, "input": [1],
        "output": null, "routing": {"by": "cost"}, "failover_trail": ["a"]}),
    );
    survives::<Provider>(json!({"id": "a", "auth_type": "retina", "tools_count": 1}));
    survives::<ProviderList>(
        json!({"total": 1, "filtered": 1, "servers": [{"id": "a", "new": 1}]}),
    );
    survives::<AuthSchema>(json!({"auth_type": "retina", "environment": "moon",
        "fields": [{"name": "k", "kind": "eye", "new": true}]}));
    survives::<Verification>(json!({"ok": true, "account": {"id": 1}, "latency_ms": 0.5}));
    survives::<ToolSearch>(json!({"hits": [{"tool_name": "t", "confidence": "certain"}]}));
    survives::<RoutePlan>(json!({"recommended": {"tool": "t", "reasons": [{"code": 1}], "fee": 2},
        "alternatives": [{"rail": "ted"}], "resolved_intent": [1]}));
    survives::<MetaTool>(
        json!({"name": "t", "description": "d", "inputSchema": {"type": "object"}}),
    );
    survives::<Connection>(json!({"id": "ca_1", "status": "frozen", "auth_type": "retina",
        "metadata": {"a": 1}, "connection_metadata": {}, "already": true}));
    survives::<WebhookSecretSet>(json!({"connection_id": "ca_1", "updated": true}));
    survives::<Project>(json!({"id": "prj_1", "environment": "staging", "is_default": false}));
    survives::<Whoami>(
        json!({"user": {"email": "a@b.test", "age": 3}, "organization": {"id": "org_1"},
        "project": {"id": "prj_1", "slug": "s"}, "key": {"environment": "moon", "scopes": ["*"]}}),
    );
    survives::<Organization>(json!({"id": "org_1", "plan": "pro"}));
    survives::<Health>(
        json!({"status": "sleepy", "checks": {"db": {"state": "asleep", "new": 1}}}),
    );
    survives::<ApiKeyInfo>(json!({"id": "key_1", "prefix": "csk_", "last_used_at": "never"}));
    survives::<CreatedApiKey>(json!({"id": "key_1", "full_key": "csk_test_1", "revoked_at": null}));
    survives::<WebhookEndpoint>(
        json!({"id": "trg_1", "status": "asleep", "secret": "s", "total_runs": 1}),
    );
    survives::<RotatedSecret>(json!({"trigger_id": "trg_1", "secret": "s"}));
    survives::<TestDelivery>(
        json!({"status": "lost", "response_status": 500, "error": "http_500"}),
    );
    survives::<Delivery>(
        json!({"id": "1", "status": "lost", "attempt": 2, "request": {"body": "x"},
        "response": {"status": 200}, "event": {"id": "evt_1"}}),
    );
    survives::<PendingRetries>(json!({"scanned": 1, "dead": 0}));
    survives::<Redelivery>(json!({"redelivery_id": "2", "trigger_status": "asleep"}));
    survives::<EventReplay>(json!({"event_id": "evt_1", "dispatched": 2}));
}
